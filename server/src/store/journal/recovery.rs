//! What an earlier process acknowledged and did not write into the tables, at the next start.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

use rusqlite::{Connection, OptionalExtension as _};

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

/// Writes into the tables what is only in the journal, unless a running desk is about to.
pub async fn recover(database: &Path) -> Result<(), StoreError> {
    let database = database.to_owned();
    blocking(move || recover_now(&database)).await
}

fn recover_now(database: &Path) -> Result<(), StoreError> {
    let has_journal = database.exists() && slots::paths(database).iter().any(|path| path.exists());
    if !has_journal {
        return Ok(());
    }
    let _lock = match Lock::take(database) {
        Ok(Some(lock)) => lock,
        Ok(None) => return Ok(()),
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
            tracing::warn!(%error, "the database is read without what may be in its journal alone");
            return Ok(());
        }
        Err(error) => return Err(unavailable(error)),
    };
    let mut connection = tables::open(database)?;
    let Some(place) = find_place(&connection)? else { return Ok(()) };
    let missing = find_missing(database, place)?;
    if follows(&missing, place) { write(&mut connection, &missing) } else { Ok(()) }
}

/// Where a desk goes on: after everything that was acknowledged. The tables of an older copy that was put back lack entries
/// that the journal has no longer; what it has is set aside then, and a new one begun.
pub(super) fn go_on(_: &Lock, connection: &mut Connection, database: &Path) -> Result<Place, StoreError> {
    let Some(place) = find_place(connection)? else { return begin(connection, 0) };
    let missing = find_missing(database, place)?;
    let Some((first, last)) = missing.first().zip(missing.last()) else { return Ok(place) };
    if follows(&missing, place) {
        write(connection, &missing)?;
        return Ok(Place { applied: last.number, ..place });
    }
    let files = slots::set_aside(database, first.number).map_err(unavailable)?;
    tracing::error!(
        database_ends_at = place.applied,
        journal_begins_at = first.number,
        journal_ends_at = last.number,
        set_aside = ?files,
        "the database is older than its journal, as after an old copy was put back: the desk goes on from the database"
    );
    begin(connection, place.applied)
}

/// A journal of its own for the database as it is.
fn begin(connection: &Connection, applied: u64) -> Result<Place, StoreError> {
    const BEGIN: &str = "INSERT INTO journal (one, tag, applied) VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET tag = excluded.tag";
    let tag: i64 = rand::random();
    let stored = i64::try_from(applied).map_err(|e| StoreError::corrupt("journal", e))?;
    connection.execute(BEGIN, [tag, stored])?;
    Ok(Place { tag: tag.cast_unsigned(), applied })
}

/// What the tables don't have, in order.
fn find_missing(database: &Path, place: Place) -> Result<Vec<Found>, StoreError> {
    let found = slots::find(database, place.tag).map_err(unavailable)?;
    Ok(found.into_iter().filter(|record| record.number > place.applied).collect())
}

fn follows(missing: &[Found], place: Place) -> bool {
    (place.applied + 1..).zip(missing).all(|(number, record)| number == record.number)
}

fn write(connection: &mut Connection, missing: &[Found]) -> Result<(), StoreError> {
    for chunk in missing.chunks(CHUNK) {
        let entries = chunk.iter().map(|record| Entry::decode(&record.entry)).collect::<Result<Vec<_>, _>>()?;
        if let Some(last) = chunk.last() {
            tables::apply(connection, &entries, last.number)?;
        }
    }
    if !missing.is_empty() {
        tracing::info!(entries = missing.len(), "what was acknowledged before the last end is in the tables now");
    }
    Ok(())
}

fn find_place(connection: &Connection) -> Result<Option<Place>, StoreError> {
    if !connection.table_exists(None, "journal")? {
        return Ok(None);
    }
    let found = connection.query_row("SELECT tag, applied FROM journal", [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let place = |(tag, applied): (i64, i64)| {
        let applied = u64::try_from(applied).map_err(|e| StoreError::corrupt("journal", e))?;
        Ok(Place { tag: tag.cast_unsigned(), applied })
    };
    found.map(place).transpose()
}

/// For what waits for the disk.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(unavailable(io::Error::other(error))))
}

pub(super) fn unavailable(error: io::Error) -> StoreError {
    StoreError::Unavailable(error.into())
}
