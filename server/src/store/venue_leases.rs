//! Which host speaks to the venue for an account, and whether that account takes new orders. The fence grows with each owner.

use speedtrade::{ids::AccountId, time::Timestamp};

use super::{Db, StoreError};

/// Takes or renews the account for `owner`. `None`: another host has it.
pub async fn take_venue_lease(
    db: &Db,
    account: AccountId,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<i64>, StoreError> {
    const TAKE: &str = "INSERT INTO venue_leases (account_id, owner, fence, lease_until, is_ready, note) VALUES ($1, $2, 1, $4, FALSE, '') \
        ON CONFLICT (account_id) DO UPDATE SET \
            fence = venue_leases.fence + CASE WHEN venue_leases.owner = $2 THEN 0 ELSE 1 END, \
            is_ready = venue_leases.is_ready AND venue_leases.owner = $2, \
            owner = $2, lease_until = $4 \
        WHERE venue_leases.owner = $2 OR venue_leases.lease_until < $3 \
        RETURNING fence";
    let taken: Option<(i64,)> = on_db!(db, c => sqlx::query_as(TAKE)
        .bind(account.to_string())
        .bind(owner)
        .bind(now.micros())
        .bind(until.micros())
        .fetch_optional(c)
        .await)?;
    Ok(taken.map(|(fence,)| fence))
}

/// Opens or closes the gate for new orders, with words for the trader. False: the account is another host's by now.
pub async fn set_venue_ready(db: &Db, account: AccountId, owner: &str, is_ready: bool, note: &str) -> Result<bool, StoreError> {
    const SET: &str = "UPDATE venue_leases SET is_ready = $3, note = $4 WHERE account_id = $1 AND owner = $2";
    let rows = on_db!(db, c => sqlx::query(SET)
        .bind(account.to_string())
        .bind(owner)
        .bind(is_ready)
        .bind(note)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Of an embedded database: this process is the only host there is, and who had the accounts before has ended.
pub async fn free_venue_leases(db: &Db) -> Result<(), StoreError> {
    const FREE: &str = "UPDATE venue_leases SET lease_until = 0, is_ready = FALSE";
    let Db::Sqlite(embedded) = db else { return Ok(()) };
    sqlx::query(FREE).execute(embedded.pool()).await?;
    Ok(())
}

pub async fn release_venue_lease(db: &Db, account: AccountId, owner: &str) -> Result<(), StoreError> {
    const RELEASE: &str = "UPDATE venue_leases SET lease_until = 0, is_ready = FALSE WHERE account_id = $1 AND owner = $2";
    on_db!(db, c => sqlx::query(RELEASE).bind(account.to_string()).bind(owner).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Whether the account takes new orders now; the words say why not.
pub async fn venue_gate(db: &Db, account: AccountId, now: Timestamp) -> Result<(bool, String), StoreError> {
    const READ: &str = "SELECT l.is_ready, l.note FROM venue_leases l JOIN broker_accounts b ON b.account_id = l.account_id \
        WHERE l.account_id = $1 AND l.lease_until >= $2 AND b.removed_at IS NULL";
    let row: Option<(bool, String)> =
        on_db!(db, c => sqlx::query_as(READ).bind(account.to_string()).bind(now.micros()).fetch_optional(c).await)?;
    Ok(row.unwrap_or_default())
}

/// Since when the books of an account follow its venue (`None`: not yet), and up to when they were compared.
pub async fn venue_books(db: &Db, account: AccountId) -> Result<(Option<Timestamp>, Option<Timestamp>), StoreError> {
    const READ: &str = "SELECT opened_at, synced_at FROM venue_books WHERE account_id = $1";
    let row: Option<(Option<i64>, i64)> = on_db!(db, c => sqlx::query_as(READ).bind(account.to_string()).fetch_optional(c).await)?;
    Ok(row.map_or((None, None), |(opened, synced)| (opened.map(Timestamp::from_micros), Some(Timestamp::from_micros(synced)))))
}

/// The books were compared up to `synced`; the first time they begin to follow the venue.
pub async fn set_venue_books(db: &Db, account: AccountId, synced: Timestamp) -> Result<(), StoreError> {
    const SET: &str = "INSERT INTO venue_books (account_id, opened_at, synced_at) VALUES ($1, $2, $2) \
        ON CONFLICT (account_id) DO UPDATE SET synced_at = excluded.synced_at";
    on_db!(db, c => sqlx::query(SET).bind(account.to_string()).bind(synced.micros()).execute(c).await.map(|_| ()))?;
    Ok(())
}
