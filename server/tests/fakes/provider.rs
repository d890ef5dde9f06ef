//! What a provider does by itself; connections, commands and records are the same for all.

use serde_json::Value;

/// What is said to a connection.
#[derive(Debug, Clone)]
pub enum Say {
    Text(String),
    Close(u16, String),
}

pub struct Reply {
    pub status: u16,
    pub body: String,
}

pub trait Provider: Send {
    /// A connection is open.
    fn opened(&mut self, connection: u64, path: &str) -> Vec<Say>;

    /// The client said something.
    fn received(&mut self, connection: u64, text: &str) -> Vec<Say>;

    /// A question over REST. `query` is as it came, still encoded.
    fn asked(&mut self, path: &str, query: &str, headers: &axum::http::HeaderMap) -> Reply;

    /// A command that only this provider knows; what it makes the provider say to the newest connection.
    fn told(&mut self, command: &Value) -> Vec<Say>;

    /// Said to every connection every so often: heartbeats.
    fn heartbeat(&mut self) -> Vec<Say> {
        Vec::new()
    }
}

/// One value of a query, still encoded.
pub fn query_value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}
