//! Massive (once Polygon.io): US stocks and crypto, by WebSocket and REST, with a key. Market data only.
//! Stocks and crypto are two connections. Has no depth.

mod client;
mod convert;
mod stream;
mod wire;

pub use client::MassiveHistory;
pub use stream::MassiveStream;

use super::Key;

/// Where Massive is, and as whom the desk comes. `wss://delayed.massive.com` is 15 minutes late, for smaller plans.
#[derive(Debug, Clone)]
pub struct MassiveConfig {
    pub ws: String,
    pub rest: String,
    pub key: Key,
}

impl MassiveConfig {
    pub fn new(key: Key) -> Self {
        Self { ws: "wss://socket.massive.com".to_owned(), rest: "https://api.massive.com".to_owned(), key }
    }
}

#[cfg(test)]
mod tests;
