//! How much trades when: a day's amount spread over its minutes, with noise. Whole units, so that parts sum exactly.

#![expect(clippy::float_arithmetic, reason = "statistics of a simulated market, never money")]

use std::ops::Range;

use speedtrade::money::Qty;

use super::{
    grid::{float, whole},
    noise::{mix, normal, uniform},
    profile::Profile,
};

/// Keeps a busy day below what a quantity can hold.
const UNITS_A_DAY_MAX: f64 = 1.5e9;
pub(super) const MINUTE_S: i64 = 60;

#[derive(Debug)]
pub(super) struct Volume {
    key: u64,
    a_day: f64,
    profile: &'static Profile,
}

/// The amount of one day, before it is spread.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayVolume {
    key: u64,
    total: f64,
}

impl Volume {
    pub(super) fn new(key: u64, median: f64, units_of_one: f64, profile: &'static Profile) -> Self {
        Self { key: mix(key, 2), a_day: median.min(UNITS_A_DAY_MAX) * units_of_one, profile }
    }

    pub(super) fn day(&self, day: i64) -> DayVolume {
        let key = mix(self.key, day.cast_unsigned());
        DayVolume { key, total: self.a_day * (0.35 * normal(key)).exp() }
    }

    /// Units traded in these seconds of the day.
    pub(super) fn within(&self, day: &DayVolume, seconds: &Range<i64>) -> i64 {
        let minutes = seconds.start.div_euclid(MINUTE_S)..(seconds.end + MINUTE_S - 1).div_euclid(MINUTE_S);
        let part = |minute: i64| {
            let start = minute * MINUTE_S;
            let (from, to) = ((seconds.start - start).max(0), (seconds.end - start).min(MINUTE_S));
            if (from, to) == (0, MINUTE_S) { self.units(day, minute) } else { self.minute(day, minute).within(from..to) }
        };
        minutes.map(part).sum()
    }

    pub(super) fn minute(&self, day: &DayVolume, minute: i64) -> MinuteVolume {
        MinuteVolume::new(day.key, minute, self.units(day, minute))
    }

    fn units(&self, day: &DayVolume, minute: i64) -> i64 {
        let noise = uniform(mix(day.key, minute.cast_unsigned()));
        let share = self.profile.volume[usize::try_from(minute).expect("a minute of the day")];
        whole(day.total * share * (0.35 + 1.95 * noise * noise)).max(0)
    }
}

/// A minute's units and the weights of its seconds: some are busy and some are not. Remembers where it was asked last, so that
/// seconds in their order cost little.
#[derive(Debug, Clone, Copy)]
pub(super) struct MinuteVolume {
    key: u64,
    units: i64,
    weight: i64,
    /// So many of its seconds have this weight and these units.
    second: i64,
    weight_before: i64,
    units_before: i64,
}

impl MinuteVolume {
    fn new(key: u64, minute: i64, units: i64) -> Self {
        let mut made = Self { key: mix(key, !minute.cast_unsigned()), units, weight: 0, second: 0, weight_before: 0, units_before: 0 };
        made.weight = made.weight_of(0..MINUTE_S);
        made
    }

    fn weight_of(&self, seconds: Range<i64>) -> i64 {
        let weight = |second: i64| {
            let draw = (mix(self.key, second.cast_unsigned()) >> 54).cast_signed();
            100_000 + draw * draw
        };
        seconds.map(weight).sum()
    }

    /// Units of the seconds before this one.
    fn before(&mut self, second: i64) -> i64 {
        if second < self.second {
            (self.second, self.weight_before, self.units_before) = (0, 0, 0);
        }
        if second > self.second {
            self.weight_before += self.weight_of(self.second..second);
            self.second = second;
            let part = i128::from(self.units) * i128::from(self.weight_before) / i128::from(self.weight);
            self.units_before = i64::try_from(part).expect("a part of what fits");
        }
        self.units_before
    }

    /// Units of these of its seconds.
    pub(super) fn within(&mut self, seconds: Range<i64>) -> i64 {
        let before = self.before(seconds.start);
        self.before(seconds.end) - before
    }
}

/// Decimals of a unit: coins that cost much trade in up to ten-thousandths, as far as their lot goes.
pub(super) fn scale_of(is_crypto: bool, price: f64, lot: Qty) -> u32 {
    if is_crypto && price > 10.0 { lot.decimal().scale().min(4) } else { 0 }
}

/// The largest size at a touch, in lots of `lot` units: about what trades in a few seconds.
pub(super) fn lots_max(units_a_day: f64, lot: i64) -> u64 {
    let lots = whole(units_a_day / 20_000.0 / float(lot));
    lots.clamp(2, 1_000_000_000).unsigned_abs()
}
