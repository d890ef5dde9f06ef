//! Opening a database, its migrations and transactions.

use std::{fs::OpenOptions, io, os::unix::fs::OpenOptionsExt as _, path::Path, time::Duration};

use speedtrade::time::{DAY_US, Timestamp};
use sqlx::{
    Connection as _, PgPool, Postgres, Sqlite, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Embedded, StoreError, journal};

#[derive(Debug, Clone)]
pub enum Db {
    Sqlite(Embedded),
    Postgres(PgPool),
}

pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// The same text for both databases, but for the orders, which are partitioned where PostgreSQL can.
const MIGRATIONS: [(i64, &str, &str); 3] = [
    (1, "users", include_str!("../../../migrations/0001_users.sql")),
    (2, "trading", include_str!("../../../migrations/0002_trading.sql")),
    (3, "order core", include_str!("../../../migrations/0003_order_core.sql")),
];
const WATCHLISTS_ALERTS: &str = include_str!("../../../migrations/0005_watchlists_alerts.sql");
const PUSH_SUBSCRIPTIONS: &str = include_str!("../../../migrations/0012_push_subscriptions.sql");
const LIVE_VENUES: &str = include_str!("../../../migrations/0008_live_venues.sql");
const BARS: &str = include_str!("../../../migrations/0007_bars.sql");
const ORDERS_SQLITE: &str = include_str!("../../../migrations/0004_orders.sqlite.sql");
const ORDERS_POSTGRES: &str = include_str!("../../../migrations/0004_orders.postgres.sql");

const PREFERENCES: &str = include_str!("../../../migrations/0006_preferences.sql");
const ORDER_JOURNEY: &str = include_str!("../../../migrations/0013_order_journey.sql");
const BAR_IMPORTS: &str = include_str!("../../../migrations/0014_bar_imports.sql");
const JOURNAL: &str = include_str!("../../../migrations/0015_journal.sqlite.sql");
const BROKER_KEYS: &str = include_str!("../../../migrations/0009_broker_keys.sql");

/// A host that is stopped in its sleep, or cut off, in the middle of a transaction must not keep its accounts from the others.
const LET_GO: &str = "SET idle_in_transaction_session_timeout = '5s'";

const POSTGRES_CONNECTIONS: std::ops::RangeInclusive<u32> = 10..=100;

/// A new file is its owner's alone, whatever its folder is; SQLite gives those beside it the same rights.
fn make_private(file: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::Unavailable(error.into())),
    }
}

impl Db {
    /// The embedded default: a file that survives a power cut (`synchronous=FULL`), made when absent.
    pub async fn open_sqlite(file: &Path) -> Result<Db, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // A checkpoint in the middle of a commit only where those beside it (`checkpoint`) don't keep up: at 256 MiB.
            .pragma("wal_autocheckpoint", "65536")
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        // A full disk ends a transaction by itself; the connection that believes to be inside of it is of no use any more.
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(30))
            // There is no wire that could have broken.
            .test_before_acquire(false)
            .after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }));
        journal::recover(file).await?;
        make_private(file)?;
        Ok(Db::Sqlite(Embedded::new(pool.connect_with(options).await?, file)))
    }

    pub async fn open_postgres(url: &str) -> Result<Db, StoreError> {
        let options = PgPoolOptions::new()
            .min_connections(*POSTGRES_CONNECTIONS.start())
            .max_connections(*POSTGRES_CONNECTIONS.end())
            .acquire_timeout(Duration::from_secs(30))
            .after_connect(|connection, _| Box::pin(async move { sqlx::query(LET_GO).execute(connection).await.map(|_| ()) }));
        Ok(Db::Postgres(options.connect(url).await?))
    }

    /// An SQLite file as it is now, to read only: what is written meanwhile is not seen.
    pub async fn open_sqlite_snapshot(file: &Path) -> Result<Db, StoreError> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(|connection, _| Box::pin(async move { sqlx::query("BEGIN").execute(connection).await.map(|_| ()) }));
        Ok(Db::Sqlite(Embedded::new(pool.connect_with(options).await?, file)))
    }

    /// A PostgreSQL database as it is now, to read only.
    pub async fn open_postgres_snapshot(url: &str) -> Result<Db, StoreError> {
        let pool = PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).after_connect(|connection, _| {
            Box::pin(async move { sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(connection).await.map(|_| ()) })
        });
        Ok(Db::Postgres(pool.connect(url).await?))
    }

    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.migrate_to(i64::MAX).await
    }

    /// Only up to `version`: what a database of an earlier program looks like.
    pub async fn migrate_to(&self, version: i64) -> Result<(), StoreError> {
        let orders = match self {
            Db::Sqlite(_) => ORDERS_SQLITE,
            Db::Postgres(_) => ORDERS_POSTGRES,
        };
        let journal: &[(i64, &str, &str)] = match self {
            Db::Sqlite(_) => &[(15, "journal", JOURNAL)],
            Db::Postgres(_) => &[],
        };
        let migrations: Vec<Migration> = MIGRATIONS
            .iter()
            .chain(&[
                (4, "orders", orders),
                (5, "watchlists and alerts", WATCHLISTS_ALERTS),
                (6, "preferences", PREFERENCES),
                (7, "bars", BARS),
                (8, "live venues", LIVE_VENUES),
                (9, "broker keys", BROKER_KEYS),
                (12, "push subscriptions", PUSH_SUBSCRIPTIONS),
                (13, "order journey", ORDER_JOURNEY),
                (14, "bar imports", BAR_IMPORTS),
            ])
            .chain(journal)
            .filter(|(of, ..)| *of <= version)
            .map(|(version, name, sql)| {
                Migration::new(*version, (*name).into(), MigrationType::Simple, sqlx::SqlStr::from_static(sql), false)
            })
            .collect();
        let migrator = Migrator::with_migrations(migrations);
        on_db!(self, pool => migrator.run(pool).await).map_err(StoreError::Migration)
    }

    /// Makes the partitions of this month and year and of the next. PostgreSQL only: SQLite has none.
    pub async fn ensure_partitions(&self, now: Timestamp) -> Result<(), StoreError> {
        const ENSURE: &str = "SELECT ensure_partition('orders', 'month', t.at), ensure_partition('portfolio_history', 'year', t.at) \
            FROM (VALUES ($1::BIGINT), ($2::BIGINT), ($3::BIGINT)) AS t (at)";
        let Db::Postgres(pool) = self else { return Ok(()) };
        // 28 days reach the next month from its predecessor's end, 31 from its beginning.
        let (soon, later) = (now.plus_micros(28 * DAY_US), now.plus_micros(31 * DAY_US));
        sqlx::query(ENSURE).bind(now.micros()).bind(soon.micros()).bind(later.micros()).execute(pool).await?;
        Ok(())
    }

    /// A transaction that writes. SQLite takes the write lock at once: an upgrade in the middle could not wait for it.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Db::Sqlite(embedded) => Tx::Sqlite(embedded.settled().await?.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// A transaction that only reads, at one moment.
    pub async fn begin_read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Db::Sqlite(embedded) => Tx::Sqlite(embedded.settled().await?.begin().await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        })
    }

    /// The same, but what is only in SQLite's journal is not seen.
    pub async fn begin_read_of_tables(&self) -> Result<Tx, StoreError> {
        match self {
            Db::Sqlite(embedded) => Ok(Tx::Sqlite(embedded.pool().begin().await?)),
            Db::Postgres(_) => self.begin_read().await,
        }
    }

    /// Moves what is in SQLite's log into its file, as far as nobody needs it. Waits for no writer and lets none wait.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        let Db::Sqlite(embedded) = self else { return Ok(()) };
        sqlx::raw_sql("PRAGMA wal_checkpoint(PASSIVE)").execute(embedded.pool()).await?;
        Ok(())
    }

    /// Answers when the database does, and can be written.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on_books!(self, pool => sqlx::query("SELECT 1").execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn close(&self) {
        on_db!(self, pool => pool.close().await);
    }
}

impl Tx {
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
