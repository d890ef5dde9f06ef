//! The writes of one batch. PostgreSQL runs each statement as it comes; SQLite, whose every call is a trip to a thread of its
//! own, gets all of them at once with their transaction around them.

use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use super::{Db, StoreError, Tx};

/// What writing functions write into.
pub enum Writes<'a> {
    Script(&'a mut Script),
    Tx(&'a mut Tx),
}

/// A batch on its way to the disk. Dropped without `commit`, nothing of it happened.
pub enum Batch {
    Script(Script),
    Tx(Tx),
}

/// Statements with their values, in order. Nothing runs before `commit`.
pub struct Script {
    pool: SqlitePool,
    text: QueryBuilder<Sqlite>,
    is_common: bool,
}

/// What SQLite says of `abs(-2^63)`, which stands where fewer rows changed than had to.
const GUARD: &str = "abs(-9223372036854775807 - 1)";
const GUARD_WORDS: &str = "integer overflow";

impl Batch {
    /// `reading` is the transaction in which the accounts were locked; SQLite has none. `is_common`: the same statements will
    /// come again, and are kept prepared.
    pub fn new(db: &Db, reading: Option<Tx>, is_common: bool) -> Result<Self, StoreError> {
        match (db, reading) {
            (Db::Sqlite(pool), None) => {
                Ok(Self::Script(Script { pool: pool.clone(), text: QueryBuilder::new("BEGIN IMMEDIATE; "), is_common }))
            }
            (_, Some(tx)) => Ok(Self::Tx(tx)),
            (Db::Postgres(_), None) => Err(StoreError::Conflict),
        }
    }

    pub fn writes(&mut self) -> Writes<'_> {
        match self {
            Self::Script(script) => Writes::Script(script),
            Self::Tx(tx) => Writes::Tx(tx),
        }
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Script(script) => script.commit().await,
            Self::Tx(tx) => tx.commit().await,
        }
    }
}

impl Script {
    pub(super) fn text(&mut self) -> &mut QueryBuilder<Sqlite> {
        &mut self.text
    }

    pub(super) fn end(&mut self) {
        self.text.push("; ");
    }

    /// The statement before must have changed so many rows, or the whole script fails as a conflict.
    pub(super) fn expect_changes(&mut self, rows: usize) {
        self.text.push(format_args!("SELECT CASE WHEN changes() = {rows} THEN 1 ELSE {GUARD} END; "));
    }

    async fn commit(mut self) -> Result<(), StoreError> {
        self.text.push("COMMIT");
        let mut connection = self.pool.acquire().await?;
        let done = self.text.build().persistent(self.is_common).execute(&mut *connection).await;
        let Err(error) = done else { return Ok(()) };
        // A full disk has rolled back by itself; a connection that is in a transaction still is of no use any more.
        let is_outside = sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await.is_ok()
            || sqlx::raw_sql("BEGIN; ROLLBACK").execute(&mut *connection).await.is_ok();
        if !is_outside {
            connection.close().await?;
        }
        let is_guard = error.as_database_error().is_some_and(|e| e.message().contains(GUARD_WORDS));
        Err(if is_guard { StoreError::Conflict } else { error.into() })
    }
}
