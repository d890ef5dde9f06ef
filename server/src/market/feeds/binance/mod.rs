//! Binance spot: trades, touches, days and depth by the combined stream, bars by REST. Needs no key.
//!
//! The desk quotes crypto in dollars and Binance in tethers, so `BTC/USD` is served by `BTCUSDT` because the configuration
//! names USDT as the quote asset: the price is in USDT, which is worth about a dollar and not always one.

mod book;
mod client;
mod convert;
mod decoder;
mod stream;
#[cfg(all(test, feature = "outside-cases"))]
pub(crate) mod tests;
mod wire;

pub use client::BinanceHistory;
pub use decoder::{Decoded, Decoder};
pub use stream::BinanceStream;

pub use crate::net::Names;

/// Where Binance is and what stands for the dollar there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinanceConfig {
    /// `wss://data-stream.binance.vision` has market data only, and is the default.
    pub ws: String,
    pub rest: String,
    /// The asset that stands for USD: `USDT` unless somebody decided otherwise (`USDC`, `FDUSD`).
    pub names: Names,
}

impl Default for BinanceConfig {
    fn default() -> Self {
        Self {
            ws: "wss://data-stream.binance.vision".to_owned(),
            rest: "https://data-api.binance.vision".to_owned(),
            names: Names::default(),
        }
    }
}
