//! Brings the tables up to the journal, one transaction for all that has come meanwhile; a moment later, or at once when somebody
//! asks. A try that failed is made again.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::{
    super::StoreError,
    entry::Part,
    progress::{Health, Progress},
    recovery::{Lock, blocking},
    slots, tables,
};

/// Nobody has asked for them: more may come, and go into the same pages.
const LINGER: Duration = Duration::from_millis(500);
/// The tables are made safe from a power cut each time so much is new in them.
const SAFE_EVERY: usize = 8 << 20;
const PAUSE: Duration = Duration::from_secs(1);

/// One entry on its way.
pub(super) struct Task {
    pub(super) number: u64,
    pub(super) bytes: usize,
    pub(super) parts: Vec<Part>,
}

pub(super) struct Applier {
    /// Absent after a failure that it did not recover from.
    connection: Option<Connection>,
    database: PathBuf,
    progress: Arc<Progress>,
    /// In the tables, but not safe from a power cut.
    unsafe_bytes: usize,
    is_syncing: Arc<AtomicBool>,
    _lock: Arc<Lock>,
}

/// Waits until SQLite's own log is on the disk, and with it all that was committed.
pub(super) fn sync_log(database: &Path) -> io::Result<()> {
    match File::open(slots::beside(database, "-wal")) {
        Ok(log) => log.sync_data(),
        // Nothing is in it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

impl Applier {
    pub(super) fn new(connection: Connection, database: &Path, progress: Arc<Progress>, lock: Arc<Lock>) -> Self {
        Self {
            connection: Some(connection),
            database: database.to_owned(),
            progress,
            unsafe_bytes: 0,
            is_syncing: Arc::default(),
            _lock: lock,
        }
    }

    /// Ends when nothing more can come and all is done, or the tables can't be written.
    pub(super) async fn run(mut self, mut tasks: mpsc::UnboundedReceiver<Task>) {
        while let Some(first) = tasks.recv().await {
            if !tasks.is_closed() {
                let _ = tokio::time::timeout(LINGER, self.progress.asked()).await;
            }
            let (mut number, mut bytes, mut entries) = (first.number, first.bytes, vec![first.parts]);
            while let Ok(next) = tasks.try_recv() {
                (number, bytes) = (next.number, bytes + next.bytes);
                entries.push(next.parts);
            }
            let entries = Arc::new(entries);
            while !self.write(&entries, number, bytes).await {
                if self.progress.now().health == Health::Broken || tasks.is_closed() {
                    return;
                }
                let _ = tokio::time::timeout(PAUSE, self.progress.asked()).await;
            }
        }
    }

    async fn write(&mut self, entries: &Arc<Vec<Vec<Part>>>, number: u64, bytes: usize) -> bool {
        match self.try_write(entries, number).await {
            Ok(()) => {
                self.progress.note(|applied| (applied.number, applied.health) = (number, Health::Fine));
                self.unsafe_bytes += bytes;
                if self.unsafe_bytes >= SAFE_EVERY && !self.is_syncing.swap(true, Ordering::AcqRel) {
                    self.unsafe_bytes = 0;
                    self.make_safe(number);
                }
                true
            }
            Err(error) => {
                let health = if matches!(error, StoreError::Unavailable(_)) { Health::Stuck } else { Health::Broken };
                tracing::error!(error = &error as &dyn std::error::Error, number, ?health, "the tables don't take what is in the journal");
                self.progress.note(|applied| (applied.health, applied.tries) = (health, applied.tries + 1));
                false
            }
        }
    }

    async fn try_write(&mut self, entries: &Arc<Vec<Vec<Part>>>, number: u64) -> Result<(), StoreError> {
        let (kept, entries, database) = (self.connection.take(), Arc::clone(entries), self.database.clone());
        let written = blocking(move || {
            let mut connection = kept.map_or_else(|| tables::open(&database), Ok)?;
            tables::apply(&mut connection, &entries, number)?;
            Ok(connection)
        });
        // After a failure the connection is not kept: a full disk may have ended its transaction or not.
        self.connection = Some(written.await?);
        Ok(())
    }

    /// Beside the writing: a flush of megabytes takes its time.
    fn make_safe(&self, number: u64) {
        let (database, progress, is_syncing) = (self.database.clone(), Arc::clone(&self.progress), Arc::clone(&self.is_syncing));
        tokio::task::spawn_blocking(move || {
            match sync_log(&database) {
                Ok(()) => progress.note(|applied| applied.durable = number),
                Err(error) => tracing::warn!(%error, "the tables are not known to be on the disk; the journal keeps what they have"),
            }
            is_syncing.store(false, Ordering::Release);
        });
    }
}
