//! The newest state of one instrument. Carries its source and its time, so that nobody takes an old price for a new one.

use crate::{
    money::{Percent, Price, Qty, Usd},
    order::Side,
    time::{SECOND_US, Timestamp},
};

/// Best bid and ask with sizes, last price, and the day so far. `volume` in units of the instrument; `Qty::MAX` is that or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    pub price: Price,
    pub bid: Price,
    pub ask: Price,
    pub bid_size: Qty,
    pub ask_size: Qty,
    pub prev_close: Price,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub volume: Qty,
    /// When it was last known to hold.
    pub time: Timestamp,
    /// When the touch was told: until there is a newer one, the size behind it is the same.
    pub touched_at: Timestamp,
}

impl Quote {
    /// A paper fill uses a quote younger than this.
    pub const FRESH_US: i64 = 5 * SECOND_US;

    /// One price at one moment, with nothing bid, offered or traded.
    pub const fn still(price: Price, time: Timestamp) -> Self {
        Self {
            price,
            bid: price,
            ask: price,
            bid_size: Qty::ZERO,
            ask_size: Qty::ZERO,
            prev_close: price,
            open: price,
            high: price,
            low: price,
            volume: Qty::ZERO,
            time,
            touched_at: time,
        }
    }

    /// One of a time to come is none either: the clock was set back.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        (now.micros() - self.time.micros()).abs() < Self::FRESH_US
    }

    /// What a market order of this side pays or gets.
    pub const fn touch(&self, side: Side) -> Price {
        match side {
            Side::Buy => self.ask,
            Side::Sell => self.bid,
        }
    }

    pub fn change(&self) -> Usd {
        self.price.difference(self.prev_close)
    }

    pub fn change_pct(&self) -> Percent {
        self.price.change_pct(self.prev_close)
    }

    /// The day's volume as a percentage of a usual day's; `None` where nothing is usual, or where one of them is only known to
    /// be more than the largest quantity.
    pub fn rel_volume_pct(&self, usual: Qty) -> Option<Percent> {
        let is_known = !usual.is_zero() && usual < Qty::MAX && self.volume < Qty::MAX;
        is_known.then(|| Percent::ratio(self.volume.decimal(), usual.decimal()))
    }

    /// Where the price is in the day's range: 0 at its low, 100 at its high. `None` for a day without a range.
    pub fn range_pct(&self) -> Option<Percent> {
        let (height, range) = (self.price.decimal() - self.low.decimal(), self.high.decimal() - self.low.decimal());
        (!range.is_zero()).then(|| Percent::ratio(height, range))
    }
}
