//! The past and the present of an instrument, asked over REST. Must never be asked from a task that has prices to pass on.

use futures::future::BoxFuture;
use speedtrade::{
    instrument::Symbol,
    market::{Bar, MarketEvent, Timeframe},
    time::Timestamp,
};

use super::{FeedError, FeedKind};

/// Bars that start in `from..=to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BarRange {
    pub timeframe: Timeframe,
    pub from: Timestamp,
    pub to: Timestamp,
    /// When there are more, the newest count.
    pub limit: usize,
}

/// What was asked for, and why it could not be had.
pub type Asked<'a, T> = BoxFuture<'a, Result<T, FeedError>>;

pub trait History: Send + Sync {
    fn kind(&self) -> FeedKind;

    /// Oldest first, each start once. Empty where the provider has none.
    fn bars<'a>(&'a self, symbol: &'a Symbol, range: BarRange) -> Asked<'a, Vec<Bar>>;

    /// What each is now: its day, its touch, its last trade, as far as the provider tells. Symbols it does not know are left out.
    fn snapshots<'a>(&'a self, symbols: &'a [Symbol]) -> Asked<'a, Vec<(Symbol, Vec<MarketEvent>)>>;
}
