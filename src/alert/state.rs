//! The incremental evaluator: one tick in, at most one firing out. What it keeps is small and bounded.

use std::cmp::Ordering;

use super::{
    AlertTerms, Condition, Repeat,
    window::{PriceWindow, VolumeWindow, minute},
};
use crate::{
    market::{Bar, Quote},
    money::{Price, Qty},
    time::{MINUTE_US, Timestamp},
};

/// Between two firings of one alert, in microseconds.
pub const PAUSE_US: i64 = MINUTE_US;

/// What alerts look at of a quote. `volume` is the day's so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    pub price: Price,
    pub volume: Qty,
    pub time: Timestamp,
}

impl From<&Quote> for Tick {
    fn from(quote: &Quote) -> Self {
        Self { price: quote.price, volume: quote.volume, time: quote.time }
    }
}

/// One firing; `number` counts from 1 over the life of the alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Firing {
    pub number: i64,
    pub price: Price,
    /// Of the quote that made the condition true.
    pub time: Timestamp,
}

/// What survives a restart. Windows don't: they are made anew from the market's bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Where the last price stood to the target; for conditions that cross only.
    pub stood: Option<Ordering>,
    /// The condition was false since the last firing.
    pub is_ready: bool,
    pub fired_count: i64,
    pub last_fired_at: Option<Timestamp>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { stood: None, is_ready: true, fired_count: 0, last_fired_at: None }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Window {
    None,
    Price(PriceWindow),
    Volume(VolumeWindow),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertState {
    terms: AlertTerms,
    memory: Memory,
    window: Window,
    /// Firings of these terms: an alert that was changed may fire again.
    is_done: bool,
}

impl AlertState {
    /// As it was left by `memory`, with an empty window.
    pub fn new(terms: AlertTerms, memory: Memory) -> Self {
        let window = match terms.condition {
            Condition::PctMove { minutes, .. } => Window::Price(PriceWindow::new(minutes)),
            Condition::VolumeSpike { minutes, .. } => Window::Volume(VolumeWindow::new(minutes)),
            Condition::Above(_) | Condition::Below(_) | Condition::Crosses(_) | Condition::CrossesUp(_) | Condition::CrossesDown(_) => {
                Window::None
            }
        };
        Self { terms, memory, window, is_done: false }
    }

    pub fn terms(&self) -> &AlertTerms {
        &self.terms
    }

    pub fn memory(&self) -> Memory {
        self.memory
    }

    /// The price that is known when the alert is made: a crossing may begin there. Fires nothing.
    pub fn begin(&mut self, price: Price) {
        self.stand(price);
    }

    /// Fills the window with bars of one minute, oldest first; those that start before `now`'s minute are over.
    pub fn seed(&mut self, bars: &[Bar], now: Timestamp) {
        for bar in bars {
            match &mut self.window {
                Window::None => return,
                Window::Price(window) => window.push(minute(bar.t), bar.l, bar.h),
                Window::Volume(window) => window.seed(bar, minute(bar.t) < minute(now)),
            }
        }
    }

    /// Ticks in the order of their time. An alert fires on a tick that makes its condition true: once, or again after the
    /// condition was false and at least a minute after the last time.
    pub fn observe(&mut self, tick: &Tick) -> Option<Firing> {
        let is_true = self.holds(tick);
        let is_ready = self.memory.is_ready || self.terms.condition.is_moment();
        if !is_true {
            self.memory.is_ready = true;
            return None;
        }
        let pauses = self.memory.last_fired_at.is_some_and(|last| tick.time.micros() - last.micros() < PAUSE_US);
        let is_over = self.is_done || self.terms.expires_at.is_some_and(|end| tick.time >= end);
        if !is_ready || is_over || (pauses && self.terms.repeat == Repeat::EveryTime) {
            return None;
        }
        self.is_done = self.terms.repeat == Repeat::Once;
        self.memory.is_ready = false;
        self.memory.fired_count += 1;
        self.memory.last_fired_at = Some(tick.time);
        Some(Firing { number: self.memory.fired_count, price: tick.price, time: tick.time })
    }

    fn holds(&mut self, tick: &Tick) -> bool {
        let before = self.memory.stood;
        match self.terms.condition {
            Condition::Above(target) => tick.price >= target,
            Condition::Below(target) => tick.price <= target,
            Condition::Crosses(_) => {
                let now = self.stand(tick.price);
                rises(before, now) || falls(before, now)
            }
            Condition::CrossesUp(_) => rises(before, self.stand(tick.price)),
            Condition::CrossesDown(_) => falls(before, self.stand(tick.price)),
            Condition::PctMove { percent, .. } => {
                let Window::Price(window) = &mut self.window else { return false };
                window.push(minute(tick.time), tick.price, tick.price);
                window.has_moved(tick.price, percent)
            }
            Condition::VolumeSpike { multiple, .. } => {
                let Window::Volume(window) = &mut self.window else { return false };
                window.push(tick);
                window.is_spike(multiple)
            }
        }
    }

    /// Notes where the price stands to the target.
    fn stand(&mut self, price: Price) -> Option<Ordering> {
        if self.terms.condition.is_moment() {
            self.memory.stood = self.terms.condition.target().map(|target| price.cmp(&target));
        }
        self.memory.stood
    }
}

fn rises(before: Option<Ordering>, now: Option<Ordering>) -> bool {
    before == Some(Ordering::Less) && now != Some(Ordering::Less)
}

fn falls(before: Option<Ordering>, now: Option<Ordering>) -> bool {
    before == Some(Ordering::Greater) && now != Some(Ordering::Greater)
}
