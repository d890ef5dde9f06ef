//! Trading accounts. Their money changes only through `commit`.

use speedtrade::{
    account::{AccountState, PAPER_DEPOSIT_ATOMS},
    ids::{AccountId, UserId},
    ledger::{Asset, Pot, Reason, Transaction},
    time::Timestamp,
};
use uuid::Uuid;

use super::{Db, StoreError, Tx, postings};

row! {
    /// One account with its cash.
    #[derive(Debug, Clone)]
    pub(super) struct AccountRecord {
        pub(super) id: String,
        pub(super) user_id: String,
        pub(super) deposits: i64,
        pub(super) available: i64,
        pub(super) reserved: i64,
        pub(super) version: i64,
        pub(super) event_seq: i64,
    }
}

/// Opens the paper account of a new user and books its deposit; part of the registration's transaction.
pub async fn insert_paper_account(
    tx: &mut Tx,
    user: UserId,
    account: AccountId,
    deposit_id: Uuid,
    now: Timestamp,
) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO accounts \
        (id, user_id, account_type, label, deposits, available, reserved, version, event_seq, created_at) \
        VALUES ($1, $2, 'paper', 'Paper', $3, $3, 0, 0, 0, $4)";
    on_tx!(tx, c => sqlx::query(INSERT)
        .bind(account.to_string())
        .bind(user.to_string())
        .bind(PAPER_DEPOSIT_ATOMS)
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    let deposit = Transaction::transfer(Reason::Deposit, Asset::Usd, Pot::External, Pot::Available, PAPER_DEPOSIT_ATOMS);
    postings::insert(tx, &postings::PostingRow::of_deposit(account, deposit_id, &deposit, now)).await
}

/// The user's paper account.
pub async fn find_paper_account(db: &Db, user: UserId) -> Result<Option<AccountId>, StoreError> {
    const FIND: &str = "SELECT id FROM accounts WHERE user_id = $1 AND account_type = 'paper'";
    let id: Option<(String,)> = on_db!(db, c => sqlx::query_as(FIND).bind(user.to_string()).fetch_optional(c).await)?;
    id.map(|(id,)| id.parse().map_err(|e| StoreError::corrupt("accounts", e))).transpose()
}

/// The account with its cash, without holdings and orders.
pub async fn find_account(db: &Db, account: AccountId) -> Result<Option<AccountState>, StoreError> {
    const FIND: &str = "SELECT id, user_id, deposits, available, reserved, version, event_seq FROM accounts WHERE id = $1";
    let row: Option<AccountRecord> = on_db!(db, c => sqlx::query_as(FIND).bind(account.to_string()).fetch_optional(c).await)?;
    row.map(AccountRecord::into_state).transpose()
}
