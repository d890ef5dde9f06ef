//! What any feed can say about an instrument, in words of our own. A venue's format must never get past its feed.

use super::{Bar, BookChange};
use crate::{
    money::{Price, Qty},
    order::Side,
    time::Timestamp,
};

/// A public print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trade {
    pub price: Price,
    pub qty: Qty,
    pub time: Timestamp,
    /// The side that took liquidity, where the feed tells it.
    pub taker: Option<Side>,
}

/// The best bid and ask. Sizes in units of the instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    pub bid: Price,
    pub ask: Price,
    pub bid_size: Qty,
    pub ask_size: Qty,
    pub time: Timestamp,
}

impl Touch {
    /// No such market can be: whoever says it is in the middle of a change.
    pub fn is_crossed(&self) -> bool {
        self.bid > self.ask
    }
}

/// The session so far, or the last 24 hours where that is the venue's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayStats {
    pub last: Price,
    /// Absent where the feed does not tell it.
    pub prev_close: Option<Price>,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub volume: Qty,
    pub time: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarketEvent {
    Trade(Trade),
    Touch(Touch),
    Day(DayStats),
    /// A finished bar of one minute.
    Minute(Bar),
    Book(BookChange),
}
