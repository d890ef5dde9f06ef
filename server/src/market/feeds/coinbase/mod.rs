//! Coinbase Advanced Trade's public market data: crypto against the dollar, by WebSocket and REST, without a key.
//! Must never be asked about orders.

mod client;
mod convert;
mod stream;
mod wire;

pub use client::Client;
pub use stream::Stream;

pub const STREAM_BASE: &str = "wss://advanced-trade-ws.coinbase.com";
pub const REST_BASE: &str = "https://api.coinbase.com";

#[cfg(test)]
mod tests;
