//! The data key of each user, wrapped. Opening them is not the store's business.

use speedtrade::{ids::UserId, time::Timestamp};

use super::{Db, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKeyRecord {
    pub user_id: UserId,
    pub key_id: String,
    pub wrapped: String,
}

/// What somebody wants of all data keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKeysFor {
    /// To add one: others may, too.
    Adding,
    /// To wrap all of them anew: nobody adds one meanwhile.
    Rewrapping,
}

row! {
    struct DataKeyRow { user_id: String, key_id: String, wrapped: String }
}

impl TryFrom<DataKeyRow> for DataKeyRecord {
    type Error = StoreError;
    fn try_from(row: DataKeyRow) -> Result<Self, StoreError> {
        let user_id = row.user_id.parse().map_err(|e| StoreError::corrupt("data_keys", e))?;
        Ok(Self { user_id, key_id: row.key_id, wrapped: row.wrapped })
    }
}

/// Until the transaction ends. SQLite's writers wait for each other anyway.
pub async fn lock_data_keys(tx: &mut Tx, purpose: DataKeysFor) -> Result<(), StoreError> {
    let lock = match purpose {
        DataKeysFor::Adding => "LOCK TABLE data_keys IN ROW EXCLUSIVE MODE",
        DataKeysFor::Rewrapping => "LOCK TABLE data_keys IN SHARE ROW EXCLUSIVE MODE",
    };
    if let Tx::Postgres(tx) = tx {
        sqlx::query(lock).execute(&mut **tx).await?;
    }
    Ok(())
}

pub async fn find_data_key(tx: &mut Tx, user: UserId) -> Result<Option<DataKeyRecord>, StoreError> {
    const FIND: &str = "SELECT user_id, key_id, wrapped FROM data_keys WHERE user_id = $1";
    let row: Option<DataKeyRow> = on_tx!(tx, c => sqlx::query_as(FIND).bind(user.to_string()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Any of the newest ones, to see whether the master key is still the right one.
pub async fn find_newest_data_key(db: &Db) -> Result<Option<DataKeyRecord>, StoreError> {
    const FIND: &str = "SELECT user_id, key_id, wrapped FROM data_keys ORDER BY created_at DESC LIMIT 1";
    let row: Option<DataKeyRow> = on_db!(db, c => sqlx::query_as(FIND).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

pub async fn insert_data_key(tx: &mut Tx, key: &DataKeyRecord, now: Timestamp) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO data_keys (user_id, key_id, wrapped, created_at) VALUES ($1, $2, $3, $4)";
    on_tx!(tx, c => sqlx::query(INSERT)
        .bind(key.user_id.to_string())
        .bind(key.key_id.clone())
        .bind(key.wrapped.clone())
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Of users after `after`, by user, at most `limit`.
pub async fn list_data_keys(tx: &mut Tx, after: Option<UserId>, limit: i64) -> Result<Vec<DataKeyRecord>, StoreError> {
    const LIST: &str = "SELECT user_id, key_id, wrapped FROM data_keys WHERE user_id > $1 ORDER BY user_id LIMIT $2";
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let rows: Vec<DataKeyRow> = on_tx!(tx, c => sqlx::query_as(LIST).bind(after).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub async fn update_data_key(tx: &mut Tx, key: &DataKeyRecord) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE data_keys SET key_id = $2, wrapped = $3 WHERE user_id = $1";
    on_tx!(tx, c => sqlx::query(UPDATE)
        .bind(key.user_id.to_string())
        .bind(key.key_id.clone())
        .bind(key.wrapped.clone())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
