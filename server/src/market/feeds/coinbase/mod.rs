//! Coinbase Advanced Trade's public market data: crypto against the dollar, by WebSocket and REST, without a key.
//! Must never be asked about orders.

mod client;
mod convert;
mod stream;
mod wire;

pub use client::CoinbaseHistory;
pub use stream::CoinbaseStream;

/// Where Coinbase is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoinbaseConfig {
    pub ws: String,
    pub rest: String,
}

impl Default for CoinbaseConfig {
    fn default() -> Self {
        Self { ws: "wss://advanced-trade-ws.coinbase.com".to_owned(), rest: "https://api.coinbase.com".to_owned() }
    }
}

#[cfg(test)]
mod tests;
