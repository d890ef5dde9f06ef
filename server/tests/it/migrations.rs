//! A database of the version before is carried over: its books are true afterwards.

use std::os::unix::fs::PermissionsExt as _;

use rstest::rstest;
use server::store::Db;
use sqlx::AssertSqlSafe;

use crate::{
    databases::{Kind, TestDb},
    trading::assert_books_are_true,
};

/// A deposit of 1,000; 4 bought at 100 and 1 sold at 110; a buy of 2 at 50 and a sell of 3 at 200 resting.
const ROWS: &str = "
INSERT INTO users (id, email, username, password_hash, is_premium, is_demo, created_at)
VALUES ('019a9c1e-8f00-7000-8000-000000000001', 'a@example.com', 'a', '!', FALSE, FALSE, 1);
INSERT INTO accounts (id, user_id, account_type, label, deposits, available, reserved, version, event_seq, created_at)
VALUES ('019a9c1e-8f00-7000-8000-000000000002', '019a9c1e-8f00-7000-8000-000000000001', 'paper', 'Paper', 100000000000, 61000000000, 10000000000, 4, 0, 1);
INSERT INTO positions (account_id, symbol, qty, reserved, cost_basis, realized_pnl)
VALUES ('019a9c1e-8f00-7000-8000-000000000002', 'AAPL', 300000000, 300000000, 30000000000, 1000000000);
INSERT INTO orders (id, user_id, account_id, client_order_id, symbol, asset_type, side, kind, limit_price, stop_price, time_in_force, qty,
    notional, filled_qty, filled_value, hold, status, is_open, reject_reason, created_at, updated_at, filled_at, canceled_at, expires_at)
VALUES
('019a9c1e-8f00-7000-8000-000000000011', '019a9c1e-8f00-7000-8000-000000000001', '019a9c1e-8f00-7000-8000-000000000002', 'a', 'AAPL',
    'stock', 'buy', 'market', NULL, NULL, 'day', 400000000, NULL, 400000000, 40000000000, 0, 'filled', FALSE, NULL, 1763647200000000, 2, 2, NULL, 9),
('019a9c1e-8f00-7000-8000-000000000012', '019a9c1e-8f00-7000-8000-000000000001', '019a9c1e-8f00-7000-8000-000000000002', 'b', 'AAPL',
    'stock', 'sell', 'market', NULL, NULL, 'day', 100000000, NULL, 100000000, 11000000000, 0, 'filled', FALSE, NULL, 1764547200000000, 3, 3, NULL, 9),
('019a9c1e-8f00-7000-8000-000000000013', '019a9c1e-8f00-7000-8000-000000000001', '019a9c1e-8f00-7000-8000-000000000002', 'c', 'AAPL',
    'stock', 'buy', 'limit', '50', NULL, 'gtc', 200000000, NULL, 0, 0, 10000000000, 'new', TRUE, NULL, 1764547200000001, 4, NULL, NULL, NULL),
('019a9c1e-8f00-7000-8000-000000000014', '019a9c1e-8f00-7000-8000-000000000001', '019a9c1e-8f00-7000-8000-000000000002', 'd', 'AAPL',
    'stock', 'sell', 'limit', '200', NULL, 'gtc', 300000000, NULL, 0, 0, 0, 'new', TRUE, NULL, 1764547200000002, 5, NULL, NULL, NULL);
INSERT INTO fills (id, user_id, account_id, order_id, symbol, side, qty, price, value, time) VALUES
('019a9c1e-8f00-7000-8000-000000000021', '019a9c1e-8f00-7000-8000-000000000001', '019a9c1e-8f00-7000-8000-000000000002',
    '019a9c1e-8f00-7000-8000-000000000011', 'AAPL', 'buy', 400000000, '100', 40000000000, 2),
('019a9c1e-8f00-7000-8000-000000000022', '019a9c1e-8f00-7000-8000-000000000001', '019a9c1e-8f00-7000-8000-000000000002',
    '019a9c1e-8f00-7000-8000-000000000012', 'AAPL', 'sell', 100000000, '110', 11000000000, 3);
";

/// `(transaction, order, reason, asset, [available, reserved, external])`; one posting a pot.
type Posted = (&'static str, Option<u8>, &'static str, &'static str, [i64; 3]);

const POSTED: [Posted; 9] = [
    ("t0", None, "deposit", "USD", [100_000_000_000, 0, -100_000_000_000]),
    ("t1", Some(1), "reserve", "USD", [-40_000_000_000, 40_000_000_000, 0]),
    ("t2", Some(1), "fill", "USD", [0, -40_000_000_000, 40_000_000_000]),
    ("t2", Some(1), "fill", "AAPL", [400_000_000, 0, -400_000_000]),
    ("t3", Some(2), "reserve", "AAPL", [-100_000_000, 100_000_000, 0]),
    ("t4", Some(2), "fill", "AAPL", [0, -100_000_000, 100_000_000]),
    ("t4", Some(2), "fill", "USD", [11_000_000_000, 0, -11_000_000_000]),
    ("t5", Some(3), "reserve", "USD", [-10_000_000_000, 10_000_000_000, 0]),
    ("t6", Some(4), "reserve", "AAPL", [-300_000_000, 300_000_000, 0]),
];

fn postings() -> String {
    let mut rows = Vec::new();
    for (transaction, order, reason, asset, atoms) in POSTED {
        for (pot, atoms) in ["available", "reserved", "external"].iter().zip(atoms).filter(|(_, atoms)| *atoms != 0) {
            let order = order.map_or("NULL".to_owned(), |n| format!("'019a9c1e-8f00-7000-8000-00000000001{n}'"));
            let (line, account) = (rows.len(), "019a9c1e-8f00-7000-8000-000000000002");
            rows.push(format!("('{transaction}', {line}, '{account}', {order}, '{reason}', '{pot}', '{asset}', {atoms}, 1)"));
        }
    }
    format!("INSERT INTO postings (transaction_id, line, account_id, order_id, reason, pot, asset, atoms, time) VALUES {}", rows.join(", "))
}

async fn execute(db: &Db, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite(embedded) => drop(sqlx::raw_sql(sql).execute(embedded.pool()).await.expect("executes")),
        Db::Postgres(pool) => drop(sqlx::raw_sql(sql).execute(pool).await.expect("executes")),
    }
}

#[rstest]
#[tokio::test]
async fn the_books_before_are_carried_over(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestDb::empty(kind).await;
    test.db.migrate_to(2).await.expect("migrates");
    execute(&test.db, ROWS).await;
    execute(&test.db, &postings()).await;
    test.db.migrate().await.expect("migrates");
    test.db.migrate().await.expect("migrates again");
    assert_books_are_true(&test.db).await;
}

#[tokio::test]
async fn a_new_database_is_its_owners_alone() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let db = Db::open_sqlite(&folder.path().join("desk.db")).await.expect("opens");
    db.migrate().await.expect("migrations run");
    for file in std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("readable")) {
        let mode = file.metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.file_name());
    }
}
