//! The writes of one batch. PostgreSQL runs each statement as it comes; SQLite, whose every call is a trip to a thread of its
//! own, gets all of them at once with their transaction around them.

use std::sync::Arc;

use sqlx::{Connection as _, QueryBuilder, Sqlite, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::Mutex;

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
    pen: Arc<Mutex<Pen>>,
    text: QueryBuilder<Sqlite>,
    is_common: bool,
}

/// The one connection that writes batches into an SQLite file, kept outside of the pool: pages that another connection has
/// changed are read again, and a pool asks a connection how it is before and after each use. Nothing on PostgreSQL.
#[derive(Clone)]
pub struct Writer(Option<Arc<Mutex<Pen>>>);

struct Pen {
    options: SqliteConnectOptions,
    /// Absent after a failure that it did not recover from; made anew for the next batch.
    connection: Option<SqliteConnection>,
}

impl Writer {
    pub async fn of(db: &Db) -> Result<Self, StoreError> {
        let Db::Sqlite(pool) = db else { return Ok(Self(None)) };
        let options = SqliteConnectOptions::clone(&pool.connect_options()).pragma("cache_size", "-16384");
        let connection = Some(SqliteConnection::connect_with(&options).await?);
        Ok(Self(Some(Arc::new(Mutex::new(Pen { options, connection })))))
    }

    pub async fn close(&self) {
        if let Some(pen) = &self.0
            && let Some(connection) = pen.lock().await.connection.take()
        {
            // What was written is on the disk already.
            let _ = connection.close().await;
        }
    }
}

impl Pen {
    async fn write(&mut self, text: &mut QueryBuilder<Sqlite>, is_common: bool) -> Result<(), StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&self.options).await?,
        };
        let done = text.build().persistent(is_common).execute(&mut connection).await;
        let Err(error) = done else {
            self.connection = Some(connection);
            return Ok(());
        };
        // A full disk has rolled back by itself; a connection that is in a transaction still is of no use any more.
        let is_outside = sqlx::raw_sql("ROLLBACK").execute(&mut connection).await.is_ok()
            || sqlx::raw_sql("BEGIN; ROLLBACK").execute(&mut connection).await.is_ok();
        self.connection = is_outside.then_some(connection);
        let is_guard = error.as_database_error().is_some_and(|e| e.message().contains(GUARD_WORDS));
        Err(if is_guard { StoreError::Conflict } else { error.into() })
    }
}

/// What SQLite says of `abs(-2^63)`, which stands where fewer rows changed than had to.
const GUARD: &str = "abs(-9223372036854775807 - 1)";
const GUARD_WORDS: &str = "integer overflow";

impl Batch {
    /// `reading` is the transaction in which the accounts were locked; SQLite has none. `is_common`: the same statements will
    /// come again, and are kept prepared.
    pub fn new(writer: &Writer, reading: Option<Tx>, is_common: bool) -> Result<Self, StoreError> {
        match (&writer.0, reading) {
            (Some(pen), None) => Ok(Self::Script(Script { pen: Arc::clone(pen), text: QueryBuilder::new("BEGIN IMMEDIATE; "), is_common })),
            (_, Some(tx)) => Ok(Self::Tx(tx)),
            (None, None) => Err(StoreError::Conflict),
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
        self.pen.lock().await.write(&mut self.text, self.is_common).await
    }
}
