//! How far the tables are behind the journal, and who waits for them.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::sync::{Notify, watch};

/// How long a reader waits for what was acknowledged before.
const WAIT_MAX: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Fine,
    /// The last try to write the tables failed: a full disk, most of the time. The next one may not.
    Stuck,
    /// The tables refuse what was acknowledged. Nothing more is taken.
    Broken,
}

/// What the tables have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Applied {
    /// The newest entry in the tables.
    pub(super) number: u64,
    /// The newest entry in the tables as they survive a power cut.
    pub(super) durable: u64,
    pub(super) health: Health,
    pub(super) tries: u64,
}

#[derive(Debug)]
pub(in crate::store) struct Progress {
    /// The newest acknowledged entry.
    written: AtomicU64,
    applied: watch::Sender<Applied>,
    wanted: Notify,
}

impl Default for Progress {
    fn default() -> Self {
        let applied = Applied { number: 0, durable: 0, health: Health::Fine, tries: 0 };
        Self { written: AtomicU64::new(0), applied: watch::Sender::new(applied), wanted: Notify::new() }
    }
}

impl Progress {
    /// Both ends are at `number`: a journal begins.
    pub(super) fn begin_at(&self, number: u64) {
        self.written.store(number, Ordering::Release);
        self.applied.send_replace(Applied { number, durable: number, health: Health::Fine, tries: 0 });
    }

    pub(super) fn acknowledge(&self, number: u64) {
        self.written.store(number, Ordering::Release);
    }

    pub(super) fn now(&self) -> Applied {
        *self.applied.borrow()
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut Applied)) {
        self.applied.send_modify(change);
    }

    /// Has the tables written now.
    pub(super) fn ask(&self) {
        self.wanted.notify_one();
    }

    /// Ends when somebody wants the tables to be written now.
    pub(super) async fn asked(&self) {
        self.wanted.notified().await;
    }

    /// Waits until the tables have everything that was acknowledged before this call. False: they can't be written now.
    pub(in crate::store) async fn settled(&self) -> bool {
        let target = self.written.load(Ordering::Acquire);
        self.reached(|applied| applied.number >= target).await
    }

    /// Waits until `is_enough`. Where the last try failed, one more is made at once and counts.
    pub(super) async fn reached(&self, is_enough: impl Fn(&Applied) -> bool) -> bool {
        let now = self.now();
        if is_enough(&now) {
            return true;
        }
        self.ask();
        let has_ended = |applied: &Applied| {
            let has_failed = match applied.health {
                Health::Fine => false,
                Health::Stuck => applied.tries > now.tries,
                Health::Broken => true,
            };
            is_enough(applied) || has_failed
        };
        let mut applied = self.applied.subscribe();
        let ended = tokio::time::timeout(WAIT_MAX, applied.wait_for(has_ended)).await;
        ended.is_ok_and(|applied| applied.is_ok_and(|applied| is_enough(&applied)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_waits_for_what_was_acknowledged_and_no_longer() {
        let progress = Progress::default();
        progress.begin_at(7);
        assert!(progress.settled().await, "nothing is behind");
        progress.acknowledge(8);
        let (waited, ()) = tokio::join!(progress.settled(), async { progress.note(|applied| applied.number = 8) });
        assert!(waited);
    }

    #[tokio::test]
    async fn a_failed_try_ends_the_wait_and_one_more_is_made_for_each_who_asks() {
        let progress = Progress::default();
        progress.acknowledge(1);
        let fail = |applied: &mut Applied| (applied.health, applied.tries) = (Health::Stuck, applied.tries + 1);
        let (waited, ()) = tokio::join!(progress.settled(), async { progress.note(fail) });
        assert!(!waited);
        let (waited, ()) = tokio::join!(progress.settled(), async {
            progress.asked().await;
            progress.note(|applied| (applied.health, applied.number) = (Health::Fine, 1));
        });
        assert!(waited, "the second try went well");
    }

    #[tokio::test]
    async fn tables_that_refuse_are_waited_for_by_nobody() {
        let progress = Progress::default();
        progress.acknowledge(1);
        progress.note(|applied| applied.health = Health::Broken);
        assert!(!progress.settled().await);
    }
}
