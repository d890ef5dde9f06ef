//! The highest and the lowest print of a range without making all its seconds.
//!
//! A range whose ends are too far from the best print so far can't beat it (see `Node::reach`) and is skipped.

#![expect(clippy::float_arithmetic, reason = "statistics of a simulated price, never money")]

use std::ops::Range;

use super::{
    path::DayPath,
    profile::{MINUTES, SECONDS},
    tape::Tape,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    High,
    Low,
}

/// How much of a range is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::market) enum Detail {
    /// One print in about 22 minutes: quick, and the high may be too low.
    Coarse,
    Exact,
}

const COARSE_MINUTES: usize = 23;

pub(super) struct Search<'a> {
    path: &'a DayPath,
    tape: &'a Tape,
    midnight: i64,
    /// Seconds of the day.
    seconds: Range<usize>,
    end: End,
    detail: Detail,
    /// A print of the range; the search improves it.
    best: i64,
    /// The deviation that a print must pass to be better.
    bound: f64,
    sigma: f64,
}

/// A range of the bisection with the path's values at its two ends.
#[derive(Clone, Copy)]
struct Span {
    low: usize,
    high: usize,
    x: f64,
    y: f64,
}

impl<'a> Search<'a> {
    /// `midnight` is when the day of the path begins.
    pub(super) fn new(path: &'a DayPath, tape: &'a Tape, midnight: i64, seconds: Range<usize>) -> Self {
        Self { path, tape, midnight, seconds, end: End::High, detail: Detail::Exact, best: 0, bound: 0.0, sigma: path.sigma() }
    }

    /// The best print at this end of the range; `known` is a print of it.
    pub(super) fn find(&mut self, end: End, detail: Detail, known: i64) -> i64 {
        (self.end, self.detail) = (end, detail);
        self.keep(known);
        self.minutes(Span { low: 0, high: MINUTES, x: self.path.first, y: self.path.last });
        self.best
    }

    fn minutes(&mut self, span: Span) {
        let middle = usize::midpoint(span.low, span.high);
        let is_minute = span.high - span.low == 1;
        let inside_minute = self.path.profile.seconds[SECONDS / 2].reach;
        let reach = if is_minute { inside_minute * self.path.profile.sigma[span.low] } else { self.path.profile.minutes[middle].reach };
        if self.is_outside(span.low * SECONDS..span.high * SECONDS) || !self.can_improve(&span, reach) {
            return;
        }
        if is_minute {
            self.seconds(span.low, Span { low: 0, high: SECONDS, ..span });
            return;
        }
        if self.detail == Detail::Coarse && span.high - span.low < COARSE_MINUTES {
            self.visit(span.low * SECONDS, span.x);
            return;
        }
        let value = self.path.minute_point(middle, span.x, span.y);
        for half in self.ordered(span, middle, value) {
            self.minutes(half);
        }
    }

    fn seconds(&mut self, minute: usize, span: Span) {
        let middle = usize::midpoint(span.low, span.high);
        let start = minute * SECONDS;
        if self.is_outside(start + span.low..start + span.high) {
            return;
        }
        if span.high - span.low == 1 {
            self.visit(start + span.low, span.x);
            return;
        }
        if !self.can_improve(&span, self.path.profile.seconds[middle].reach * self.path.profile.sigma[minute]) {
            return;
        }
        let value = self.path.second_point(minute, middle, span.x, span.y);
        for half in self.ordered(span, middle, value) {
            self.seconds(minute, half);
        }
    }

    fn visit(&mut self, second: usize, x: f64) {
        if !self.seconds.contains(&second) || !self.can_improve(&Span { low: 0, high: 0, x, y: x }, 0.0) {
            return;
        }
        let second = i64::try_from(second).expect("a second of the day");
        let price = self.tape.touch(self.midnight + second, x).price;
        let is_better = match self.end {
            End::High => price > self.best,
            End::Low => price < self.best,
        };
        if is_better {
            self.keep(price);
        }
    }

    fn keep(&mut self, best: i64) {
        self.best = best;
        self.bound = match self.end {
            End::High => self.tape.deviation_to_exceed(best),
            End::Low => self.tape.deviation_to_fall_below(best),
        };
    }

    fn is_outside(&self, seconds: Range<usize>) -> bool {
        seconds.end <= self.seconds.start || self.seconds.end <= seconds.start
    }

    fn can_improve(&self, span: &Span, reach: f64) -> bool {
        let reach = reach * self.sigma;
        match self.end {
            End::High => span.x.max(span.y) + reach >= self.bound,
            End::Low => span.x.min(span.y) - reach <= self.bound,
        }
    }

    /// The two halves, the more promising first.
    fn ordered(&self, span: Span, middle: usize, value: f64) -> [Span; 2] {
        let left = Span { high: middle, y: value, ..span };
        let right = Span { low: middle, x: value, ..span };
        let is_falling = span.x > span.y;
        if is_falling == (self.end == End::High) { [left, right] } else { [right, left] }
    }
}
