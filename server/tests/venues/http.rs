//! A question over REST as the protocols read it, and what is answered.

use std::collections::BTreeMap;

use axum::{
    extract::Query,
    http::{HeaderMap, Uri},
};
use serde_json::Value;

pub struct Request {
    pub method: String,
    pub path: String,
    /// As it came, still encoded: some protocols sign it.
    pub query: String,
    pub headers: HeaderMap,
    pub body: String,
    /// Of the query and of a form in the body, decoded.
    pub params: BTreeMap<String, String>,
    /// The same, where a name can come twice.
    pub pairs: Vec<(String, String)>,
    /// Of a body that is JSON, else null.
    pub json: Value,
}

impl Request {
    pub fn new(method: &str, uri: &Uri, headers: HeaderMap, body: String) -> Self {
        let query = uri.query().unwrap_or_default().to_owned();
        let json = serde_json::from_str(&body).unwrap_or_default();
        let mut pairs = pairs(&query);
        if json == Value::Null {
            pairs.extend(self::pairs(&body));
        }
        let params = pairs.iter().cloned().collect();
        let path = uri.path().replace("%2F", "/").replace("%3A", ":");
        Self { method: method.to_owned(), path, query, headers, body, params, pairs, json }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Empty is the same as not there.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.param(name).and_then(|text| text.parse().ok())
    }

    /// Its place among the protocol's endpoints.
    pub fn route(&self) -> (&str, &str) {
        (&self.method, &self.path)
    }
}

fn pairs(encoded: &str) -> Vec<(String, String)> {
    let uri = format!("/?{encoded}").parse::<Uri>().ok();
    let query = uri.and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    query.map(|Query(pairs)| pairs).unwrap_or_default()
}

pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    pub fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: vec![("content-type", "application/json".to_owned())], body: body.to_string() }
    }

    pub fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}
