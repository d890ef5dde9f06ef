//! Alpaca's market data: US stocks (IEX or the consolidated tape) and crypto, by WebSocket and REST, with a key.
//! Stocks and crypto are two connections; one key may hold one of each. Must never be asked about orders.

mod client;
mod convert;
mod stream;
mod wire;

pub use client::AlpacaHistory;
pub use stream::AlpacaStream;

use super::KeyPair;

/// Where Alpaca is, and as whom the desk comes.
#[derive(Debug, Clone)]
pub struct AlpacaConfig {
    pub ws: String,
    pub rest: String,
    pub tape: Tape,
    pub keys: KeyPair,
}

impl AlpacaConfig {
    pub fn new(tape: Tape, keys: KeyPair) -> Self {
        let (ws, rest) = ("wss://stream.data.alpaca.markets", "https://data.alpaca.markets");
        Self { ws: ws.to_owned(), rest: rest.to_owned(), tape, keys }
    }
}

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
