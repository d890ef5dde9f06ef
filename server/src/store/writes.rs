//! The writes of one batch. PostgreSQL runs each statement as it comes; SQLite gets all of them as one entry of its journal.

use std::sync::Arc;

use speedtrade::ids::AccountId;
use tokio::sync::Mutex;

use super::{
    Db, StoreError, Tx,
    journal::{Entry, Journal},
};

/// What writing functions write into.
pub enum Writes<'a> {
    Entry(&'a mut Entry),
    Tx(&'a mut Tx),
}

/// A batch on its way to the disk. Dropped without `commit`, nothing of it happened.
pub enum Batch {
    Entry(Entry, Writer),
    Tx(Tx),
}

/// The one that writes batches into an SQLite file, for all who share it. Nothing on PostgreSQL.
#[derive(Clone)]
pub struct Writer(Option<Arc<Mutex<Journal>>>);

impl Writer {
    /// The tables are those of this program. `StoreError::InUse`: another process has the file.
    pub async fn of(db: &Db) -> Result<Self, StoreError> {
        let Db::Sqlite(embedded) = db else { return Ok(Self(None)) };
        let journal = Journal::open(embedded.file(), Arc::clone(embedded.progress())).await?;
        Ok(Self(Some(Arc::new(Mutex::new(journal)))))
    }

    /// Whether an order that took one of these names may be acknowledged and not in the tables yet.
    pub async fn is_behind(&self, names: &[(AccountId, String)]) -> bool {
        let Some(journal) = &self.0 else { return false };
        journal.lock().await.is_behind(names)
    }

    /// For who is done with it. The last one waits until everything acknowledged is in the tables.
    pub async fn close(self) {
        if let Some(journal) = self.0.and_then(Arc::into_inner) {
            journal.into_inner().close().await;
        }
    }

    /// What this process alone writes goes into an entry; nothing on PostgreSQL, where other hosts write, too.
    pub fn new_entry(&self) -> Option<Entry> {
        self.0.as_ref().map(|_| Entry::default())
    }

    /// Blocks its thread for a flush of the disk.
    pub async fn append(&self, entry: Entry) -> Result<(), StoreError> {
        let Some(journal) = &self.0 else { return Err(StoreError::Conflict) };
        journal.lock().await.append(entry).await
    }
}

impl Batch {
    /// `reading` is the transaction in which the accounts were locked; SQLite has none.
    pub fn new(writer: &Writer, reading: Option<Tx>) -> Result<Self, StoreError> {
        match (writer.new_entry(), reading) {
            (Some(entry), None) => Ok(Self::Entry(entry, writer.clone())),
            (_, Some(tx)) => Ok(Self::Tx(tx)),
            (None, None) => Err(StoreError::Conflict),
        }
    }

    pub fn writes(&mut self) -> Writes<'_> {
        match self {
            Self::Entry(entry, _) => Writes::Entry(entry),
            Self::Tx(tx) => Writes::Tx(tx),
        }
    }

    /// Blocks its thread for a flush of the disk.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Entry(entry, writer) => writer.append(entry).await,
            Self::Tx(tx) => tx.commit().await,
        }
    }
}
