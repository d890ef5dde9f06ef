//! What an alert remembers of the last minutes: the extremes of the price, or how much was traded. One entry a minute at most.

use std::collections::VecDeque;

use rust_decimal::Decimal;

use super::{Multiple, Tick};
use crate::{
    market::Bar,
    money::{Percent, Price},
    time::{MINUTE_US, Timestamp},
};

/// A gap longer than this says nothing about when its volume was traded.
const GAP_MINUTES_MAX: i64 = 2;

pub(super) const fn minute(time: Timestamp) -> i64 {
    time.micros().div_euclid(MINUTE_US)
}

/// Lows that rise and highs that fall, oldest first: the first of each is the extreme of the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PriceWindow {
    minutes: i64,
    lows: VecDeque<(i64, Price)>,
    highs: VecDeque<(i64, Price)>,
    newest: i64,
}

impl PriceWindow {
    pub(super) fn new(minutes: u32) -> Self {
        Self { minutes: i64::from(minutes), lows: VecDeque::new(), highs: VecDeque::new(), newest: i64::MIN }
    }

    /// A tick that comes late counts for the newest minute.
    pub(super) fn push(&mut self, minute: i64, low: Price, high: Price) {
        let minute = minute.max(self.newest);
        self.newest = minute;
        note(&mut self.lows, minute, low, |old, new| old >= new);
        note(&mut self.highs, minute, high, |old, new| old <= new);
        let oldest = minute.saturating_sub(self.minutes);
        for extremes in [&mut self.lows, &mut self.highs] {
            while extremes.front().is_some_and(|(at, _)| *at < oldest) {
                extremes.pop_front();
            }
        }
    }

    /// Whether `price`, pushed before, is so far from an extreme.
    pub(super) fn has_moved(&self, price: Price, percent: Percent) -> bool {
        let moved = |from: Price, by: Decimal| by * Decimal::ONE_HUNDRED >= percent.decimal() * from.decimal();
        let up = self.lows.front().is_some_and(|(_, low)| moved(*low, price.decimal() - low.decimal()));
        up || self.highs.front().is_some_and(|(_, high)| moved(*high, high.decimal() - price.decimal()))
    }
}

/// `yields` tells whether an old extreme is none beside the new one.
fn note(extremes: &mut VecDeque<(i64, Price)>, minute: i64, price: Price, yields: impl Fn(Price, Price) -> bool) {
    while extremes.back().is_some_and(|(_, old)| yields(*old, price)) {
        extremes.pop_back();
    }
    // Of the same minute and more extreme: it stays as long as this one would.
    if extremes.back().is_none_or(|(at, _)| *at < minute) {
        extremes.push_back((minute, price));
    }
}

/// Volumes of whole minutes that had ticks, in atoms; and of the minute that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VolumeWindow {
    length: usize,
    whole: VecDeque<i64>,
    sum: i128,
    minute: Option<i64>,
    /// Traded in the running minute, as far as it was seen.
    current: i64,
    is_whole: bool,
    /// The day's volume at the last tick.
    day: Option<i64>,
}

impl VolumeWindow {
    pub(super) fn new(minutes: u32) -> Self {
        let length = minutes as usize;
        Self { length, whole: VecDeque::new(), sum: 0, minute: None, current: 0, is_whole: false, day: None }
    }

    pub(super) fn push(&mut self, tick: &Tick) {
        let (now, day) = (minute(tick.time), tick.volume.to_atoms());
        // It falls where a new day begins, and where more leaves the last 24 hours than comes.
        let traded = self.day.map_or(0, |before| (day - before).max(0));
        self.day = Some(day);
        let Some(running) = self.minute else {
            self.minute = Some(now);
            return;
        };
        if now > running {
            if self.is_whole {
                self.keep(self.current);
            }
            let is_gap = now - running > GAP_MINUTES_MAX;
            self.minute = Some(now);
            self.is_whole = !is_gap;
            self.current = if is_gap { 0 } else { traded };
        } else {
            self.current = self.current.saturating_add(traded);
        }
    }

    /// `Bar` of a minute from before the first tick. `is_over` is false for the minute that runs.
    pub(super) fn seed(&mut self, bar: &Bar, is_over: bool) {
        if is_over {
            self.keep(bar.v.to_atoms());
        } else {
            (self.minute, self.current, self.is_whole) = (Some(minute(bar.t)), bar.v.to_atoms(), true);
        }
    }

    fn keep(&mut self, volume: i64) {
        self.whole.push_back(volume);
        self.sum += i128::from(volume);
        if self.whole.len() > self.length {
            self.sum -= i128::from(self.whole.pop_front().unwrap_or_default());
        }
    }

    /// Never before the window is full, and never where nothing was traded.
    pub(super) fn is_spike(&self, multiple: Multiple) -> bool {
        let length = self.length as i128;
        self.whole.len() == self.length
            && self.sum > 0
            && i128::from(self.current) * length * 100 >= i128::from(multiple.hundredths()) * self.sum
    }
}
