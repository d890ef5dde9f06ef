//! Accounts of users, paper and at venues, and the sealed keys of the latter. What belongs to somebody else does not exist.

mod row;
mod sealed;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use speedtrade::{
    ids::{AccountId, UserId},
    time::Timestamp,
    venue::{Environment, Venue},
    wire::VenueTold,
};

use super::{Db, StoreError, Tx};
use row::AccountRow;

pub use sealed::{KeyRing, SealedKeys, find_key_ring, list_sealed_keys, update_sealed_keys};

/// The paper account of a user. It has no venue and no key: nothing can be sent from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperAccount {
    pub id: AccountId,
    pub label: String,
    pub created_at: Timestamp,
}

/// An account at a venue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerAccount {
    pub id: AccountId,
    pub user_id: UserId,
    pub venue: Venue,
    pub environment: Environment,
    pub label: String,
    /// The venue's name of the account.
    pub venue_account: String,
    pub key_hint: String,
    pub told: VenueTold,
    pub created_at: Timestamp,
    pub verified_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserAccount {
    Paper(PaperAccount),
    Broker(Box<BrokerAccount>),
}

/// An account that a host may speak for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectedAccount {
    pub account: AccountId,
    pub user: UserId,
    pub venue: Venue,
    pub environment: Environment,
    /// Another number, another key.
    pub key_mark: u64,
    /// As its venue said last: what is sent with such a key is refused here.
    pub may_withdraw: bool,
}

type ConnectedRow = (String, String, String, String, String, String);

impl TryFrom<ConnectedRow> for ConnectedAccount {
    type Error = StoreError;
    fn try_from((account, user, venue, environment, sealed, told): ConnectedRow) -> Result<Self, StoreError> {
        fn bad(what: impl std::fmt::Display) -> StoreError {
            StoreError::corrupt("broker_accounts", what)
        }
        let mut mark = DefaultHasher::new();
        sealed.hash(&mut mark);
        Ok(Self {
            account: account.parse().map_err(bad)?,
            user: user.parse().map_err(bad)?,
            venue: venue.parse().map_err(bad)?,
            environment: environment.parse().map_err(bad)?,
            key_mark: mark.finish(),
            may_withdraw: serde_json::from_str::<VenueTold>(&told).map_err(bad)?.may_withdraw == Some(true),
        })
    }
}

/// An account of the same name at the venue, connected now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub id: AccountId,
    pub is_removed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    Removed,
    /// Nothing was changed.
    HasOpenOrders,
    Missing,
}

macro_rules! select_accounts {
    () => {
        "SELECT a.id, a.user_id, a.account_type, a.label, a.created_at, b.venue, b.environment, b.venue_account, b.key_hint, b.told, \
         b.verified_at FROM accounts a LEFT JOIN broker_accounts b ON b.account_id = a.id WHERE a.user_id = $1 AND b.removed_at IS NULL"
    };
}

/// The paper account first, then the others, oldest first. Without those that were removed.
pub async fn list_user_accounts(db: &Db, user: UserId) -> Result<Vec<UserAccount>, StoreError> {
    const LIST: &str = concat!(select_accounts!(), " ORDER BY a.account_type <> 'paper', a.id");
    let rows: Vec<AccountRow> = on_books!(db, c => sqlx::query_as(LIST).bind(user.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub async fn find_user_account(db: &Db, user: UserId, account: AccountId) -> Result<Option<UserAccount>, StoreError> {
    const FIND: &str = concat!(select_accounts!(), " AND a.id = $2");
    let row: Option<AccountRow> =
        on_books!(db, c => sqlx::query_as(FIND).bind(user.to_string()).bind(account.to_string()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Every account whose keys are kept, of all users, with a number that changes with its keys.
pub async fn list_connected_accounts(db: &Db) -> Result<Vec<ConnectedAccount>, StoreError> {
    const LIST: &str = "SELECT account_id, user_id, venue, environment, key_id_sealed, told FROM broker_accounts WHERE removed_at IS NULL \
        ORDER BY account_id";
    let rows: Vec<ConnectedRow> = on_books!(db, c => sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(ConnectedAccount::try_from).collect()
}

/// How many a user has connected. Others of the same user wait until the transaction ends.
pub async fn count_broker_accounts(tx: &mut Tx, user: UserId) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT COUNT(*) FROM broker_accounts WHERE user_id = $1 AND removed_at IS NULL";
    super::users::lock_user(tx, user).await?;
    let (count,): (i64,) = on_tx!(tx, c => sqlx::query_as(COUNT).bind(user.to_string()).fetch_one(c).await)?;
    Ok(count)
}

pub async fn find_known_account(
    tx: &mut Tx,
    user: UserId,
    venue: Venue,
    environment: Environment,
    venue_account: &str,
) -> Result<Option<Known>, StoreError> {
    const FIND: &str = "SELECT account_id, removed_at FROM broker_accounts \
        WHERE user_id = $1 AND venue = $2 AND environment = $3 AND venue_account = $4";
    let row: Option<(String, Option<i64>)> = on_tx!(tx, c => sqlx::query_as(FIND)
        .bind(user.to_string())
        .bind(venue.as_str())
        .bind(environment.as_str())
        .bind(venue_account.to_owned())
        .fetch_optional(c)
        .await)?;
    let Some((id, removed_at)) = row else { return Ok(None) };
    let id = id.parse().map_err(|e| StoreError::corrupt("broker_accounts", e))?;
    Ok(Some(Known { id, is_removed: removed_at.is_some() }))
}

/// A new account without money (what the venue holds is booked by reconciliation), or one that was removed before.
pub async fn put_broker_account(tx: &mut Tx, account: &BrokerAccount, keys: &SealedKeys) -> Result<(), StoreError> {
    const ACCOUNT: &str = "INSERT INTO accounts \
        (id, user_id, account_type, label, deposits, available, reserved, version, event_seq, created_at) \
        VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0, $5) ON CONFLICT (id) DO UPDATE SET label = excluded.label";
    const BROKER: &str = "INSERT INTO broker_accounts (account_id, user_id, venue, environment, venue_account, key_hint, key_id_sealed, \
        secret_sealed, told, created_at, verified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
        ON CONFLICT (account_id) DO UPDATE SET key_hint = excluded.key_hint, key_id_sealed = excluded.key_id_sealed, \
        secret_sealed = excluded.secret_sealed, told = excluded.told, verified_at = excluded.verified_at, removed_at = NULL";
    on_tx!(tx, c => sqlx::query(ACCOUNT)
        .bind(account.id.to_string())
        .bind(account.user_id.to_string())
        .bind(account.venue.as_str())
        .bind(account.label.clone())
        .bind(account.created_at.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    on_tx!(tx, c => sqlx::query(BROKER)
        .bind(account.id.to_string())
        .bind(account.user_id.to_string())
        .bind(account.venue.as_str())
        .bind(account.environment.as_str())
        .bind(account.venue_account.clone())
        .bind(account.key_hint.clone())
        .bind(keys.key_id.clone())
        .bind(keys.secret.clone())
        .bind(row::told_text(&account.told))
        .bind(account.created_at.micros())
        .bind(account.verified_at.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Another key, and what the venue told of it. False when there is no such account.
pub async fn replace_broker_keys(tx: &mut Tx, account: &BrokerAccount, keys: &SealedKeys) -> Result<bool, StoreError> {
    const REPLACE: &str = "UPDATE broker_accounts SET key_hint = $3, key_id_sealed = $4, secret_sealed = $5, told = $6, verified_at = $7 \
        WHERE user_id = $1 AND account_id = $2 AND removed_at IS NULL";
    let rows = on_tx!(tx, c => sqlx::query(REPLACE)
        .bind(account.user_id.to_string())
        .bind(account.id.to_string())
        .bind(account.key_hint.clone())
        .bind(keys.key_id.clone())
        .bind(keys.secret.clone())
        .bind(row::told_text(&account.told))
        .bind(account.verified_at.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}

/// What the venue told when it was asked at `now`. False when there is no such account.
pub async fn set_told(db: &Db, user: UserId, account: AccountId, told: &VenueTold, now: Timestamp) -> Result<bool, StoreError> {
    const SET: &str = "UPDATE broker_accounts SET told = $3, verified_at = $4 \
        WHERE user_id = $1 AND account_id = $2 AND removed_at IS NULL";
    let rows = on_books!(db, c => sqlx::query(SET)
        .bind(user.to_string())
        .bind(account.to_string())
        .bind(row::told_text(told))
        .bind(now.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}

/// False when there is no such account.
pub async fn rename_account(db: &Db, user: UserId, account: AccountId, label: &str) -> Result<bool, StoreError> {
    const RENAME: &str = "UPDATE accounts SET label = $3 WHERE user_id = $1 AND id = $2 \
        AND NOT EXISTS (SELECT 1 FROM broker_accounts b WHERE b.account_id = accounts.id AND b.removed_at IS NOT NULL)";
    let rows = on_books!(db, c => sqlx::query(RENAME)
        .bind(user.to_string())
        .bind(account.to_string())
        .bind(label.to_owned())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}

/// Wipes the keys; the account's history stays. An account with open orders stays as it is.
pub async fn remove_broker_account(tx: &mut Tx, user: UserId, account: AccountId, now: Timestamp) -> Result<Removal, StoreError> {
    // Whoever places an order holds the account's row.
    const LOCK: &str = "SELECT id FROM accounts WHERE id = $1 FOR UPDATE";
    const REMOVE: &str = "UPDATE broker_accounts SET key_id_sealed = '', secret_sealed = '', removed_at = $3 \
        WHERE user_id = $1 AND account_id = $2 AND removed_at IS NULL";
    if let Tx::Postgres(tx) = tx {
        sqlx::query(LOCK).bind(account.to_string()).fetch_all(&mut **tx).await?;
    }
    if super::orders::has_open_orders(tx, user, account).await? {
        return Ok(Removal::HasOpenOrders);
    }
    let rows = on_tx!(tx, c => sqlx::query(REMOVE)
        .bind(user.to_string())
        .bind(account.to_string())
        .bind(now.micros())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(if rows > 0 { Removal::Removed } else { Removal::Missing })
}
