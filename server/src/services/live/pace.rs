//! Whether the wall clock goes as a steady one does: it does not after a sleep of the machine, or when somebody sets it.

use std::time::Duration;

use speedtrade::time::Timestamp;

#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    wall: Timestamp,
    steady: Duration,
}

impl Pace {
    pub(super) const fn from(wall: Timestamp, steady: Duration) -> Self {
        Self { wall, steady }
    }

    /// By how many microseconds the wall clock went further than the other since the look before.
    pub(super) fn look(&mut self, wall: Timestamp, steady: Duration) -> i64 {
        let gone = i64::try_from(steady.saturating_sub(self.steady).as_micros()).unwrap_or(i64::MAX);
        let parted = wall.micros().saturating_sub(self.wall.micros()).saturating_sub(gone);
        (self.wall, self.steady) = (wall, steady);
        parted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_part_by_what_one_of_them_jumped_since_the_last_look() {
        let second = Duration::from_secs(1);
        let mut pace = Pace::from(Timestamp::from_micros(10_000_000), second);
        assert_eq!(pace.look(Timestamp::from_micros(11_000_250), second * 2), 250);
        assert_eq!(pace.look(Timestamp::from_micros(72_000_250), second * 3), 60_000_000, "asleep for a minute");
        assert_eq!(pace.look(Timestamp::from_micros(73_000_250), second * 4), 0, "counted once");
        assert_eq!(pace.look(Timestamp::from_micros(69_000_250), second * 5), -5_000_000, "set back");
    }
}
