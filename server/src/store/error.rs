//! What can go wrong with the store. A miss is not an error: it is `Ok(None)`.

const POSTGRES_DEADLOCK: &str = "40P01";
const POSTGRES_SERIALIZATION: &str = "40001";

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database did not answer or refused to work now.
    #[error("the store is unavailable")]
    Unavailable(#[source] sqlx::Error),
    /// A row that no version of this program could have written.
    #[error("corrupt row in {table}: {what}")]
    Corrupt { table: &'static str, what: String },
    /// Somebody else changed the same rows first, or the key exists.
    #[error("conflicting change")]
    Conflict,
    /// Perhaps it is on the disk.
    #[error("the disk did not say whether it has the change")]
    OutcomeUnknown,
    #[error("another desk works with this database")]
    InUse,
    #[error("migration failed")]
    Migration(#[source] sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let is_lost_race = error.as_database_error().is_some_and(|e| {
            let code = e.code().unwrap_or_default();
            e.is_unique_violation() || code == POSTGRES_DEADLOCK || code == POSTGRES_SERIALIZATION
        });
        if is_lost_race { Self::Conflict } else { Self::Unavailable(error) }
    }
}

/// Of the one that writes the tables from the journal.
impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::ConstraintViolation) => Self::corrupt("journal", error),
            _ => Self::Unavailable(sqlx::Error::Io(std::io::Error::other(error))),
        }
    }
}

impl StoreError {
    pub(super) fn corrupt(table: &'static str, what: impl std::fmt::Display) -> Self {
        Self::Corrupt { table, what: what.to_string() }
    }
}
