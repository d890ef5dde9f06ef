//! The sealed keys of accounts at venues, as text that only the vault opens.

use speedtrade::{
    ids::{AccountId, UserId},
    venue::{Environment, Venue},
};

use super::super::{DataKeyRecord, Db, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedKeys {
    pub key_id: String,
    pub secret: String,
}

/// All that is needed to open an account's key, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRing {
    pub venue: Venue,
    pub environment: Environment,
    pub data_key: DataKeyRecord,
    pub keys: SealedKeys,
}

row! {
    struct KeyRingRow {
        venue: String,
        environment: String,
        key_id: String,
        wrapped: String,
        key_id_sealed: String,
        secret_sealed: String,
    }
}

row! {
    struct SealedRow { account_id: String, key_id_sealed: String, secret_sealed: String }
}

pub async fn find_key_ring(db: &Db, user: UserId, account: AccountId) -> Result<Option<KeyRing>, StoreError> {
    const FIND: &str = "SELECT b.venue, b.environment, d.key_id, d.wrapped, b.key_id_sealed, b.secret_sealed \
        FROM broker_accounts b JOIN data_keys d ON d.user_id = b.user_id \
        WHERE b.user_id = $1 AND b.account_id = $2 AND b.removed_at IS NULL";
    let row: Option<KeyRingRow> =
        on_db!(db, c => sqlx::query_as(FIND).bind(user.to_string()).bind(account.to_string()).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let corrupt = |e| StoreError::corrupt("broker_accounts", e);
    Ok(Some(KeyRing {
        venue: row.venue.parse().map_err(corrupt)?,
        environment: row.environment.parse().map_err(corrupt)?,
        data_key: DataKeyRecord { user_id: user, key_id: row.key_id, wrapped: row.wrapped },
        keys: SealedKeys { key_id: row.key_id_sealed, secret: row.secret_sealed },
    }))
}

/// Of all accounts of a user that were not removed.
pub async fn list_sealed_keys(tx: &mut Tx, user: UserId) -> Result<Vec<(AccountId, SealedKeys)>, StoreError> {
    const LIST: &str = "SELECT account_id, key_id_sealed, secret_sealed FROM broker_accounts WHERE user_id = $1 AND removed_at IS NULL";
    let rows: Vec<SealedRow> = on_tx!(tx, c => sqlx::query_as(LIST).bind(user.to_string()).fetch_all(c).await)?;
    let of_row = |row: SealedRow| {
        let account = row.account_id.parse().map_err(|e| StoreError::corrupt("broker_accounts", e))?;
        Ok((account, SealedKeys { key_id: row.key_id_sealed, secret: row.secret_sealed }))
    };
    rows.into_iter().map(of_row).collect()
}

/// The same keys, sealed anew.
pub async fn update_sealed_keys(tx: &mut Tx, user: UserId, account: AccountId, keys: &SealedKeys) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE broker_accounts SET key_id_sealed = $3, secret_sealed = $4 \
        WHERE user_id = $1 AND account_id = $2 AND removed_at IS NULL";
    on_tx!(tx, c => sqlx::query(UPDATE)
        .bind(user.to_string())
        .bind(account.to_string())
        .bind(keys.key_id.clone())
        .bind(keys.secret.clone())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
