//! The journal of an SQLite file: what a batch writes is acknowledged once it is in the journal, by one flush of a few
//! kilobytes, and goes into the tables beside it, many batches at a time. Only the process that holds its lock writes it.
//!
//! Must never acknowledge what a later start would not find, nor more than the tables can take: when they are too far behind the
//! next batch waits, and when they can't be written it is refused.

mod applier;
mod blocks;
mod entry;
mod progress;
mod recovery;
mod slots;
mod tables;
#[cfg(test)]
mod tests;

use std::{collections::VecDeque, path::Path, sync::Arc};

use tokio::{sync::mpsc, task::JoinHandle};

use self::{
    applier::{Applier, Task},
    entry::Name,
    progress::Health,
    recovery::{Lock, unavailable},
    slots::{HEAD, NotWritten, Slots},
};
use super::StoreError;

pub(super) use self::{
    entry::{Entry, Form},
    progress::Progress,
};

pub use self::recovery::recover;

/// Acknowledged and not in the tables yet: so little that a start after a crash takes a second. The batch after that waits.
const BEHIND_MAX: usize = 64 << 20;
/// So much is written into the tables at once, asked for or not: the more, the fewer pages are written twice.
const ASK_AT: usize = BEHIND_MAX / 2;

pub(super) struct Journal {
    slots: Slots,
    progress: Arc<Progress>,
    number: u64,
    /// Of entries that may not be in the tables yet: their numbers, sizes and names.
    behind: VecDeque<(u64, usize, Vec<Name>)>,
    behind_bytes: usize,
    queue: mpsc::UnboundedSender<Task>,
    applier: JoinHandle<()>,
    /// An entry that nobody knows of may be on the disk; the next start will tell.
    is_unsure: bool,
    _lock: Arc<Lock>,
}

impl Journal {
    /// Writes into the tables what is only in the journal, then goes on from there. The tables are those of this program.
    pub(super) async fn open(database: &Path, progress: Arc<Progress>) -> Result<Self, StoreError> {
        let lock = Arc::new(Lock::take(database).map_err(unavailable)?.ok_or(StoreError::InUse)?);
        let (file, held) = (database.to_owned(), Arc::clone(&lock));
        let going_on = recovery::blocking(move || {
            let mut connection = tables::open(&file)?;
            recovery::go_on(&held, &mut connection, &file).map(|place| (connection, place))
        });
        let (connection, place) = going_on.await?;
        applier::sync_log(database).map_err(unavailable)?;
        let slots = Slots::open(database, place.tag).map_err(unavailable)?;
        progress.begin_at(place.applied);
        let (queue, tasks) = mpsc::unbounded_channel();
        let applier = Applier::new(connection, database, Arc::clone(&progress), Arc::clone(&lock));
        let applier = tokio::spawn(applier.run(tasks));
        let number = place.applied;
        Ok(Self { slots, progress, number, behind: VecDeque::new(), behind_bytes: 0, queue, applier, is_unsure: false, _lock: lock })
    }

    /// Acknowledges an entry. Blocks the thread for the flush.
    pub(super) async fn append(&mut self, entry: Entry) -> Result<(), StoreError> {
        if entry.is_empty() {
            return Ok(());
        }
        let mut record = vec![0; HEAD];
        entry.encode(&mut record);
        if record.len() > slots::ENTRY_MAX {
            return Err(StoreError::corrupt("journal", format!("an entry of {} bytes", record.len())));
        }
        self.wait_for_room().await?;
        let number = self.number + 1;
        match self.slots.append(number, &mut record, self.progress.now().durable) {
            Ok(()) => {}
            Err(NotWritten::Refused(error)) => return Err(unavailable(error)),
            Err(NotWritten::Unknown(error)) => {
                self.is_unsure = true;
                tracing::error!(%error, "the disk does not say whether it has an entry of the journal: start the desk again");
                return Err(StoreError::OutcomeUnknown);
            }
        }
        self.number = number;
        self.progress.acknowledge(number);
        let (parts, names) = entry.into_parts();
        self.behind.push_back((number, record.len(), names));
        self.behind_bytes += record.len();
        if self.behind_bytes >= ASK_AT {
            self.progress.ask();
        }
        let task = Task { number, bytes: record.len(), parts };
        if self.queue.send(task).is_err() {
            // This one is written at the next start. The next one is refused.
            self.progress.note(|applied| applied.health = Health::Broken);
        }
        Ok(())
    }

    async fn wait_for_room(&mut self) -> Result<(), StoreError> {
        if self.is_unsure {
            return Err(StoreError::OutcomeUnknown);
        }
        self.forget_applied();
        let is_stuck = self.progress.now().health != Health::Fine;
        // Half of it, so that not every batch waits for the one before.
        let wanted = match self.behind.get(self.behind.len() / 2) {
            Some((number, ..)) if is_stuck || self.behind_bytes > BEHIND_MAX => *number,
            _ => return Ok(()),
        };
        if self.progress.reached(|applied| applied.number >= wanted && applied.health == Health::Fine).await {
            self.forget_applied();
            return Ok(());
        }
        Err(unavailable(std::io::Error::other("the tables can't be written now")))
    }

    fn forget_applied(&mut self) {
        let applied = self.progress.now().number;
        while let Some((number, bytes, _)) = self.behind.front()
            && *number <= applied
        {
            self.behind_bytes -= bytes;
            self.behind.pop_front();
        }
    }

    /// Whether an order that took one of these names may not be in the tables yet.
    pub(super) fn is_behind(&mut self, names: &[Name]) -> bool {
        self.forget_applied();
        self.behind.iter().flat_map(|(.., taken)| taken).any(|taken| names.contains(taken))
    }

    /// Waits until everything is in the tables, or can't be.
    pub(super) async fn close(self) {
        let Self { queue, applier, .. } = self;
        drop(queue);
        if let Err(error) = applier.await {
            tracing::error!(%error, "what is only in the journal is written at the next start");
        }
    }
}
