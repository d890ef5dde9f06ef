//! What Coinbase sends, field by field. Must never interpret it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::net::exact::{Epoch, Exact, Moment};

/// Around every message; an error has no channel.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow, default)]
    pub(super) channel: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) timestamp: Option<Moment>,
    /// Counts every message of the connection.
    #[serde(default)]
    pub(super) sequence_num: Option<u64>,
    /// A list, read by channel.
    #[serde(borrow, default)]
    pub(super) events: Option<&'a RawValue>,
    #[serde(rename = "type", borrow, default)]
    pub(super) kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) message: Option<Cow<'a, str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Snapshot,
    Update,
}

#[derive(Debug, Deserialize)]
pub(super) struct TickerEvent<'a> {
    #[serde(borrow)]
    pub(super) tickers: Vec<Ticker<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Ticker<'a> {
    #[serde(borrow)]
    pub(super) product_id: Cow<'a, str>,
    #[serde(default)]
    pub(super) price: Exact,
    #[serde(default)]
    pub(super) volume_24_h: Exact,
    #[serde(default)]
    pub(super) low_24_h: Exact,
    #[serde(default)]
    pub(super) high_24_h: Exact,
    #[serde(default)]
    pub(super) price_percent_chg_24_h: Exact,
    #[serde(default)]
    pub(super) best_bid: Exact,
    #[serde(default)]
    pub(super) best_bid_quantity: Exact,
    #[serde(default)]
    pub(super) best_ask: Exact,
    #[serde(default)]
    pub(super) best_ask_quantity: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct TradesEvent<'a> {
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    #[serde(borrow)]
    pub(super) trades: Vec<Trade<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Trade<'a> {
    #[serde(rename = "trade_id", borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) product_id: Cow<'a, str>,
    pub(super) price: Exact,
    pub(super) size: Exact,
    /// Of the order that waited in the book.
    pub(super) side: MakerSide,
    pub(super) time: Moment,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) enum MakerSide {
    #[serde(rename = "BUY")]
    Buy,
    #[serde(rename = "SELL")]
    Sell,
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Deserialize)]
pub(super) struct DepthEvent<'a> {
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    #[serde(borrow)]
    pub(super) product_id: Cow<'a, str>,
    #[serde(default)]
    pub(super) updates: Vec<DepthLevel>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DepthLevel {
    pub(super) side: BookSide,
    pub(super) price_level: Exact,
    pub(super) new_quantity: Exact,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) enum BookSide {
    #[serde(rename = "bid")]
    Bid,
    #[serde(rename = "offer", alias = "ask")]
    Offer,
}

/// REST: newest first.
#[derive(Debug, Deserialize)]
pub(super) struct Candles {
    pub(super) candles: Vec<Candle>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Candle {
    pub(super) start: Epoch,
    pub(super) low: Exact,
    pub(super) high: Exact,
    pub(super) open: Exact,
    pub(super) close: Exact,
    pub(super) volume: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct Products {
    #[serde(default)]
    pub(super) products: Vec<Product>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Product {
    #[serde(rename = "product_id")]
    pub(super) id: String,
    #[serde(default)]
    pub(super) price: Exact,
    #[serde(default)]
    pub(super) price_percentage_change_24h: Exact,
    #[serde(default)]
    pub(super) volume_24h: Exact,
}
