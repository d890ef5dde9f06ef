//! What Alpaca sends, field by field (data API v2, crypto v1beta3). Must never interpret it.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;

use crate::net::exact::{Exact, Moment};

/// What every message of the stream has; the rest depends on its kind.
#[derive(Debug, Deserialize)]
pub(super) struct Head<'a> {
    #[serde(rename = "T", borrow)]
    pub(super) kind: Cow<'a, str>,
    #[serde(rename = "S", borrow, default)]
    pub(super) symbol: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) code: Option<u16>,
    #[serde(borrow, default)]
    pub(super) msg: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Trade {
    pub(super) t: Moment,
    pub(super) p: Exact,
    pub(super) s: Exact,
    /// Conditions of the tape.
    #[serde(default)]
    pub(super) c: Vec<String>,
    /// Crypto: the side of the taker, `B` or `S`.
    #[serde(default)]
    pub(super) tks: Option<Taker>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) enum Taker {
    #[serde(rename = "B")]
    Buyer,
    #[serde(rename = "S")]
    Seller,
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Deserialize)]
pub(super) struct Quote {
    pub(super) t: Moment,
    #[serde(default)]
    pub(super) bp: Exact,
    #[serde(default)]
    pub(super) bs: Exact,
    #[serde(default)]
    pub(super) ap: Exact,
    #[serde(rename = "as", default)]
    pub(super) ask_size: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct Bar {
    pub(super) t: Moment,
    pub(super) o: Exact,
    pub(super) h: Exact,
    pub(super) l: Exact,
    pub(super) c: Exact,
    pub(super) v: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct Level {
    pub(super) p: Exact,
    pub(super) s: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct OrderBook {
    #[serde(default)]
    pub(super) b: Vec<Level>,
    #[serde(default)]
    pub(super) a: Vec<Level>,
    /// The whole book.
    #[serde(default)]
    pub(super) r: bool,
}

/// REST: bars of some symbols. The older form for one symbol has a list in place of the map.
#[derive(Debug, Deserialize)]
pub(super) struct Bars {
    #[serde(default)]
    pub(super) bars: Option<BTreeMap<String, Vec<Bar>>>,
    #[serde(default)]
    pub(super) next_page_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Snapshot {
    #[serde(default)]
    pub(super) latest_trade: Option<Trade>,
    #[serde(default)]
    pub(super) latest_quote: Option<Quote>,
    #[serde(default)]
    pub(super) daily_bar: Option<Bar>,
    #[serde(default)]
    pub(super) prev_daily_bar: Option<Bar>,
}

/// Stocks: by symbol at the top. A symbol without any data is `null`.
pub(super) type StockSnapshots = BTreeMap<String, Option<Snapshot>>;

#[derive(Debug, Deserialize)]
pub(super) struct CryptoSnapshots {
    #[serde(default)]
    pub(super) snapshots: BTreeMap<String, Option<Snapshot>>,
}

/// The body of a refused question.
#[derive(Debug, Deserialize)]
pub(super) struct Failure<'a> {
    #[serde(borrow, default)]
    pub(super) message: Cow<'a, str>,
}
