//! When a market is open: always, or the core session of the New York Stock Exchange with its holidays and early closes.
//! Source of the holiday rules: NYSE Rule 7.2 and the exchange's published calendars.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::America::New_York;

use crate::time::{DAY_US, Timestamp};

/// A part of the trading day. Pre is 4:00 to 9:30, post ends at 20:00, at 17:00 on early closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    Closed,
    Pre,
    Core,
    Post,
}

/// The times of one trading day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Day {
    pre: Timestamp,
    open: Timestamp,
    close: Timestamp,
    post_end: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// Open around the clock; a trading day is a UTC day.
    AlwaysOpen,
    /// 9:30 to 16:00 New York time, 13:00 on early closes.
    Nyse,
}

impl Calendar {
    pub fn is_open(self, now: Timestamp) -> bool {
        match self {
            Self::AlwaysOpen => true,
            Self::Nyse => self.session(now) == Session::Core,
        }
    }

    pub fn session(self, now: Timestamp) -> Session {
        let day = match self {
            Self::AlwaysOpen => return Session::Core,
            Self::Nyse => day_of(new_york_date(now)),
        };
        match day {
            Some(day) if day.pre <= now && now < day.open => Session::Pre,
            Some(day) if day.open <= now && now < day.close => Session::Core,
            Some(day) if day.close <= now && now < day.post_end => Session::Post,
            Some(_) | None => Session::Closed,
        }
    }

    /// The next opening of a core session after `now`; of an always open market, the next day's start.
    pub fn next_open(self, now: Timestamp) -> Timestamp {
        self.next(now, |day| day.open)
    }

    /// The next close of a core session after `now`.
    pub fn next_close(self, now: Timestamp) -> Timestamp {
        self.next(now, |day| day.close)
    }

    /// When a day order that trades in extended hours ends: with the post session.
    pub fn extended_day_end(self, now: Timestamp) -> Timestamp {
        self.next(now, |day| day.post_end)
    }

    fn next(self, now: Timestamp, time: impl Fn(&Day) -> Timestamp) -> Timestamp {
        let next_day = now.floor_to(DAY_US).plus_micros(DAY_US);
        match self {
            Self::AlwaysOpen => next_day,
            Self::Nyse => days_from(new_york_date(now)).map(|day| time(&day)).find(|at| *at > now).unwrap_or(next_day),
        }
    }

    /// When a day order placed now expires: the end of the running session, or of the next one.
    pub fn day_end(self, now: Timestamp) -> Timestamp {
        self.next_close(now)
    }

    /// When the trading day of `now` began: day profit counts from the close before it.
    pub fn day_start(self, now: Timestamp) -> Timestamp {
        match self {
            Self::AlwaysOpen => now.floor_to(DAY_US),
            Self::Nyse => {
                let date = new_york_date(now);
                let earlier = (0..10).filter_map(|back| date.checked_sub_days(Days::new(back))).filter_map(day_of);
                earlier.map(|day| day.open).find(|open| *open <= now).unwrap_or(now.floor_to(DAY_US))
            }
        }
    }
}

fn new_york_date(now: Timestamp) -> NaiveDate {
    now.to_utc().with_timezone(&New_York).date_naive()
}

fn days_from(date: NaiveDate) -> impl Iterator<Item = Day> {
    date.iter_days().take(10).filter_map(day_of)
}

fn day_of(date: NaiveDate) -> Option<Day> {
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    if weekend || is_holiday(date) {
        return None;
    }
    let (close, post_end) = if is_early_close(date) { (13, 17) } else { (16, 20) };
    let at = |hour, minute| local(date, hour, minute);
    Some(Day { pre: at(4, 0)?, open: at(9, 30)?, close: at(close, 0)?, post_end: at(post_end, 0)? })
}

fn local(date: NaiveDate, hour: u32, minute: u32) -> Option<Timestamp> {
    let naive = date.and_time(NaiveTime::from_hms_opt(hour, minute, 0)?);
    let at: DateTime<Utc> = New_York.from_local_datetime(&naive).single()?.with_timezone(&Utc);
    Some(Timestamp::from_micros(at.timestamp_micros()))
}

/// Days on which the exchange mourned a president (Bush, Carter).
const CLOSINGS: [(i32, u32, u32); 2] = [(2018, 12, 5), (2025, 1, 9)];

fn is_holiday(date: NaiveDate) -> bool {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let fixed = |m: u32, d: u32| is_observed(date, m, d);
    let nth_monday = |m: u32, nth: u32| month == m && date.weekday() == Weekday::Mon && (day - 1) / 7 + 1 == nth;
    let last_monday_of_may = month == 5 && date.weekday() == Weekday::Mon && day > 24;
    let good_friday = easter(year).and_then(|sunday| sunday.checked_sub_days(Days::new(2))) == Some(date);
    is_new_year(date)
        || CLOSINGS.contains(&(year, month, day))
        || nth_monday(1, 3)
        || nth_monday(2, 3)
        || good_friday
        || last_monday_of_may
        || (year >= 2022 && fixed(6, 19))
        || fixed(7, 4)
        || nth_monday(9, 1)
        || is_thanksgiving(date)
        || fixed(12, 25)
}

/// New Year's Day on a Saturday is not moved to the Friday before it.
fn is_new_year(date: NaiveDate) -> bool {
    date.month() == 1 && (date.day() == 1 || (date.day() == 2 && date.weekday() == Weekday::Mon))
}

fn is_observed(date: NaiveDate, month: u32, day: u32) -> bool {
    let Some(actual) = NaiveDate::from_ymd_opt(date.year(), month, day) else { return false };
    let shifted = match actual.weekday() {
        Weekday::Sat => actual.checked_sub_days(Days::new(1)),
        Weekday::Sun => actual.checked_add_days(Days::new(1)),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => Some(actual),
    };
    shifted == Some(date)
}

fn is_thanksgiving(date: NaiveDate) -> bool {
    date.month() == 11 && date.weekday() == Weekday::Thu && (date.day() - 1) / 7 == 3
}

fn is_early_close(date: NaiveDate) -> bool {
    let day_after_thanksgiving = date.checked_sub_days(Days::new(1)).is_some_and(is_thanksgiving);
    let july_third = (date.month(), date.day()) == (7, 3) && date.weekday() != Weekday::Fri;
    let christmas_eve = (date.month(), date.day()) == (12, 24) && date.weekday() != Weekday::Fri;
    day_after_thanksgiving || july_third || christmas_eve
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm, Meeus 1991, chapter 8).
#[expect(clippy::many_single_char_names, reason = "the letters of the published algorithm")]
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2026-11-20T14:29:59Z", false)]
    #[case("2026-11-20T14:30:00Z", true)]
    #[case("2026-11-20T20:59:59Z", true)]
    #[case("2026-11-20T21:00:00Z", false)]
    #[case("2026-07-02T13:30:00Z", true)]
    #[case("2026-11-22T15:00:00Z", false)]
    #[case("2026-11-26T15:00:00Z", false)]
    #[case("2026-11-27T17:59:00Z", true)]
    #[case("2026-11-27T18:00:00Z", false)]
    #[case("2026-04-03T15:00:00Z", false)]
    #[case("2026-07-03T15:00:00Z", false)]
    #[case("2021-12-31T15:00:00Z", true)]
    #[case("2025-07-03T17:30:00Z", false)]
    #[case("2024-03-29T15:00:00Z", false)]
    #[case("2027-06-18T15:00:00Z", false)]
    fn the_exchange_is_open_in_its_core_session(#[case] time: &str, #[case] open: bool) {
        assert_eq!(Calendar::Nyse.is_open(Timestamp::parse_rfc3339(time).expect("valid")), open);
    }

    #[test]
    fn a_day_order_of_friday_night_lives_until_monday_close() {
        let friday = Timestamp::parse_rfc3339("2026-11-20T22:00:00Z").expect("valid");
        assert_eq!(Calendar::Nyse.day_end(friday).to_string(), "2026-11-23T21:00:00.000Z");
        assert_eq!(Calendar::Nyse.day_start(friday).to_string(), "2026-11-20T14:30:00.000Z");
    }

    #[rstest]
    #[case("2026-11-20T08:59:59Z", Session::Closed)]
    #[case("2026-11-20T09:00:00Z", Session::Pre)]
    #[case("2026-11-20T14:30:00Z", Session::Core)]
    #[case("2026-11-20T21:00:00Z", Session::Post)]
    #[case("2026-11-21T00:59:59Z", Session::Post)]
    #[case("2026-11-21T01:00:00Z", Session::Closed)]
    #[case("2026-11-27T18:00:00Z", Session::Post)]
    #[case("2026-11-27T22:00:00Z", Session::Closed)]
    #[case("2025-01-09T16:00:00Z", Session::Closed)]
    fn the_day_has_three_sessions(#[case] time: &str, #[case] session: Session) {
        let now = Timestamp::parse_rfc3339(time).expect("valid");
        assert_eq!((Calendar::Nyse.session(now), Calendar::AlwaysOpen.session(now)), (session, Session::Core));
    }

    #[test]
    fn auctions_are_those_of_the_next_session() {
        let thursday = Timestamp::parse_rfc3339("2026-11-26T15:00:00Z").expect("valid");
        let at = |time: Timestamp| time.to_string();
        assert_eq!(at(Calendar::Nyse.next_open(thursday)), "2026-11-27T14:30:00.000Z");
        assert_eq!(at(Calendar::Nyse.next_close(thursday)), "2026-11-27T18:00:00.000Z");
        assert_eq!(at(Calendar::Nyse.extended_day_end(thursday)), "2026-11-27T22:00:00.000Z");
        assert_eq!(at(Calendar::AlwaysOpen.next_open(thursday)), "2026-11-27T00:00:00.000Z");
    }
}
