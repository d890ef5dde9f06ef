//! Depth by Binance's rule: changes are kept until a snapshot comes, older ones dropped, then each must join the one before.
//! Must never pass on a change that does not join.

use std::collections::VecDeque;

use speedtrade::market::{BookChange, Level};

/// Changes kept while waiting for a snapshot: a hundred seconds of them. When full, the oldest goes, and the snapshot that
/// does not join what is left is asked for again.
const WAITING_MAX: usize = 1_000;

#[derive(Debug)]
pub(super) struct Diff {
    pub(super) first_id: u64,
    pub(super) last_id: u64,
    pub(super) bids: Vec<Level>,
    pub(super) asks: Vec<Level>,
}

#[derive(Debug)]
pub(super) enum DepthBook {
    Waiting(VecDeque<Diff>),
    Live { last_id: u64 },
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Kept for later, or known already.
    Nothing,
    Change(BookChange),
    /// A change was missed: the book is unknown, and a new snapshot is needed.
    Gap,
}

/// The snapshot is older than the changes that are kept: ask again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooOld;

impl DepthBook {
    pub(super) fn new() -> Self {
        Self::Waiting(VecDeque::new())
    }

    /// A book that begins with an empty snapshot taken right before `first_id`.
    pub(super) fn from_nothing(first_id: u64) -> Self {
        Self::Live { last_id: first_id.saturating_sub(1) }
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting(_))
    }

    pub(super) fn diff(&mut self, diff: Diff) -> Step {
        match self {
            Self::Waiting(diffs) => {
                if diffs.len() == WAITING_MAX {
                    diffs.pop_front();
                }
                diffs.push_back(diff);
                Step::Nothing
            }
            Self::Live { last_id } if diff.last_id <= *last_id => Step::Nothing,
            Self::Live { last_id } if diff.first_id <= last_id.saturating_add(1) => {
                *last_id = diff.last_id;
                Step::Change(BookChange::Levels { bids: diff.bids, asks: diff.asks })
            }
            Self::Live { .. } => {
                *self = Self::Waiting(VecDeque::from([diff]));
                Step::Gap
            }
        }
    }

    /// The snapshot and the changes that came after it. A snapshot nobody waits for changes nothing.
    pub(super) fn snapshot(&mut self, last_id: u64, bids: Vec<Level>, asks: Vec<Level>) -> Result<Vec<BookChange>, TooOld> {
        let Self::Waiting(diffs) = self else { return Ok(Vec::new()) };
        diffs.retain(|diff| diff.last_id > last_id);
        if diffs.front().is_some_and(|diff| diff.first_id > last_id.saturating_add(1)) {
            return Err(TooOld);
        }
        let diffs = std::mem::take(diffs);
        *self = Self::Live { last_id };
        let mut changes = vec![BookChange::Snapshot { bids, asks }];
        for diff in diffs {
            match self.diff(diff) {
                Step::Change(change) => changes.push(change),
                Step::Nothing => {}
                // The kept changes do not join each other; those after the gap are kept still.
                Step::Gap => changes.clear(),
            }
        }
        if self.is_waiting() { Err(TooOld) } else { Ok(changes) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn diff(first_id: u64, last_id: u64) -> Diff {
        Diff { first_id, last_id, bids: Vec::new(), asks: Vec::new() }
    }

    fn change() -> Step {
        Step::Change(BookChange::Levels { bids: Vec::new(), asks: Vec::new() })
    }

    #[rstest]
    #[case::all_before(&[(1, 5)], 5, Some(1))]
    #[case::one_overlaps(&[(1, 5), (6, 12)], 10, Some(2))]
    #[case::one_joins(&[(11, 12), (13, 20)], 10, Some(3))]
    #[case::none_waits(&[], 10, Some(1))]
    #[case::snapshot_too_old(&[(12, 13)], 10, None)]
    #[case::a_hole_among_them(&[(11, 12), (14, 20)], 10, None)]
    fn a_snapshot_takes_the_changes_that_join_it(#[case] waiting: &[(u64, u64)], #[case] id: u64, #[case] changes: Option<usize>) {
        let mut book = DepthBook::new();
        for (first, last) in waiting {
            assert_eq!(book.diff(diff(*first, *last)), Step::Nothing);
        }
        assert_eq!(book.snapshot(id, Vec::new(), Vec::new()).ok().map(|changes| changes.len()), changes);
        assert_eq!(book.is_waiting(), changes.is_none());
    }

    #[test]
    fn a_missed_change_is_a_gap_until_the_next_snapshot() {
        let mut book = DepthBook::new();
        book.snapshot(10, Vec::new(), Vec::new()).expect("joins");
        assert_eq!(book.diff(diff(8, 10)), Step::Nothing, "known already");
        assert_eq!(book.diff(diff(9, 11)), change());
        assert_eq!(book.diff(diff(12, 14)), change());
        assert_eq!(book.diff(diff(16, 17)), Step::Gap);
        assert_eq!(book.diff(diff(18, 19)), Step::Nothing);
        assert_eq!(book.snapshot(14, Vec::new(), Vec::new()), Err(TooOld));
        assert_eq!(book.snapshot(16, Vec::new(), Vec::new()).map(|changes| changes.len()), Ok(3));
    }

    #[test]
    fn what_waits_for_a_snapshot_is_bounded() {
        let mut book = DepthBook::new();
        for id in 0..3 * WAITING_MAX as u64 {
            book.diff(diff(id, id));
        }
        let DepthBook::Waiting(diffs) = book else { panic!("it waits") };
        assert_eq!(diffs.len(), WAITING_MAX);
    }
}
