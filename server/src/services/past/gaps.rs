//! Which stretches of an instrument's bars are to be asked for, and which are complete afterwards. Pure.

use speedtrade::{
    market::{Bar, Calendar, Timeframe},
    time::{DAY_US, Timestamp},
};

use super::FETCH_MAX;
use crate::{market::WantedBars, store::Span};

/// How far back `limit` bars reach; over nights and weekends where the market closes.
pub(super) fn reach(wanted: &WantedBars, to: Timestamp, calendar: Calendar) -> Timestamp {
    let bars = i64::try_from(wanted.limit.min(FETCH_MAX)).unwrap_or(i64::MAX);
    let span = wanted.timeframe.step_us().saturating_mul(bars);
    let span = match (calendar, wanted.timeframe) {
        (Calendar::AlwaysOpen, _) | (Calendar::Nyse, Timeframe::W1) => span,
        (Calendar::Nyse, Timeframe::D1) => span / 2 * 3 + 5 * DAY_US,
        (Calendar::Nyse, Timeframe::M1 | Timeframe::M5 | Timeframe::M15 | Timeframe::H1) => span.saturating_mul(5) + 5 * DAY_US,
    };
    Timestamp::from_micros(to.micros().saturating_sub(span).max(0))
}

/// A stretch to ask for, and up to where the answer is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    complete_to: Timestamp,
}

impl Gap {
    /// The complete stretch when these bars are there too. Of an answer that is full the older part may be missing.
    pub(super) fn filled(&self, bars: &[Bar], span: Option<Span>) -> Span {
        let from = bars.first().filter(|_| bars.len() >= FETCH_MAX).map_or(self.from, |first| first.t);
        let got = Span { from, to: self.complete_to };
        match span {
            Some(span) if got.from <= span.to && span.from <= got.to => Span { from: got.from.min(span.from), to: got.to.max(span.to) },
            Some(_) | None => got,
        }
    }
}

/// What of `from..=to` is not in the span: before it, and behind it. The end is left alone when it was asked for of late.
pub(super) fn gaps(span: Option<Span>, from: Timestamp, to: Timestamp, timeframe: Timeframe, is_recent: bool) -> Vec<Gap> {
    let complete_to = timeframe.bar_start(to);
    let Some(span) = span else { return vec![Gap { from, to, complete_to }] };
    let before = (from < span.from).then(|| Gap { from, to: span.from.plus_micros(-1), complete_to: span.from });
    let behind = (to >= span.to && !is_recent).then_some(Gap { from: span.to, to, complete_to });
    before.into_iter().chain(behind).collect()
}

#[cfg(test)]
mod tests {
    use speedtrade::time::SECOND_US;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_micros(minute * 60 * SECOND_US)
    }

    fn span(from: i64, to: i64) -> Span {
        Span { from: at(from), to: at(to) }
    }

    #[test]
    fn only_what_is_missing_is_asked_for() {
        let gaps = |known, from, to, is_recent| -> Vec<(i64, i64)> {
            let gaps = gaps(known, at(from), at(to), Timeframe::M1, is_recent);
            gaps.iter().map(|gap| (gap.from.micros() / 60_000_000, gap.to.micros() / 60_000_000)).collect()
        };
        assert_eq!(gaps(None, 10, 20, false), [(10, 20)]);
        assert_eq!(gaps(Some(span(10, 20)), 12, 18, false), []);
        assert_eq!(gaps(Some(span(10, 20)), 5, 18, false), [(5, 9)]);
        assert_eq!(gaps(Some(span(10, 20)), 5, 25, false), [(5, 9), (20, 25)]);
        assert_eq!(gaps(Some(span(10, 20)), 12, 25, true), [], "the end was asked for a moment ago");
    }

    #[test]
    fn a_stretch_grows_where_it_joins_and_is_begun_anew_where_it_does_not() {
        let gap = |from, to| Gap { from: at(from), to: at(to), complete_to: at(to) };
        assert_eq!(gap(20, 30).filled(&[], Some(span(10, 20))), span(10, 30));
        assert_eq!(gap(5, 10).filled(&[], Some(span(10, 20))), span(5, 20));
        let price = "1".parse().expect("valid");
        let bar = |minute| Bar { t: at(minute), o: price, h: price, l: price, c: price, v: speedtrade::money::Qty::ZERO };
        let full: Vec<_> = (0..FETCH_MAX).map(|nth| bar(50_000 + i64::try_from(nth).expect("small"))).collect();
        assert_eq!(gap(20, 60_000).filled(&full, Some(span(10, 20))), span(50_000, 60_000), "older bars may be missing");
    }
}
