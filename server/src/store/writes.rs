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

/// The one that writes batches into an SQLite file. Nothing on PostgreSQL.
#[derive(Clone)]
pub struct Writer(Option<Arc<Mutex<Option<Journal>>>>);

impl Writer {
    /// The tables are those of this program. `StoreError::InUse`: another process has the file.
    pub async fn of(db: &Db) -> Result<Self, StoreError> {
        let Db::Sqlite(embedded) = db else { return Ok(Self(None)) };
        let options = embedded.pool().connect_options();
        let journal = Journal::open(embedded.file(), &options, Arc::clone(embedded.progress())).await?;
        Ok(Self(Some(Arc::new(Mutex::new(Some(journal))))))
    }

    /// Whether an order that took one of these names may be acknowledged and not in the tables yet.
    pub async fn is_behind(&self, names: &[(AccountId, String)]) -> bool {
        let Some(journal) = &self.0 else { return false };
        journal.lock().await.as_mut().is_some_and(|journal| journal.is_behind(names))
    }

    /// Everything acknowledged is in the tables afterwards.
    pub async fn close(&self) {
        let Some(journal) = &self.0 else { return };
        if let Some(journal) = journal.lock().await.take() {
            journal.close().await;
        }
    }

    async fn append(&self, entry: Entry) -> Result<(), StoreError> {
        let Some(journal) = &self.0 else { return Err(StoreError::Conflict) };
        match journal.lock().await.as_mut() {
            Some(journal) => journal.append(entry).await,
            None => Err(StoreError::Unavailable(sqlx::Error::PoolClosed)),
        }
    }
}

impl Batch {
    /// `reading` is the transaction in which the accounts were locked; SQLite has none.
    pub fn new(writer: &Writer, reading: Option<Tx>) -> Result<Self, StoreError> {
        match (&writer.0, reading) {
            (Some(_), None) => Ok(Self::Entry(Entry::default(), writer.clone())),
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
