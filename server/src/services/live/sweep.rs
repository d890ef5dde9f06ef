//! How far a reading goes where a venue has to be asked symbol by symbol: everything at the start of the process, because the
//! books may be an old backup's; afterwards what the books know, and the rest with a regular look.

use std::sync::{MutexGuard, PoisonError};

use speedtrade::{instrument::Symbol, time::Timestamp};

use super::desk::{Desk, Trouble};
use crate::{broker::Connector, store};

/// What a reading is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A session of the stream begins, and the gate is closed.
    Session,
    Regular,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sweep {
    done_at: Option<Timestamp>,
    /// Since then the symbols that are not in the books were not asked for.
    owed_since: Option<Timestamp>,
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct Reach {
    pub(super) symbols: Vec<Symbol>,
    pub(super) since: Timestamp,
    /// All that the account could have traded.
    is_whole: bool,
    began: Timestamp,
    owed_since: Option<Timestamp>,
}

impl Sweep {
    /// Whether all is asked for, and since when.
    fn plan(&mut self, reading: Reading, since: Timestamp, now: Timestamp, pause_us: i64) -> Option<Timestamp> {
        match (reading, self.done_at) {
            (Reading::Session, None) => Some(since),
            (Reading::Session, Some(_)) => {
                self.owed_since = Some(self.owed_since.map_or(since, |owed| owed.min(since)));
                None
            }
            (Reading::Regular, None) => None,
            (Reading::Regular, Some(done)) => {
                let is_time = now < done || now >= done.plus_micros(pause_us);
                self.owed_since.filter(|_| is_time).map(|owed| owed.min(since))
            }
        }
    }
}

impl<C: Connector> Desk<C> {
    /// `open`: symbols of what is open at the venue.
    pub(super) async fn reach(&self, reading: Reading, since: Timestamp, open: impl Iterator<Item = Symbol>) -> Result<Reach, Trouble> {
        let mut symbols = self.books.symbols().await?;
        symbols.extend(open.filter(|symbol| self.books.is_listed(symbol)));
        let began = self.books.now();
        let (plan, owed_since) = {
            let mut sweep = self.sweep();
            let plan = if C::IS_ASKED_BY_SYMBOL { sweep.plan(reading, since, began, self.timing.sweep_pause_us) } else { None };
            (plan, sweep.owed_since)
        };
        if plan.is_some() {
            symbols.extend(self.books.coins());
        }
        let symbols = symbols.into_iter().collect();
        Ok(Reach { symbols, since: plan.unwrap_or(since), is_whole: plan.is_some(), began, owed_since })
    }

    /// It was asked for, and all of it was answered.
    pub(super) fn has_read(&self, reach: &Reach) {
        if !reach.is_whole {
            return;
        }
        let mut sweep = self.sweep();
        sweep.done_at = Some(reach.began);
        // Another session may have begun meanwhile.
        if sweep.owed_since == reach.owed_since {
            sweep.owed_since = None;
        }
    }

    /// The books are compared up to `began`, unless something is owed from before.
    pub(super) async fn note_compared(&self, began: Timestamp) -> Result<(), Trouble> {
        if self.sweep().owed_since.is_none() {
            store::set_venue_books(&self.books.db, self.books.account, began).await?;
        }
        Ok(())
    }

    fn sweep(&self) -> MutexGuard<'_, Sweep> {
        self.sweep.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: i64 = 300_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    #[test]
    fn the_first_session_reads_all_and_later_ones_leave_it_to_a_regular_look() {
        let mut sweep = Sweep::default();
        assert_eq!(sweep.plan(Reading::Regular, at(0), at(1), PAUSE), None, "nothing is compared before the first session");
        assert_eq!(sweep.plan(Reading::Session, at(0), at(1), PAUSE), Some(at(0)));
        sweep.done_at = Some(at(1));
        assert_eq!(sweep.plan(Reading::Regular, at(50), at(60), PAUSE), None, "nothing is owed");
        assert_eq!(sweep.plan(Reading::Session, at(100), at(110), PAUSE), None);
        assert_eq!(sweep.plan(Reading::Session, at(105), at(120), PAUSE), None);
        assert_eq!(sweep.plan(Reading::Regular, at(110), at(130), PAUSE), None, "not so soon again");
        assert_eq!(sweep.plan(Reading::Regular, at(290), at(301), PAUSE), Some(at(100)));
        assert_eq!(sweep.plan(Reading::Regular, at(110), at(0), PAUSE), Some(at(100)), "a clock that was set back");
    }
}
