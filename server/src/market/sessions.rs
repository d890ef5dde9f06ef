//! Trading sessions in whole seconds since 1970. Asks the domain's calendar; knows no holiday itself.

use std::ops::Range;

use speedtrade::{
    market::Calendar,
    time::{SECOND_US, Timestamp},
};

pub(super) const DAY_S: i64 = 86_400;

/// A session, and the time until which it is the latest one. It never crosses midnight UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) open: i64,
    pub(super) close: i64,
    /// Opening of the next session.
    pub(super) next_open: i64,
}

impl Session {
    /// The session that runs at this second, or the last one before it.
    pub(super) fn latest(calendar: Calendar, second: i64) -> Session {
        match calendar {
            Calendar::AlwaysOpen => {
                let open = second.div_euclid(DAY_S) * DAY_S;
                Session { open, close: open + DAY_S, next_open: open + DAY_S }
            }
            Calendar::Nyse => {
                let open = calendar.day_start(at(second));
                let close = calendar.day_end(open);
                let next_open = calendar.day_start(calendar.day_end(close).plus_micros(-1));
                Session { open: open.seconds(), close: close.seconds(), next_open: next_open.seconds() }
            }
        }
    }

    pub(super) fn before(&self, calendar: Calendar) -> Session {
        Self::latest(calendar, self.open - 1)
    }

    pub(super) fn is_latest_at(&self, second: i64) -> bool {
        (self.open..self.next_open).contains(&second)
    }

    pub(super) fn day(&self) -> i64 {
        self.open.div_euclid(DAY_S)
    }

    /// Its seconds as seconds of the day, up to and with `through`.
    pub(super) fn seconds(&self, through: i64) -> Range<i64> {
        let midnight = self.day() * DAY_S;
        self.open - midnight..self.close.min(through + 1) - midnight
    }
}

/// The latest sessions at this second, newest first, without end.
pub(super) fn backward(calendar: Calendar, second: i64) -> impl Iterator<Item = Session> {
    std::iter::successors(Some(Session::latest(calendar, second)), move |session| Some(session.before(calendar)))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(second.saturating_mul(SECOND_US))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(text: &str) -> i64 {
        Timestamp::parse_rfc3339(text).expect("valid").seconds()
    }

    #[test]
    fn on_sunday_the_latest_session_is_fridays() {
        let friday = Session::latest(Calendar::Nyse, second("2026-11-22T12:00:00Z"));
        assert_eq!((friday.open, friday.close), (second("2026-11-20T14:30:00Z"), second("2026-11-20T21:00:00Z")));
        assert_eq!(friday.next_open, second("2026-11-23T14:30:00Z"));
        assert_eq!(friday.before(Calendar::Nyse).open, second("2026-11-19T14:30:00Z"));
        assert_eq!(friday.seconds(friday.open + 9), 52_200..52_210);
    }

    #[test]
    fn a_session_around_the_clock_is_a_utc_day() {
        let sessions: Vec<_> = backward(Calendar::AlwaysOpen, second("2026-11-22T12:00:00Z")).take(2).collect();
        assert_eq!(sessions[0].day(), sessions[1].day() + 1);
        assert_eq!(sessions[0].seconds(i64::MAX - 1), 0..86_400);
    }
}
