//! How far Binance's clock is ahead of ours. Must never be guessed: it is measured against the middle of a question.

use std::sync::atomic::{AtomicI64, Ordering};

use speedtrade::time::Timestamp;

const UNMEASURED: i64 = i64::MIN;

#[derive(Debug)]
pub(super) struct Offset(AtomicI64);

impl Offset {
    pub(super) const fn unmeasured() -> Self {
        Self(AtomicI64::new(UNMEASURED))
    }

    pub(super) fn is_measured(&self) -> bool {
        self.0.load(Ordering::Relaxed) != UNMEASURED
    }

    /// To be measured again: the venue said that it is wrong.
    pub(super) fn forget(&self) {
        self.0.store(UNMEASURED, Ordering::Relaxed);
    }

    pub(super) fn measure(&self, asked: Timestamp, answered: Timestamp, theirs: Timestamp) {
        let middle = asked.micros().midpoint(answered.micros());
        self.0.store(theirs.micros().saturating_sub(middle).max(UNMEASURED + 1), Ordering::Relaxed);
    }

    /// `time` on the venue's clock, in its milliseconds.
    pub(super) fn theirs_ms(&self, time: Timestamp) -> i64 {
        let offset = self.0.load(Ordering::Relaxed);
        time.plus_micros(if offset == UNMEASURED { 0 } else { offset }).millis()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_corrected_by_the_middle_of_a_question_until_it_is_forgotten() {
        let at = |ms: i64| Timestamp::from_micros(ms * 1_000);
        let offset = Offset::unmeasured();
        assert_eq!((offset.theirs_ms(at(50)), offset.is_measured()), (50, false));
        offset.measure(at(1_000), at(1_200), at(4_100));
        assert_eq!((offset.theirs_ms(at(2_000)), offset.is_measured()), (5_000, true));
        offset.forget();
        assert_eq!(offset.theirs_ms(at(2_000)), 2_000);
    }
}
