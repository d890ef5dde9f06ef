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

/// What need not be asked for: the stretch that a provider told, and what the operator imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    span: Option<Span>,
    /// Oldest first, with something between any two.
    imported: Vec<Span>,
}

impl Known {
    /// `imported` is in the order of time and may overlap.
    pub(super) fn new(span: Option<Span>, imported: Vec<Span>) -> Self {
        let mut apart: Vec<Span> = Vec::new();
        for next in imported {
            match apart.last_mut().and_then(|last| Some((last.joined(next)?, last))) {
                Some((joined, last)) => *last = joined,
                None => apart.push(next),
            }
        }
        let mut known = Self { span: None, imported: apart };
        known.span = span.map(|span| known.with_imported(span));
        known
    }

    /// The complete stretch, with what was imported next to it and within it.
    pub(super) fn span(&self) -> Option<Span> {
        self.span
    }

    /// What of `from..=to` is missing: before the complete stretch, nearest first, and behind it. The end is left alone when it
    /// was asked for of late.
    pub(super) fn gaps(&self, from: Timestamp, to: Timestamp, timeframe: Timeframe, is_recent: bool) -> Vec<Gap> {
        let complete_to = timeframe.bar_start(to);
        let Some(span) = self.span else { return self.beside_imported(Gap { from, to, complete_to }) };
        let before = (from < span.from).then(|| Gap { from, to: span.from.plus_micros(-1), complete_to: span.from });
        let behind = (to >= span.to && !is_recent).then_some(Gap { from: span.to, to, complete_to });
        let parts = |gap: Option<Gap>| gap.map(|gap| self.beside_imported(gap)).unwrap_or_default();
        parts(before).into_iter().rev().chain(parts(behind)).collect()
    }

    /// These bars are there too. Of an answer that is full the older part may be missing; of two stretches apart the newer one
    /// counts.
    pub(super) fn fill(&mut self, gap: &Gap, bars: &[Bar]) {
        let from = bars.first().filter(|_| bars.len() >= FETCH_MAX).map_or(gap.from, |first| first.t);
        let got = Span { from, to: gap.complete_to };
        let newest = match self.span {
            Some(span) => span.joined(got).unwrap_or(if got.to > span.to { got } else { span }),
            None => got,
        };
        self.span = Some(self.with_imported(newest));
    }

    fn with_imported(&self, span: Span) -> Span {
        self.imported.iter().fold(span, |span, imported| span.joined(*imported).unwrap_or(span))
    }

    /// What of the gap was not imported, oldest first.
    fn beside_imported(&self, gap: Gap) -> Vec<Gap> {
        let mut left = Vec::new();
        let mut from = gap.from;
        for imported in self.imported.iter().filter(|imported| imported.to > gap.from && imported.from <= gap.to) {
            if from < imported.from {
                left.push(Gap { from, to: imported.from.plus_micros(-1), complete_to: imported.from });
            }
            from = imported.to;
        }
        if from <= gap.to {
            left.push(Gap { from, ..gap });
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use speedtrade::time::MINUTE_US;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_micros(minute * MINUTE_US)
    }

    fn span((from, to): (i64, i64)) -> Span {
        Span { from: at(from), to: at(to) }
    }

    fn known(told: Option<(i64, i64)>, imported: &[(i64, i64)]) -> Known {
        Known::new(told.map(span), imported.iter().copied().map(span).collect())
    }

    fn minutes(gaps: &[Gap]) -> Vec<(i64, i64)> {
        gaps.iter().map(|gap| (gap.from.micros() / MINUTE_US, gap.to.micros() / MINUTE_US)).collect()
    }

    #[test]
    fn only_what_is_missing_is_asked_for() {
        let gaps = |told, from, to, is_recent| minutes(&known(told, &[]).gaps(at(from), at(to), Timeframe::M1, is_recent));
        assert_eq!(gaps(None, 10, 20, false), [(10, 20)]);
        assert_eq!(gaps(Some((10, 20)), 12, 18, false), []);
        assert_eq!(gaps(Some((10, 20)), 5, 18, false), [(5, 9)]);
        assert_eq!(gaps(Some((10, 20)), 5, 25, false), [(5, 9), (20, 25)]);
        assert_eq!(gaps(Some((10, 20)), 12, 25, true), [], "the end was asked for a moment ago");
    }

    #[rstest]
    #[case::nothing_told(None, &[(12, 15)], &[(10, 11), (15, 40)])]
    #[case::all_imported(None, &[(5, 41)], &[])]
    #[case::two_apart(None, &[(12, 15), (20, 30)], &[(10, 11), (15, 19), (30, 40)])]
    #[case::two_that_overlap(None, &[(12, 25), (20, 23)], &[(10, 11), (25, 40)])]
    #[case::before(Some((30, 41)), &[(15, 20)], &[(20, 29), (10, 14)])]
    #[case::behind(Some((5, 20)), &[(25, 30)], &[(20, 24), (30, 40)])]
    #[case::next_to_what_was_told(Some((20, 41)), &[(15, 20)], &[(10, 14)])]
    #[case::elsewhere(Some((10, 41)), &[(1, 5), (50, 60)], &[])]
    fn what_was_imported_is_not_asked_for(#[case] told: Option<(i64, i64)>, #[case] imported: &[(i64, i64)], #[case] asked: &[(i64, i64)]) {
        let mut known = known(told, imported);
        let gaps = known.gaps(at(10), at(40), Timeframe::M1, false);
        assert_eq!(minutes(&gaps), asked);
        for gap in &gaps {
            known.fill(gap, &[]);
        }
        assert!(known.gaps(at(10), at(39), Timeframe::M1, false).is_empty(), "all is complete then: {known:?}");
    }

    #[test]
    fn a_stretch_grows_where_it_joins_and_is_begun_anew_where_it_does_not() {
        let filled = |from, to, bars: &[Bar]| {
            let mut known = known(Some((10, 20)), &[]);
            known.fill(&Gap { from: at(from), to: at(to), complete_to: at(to) }, bars);
            known.span()
        };
        assert_eq!(filled(20, 30, &[]), Some(span((10, 30))));
        assert_eq!(filled(5, 10, &[]), Some(span((5, 20))));
        assert_eq!(filled(1, 5, &[]), Some(span((10, 20))), "the newer one counts");
        let price = "1".parse().expect("valid");
        let bar = |minute| Bar { t: at(minute), o: price, h: price, l: price, c: price, v: speedtrade::money::Qty::ZERO };
        let full: Vec<_> = (0..FETCH_MAX).map(|nth| bar(50_000 + i64::try_from(nth).expect("small"))).collect();
        assert_eq!(filled(20, 60_000, &full), Some(span((50_000, 60_000))), "older bars may be missing");
    }
}
