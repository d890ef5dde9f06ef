//! Alpaca's market data: US stocks (IEX or the consolidated tape) and crypto, by WebSocket and REST, with a key.
//! Stocks and crypto are two connections; one key may hold one of each. Must never be asked about orders.

mod client;
mod convert;
mod stream;
mod wire;

pub use client::Client;
pub use stream::Stream;

pub const STREAM_BASE: &str = "wss://stream.data.alpaca.markets";
pub const REST_BASE: &str = "https://data.alpaca.markets";

/// Where prices of stocks come from. The free plan has IEX alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tape {
    Iex,
    Sip,
}

impl Tape {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Iex => "iex",
            Self::Sip => "sip",
        }
    }
}

#[cfg(test)]
mod tests;
