//! Where a venue's numbers are not ours, both numbers kept. One open row for each asset of an account.

use speedtrade::{ids::AccountId, time::Timestamp};
use uuid::Uuid;

use super::{Db, StoreError};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    pub id: String,
    /// `USD`, `AAPL`, `BTC/USD`, or an asset that the desk does not list.
    pub asset: String,
    pub ours: String,
    pub theirs: String,
    pub found_at: Timestamp,
}

pub async fn note_discrepancy(
    db: &Db,
    account: AccountId,
    id: Uuid,
    asset: &str,
    (ours, theirs): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    const NOTE: &str = "INSERT INTO discrepancies (id, account_id, asset, ours, theirs, found_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (account_id, asset) WHERE resolved_at IS NULL \
        DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, updated_at = excluded.updated_at";
    on_db!(db, c => sqlx::query(NOTE)
        .bind(id.to_string())
        .bind(account.to_string())
        .bind(asset)
        .bind(ours)
        .bind(theirs)
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

pub async fn resolve_discrepancy(db: &Db, account: AccountId, asset: &str, now: Timestamp) -> Result<(), StoreError> {
    const RESOLVE: &str = "UPDATE discrepancies SET resolved_at = $3 WHERE account_id = $1 AND asset = $2 AND resolved_at IS NULL";
    on_db!(db, c => sqlx::query(RESOLVE).bind(account.to_string()).bind(asset).bind(now.micros()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The open ones of an account, by asset.
pub async fn list_discrepancies(db: &Db, account: AccountId) -> Result<Vec<Discrepancy>, StoreError> {
    const LIST: &str = "SELECT id, asset, ours, theirs, found_at FROM discrepancies WHERE account_id = $1 AND resolved_at IS NULL \
        ORDER BY asset LIMIT 500";
    let rows: Vec<(String, String, String, String, i64)> =
        on_db!(db, c => sqlx::query_as(LIST).bind(account.to_string()).fetch_all(c).await)?;
    let read = |(id, asset, ours, theirs, found_at)| Discrepancy { id, asset, ours, theirs, found_at: Timestamp::from_micros(found_at) };
    Ok(rows.into_iter().map(read).collect())
}
