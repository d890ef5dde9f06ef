//! The two halves of a group commit: read the touched accounts in a few queries, write all that changed in a few statements.
//!
//! An account is written only at the version that was read; a lost race is `StoreError::Conflict` and writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use speedtrade::{
    account::AccountState,
    fill::Fill,
    ids::{AccountId, FillId, OrderId, UserId},
    instrument::Symbol,
    ledger::Transaction,
    order::{Order, OrderEvent},
    position::{Lot, LotClose, Position},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    Db, Purpose, StoreError, Tx, Writes, accounts, events, fills,
    intents::{self, Intent},
    lots, orders, positions, postings,
};

/// What a batch writes beside the accounts. Orders, positions and lots in their last state; the rest is appended.
#[derive(Debug, Default)]
pub struct Changes {
    orders: BTreeMap<OrderId, (UserId, Order)>,
    /// Names of orders that are new.
    names: Vec<(AccountId, String, OrderId)>,
    positions: BTreeMap<(AccountId, Symbol), Position>,
    fills: Vec<(UserId, AccountId, Fill)>,
    busts: Vec<(AccountId, FillId)>,
    /// Holdings whose lots and closes are replaced by those that follow.
    rebuilt: BTreeSet<(AccountId, Symbol)>,
    lots: BTreeMap<(AccountId, FillId), (Symbol, Lot)>,
    closes: Vec<(AccountId, Symbol, LotClose)>,
    transactions: Vec<Booking>,
    /// `(user, seq, frame JSON)`.
    pub events: Vec<(UserId, i64, String)>,
    /// What is to be sent to venues.
    pub intents: Vec<Intent>,
}

/// A transaction with its place in the books.
#[derive(Debug)]
pub(super) struct Booking {
    pub(super) id: Uuid,
    pub(super) account: AccountId,
    /// None of a transfer.
    pub(super) order: Option<OrderId>,
    pub(super) fill: Option<FillId>,
    pub(super) transaction: Transaction,
}

impl Changes {
    /// Adds what one event of `state`'s account changed; `new_id` names its transaction.
    pub fn add(&mut self, state: &AccountState, event: &OrderEvent, new_id: Uuid) {
        let (order, account) = (&event.order, state.id);
        if event.is_new {
            self.names.push((account, order.client_order_id.to_string(), order.id));
        }
        self.orders.insert(order.id, (state.user_id, order.clone()));
        if let Some(position) = &event.position {
            self.positions.insert((account, order.symbol.clone()), position.clone());
        }
        self.fills.extend(event.fill.iter().map(|fill| (state.user_id, account, fill.clone())));
        self.busts.extend(event.bust.iter().map(|fill| (account, *fill)));
        if event.is_rebuilt {
            self.rebuilt.insert((account, order.symbol.clone()));
            self.lots.retain(|(of, _), (symbol, _)| *of != account || *symbol != order.symbol);
            self.closes.retain(|(of, symbol, _)| *of != account || *symbol != order.symbol);
        }
        self.lots.extend(event.lots.iter().map(|lot| ((account, lot.id), (order.symbol.clone(), *lot))));
        self.closes.extend(event.closes.iter().map(|close| (account, order.symbol.clone(), *close)));
        self.transactions.extend(event.transaction.iter().map(|transaction| Booking {
            id: new_id,
            account,
            order: Some(order.id),
            fill: event.fill.as_ref().map(|fill| fill.id).or(event.bust),
            transaction: transaction.clone(),
        }));
    }

    /// Adds a movement of dollars that belongs to no order.
    pub fn add_transfer(&mut self, account: AccountId, transaction: &Transaction, new_id: Uuid) {
        self.transactions.push(Booking { id: new_id, account, order: None, fill: None, transaction: transaction.clone() });
    }

    /// The fills of one account.
    pub fn fills_of(&self, account: AccountId) -> impl Iterator<Item = &Fill> {
        self.fills.iter().filter(move |(_, of, _)| *of == account).map(|(_, _, fill)| fill)
    }

    /// One that changed, in its last state.
    pub fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(&id).map(|(_, order)| order)
    }

    /// Every order that changed, in its last state.
    pub fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.values().map(|(_, order)| order)
    }
}

/// The accounts with everything the engine looks at; locked until the transaction ends when they are to change. Unknown ids
/// are left out.
pub async fn load_accounts(tx: &mut Tx, ids: &[AccountId], purpose: Purpose) -> Result<BTreeMap<AccountId, AccountState>, StoreError> {
    let mut states = BTreeMap::new();
    if ids.is_empty() {
        return Ok(states);
    }
    states.extend(accounts::list(tx, ids, purpose).await?.into_iter().map(|state| (state.id, state)));
    for (account, position) in positions::list_positions_of(tx, ids).await? {
        if let Some(state) = states.get_mut(&account) {
            state.positions.insert(position.symbol.clone(), position);
        }
    }
    for order in orders::list_open_orders_of(tx, ids).await? {
        if let Some(state) = states.get_mut(&order.account_id) {
            state.open_orders.insert(order.id, order);
        }
    }
    for (account, symbol, lots) in lots::list_open_of(tx, ids).await? {
        if let Some(state) = states.get_mut(&account) {
            state.lots.insert(symbol, lots);
        }
    }
    Ok(states)
}

/// One account with everything, of one moment only where nothing is written meanwhile.
pub async fn find_whole_account(db: &Db, id: AccountId) -> Result<Option<AccountState>, StoreError> {
    let Some(mut state) = accounts::find_account(db, id).await? else { return Ok(None) };
    let held = positions::list_positions(db, id).await?;
    state.positions.extend(held.into_iter().map(|position| (position.symbol.clone(), position)));
    state.open_orders.extend(orders::list_open_orders(db, id).await?.into_iter().map(|order| (order.id, order)));
    state.lots.extend(lots::list_lots(db, id).await?.into_iter().map(|(_, symbol, lots)| (symbol, lots)));
    Ok(Some(state))
}

/// Orders that already have one of these names.
pub async fn list_named(tx: &mut Tx, names: &[(AccountId, String)]) -> Result<Vec<Order>, StoreError> {
    orders::list_named(tx, names).await
}

/// Writes the whole batch; the caller commits it.
pub async fn write_changes(writes: &mut Writes<'_>, states: &[&AccountState], changes: &Changes, now: Timestamp) -> Result<(), StoreError> {
    accounts::update(writes, states).await?;
    let order_rows: Vec<_> = changes.orders.values().map(|(user, order)| (*user, order)).collect();
    orders::insert_names(writes, &changes.names).await?;
    orders::upsert(writes, &order_rows).await?;
    let position_rows: Vec<_> = changes.positions.iter().map(|((account, _), position)| (*account, position)).collect();
    positions::upsert(writes, &position_rows).await?;
    let fill_rows: Vec<_> = changes.fills.iter().map(|(user, account, fill)| (*user, *account, fill)).collect();
    fills::insert(writes, &fill_rows).await?;
    fills::insert_busts(writes, &changes.busts, now).await?;
    for (account, symbol) in &changes.rebuilt {
        lots::forget(writes, *account, symbol).await?;
    }
    let lot_rows: Vec<_> = changes.lots.iter().map(|((account, _), (symbol, lot))| (*account, symbol, lot)).collect();
    lots::upsert(writes, &lot_rows).await?;
    lots::insert_closes(writes, &changes.closes).await?;
    let lines: Vec<_> = changes.transactions.iter().flat_map(|booking| postings::PostingRow::of_order(booking, now)).collect();
    postings::insert(writes, &lines).await?;
    intents::insert(writes, &changes.intents).await?;
    events::insert(writes, &changes.events, now).await
}
