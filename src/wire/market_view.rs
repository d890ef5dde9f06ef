//! Depth, prints and the health of feeds, as JSON.

use serde::{Deserialize, Serialize};

use crate::{
    instrument::{AssetType, Symbol},
    market::{Book, Level, Trade},
    money::{Price, Qty},
    order::Side,
    time::Timestamp,
};

/// Best first. Both sides are empty while depth is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookView {
    pub symbol: Symbol,
    pub bids: Vec<Level>,
    pub asks: Vec<Level>,
    /// Unix milliseconds.
    pub timestamp: i64,
    pub source: String,
}

impl BookView {
    pub fn new(symbol: &Symbol, book: &Book, levels: usize, time: Timestamp, source: &str) -> Self {
        let (bids, asks) = (book.bids(levels), book.asks(levels));
        Self { symbol: symbol.clone(), bids, asks, timestamp: time.millis(), source: source.to_owned() }
    }
}

/// A public print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrintView {
    pub price: Price,
    pub qty: Qty,
    /// The side that took; absent where the feed does not tell.
    pub side: Option<Side>,
    /// Unix milliseconds.
    pub timestamp: i64,
}

impl From<&Trade> for PrintView {
    fn from(trade: &Trade) -> Self {
        Self { price: trade.price, qty: trade.qty, side: trade.taker, timestamp: trade.time.millis() }
    }
}

/// Prints since the last such frame, oldest first; a slow reader misses some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrintsView {
    pub symbol: Symbol,
    pub trades: Vec<PrintView>,
}

/// How a feed's connection is, in one word and, where it is bad, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedView {
    pub feed: String,
    /// `idle` (nobody looks), `connecting`, `live`, `silent`, `refused` or `down`.
    pub health: String,
    pub detail: Option<String>,
    /// What it may serve.
    pub serves: Vec<AssetType>,
    /// What it speaks for now.
    pub speaks_for: Vec<AssetType>,
    /// When anything was last heard on it, in Unix milliseconds.
    pub heard_at: Option<i64>,
    /// Milliseconds since then, at the time of telling.
    pub silent_ms: Option<i64>,
}

/// All providers, as the page of the feeds shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedsView {
    /// In the order in which they stand in for each other; none where stocks are simulated.
    pub stocks: Vec<FeedView>,
    /// The same of crypto.
    pub crypto: Vec<FeedView>,
    /// The desk was started without these.
    pub off: Vec<ProviderView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderView {
    pub feed: String,
    pub serves: Vec<AssetType>,
}
