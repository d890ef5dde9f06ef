//! The logarithm of a price over time, as a deviation from the table's price on the anchor day.
//!
//! A weighted sum of factors: the market, the sector and the instrument itself. Each is a mean-reverting walk by days,
//! with a Brownian bridge inside a day. Any second costs about 17 draws; a whole range about one a point.

#![expect(clippy::float_arithmetic, reason = "statistics of a simulated price, never money")]

use speedtrade::instrument::AssetType;

use super::{
    noise::{key_of, mix, normal},
    profile::{CRYPTO, MINUTES, Profile, SECONDS, STOCK},
};
use crate::market::catalog::Traits;

/// 2026-11-01 in days since 1970: the prices of the table are those of this midnight.
pub(in crate::market) const ANCHOR_DAY: i64 = 20_758;
/// What is left of a deviation after a day: half of it after 231 days.
const PERSISTENCE: f64 = 0.997;
/// Beyond a century the level is held; it keeps a wild clock from a long loop.
const DAYS_MAX: i64 = 36_500;
const FACTORS: usize = 3;

#[derive(Debug)]
pub(super) struct Path {
    keys: [u64; FACTORS],
    /// Daily standard deviation that each factor contributes.
    weights: [f64; FACTORS],
    pub(super) profile: &'static Profile,
}

/// The path within one UTC day.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayPath {
    keys: [u64; FACTORS],
    weights: [f64; FACTORS],
    pub(super) profile: &'static Profile,
    pub(super) first: f64,
    pub(super) last: f64,
}

impl Path {
    pub(super) fn new(seed: u64, symbol: &str, sector: &str, asset_type: AssetType, traits: &Traits) -> Self {
        let (market, market_vol, profile) = match asset_type {
            AssetType::Stock => ("market:stock", 0.16, &*STOCK),
            AssetType::Crypto => ("market:crypto", 0.55, &*CRYPTO),
        };
        let (systematic_max, sector_share) = match (asset_type, traits.is_fund) {
            (AssetType::Stock, true) => (0.96, 0.0),
            (AssetType::Stock, false) => (0.80, 0.35),
            (AssetType::Crypto, _) => (0.85, 0.15),
        };
        let cap = systematic_max * traits.ann_vol;
        let systematic = (traits.beta * market_vol).clamp(-cap, cap);
        let rest = (traits.ann_vol.powi(2) - systematic.powi(2)).sqrt();
        let by_year = [systematic, rest * f64::sqrt(sector_share), rest * f64::sqrt(1.0 - sector_share)];
        Self {
            keys: [key_of(seed, market), key_of(seed, &format!("sector:{sector}")), key_of(seed, symbol)],
            weights: by_year.map(|vol| vol / f64::sqrt(365.0)),
            profile,
        }
    }

    pub(super) fn day(&self, day: i64) -> DayPath {
        let levels = self.levels(day, day + 1);
        self.between(day, levels[0], levels[1])
    }

    /// The days from `first` to `last`, both included, in one pass.
    pub(super) fn days(&self, first: i64, last: i64) -> Vec<DayPath> {
        let levels = self.levels(first, last + 1);
        (first..).zip(levels.windows(2)).map(|(day, ends)| self.between(day, ends[0], ends[1])).collect()
    }

    fn between(&self, day: i64, first: f64, last: f64) -> DayPath {
        DayPath { keys: self.keys.map(|key| mix(key, day.cast_unsigned())), weights: self.weights, profile: self.profile, first, last }
    }

    /// The levels at the midnights from `first` to `last`, both included.
    fn levels(&self, first: i64, last: i64) -> Vec<f64> {
        let held = |day: i64| day.clamp(ANCHOR_DAY - DAYS_MAX, ANCHOR_DAY + DAYS_MAX);
        let (from, to) = (held(first).min(ANCHOR_DAY), held(last).max(ANCHOR_DAY));
        let mut backward = 0.0;
        let mut levels: Vec<f64> = (from..ANCHOR_DAY).rev().map(|day| walk(&mut backward, -self.step(day))).collect();
        levels.reverse();
        levels.push(0.0);
        let mut forward = 0.0;
        levels.extend((ANCHOR_DAY..to).map(|day| walk(&mut forward, self.step(day))));
        let level = |day: i64| levels[usize::try_from(held(day) - from).expect("within the walked days")];
        (first..=last).map(level).collect()
    }

    fn step(&self, day: i64) -> f64 {
        self.between(day, 0.0, 0.0).draw(0)
    }
}

fn walk(level: &mut f64, step: f64) -> f64 {
    *level = *level * PERSISTENCE + step;
    *level
}

/// The values at the start and at the end of a minute: what each of its seconds needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    minute: usize,
    start: f64,
    end: f64,
}

impl DayPath {
    /// The value at a second of the day.
    pub(super) fn at(&self, second: usize) -> f64 {
        self.within(&self.minute_ends(second / SECONDS), second % SECONDS)
    }

    /// The value at a second of a minute.
    pub(super) fn within(&self, &Ends { minute, start, end }: &Ends, second: usize) -> f64 {
        let (mut low, mut high, mut x, mut y) = (0, SECONDS, start, end);
        while second > low {
            let middle = usize::midpoint(low, high);
            let z = self.second_point(minute, middle, x, y);
            if second < middle { (high, y) = (middle, z) } else { (low, x) = (middle, z) }
        }
        x
    }

    pub(super) fn minute_ends(&self, minute: usize) -> Ends {
        let (mut low, mut high, mut x, mut y) = (0, MINUTES, self.first, self.last);
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            let z = self.minute_point(middle, x, y);
            if minute < middle { (high, y) = (middle, z) } else { (low, x) = (middle, z) }
        }
        Ends { minute, start: x, end: y }
    }

    /// The sixty values of a minute.
    pub(super) fn minute(&self, minute: usize) -> [f64; SECONDS] {
        let Ends { start, end, .. } = self.minute_ends(minute);
        let mut values = [start; SECONDS];
        self.fill(minute, &mut values, (0, SECONDS), end);
        values
    }

    fn fill(&self, minute: usize, values: &mut [f64; SECONDS], (low, high): (usize, usize), end: f64) {
        if high - low < 2 {
            return;
        }
        let middle = usize::midpoint(low, high);
        values[middle] = self.second_point(minute, middle, values[low], end);
        let value = values[middle];
        self.fill(minute, values, (low, middle), value);
        self.fill(minute, values, (middle, high), end);
    }

    /// The value at `middle`, given the ends of the range that it bisects.
    pub(super) fn minute_point(&self, middle: usize, start: f64, end: f64) -> f64 {
        let node = &self.profile.minutes[middle];
        start + node.weight * (end - start) + node.sd * self.draw(middle)
    }

    pub(super) fn second_point(&self, minute: usize, middle: usize, start: f64, end: f64) -> f64 {
        let node = &self.profile.seconds[middle];
        let sd = node.sd * self.profile.sigma[minute];
        start + node.weight * (end - start) + sd * self.draw(MINUTES + minute * SECONDS + middle)
    }

    /// Standard deviation of a whole day.
    pub(super) fn sigma(&self) -> f64 {
        self.weights.iter().map(|weight| weight * weight).sum::<f64>().sqrt()
    }

    fn draw(&self, point: usize) -> f64 {
        let draws = self.keys.map(|key| normal(mix(key, point as u64)));
        self.weights.iter().zip(draws).map(|(weight, draw)| weight * draw).sum()
    }
}
