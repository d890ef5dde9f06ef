//! From the path to what the market shows, in whole ticks: best bid and ask, and the last print on one of them.
//!
//! The print bounces from side to side, so that a liquid price moves nearly every second, as a real tape does.

#![expect(clippy::float_arithmetic, reason = "statistics of a simulated price, never money")]

use speedtrade::instrument::AssetType;

use super::{
    grid::{WHOLE_MAX, float, whole},
    noise::{key_of, mix, uniform},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::market) struct Touch {
    pub(in crate::market) bid: i64,
    pub(in crate::market) ask: i64,
    pub(in crate::market) price: i64,
}

#[derive(Debug)]
pub(super) struct Tape {
    key: u64,
    /// Logarithm of the table's price in ticks.
    base: f64,
    /// Mean spread as a fraction of the price.
    spread: f64,
}

impl Tape {
    pub(super) fn new(seed: u64, symbol: &str, asset_type: AssetType, base_ticks: f64, dollars_a_day: f64) -> Self {
        let (bps_min, bps_of_a_million) = match asset_type {
            AssetType::Stock => (0.7, 50.0),
            AssetType::Crypto => (0.1, 15.0),
        };
        let bps = f64::clamp(bps_of_a_million / (dollars_a_day / 1e6).sqrt(), bps_min, 30.0);
        Self { key: mix(key_of(seed, symbol), 1), base: base_ticks.ln(), spread: bps / 10_000.0 }
    }

    pub(super) fn touch(&self, second: i64, deviation: f64) -> Touch {
        let hash = mix(self.key, second.cast_unsigned());
        let middle = self.middle(deviation);
        let spread = whole(middle * self.spread * (0.7 + 0.6 * uniform(hash)) + uniform(hash << 20)).max(1);
        let bid = whole(middle - float(spread) / 2.0).max(1);
        let ask = bid + spread;
        let is_buy = (second.cast_unsigned() ^ self.key).is_multiple_of(2);
        Touch { bid, ask, price: if is_buy { ask } else { bid } }
    }

    /// Below this deviation no print is above `best` ticks.
    pub(super) fn deviation_to_exceed(&self, best: i64) -> f64 {
        let half = self.half_spread_max(float(best + 1));
        // Near zero ticks the bid is held at 1 and the ask follows the spread alone.
        if float(best) <= 2.0 * half { f64::NEG_INFINITY } else { (float(best) + 0.5 - half).ln() - self.base }
    }

    /// Above this deviation no print is below `best` ticks.
    pub(super) fn deviation_to_fall_below(&self, best: i64) -> f64 {
        let highest_middle = (float(best) + 0.25) / (1.0 - 0.65 * self.spread);
        (float(best) - 0.5 + self.half_spread_max(highest_middle)).ln() - self.base
    }

    fn half_spread_max(&self, middle: f64) -> f64 {
        float(whole(middle * self.spread * 1.3 + 1.0).max(1)) / 2.0
    }

    /// Sizes at the bid and at the ask, each 1 to `max` lots.
    pub(super) fn lots(&self, second: i64, max: u64) -> [u64; 2] {
        let hash = mix(self.key, !second.cast_unsigned());
        [1 + (hash >> 32) % max, 1 + (hash & 0xFFFF_FFFF) % max]
    }

    fn middle(&self, deviation: f64) -> f64 {
        (self.base + deviation).exp().clamp(1.0, WHOLE_MAX)
    }
}
