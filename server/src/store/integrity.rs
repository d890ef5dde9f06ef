//! What only the database can say about its own books. Reads only.

use super::{Db, StoreError};

/// Whether the database itself refuses to change postings and fills.
pub async fn is_append_only(db: &Db) -> Result<bool, StoreError> {
    const SQLITE: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('postings', 'fills') \
        AND sql LIKE '%RAISE(ABORT%'";
    const POSTGRES: &str = "SELECT COUNT(DISTINCT event_object_table || event_manipulation) FROM information_schema.triggers \
        WHERE event_object_table IN ('postings', 'fills') AND action_statement LIKE '%refuse_change%'";
    let (count,): (i64,) = match db {
        Db::Sqlite(embedded) => sqlx::query_as(SQLITE).fetch_one(embedded.pool()).await?,
        Db::Postgres(pool) => sqlx::query_as(POSTGRES).fetch_one(pool).await?,
    };
    Ok(count == 4)
}

/// Rows whose account, order or execution is not there.
pub async fn count_orphans(db: &Db) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT \
        (SELECT COUNT(*) FROM orders o LEFT JOIN accounts a ON a.id = o.account_id WHERE a.id IS NULL) \
        + (SELECT COUNT(*) FROM positions p LEFT JOIN accounts a ON a.id = p.account_id WHERE a.id IS NULL) \
        + (SELECT COUNT(*) FROM fills f LEFT JOIN orders o ON o.id = f.order_id WHERE o.id IS NULL) \
        + (SELECT COUNT(*) FROM postings p LEFT JOIN accounts a ON a.id = p.account_id WHERE a.id IS NULL) \
        + (SELECT COUNT(*) FROM postings p LEFT JOIN orders o ON o.id = p.order_id WHERE p.order_id IS NOT NULL AND o.id IS NULL) \
        + (SELECT COUNT(*) FROM users u LEFT JOIN accounts a ON a.user_id = u.id WHERE a.id IS NULL)";
    let (count,): (i64,) = on_books!(db, c => sqlx::query_as(COUNT).fetch_one(c).await)?;
    Ok(count)
}

/// Rows that belong to one account and point at another's order or user.
pub async fn count_crossings(db: &Db) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT \
        (SELECT COUNT(*) FROM fills f JOIN orders o ON o.id = f.order_id WHERE o.account_id <> f.account_id OR o.user_id <> f.user_id) \
        + (SELECT COUNT(*) FROM postings p JOIN orders o ON o.id = p.order_id WHERE o.account_id <> p.account_id) \
        + (SELECT COUNT(*) FROM orders o JOIN accounts a ON a.id = o.account_id WHERE a.user_id <> o.user_id) \
        + (SELECT COUNT(*) FROM (SELECT transaction_id FROM postings GROUP BY transaction_id HAVING COUNT(DISTINCT account_id) > 1) t)";
    let (count,): (i64,) = on_books!(db, c => sqlx::query_as(COUNT).fetch_one(c).await)?;
    Ok(count)
}

/// Orders whose name is not kept, and names whose order is not there.
pub async fn count_lost_names(db: &Db) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT \
        (SELECT COUNT(*) FROM orders o LEFT JOIN order_names n ON n.account_id = o.account_id AND n.client_order_id = o.client_order_id \
            WHERE n.order_id IS NULL OR n.order_id <> o.id) \
        + (SELECT COUNT(*) FROM order_names n LEFT JOIN orders o ON o.id = n.order_id WHERE o.id IS NULL)";
    let (count,): (i64,) = on_books!(db, c => sqlx::query_as(COUNT).fetch_one(c).await)?;
    Ok(count)
}

/// Accounts that are neither paper nor connected to a venue.
pub async fn count_unconnected_accounts(db: &Db) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT COUNT(*) FROM accounts a LEFT JOIN broker_accounts b ON b.account_id = a.id \
        WHERE a.account_type <> COALESCE(b.venue, 'paper')";
    let (count,): (i64,) = on_books!(db, c => sqlx::query_as(COUNT).fetch_one(c).await)?;
    Ok(count)
}
