//! How long to wait before the next try: longer each time, never the same for everybody. Must never be zero.

use std::time::Duration;

use rand::{Rng, RngCore};

#[derive(Debug)]
pub(crate) struct Backoff {
    min: Duration,
    max: Duration,
    tries: u32,
}

impl Backoff {
    pub(crate) fn new(min: Duration, max: Duration) -> Self {
        Self { min: min.max(Duration::from_millis(1)), max: max.max(min), tries: 0 }
    }

    /// Half of the span is certain, half is drawn.
    pub(crate) fn next(&mut self, random: &mut dyn RngCore) -> Duration {
        let span = self.min.saturating_mul(1_u32.checked_shl(self.tries).unwrap_or(u32::MAX)).min(self.max);
        self.tries = (self.tries + 1).min(31);
        jittered(span, random)
    }

    /// The connection has proved itself: the next trouble is a new one.
    pub(crate) fn reset(&mut self) {
        self.tries = 0;
    }
}

pub(crate) fn jittered(span: Duration, random: &mut dyn RngCore) -> Duration {
    let half = span / 2;
    let drawn = random.random_range(0..=u64::try_from(half.as_micros()).unwrap_or(u64::MAX));
    half + Duration::from_micros(drawn)
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_start_anew_after_a_reset() {
        let mut random = StdRng::seed_from_u64(1);
        let (min, max) = (Duration::from_millis(250), Duration::from_secs(30));
        let mut backoff = Backoff::new(min, max);
        let mut span = min;
        for _ in 0..60 {
            let wait = backoff.next(&mut random);
            assert!(wait >= span / 2 && wait <= span, "{wait:?} of {span:?}");
            span = (span * 2).min(max);
        }
        backoff.reset();
        assert!(backoff.next(&mut random) <= min);
    }

    #[test]
    fn two_hosts_do_not_knock_at_the_same_time() {
        let waits = |seed| {
            let (mut random, mut backoff) = (StdRng::seed_from_u64(seed), Backoff::new(Duration::from_secs(1), Duration::from_secs(30)));
            (0..4).map(|_| backoff.next(&mut random)).collect::<Vec<_>>()
        };
        assert_ne!(waits(1), waits(2));
    }
}
