//! The two halves of a group commit: read the touched accounts in a few queries, write all that changed in a few statements.
//!
//! An account is written only at the version that was read; a lost race is `StoreError::Conflict` and writes nothing.

use std::collections::BTreeMap;

use speedtrade::{
    account::{AccountState, Cash},
    fill::Fill,
    ids::{AccountId, OrderId, UserId},
    instrument::Symbol,
    ledger::Transaction,
    money::Usd,
    order::Order,
    position::Position,
    time::Timestamp,
};
use uuid::Uuid;

use super::{StoreError, Tx, accounts::AccountRecord, events, fills, orders, positions, postings};

/// What a batch reads: the accounts and the orders whose names are already taken.
#[derive(Debug, Default)]
pub struct Book {
    pub accounts: BTreeMap<AccountId, AccountState>,
    pub named: Vec<Order>,
}

/// What a batch writes. Orders, positions and accounts in their last state; the rest is appended.
#[derive(Debug, Default)]
pub struct Changes {
    pub accounts: Vec<AccountState>,
    pub orders: BTreeMap<OrderId, (UserId, Order)>,
    pub positions: BTreeMap<(AccountId, Symbol), Position>,
    pub fills: Vec<(UserId, AccountId, Fill)>,
    pub transactions: Vec<(AccountId, OrderId, Uuid, Transaction)>,
    /// `(user, seq, frame JSON)`.
    pub events: Vec<(UserId, i64, String)>,
}

pub async fn load_book(tx: &mut Tx, ids: &[AccountId], names: &[(AccountId, String)]) -> Result<Book, StoreError> {
    const ACCOUNTS: &str = "SELECT id, user_id, deposits, available, reserved, version, event_seq FROM accounts WHERE id IN (";
    if ids.is_empty() {
        return Ok(Book::default());
    }
    let rows: Vec<AccountRecord> = select_in!(tx, ACCOUNTS, ids, ")");
    let mut accounts = BTreeMap::new();
    for row in rows {
        let state = row.into_state()?;
        accounts.insert(state.id, state);
    }
    for (account, position) in positions::list_positions_of(tx, ids).await? {
        if let Some(state) = accounts.get_mut(&account) {
            state.positions.insert(position.symbol.clone(), position);
        }
    }
    for order in orders::list_open_orders_of(tx, ids).await? {
        if let Some(state) = accounts.get_mut(&order.account_id) {
            state.open_orders.insert(order.id, order);
        }
    }
    Ok(Book { accounts, named: orders::list_named(tx, names).await? })
}

/// Writes the whole batch; the caller commits the transaction.
pub async fn write_changes(tx: &mut Tx, changes: &Changes, now: Timestamp) -> Result<(), StoreError> {
    update_accounts(tx, &changes.accounts).await?;
    let order_rows: Vec<_> = changes.orders.values().map(|(user, order)| (*user, order)).collect();
    orders::upsert(tx, &order_rows).await?;
    let position_rows: Vec<_> = changes.positions.iter().map(|((account, _), position)| (*account, position)).collect();
    positions::upsert(tx, &position_rows).await?;
    let fill_rows: Vec<_> = changes.fills.iter().map(|(user, account, fill)| (*user, *account, fill)).collect();
    fills::insert(tx, &fill_rows).await?;
    let lines = changes.transactions.iter();
    let lines: Vec<_> = lines.flat_map(|(account, order, id, t)| postings::PostingRow::of_order(*account, *order, *id, t, now)).collect();
    postings::insert(tx, &lines).await?;
    events::insert(tx, &changes.events, now).await
}

async fn update_accounts(tx: &mut Tx, accounts: &[AccountState]) -> Result<(), StoreError> {
    const UPDATE: &str =
        "UPDATE accounts SET available = v.column2, reserved = v.column3, version = v.column4 + 1, event_seq = v.column5 FROM (";
    const MATCH: &str = ") AS v WHERE accounts.id = v.column1 AND accounts.version = v.column4";
    if accounts.is_empty() {
        return Ok(());
    }
    let updated = on_tx!(tx, c => {
        let mut query = sqlx::QueryBuilder::new(UPDATE);
        query.push_values(accounts, |mut b, account| {
            b.push_bind(account.id.to_string())
                .push_bind(account.cash.available.to_atoms())
                .push_bind(account.cash.reserved.to_atoms())
                .push_bind(account.version)
                .push_bind(account.event_seq);
        });
        query.push(MATCH);
        query.build().execute(c).await.map(|done| done.rows_affected())
    })?;
    if updated == accounts.len() as u64 { Ok(()) } else { Err(StoreError::Conflict) }
}

impl AccountRecord {
    pub(super) fn into_state(self) -> Result<AccountState, StoreError> {
        let bad = |e| StoreError::corrupt("accounts", e);
        Ok(AccountState {
            id: self.id.parse().map_err(bad)?,
            user_id: self.user_id.parse().map_err(bad)?,
            version: self.version,
            event_seq: self.event_seq,
            deposits: Usd::from_atoms(self.deposits),
            cash: Cash { available: Usd::from_atoms(self.available), reserved: Usd::from_atoms(self.reserved) },
            positions: BTreeMap::new(),
            open_orders: BTreeMap::new(),
        })
    }
}
