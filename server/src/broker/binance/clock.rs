//! How far Binance's clock is ahead of ours. Must never be guessed: it is measured against the middle of a question.

use std::sync::{Mutex, MutexGuard, PoisonError};

use speedtrade::time::{MINUTE_US, Timestamp};

/// Clocks drift: an older measure is taken again with the next question. An order does not wait for that.
const FRESH_US: i64 = 30 * MINUTE_US;

#[derive(Debug, Default)]
pub(super) struct Offset(Mutex<Option<Measured>>);

#[derive(Debug, Clone, Copy)]
struct Measured {
    ahead_us: i64,
    at: Timestamp,
}

impl Offset {
    pub(super) fn is_measured(&self) -> bool {
        self.lock().is_some()
    }

    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        self.lock().is_some_and(|measured| (measured.at..measured.at.plus_micros(FRESH_US)).contains(&now))
    }

    /// To be measured again: the venue said that it is wrong.
    pub(super) fn forget(&self) {
        *self.lock() = None;
    }

    pub(super) fn measure(&self, asked: Timestamp, answered: Timestamp, theirs: Timestamp) {
        let middle = asked.micros().midpoint(answered.micros());
        *self.lock() = Some(Measured { ahead_us: theirs.micros().saturating_sub(middle), at: answered });
    }

    /// `time` on the venue's clock, in its milliseconds.
    pub(super) fn theirs_ms(&self, time: Timestamp) -> i64 {
        time.plus_micros(self.lock().map_or(0, |measured| measured.ahead_us)).millis()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Measured>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn a_clock_is_corrected_by_the_middle_of_a_question_until_it_is_forgotten() {
        let offset = Offset::default();
        assert_eq!((offset.theirs_ms(at(50)), offset.is_measured()), (50, false));
        offset.measure(at(1_000), at(1_200), at(4_100));
        assert_eq!((offset.theirs_ms(at(2_000)), offset.is_measured()), (5_000, true));
        offset.forget();
        assert_eq!(offset.theirs_ms(at(2_000)), 2_000);
    }

    #[test]
    fn a_measure_grows_old_and_does_not_outlive_a_clock_that_went_back() {
        let offset = Offset::default();
        offset.measure(at(1_000), at(1_000), at(1_000));
        let fresh = [at(999), at(1_000), at(1_800_999), at(1_801_000)].map(|now| offset.is_fresh(now));
        assert_eq!((fresh, offset.is_measured()), ([false, true, true, false], true));
    }
}
