//! The three averages that everything is made of. A sum is taken anew each time, so no error of rounding grows.
#![expect(clippy::float_arithmetic, reason = "statistics of prices, never money")]

use std::collections::VecDeque;

/// The last `period` values.
#[derive(Debug, Clone)]
pub(super) struct Window {
    values: VecDeque<f64>,
    period: u16,
}

impl Window {
    pub(super) fn new(period: u16) -> Self {
        Self { values: VecDeque::with_capacity(usize::from(period) + 1), period }
    }

    pub(super) fn push(&mut self, value: f64) {
        self.values.push_back(value);
        if self.values.len() > usize::from(self.period) {
            self.values.pop_front();
        }
    }

    /// `None` until it is full.
    pub(super) fn mean(&self) -> Option<f64> {
        let is_full = self.values.len() == usize::from(self.period);
        is_full.then(|| self.values.iter().sum::<f64>() / f64::from(self.period))
    }

    /// Of the whole population, as Bollinger has it.
    pub(super) fn deviation(&self, mean: f64) -> f64 {
        let squares: f64 = self.values.iter().map(|value| (value - mean) * (value - mean)).sum();
        (squares / f64::from(self.period)).sqrt()
    }
}

/// An average that keeps a share of what it was. Starts as the plain mean of its first `period` values.
#[derive(Debug, Clone)]
pub(super) struct Smooth {
    sum: f64,
    seen: u16,
    period: u16,
    share: f64,
    value: f64,
}

impl Smooth {
    /// A new value counts `2 / (period + 1)`.
    pub(super) fn exponential(period: u16) -> Self {
        Self::new(period, 2.0 / (f64::from(period) + 1.0))
    }

    /// Wilder's: a new value counts `1 / period`.
    pub(super) fn wilder(period: u16) -> Self {
        Self::new(period, 1.0 / f64::from(period))
    }

    fn new(period: u16, share: f64) -> Self {
        Self { sum: 0.0, seen: 0, period, share, value: 0.0 }
    }

    pub(super) fn push(&mut self, value: f64) -> Option<f64> {
        if self.seen < self.period {
            self.seen += 1;
            self.sum += value;
            self.value = self.sum / f64::from(self.period);
        } else {
            self.value += (value - self.value) * self.share;
        }
        (self.seen == self.period).then_some(self.value)
    }
}
