//! What Massive sends, field by field. Must never interpret it.

use std::borrow::Cow;

use serde::Deserialize;

use crate::net::exact::{Epoch, Exact};

/// What every message of the stream has; the rest depends on its kind.
#[derive(Debug, Deserialize)]
pub(super) struct Head<'a> {
    #[serde(borrow)]
    pub(super) ev: Cow<'a, str>,
    /// Stocks.
    #[serde(borrow, default)]
    pub(super) sym: Option<Cow<'a, str>>,
    /// Crypto.
    #[serde(borrow, default)]
    pub(super) pair: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) status: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) message: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Trade {
    pub(super) p: Exact,
    pub(super) s: Exact,
    pub(super) t: Epoch,
    /// Conditions of the tape; of a coin 1 is a seller's, 2 a buyer's.
    #[serde(default)]
    pub(super) c: Option<Vec<u16>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Quote {
    pub(super) t: Epoch,
    #[serde(default)]
    pub(super) bp: Exact,
    #[serde(default)]
    pub(super) bs: Exact,
    #[serde(default)]
    pub(super) ap: Exact,
    #[serde(rename = "as", default)]
    pub(super) ask_size: Exact,
}

/// A minute of the stream.
#[derive(Debug, Deserialize)]
pub(super) struct Minute {
    /// Its start.
    pub(super) s: Epoch,
    pub(super) o: Exact,
    pub(super) h: Exact,
    pub(super) l: Exact,
    pub(super) c: Exact,
    pub(super) v: Exact,
}

/// REST.
#[derive(Debug, Deserialize)]
pub(super) struct Aggregates {
    #[serde(default)]
    pub(super) results: Vec<Aggregate>,
    /// A whole address, without the key.
    #[serde(default)]
    pub(super) next_url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Aggregate {
    pub(super) t: Epoch,
    pub(super) o: Exact,
    pub(super) h: Exact,
    pub(super) l: Exact,
    pub(super) c: Exact,
    pub(super) v: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct Snapshots {
    #[serde(default)]
    pub(super) tickers: Vec<Snapshot>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Snapshot {
    pub(super) ticker: String,
    #[serde(default)]
    pub(super) day: Option<Day>,
    #[serde(default)]
    pub(super) prev_day: Option<Day>,
    #[serde(default)]
    pub(super) last_quote: Option<LastQuote>,
    #[serde(default)]
    pub(super) last_trade: Option<Trade>,
    #[serde(default)]
    pub(super) updated: Option<Epoch>,
}

/// All zeros where nothing was traded.
#[derive(Debug, Deserialize)]
pub(super) struct Day {
    #[serde(default)]
    pub(super) o: Exact,
    #[serde(default)]
    pub(super) h: Exact,
    #[serde(default)]
    pub(super) l: Exact,
    #[serde(default)]
    pub(super) c: Exact,
    #[serde(default)]
    pub(super) v: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct LastQuote {
    #[serde(rename = "p", default)]
    pub(super) bid: Exact,
    #[serde(rename = "s", default)]
    pub(super) bid_lots: Exact,
    #[serde(rename = "P", default)]
    pub(super) ask: Exact,
    #[serde(rename = "S", default)]
    pub(super) ask_lots: Exact,
    pub(super) t: Epoch,
}

/// The body of a refused question.
#[derive(Debug, Deserialize)]
pub(super) struct Failure<'a> {
    #[serde(borrow, default)]
    pub(super) status: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) error: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) message: Option<Cow<'a, str>>,
}
