//! Requests as facts: method, host, path, words of the query (`?`) and of the body, and what proves the key.
//! Client ids, nonces, times and windows are apart: that they are there counts, not what they are.

use reqwest::Url;

use super::{
    cases::Case,
    facts::{Facts, as_sent, difference, flatten},
};
use crate::broker::recorder::{Recorder, Seen};

/// What left, and the address that would have been asked.
pub(super) struct Sent {
    pub(super) seen: Seen,
    pub(super) home: String,
}

impl Sent {
    /// What left after so many questions of its own. `Err`: nothing did, and why.
    pub(super) fn after(questions: usize, venue: &Recorder, home: &str, why: Option<String>) -> Result<Self, String> {
        let seen = venue.seen().into_iter().nth(questions);
        seen.map(|seen| Self { seen, home: home.to_owned() }).ok_or_else(|| why.unwrap_or_default())
    }
}

const APART: [&str; 10] = [
    "client_order_id",
    "newClientOrderId",
    "cl_ord_id",
    "nonce",
    "timestamp",
    "recvWindow",
    "signature",
    "deadline",
    "header.authorization",
    "header.api-sign",
];
const PROOFS: [&str; 6] = ["apca-api-key-id", "apca-api-secret-key", "x-mbx-apikey", "api-key", "api-sign", "authorization"];

pub(super) fn theirs(case: &Case, plain: fn(&str) -> String) -> Facts {
    let headers: Vec<_> = case.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())).collect();
    let headers = headers.iter().map(|(name, value)| (name.as_str(), *value));
    let all = facts(&case.http_method, &case.url, headers, case.body.as_deref().unwrap_or_default());
    all.into_iter().map(|(word, value)| (word, plain(&value))).collect()
}

pub(super) fn ours(sent: &Sent) -> Facts {
    let Sent { seen, home } = sent;
    let headers = seen.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("a text")));
    facts(&seen.method, &format!("{home}{}", seen.target), headers, &seen.body)
}

/// A proof where they send none is told by its name alone.
pub(super) fn unlike(theirs: &Facts, mut ours: Facts) -> String {
    for (word, value) in &mut ours {
        if word.starts_with("header.") && !theirs.contains_key(word) {
            "…".clone_into(value);
        }
    }
    difference(theirs, &ours)
}

fn facts<'a>(method: &str, url: &str, headers: impl Iterator<Item = (&'a str, &'a str)>, body: &str) -> Facts {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (host, path) = address.split_at(address.match_indices('/').nth(2).map_or(address.len(), |(at, _)| at));
    let facts = [("method", method), ("host", host), ("path", path)];
    let mut facts: Facts = facts.map(|(word, value)| (word.to_owned(), value.to_owned())).into();
    for (name, value) in pairs(query) {
        add(&mut facts, format!("?{name}"), value);
    }
    if body.starts_with('{') {
        flatten(&serde_json::from_str(body).expect("JSON"), "", as_sent, &mut facts);
    } else {
        for (name, value) in pairs(body) {
            add(&mut facts, name, value);
        }
    }
    for (name, value) in headers.filter(|(name, _)| PROOFS.contains(name) || (*name == "content-type" && !body.is_empty())) {
        facts.insert(format!("header.{name}"), value.to_owned());
    }
    for (word, value) in &mut facts {
        if APART.contains(&word.trim_start_matches('?')) {
            "…".clone_into(value);
        }
    }
    facts
}

/// A word that is there twice has both values.
fn add(facts: &mut Facts, word: String, value: String) {
    facts.entry(word).and_modify(|all| *all = format!("{all},{value}")).or_insert(value);
}

pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let mut url = Url::parse("form:/").expect("a constant address");
    url.set_query(Some(text).filter(|text| !text.is_empty()));
    url.query_pairs().into_owned().collect()
}
