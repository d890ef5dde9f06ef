//! When within a UTC day a market is busy: the variance of each minute and its share of the volume.
//!
//! Also the tables of the Brownian bridge over a day, bisected into minutes and a minute into seconds, made once.

#![expect(clippy::float_arithmetic, reason = "statistics of a simulated price, never money")]

use std::sync::LazyLock;

use super::grid::float;

pub(super) const MINUTES: usize = 1_440;
pub(super) const SECONDS: usize = 60;

/// How many standard deviations of a range its path may stray beyond the farther of its ends. A bridge does so with
/// probability exp(-2 x 3.5 x 3.5), once in forty thousand million ranges.
const REACH: f64 = 3.5;

/// The middle of a range of the bridge: `weight` of the later end, deviation of its own draw, and how far the path
/// strays beyond the ends of the range.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Node {
    pub(super) weight: f64,
    pub(super) sd: f64,
    pub(super) reach: f64,
}

#[derive(Debug)]
pub(super) struct Profile {
    /// By the minute in the middle of a range.
    pub(super) minutes: Vec<Node>,
    /// By the second in the middle of a range inside a minute of variance 1.
    pub(super) seconds: Vec<Node>,
    /// Standard deviation of a whole minute; the day has 1.
    pub(super) sigma: [f64; MINUTES],
    /// Share of the day's volume.
    pub(super) volume: [f64; MINUTES],
}

/// US stocks: busy after 14:30 and before 21:00 UTC, quiet but alive at night.
pub(super) static STOCK: LazyLock<Profile> = LazyLock::new(|| Profile::new(|m| stock_activity(m, 0.40), |m| stock_activity(m, 0.12)));
/// Around the clock, with a swell in the hours when Europe and America are both awake.
pub(super) static CRYPTO: LazyLock<Profile> = LazyLock::new(|| Profile::new(crypto_activity, crypto_activity));

fn stock_activity(minute: f64, night: f64) -> f64 {
    let (open, close) = (870.0, 1_260.0);
    if (open..close).contains(&minute) {
        return 1.0 + 1.6 * ((open - minute) / 25.0).exp() + 0.9 * ((minute - close) / 30.0).exp();
    }
    let is_extended = (600.0..close + 180.0).contains(&minute);
    if is_extended { night * 1.2 } else { night }
}

fn crypto_activity(minute: f64) -> f64 {
    1.0 + 0.35 * ((minute - 480.0) / 1_440.0 * std::f64::consts::TAU).sin()
}

impl Profile {
    fn new(variance: impl Fn(f64) -> f64, volume: impl Fn(f64) -> f64) -> Self {
        let variance = shares(variance);
        let mut profile = Self {
            minutes: vec![Node::default(); MINUTES],
            seconds: vec![Node::default(); SECONDS],
            sigma: variance.map(f64::sqrt),
            volume: shares(volume),
        };
        fill(&mut profile.seconds, 0, SECONDS, &[1.0 / 60.0; SECONDS]);
        fill(&mut profile.minutes, 0, MINUTES, &variance);
        profile
    }
}

fn shares(activity: impl Fn(f64) -> f64) -> [f64; MINUTES] {
    let mut minute = 0;
    let raw: [f64; MINUTES] = std::array::from_fn(|_| {
        minute += 1;
        activity(float(minute - 1))
    });
    let total: f64 = raw.iter().sum();
    raw.map(|share| share / total)
}

fn fill(nodes: &mut [Node], low: usize, high: usize, variance: &[f64]) {
    if high - low < 2 {
        return;
    }
    let middle = usize::midpoint(low, high);
    let left: f64 = variance[low..middle].iter().sum();
    let right: f64 = variance[middle..high].iter().sum();
    let whole = left + right;
    nodes[middle] = Node { weight: left / whole, sd: (left * right / whole).sqrt(), reach: REACH * whole.sqrt() };
    fill(nodes, low, middle, variance);
    fill(nodes, middle, high, variance);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variance_and_volume_of_a_day_sum_to_one() {
        for profile in [&*STOCK, &*CRYPTO] {
            let variance: f64 = profile.sigma.iter().map(|s| s * s).sum();
            assert!((variance - 1.0).abs() < 1e-9 && (profile.volume.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(profile.minutes[1..].iter().all(|node| node.sd > 0.0 && node.weight > 0.0));
        }
    }

    #[test]
    fn the_opening_of_the_exchange_is_its_busiest_minute() {
        let busiest = (0..MINUTES).max_by(|a, b| STOCK.sigma[*a].total_cmp(&STOCK.sigma[*b]));
        assert_eq!(busiest, Some(870));
    }
}
