//! How often a provider lets us speak. No span of the length `per` ever sees more than `count` messages arrive, as long as
//! none takes `UNEVEN` longer to arrive than another.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// A full budget spent at once, held up on its way, and the next one that was not: a provider would see both in one span.
const UNEVEN: Duration = Duration::from_millis(250);

/// As the provider says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub count: usize,
    pub per: Duration,
}

impl Rate {
    pub const fn per_second(count: usize) -> Self {
        Self { count, per: Duration::from_secs(1) }
    }
}

#[derive(Debug)]
pub(super) struct Budget {
    rate: Rate,
    /// When the newest were sent; never longer than `count`.
    sent: VecDeque<Instant>,
}

impl Budget {
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, sent: VecDeque::with_capacity(rate.count) }
    }

    /// When the next message may leave: now, or a time to come.
    pub(super) fn next_at(&self, now: Instant) -> Instant {
        match self.sent.front() {
            Some(oldest) if self.sent.len() >= self.rate.count => (*oldest + self.rate.per + UNEVEN).max(now),
            _ => now,
        }
    }

    pub(super) fn spend(&mut self, now: Instant) {
        while self.sent.len() >= self.rate.count.max(1) {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_span_sees_more_messages_than_allowed(
            count in 1_usize..6,
            waits in proptest::collection::vec((0_u64..700, 0_u64..250), 1..60),
        ) {
            let mut budget = Budget::new(Rate::per_second(count));
            let (mut now, mut arrived) = (Instant::now(), Vec::new());
            for (wait, way) in waits {
                now = budget.next_at(now + Duration::from_millis(wait));
                budget.spend(now);
                arrived.push(now + Duration::from_millis(way));
            }
            for first in &arrived {
                let inside = arrived.iter().filter(|at| *at >= first && **at < *first + Duration::from_secs(1)).count();
                prop_assert!(inside <= count, "{inside} of {count}");
            }
        }
    }

    #[test]
    fn a_fresh_budget_lets_a_burst_through() {
        let (mut budget, now) = (Budget::new(Rate::per_second(3)), Instant::now());
        for _ in 0..3 {
            assert_eq!(budget.next_at(now), now);
            budget.spend(now);
        }
        assert_eq!(budget.next_at(now), now + Duration::from_secs(1) + UNEVEN);
    }
}
