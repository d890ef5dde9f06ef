//! What the stream has told of each order, beside what the venue's lists show: a stream that tells nothing while orders change
//! is dead. Must never doubt a stream twice for the same change.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use speedtrade::{money::Qty, time::Timestamp};

use crate::broker::OrderReport;

#[derive(Debug, Default)]
pub(super) struct Telling(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    /// From then on the stream tells.
    began: Option<Timestamp>,
    known: HashMap<String, Word>,
    /// Changes that the lists have shown and the stream has not told, and since when.
    untold: HashMap<String, Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    filled: Qty,
    is_over: bool,
}

impl Word {
    fn of(report: &OrderReport) -> Self {
        Self { filled: report.filled_qty, is_over: report.status.is_final() }
    }

    fn says_more_than(self, other: Self) -> bool {
        self.filled > other.filled || (self.is_over && !other.is_over)
    }

    fn and(self, other: Self) -> Self {
        Self { filled: self.filled.max(other.filled), is_over: self.is_over || other.is_over }
    }
}

impl Told {
    fn learn(&mut self, report: &OrderReport) {
        let word = Word::of(report);
        self.known.entry(report.venue_id.clone()).and_modify(|known| *known = known.and(word)).or_insert(word);
    }
}

impl Telling {
    /// Everything was read, and the stream stands.
    pub(super) fn begin(&self, read: &[&OrderReport], now: Timestamp) {
        let mut told = self.lock();
        *told = Told { began: Some(now), ..Told::default() };
        for report in read {
            told.learn(report);
        }
    }

    pub(super) fn hear(&self, report: &OrderReport) {
        let mut told = self.lock();
        told.untold.remove(&report.venue_id);
        told.learn(report);
    }

    pub(super) fn hear_of(&self, venue_id: &str) {
        self.lock().untold.remove(venue_id);
    }

    /// What a list shows now. Orders that have only been placed prove nothing: some venues tell of them late.
    pub(super) fn compare(&self, listed: &[&OrderReport], now: Timestamp) {
        let mut told = self.lock();
        let Some(began) = told.began else { return };
        for report in listed {
            let word = Word::of(report);
            let is_change = match told.known.get(&report.venue_id) {
                Some(known) => word.says_more_than(*known),
                None => report.created_at.is_some_and(|at| at > began) && (word.is_over || !word.filled.is_zero()),
            };
            if is_change {
                told.untold.entry(report.venue_id.clone()).or_insert(now);
            }
            told.learn(report);
        }
        let shown: HashSet<&str> = listed.iter().map(|report| report.venue_id.as_str()).collect();
        told.known.retain(|id, word| !word.is_over || shown.contains(id.as_str()));
    }

    /// The stream is to tell something yet.
    pub(super) fn is_behind(&self) -> bool {
        !self.lock().untold.is_empty()
    }

    /// It is to tell something since `then` or longer.
    pub(super) fn is_silent_since(&self, then: Timestamp) -> bool {
        self.lock().untold.values().any(|since| *since <= then)
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use speedtrade::{instrument::AssetType, order::Side};

    use super::*;
    use crate::broker::VenueStatus;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    fn report(id: &str, created: i64, status: VenueStatus, filled: &str) -> OrderReport {
        let filled_qty = filled.parse().expect("a quantity");
        OrderReport { created_at: Some(at(created)), filled_qty, ..OrderReport::new(id.to_owned(), AssetType::Stock, Side::Buy, status) }
    }

    #[test]
    fn a_change_that_the_lists_show_has_to_be_told_in_time() {
        let (stream, open) = (Telling::default(), report("a", 1, VenueStatus::Open, "0"));
        stream.begin(&[&open], at(10));
        stream.compare(&[&open], at(40));
        assert!(!stream.is_behind());
        let filled = report("a", 1, VenueStatus::Filled, "2");
        stream.compare(&[&filled], at(70));
        assert!((stream.is_behind(), stream.is_silent_since(at(69))) == (true, false));
        assert!(stream.is_silent_since(at(70)));
        stream.hear(&filled);
        assert!(!stream.is_behind());
        stream.compare(&[&filled], at(100));
        assert!(!stream.is_behind(), "the same change is no change");
    }

    #[test]
    fn what_was_told_before_it_was_listed_is_no_silence() {
        let stream = Telling::default();
        stream.begin(&[], at(10));
        let traded = report("b", 20, VenueStatus::Filled, "1");
        stream.hear(&traded);
        stream.compare(&[&traded], at(30));
        assert!(!stream.is_behind());
    }

    #[test]
    fn new_orders_count_once_they_have_traded_and_old_ones_not_at_all() {
        let stream = Telling::default();
        stream.begin(&[], at(10));
        stream.compare(&[&report("new", 20, VenueStatus::Open, "0"), &report("old", 5, VenueStatus::Filled, "1")], at(30));
        assert!(!stream.is_behind());
        stream.compare(&[&report("new", 20, VenueStatus::Open, "1")], at(60));
        assert!(stream.is_behind());
        stream.hear_of("new");
        assert!(!stream.is_behind());
    }
}
