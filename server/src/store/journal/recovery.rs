//! What an earlier process acknowledged and did not write into the tables, at the next start.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    super::StoreError,
    entry::Entry,
    slots::{self, Found},
    tables,
};

/// Entries that are written at once.
const CHUNK: usize = 256;

/// Who has it is the one process that writes the journal of a database. Ends with it.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

impl Lock {
    /// `None`: another process has it.
    pub(super) fn take(database: &Path) -> io::Result<Option<Self>> {
        let [path, _] = slots::paths(database);
        let file = slots::open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Whose journal it is, and the newest entry in the tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) tag: u64,
    pub(super) applied: u64,
}

/// Writes into the tables what is only in the journal, unless a running desk is about to. `None` without a journal.
pub async fn recover(database: &Path) -> Result<(), StoreError> {
    let has_journal = database.exists() && slots::paths(database).iter().any(|path| path.exists());
    if !has_journal {
        return Ok(());
    }
    let Some(lock) = Lock::take(database).map_err(unavailable)? else { return Ok(()) };
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(database).foreign_keys(false)).await?;
    let done = recover_with(&lock, &mut connection, database).await;
    connection.close().await?;
    done.map(|_| ())
}

/// The same by who has the lock already; says where the tables are now.
pub(super) async fn recover_with(_: &Lock, connection: &mut SqliteConnection, database: &Path) -> Result<Option<Place>, StoreError> {
    let Some(place) = find_place(connection).await? else { return Ok(None) };
    let found = slots::find(database, place.tag).map_err(unavailable)?;
    let missing: Vec<Found> = found.into_iter().filter(|record| record.number > place.applied).collect();
    let Some(last) = missing.last().map(|record| record.number) else { return Ok(Some(place)) };
    check_gaps(&missing, place, database)?;
    for chunk in missing.chunks(CHUNK) {
        let entries = chunk.iter().map(|record| Entry::decode(&record.entry)).collect::<Result<Vec<_>, _>>()?;
        let number = chunk.last().map_or(place.applied, |record| record.number);
        tables::apply(connection, &entries, number).await?;
    }
    tracing::info!(entries = missing.len(), "what was acknowledged before the last end is in the tables now");
    Ok(Some(Place { applied: last, ..place }))
}

async fn find_place(connection: &mut SqliteConnection) -> Result<Option<Place>, StoreError> {
    const TABLE: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'journal'";
    const FIND: &str = "SELECT tag, applied FROM journal";
    let (tables,): (i64,) = sqlx::query_as(TABLE).fetch_one(&mut *connection).await?;
    if tables == 0 {
        return Ok(None);
    }
    let found: Option<(i64, i64)> = sqlx::query_as(FIND).fetch_optional(connection).await?;
    let place = |(tag, applied): (i64, i64)| {
        let applied = u64::try_from(applied).map_err(|e| StoreError::corrupt("journal", e))?;
        Ok(Place { tag: tag.cast_unsigned(), applied })
    };
    found.map(place).transpose()
}

/// The tables of an older copy lack entries that the journal has no longer.
fn check_gaps(missing: &[Found], place: Place, database: &Path) -> Result<(), StoreError> {
    let expected = (place.applied + 1..).zip(missing).find(|(number, record)| *number != record.number);
    let Some((number, record)) = expected else { return Ok(()) };
    let files: Vec<PathBuf> = slots::paths(database).into();
    Err(StoreError::corrupt(
        "journal",
        format!(
            "the database ends before entry {number}, its journal goes on with {}: the database is older than its journal. \
             Put back the newer database, or move {} away to go on from the older one",
            record.number,
            files.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and ")
        ),
    ))
}

pub(super) fn unavailable(error: io::Error) -> StoreError {
    StoreError::Unavailable(error.into())
}
