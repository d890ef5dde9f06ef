//! Orders: read by their owner, written only by `commit`.

mod row;

pub(super) use row::chosen;

use speedtrade::{
    ids::{AccountId, OrderId, UserId},
    money::{Qty, Usd},
    order::{Order, Trail},
    time::Timestamp,
};
use sqlx::AssertSqlSafe;

use super::{Db, StoreError, Tx, Writes, journal::Form};

use row::OrderRow;

macro_rules! order_columns {
    () => {
        "id, account_id, client_order_id, symbol, asset_type, side, kind, limit_price, stop_price, trail_amount, trail_percent, \
         time_in_force, extended_hours, group_id, group_class, role, qty, notional, filled_qty, filled_value, fees, reserve, hold, \
         hold_qty, status, reject_reason, triggered_at, watermark, lot_method, chosen_lots, replaces, replaced_by, created_at, \
         updated_at, filled_at, canceled_at, eligible_at, expires_at, held_by, venue_order_id, cancel_state, is_external, sent_at, \
         acknowledged_at, unknown_since, needs_attention"
    };
}

macro_rules! list_where {
    ($which:literal) => {
        concat!(
            "SELECT ",
            order_columns!(),
            " FROM orders WHERE user_id = $1 ",
            $which,
            "AND (symbol = $2 OR $3) AND (account_id = $7 OR $8) AND (created_at, id) < ($4, $5) ORDER BY created_at DESC, id DESC LIMIT $6"
        )
    };
}

/// Which orders of a user, newest first. `before` is the id of the last order of the page before.
#[derive(Debug, Clone, Default)]
pub struct OrderQuery {
    pub is_open: Option<bool>,
    pub symbol: Option<String>,
    /// All accounts of the user where none is named.
    pub account: Option<AccountId>,
    pub before: Option<OrderId>,
    pub limit: i64,
}

/// The page after an order that is not the user's is empty.
pub async fn list_orders(db: &Db, user: UserId, query: &OrderQuery) -> Result<Vec<Order>, StoreError> {
    // A text for each, so that open orders come from an index of their own.
    let list = match query.is_open {
        Some(true) => list_where!("AND is_open "),
        Some(false) => list_where!("AND NOT is_open "),
        None => list_where!(""),
    };
    let before = match query.before {
        None => (i64::MAX, String::new()),
        Some(id) => match find_order(db, user, id).await? {
            Some(order) => (order.created_at.micros(), id.to_string()),
            None => return Ok(Vec::new()),
        },
    };
    let rows: Vec<OrderRow> = on_books!(db, c => sqlx::query_as(list)
        .bind(user.to_string())
        .bind(query.symbol.clone().unwrap_or_default())
        .bind(query.symbol.is_none())
        .bind(before.0)
        .bind(before.1)
        .bind(query.limit)
        .bind(query.account.map(|id| id.to_string()).unwrap_or_default())
        .bind(query.account.is_none())
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Order::try_from).collect()
}

/// `None` also for an order of somebody else.
pub async fn find_order(db: &Db, user: UserId, order: OrderId) -> Result<Option<Order>, StoreError> {
    const FIND: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE user_id = $1 AND id = $2");
    let row: Option<OrderRow> =
        on_books!(db, c => sqlx::query_as(FIND).bind(user.to_string()).bind(order.to_string()).fetch_optional(c).await)?;
    row.map(Order::try_from).transpose()
}

/// An order of an account, open or not.
pub async fn find_account_order(db: &Db, account: AccountId, order: OrderId) -> Result<Option<Order>, StoreError> {
    const FIND: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE account_id = $1 AND id = $2");
    let row: Option<OrderRow> =
        on_books!(db, c => sqlx::query_as(FIND).bind(account.to_string()).bind(order.to_string()).fetch_optional(c).await)?;
    row.map(Order::try_from).transpose()
}

/// An order by the name that its venue gave it.
pub async fn find_order_at_venue(db: &Db, account: AccountId, venue_id: &str) -> Result<Option<Order>, StoreError> {
    const FIND: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE account_id = $1 AND venue_order_id = $2");
    let row: Option<OrderRow> = on_books!(db, c => sqlx::query_as(FIND).bind(account.to_string()).bind(venue_id).fetch_optional(c).await)?;
    row.map(Order::try_from).transpose()
}

/// Every open order of every account: what the paper venue watches after a start.
pub async fn list_all_open_orders(db: &Db) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE is_open ORDER BY id");
    let rows: Vec<OrderRow> = on_books!(db, c => sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(Order::try_from).collect()
}

pub(super) async fn list_open_orders_of(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE is_open AND account_id");
    let rows: Vec<OrderRow> = select_in!(tx, LIST, accounts);
    rows.into_iter().map(Order::try_from).collect()
}

/// The open orders of one account.
pub async fn list_open_orders(db: &Db, account: AccountId) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE is_open AND account_id = $1 ORDER BY id");
    let rows: Vec<OrderRow> = on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(Order::try_from).collect()
}

pub(super) async fn has_open_orders(tx: &mut Tx, user: UserId, account: AccountId) -> Result<bool, StoreError> {
    const COUNT: &str = "SELECT COUNT(*) FROM orders WHERE is_open AND user_id = $1 AND account_id = $2";
    let (count,): (i64,) = on_tx!(tx, c => sqlx::query_as(COUNT).bind(user.to_string()).bind(account.to_string()).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Every order of a user's account, oldest first.
pub async fn list_account_orders(db: &Db, user: UserId, account: AccountId) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE user_id = $1 AND account_id = $2 ORDER BY id");
    let rows: Vec<OrderRow> = on_books!(db, c => sqlx::query_as(LIST).bind(user.to_string()).bind(account.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(Order::try_from).collect()
}

/// The orders of a group, in the order of their birth.
pub async fn list_group(db: &Db, user: UserId, group: OrderId) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE user_id = $1 AND group_id = $2 ORDER BY id");
    let rows: Vec<OrderRow> = on_books!(db, c => sqlx::query_as(LIST).bind(user.to_string()).bind(group.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(Order::try_from).collect()
}

/// Orders that already have one of these names, for idempotent placing.
pub(super) async fn list_named(tx: &mut Tx, names: &[(AccountId, String)]) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!(
        "SELECT ",
        order_columns!(),
        " FROM orders WHERE id IN (SELECT order_id FROM order_names WHERE (account_id, client_order_id) IN ("
    );
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<OrderRow> = match tx {
        Tx::Sqlite(tx) => {
            let mut query = sqlx::QueryBuilder::new(LIST);
            query.push_values(names, |mut pair, (account, name)| {
                pair.push_bind(account.to_string()).push_bind(name.clone());
            });
            query.push("))");
            query.build_query_as().fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let (accounts, names): (Vec<_>, Vec<_>) = names.iter().map(|(account, name)| (account.to_string(), name.clone())).unzip();
            let text = format!("{LIST}SELECT * FROM UNNEST($1, $2)))");
            sqlx::query_as(AssertSqlSafe(text)).bind(accounts).bind(names).fetch_all(&mut **tx).await?
        }
    };
    rows.into_iter().map(Order::try_from).collect()
}

/// Takes the names of new orders; one that is taken is a conflict.
pub(super) async fn insert_names(writes: &mut Writes<'_>, names: &[(AccountId, String, OrderId)]) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO order_names (account_id, client_order_id, order_id) ";
    if let Writes::Entry(entry) = writes {
        entry.take_names(names.iter().map(|(account, name, _)| (*account, name.clone())));
    }
    insert_rows!(writes, Form::Append, INSERT, names, "", |b, row| {
        b.push_bind(row.0.to_string()).push_bind(row.1.as_str()).push_bind(row.2.to_string())
    });
    Ok(())
}

/// Writes the newest state of orders that belong to `user_ids` (one per order).
pub(super) async fn upsert(writes: &mut Writes<'_>, orders: &[(UserId, &Order)]) -> Result<(), StoreError> {
    const INSERT: &str = concat!("INSERT INTO orders (", order_columns!(), ", user_id, is_open) ");
    const UPDATE: &str = " ON CONFLICT (id, created_at) DO UPDATE SET qty = excluded.qty, filled_qty = excluded.filled_qty, \
        filled_value = excluded.filled_value, fees = excluded.fees, reserve = excluded.reserve, hold = excluded.hold, \
        hold_qty = excluded.hold_qty, status = excluded.status, is_open = excluded.is_open, reject_reason = excluded.reject_reason, \
        triggered_at = excluded.triggered_at, watermark = excluded.watermark, replaced_by = excluded.replaced_by, \
        time_in_force = excluded.time_in_force, eligible_at = excluded.eligible_at, expires_at = excluded.expires_at, \
        updated_at = excluded.updated_at, filled_at = excluded.filled_at, canceled_at = excluded.canceled_at, \
        held_by = excluded.held_by, venue_order_id = excluded.venue_order_id, cancel_state = excluded.cancel_state, \
        sent_at = excluded.sent_at, acknowledged_at = excluded.acknowledged_at, unknown_since = excluded.unknown_since, \
        needs_attention = excluded.needs_attention";
    insert_rows!(writes, Form::Newest(1), INSERT, orders, UPDATE, |b, row| {
        let (user, order) = row;
        b.push_bind(order.id.to_string())
            .push_bind(order.account_id.to_string())
            .push_bind(order.client_order_id.as_str())
            .push_bind(order.symbol.as_str())
            .push_bind(order.asset_type.as_str())
            .push_bind(order.side.as_str())
            .push_bind(order.kind.as_str())
            .push_bind(order.kind.limit_price().map(|p| p.to_string()))
            .push_bind(order.kind.stop_price().map(|p| p.to_string()))
            .push_bind(order.kind.trail().and_then(Trail::as_amount).map(Usd::to_atoms))
            .push_bind(order.kind.trail().and_then(Trail::as_percent).map(|p| p.to_string()))
            .push_bind(order.time_in_force.as_str())
            .push_bind(order.extended_hours)
            .push_bind(order.group.map(|group| group.id.to_string()))
            .push_bind(order.group.map(|group| group.class.as_str()))
            .push_bind(order.group.map(|group| group.role.as_str()))
            .push_bind(order.qty.to_atoms())
            .push_bind(order.notional.map(Usd::to_atoms))
            .push_bind(order.filled_qty.to_atoms())
            .push_bind(order.filled_value.to_atoms())
            .push_bind(order.fees.to_atoms())
            .push_bind(order.reserve.to_atoms())
            .push_bind(order.hold.to_atoms())
            .push_bind(Qty::to_atoms(order.hold_qty))
            .push_bind(order.status.as_str())
            .push_bind(order.reject_reason.as_deref())
            .push_bind(order.triggered_at.map(Timestamp::micros))
            .push_bind(order.watermark.map(|p| p.to_string()))
            .push_bind(order.lot_method.as_str())
            .push_bind(row::joined(&order.chosen_lots))
            .push_bind(order.replaces.map(|id| id.to_string()))
            .push_bind(order.replaced_by.map(|id| id.to_string()))
            .push_bind(order.created_at.micros())
            .push_bind(order.updated_at.micros())
            .push_bind(order.filled_at.map(Timestamp::micros))
            .push_bind(order.canceled_at.map(Timestamp::micros))
            .push_bind(order.eligible_at.micros())
            .push_bind(order.expires_at.map(Timestamp::micros));
        let at = order.venue.as_ref();
        b.push_bind(at.map(|at| at.holder.as_str()))
            .push_bind(at.and_then(|at| at.venue_id.clone()))
            .push_bind(at.map(|at| at.cancel.as_str()))
            .push_bind(at.is_some_and(|at| at.is_external))
            .push_bind(at.and_then(|at| at.sent_at).map(Timestamp::micros))
            .push_bind(at.and_then(|at| at.acknowledged_at).map(Timestamp::micros))
            .push_bind(at.and_then(|at| at.unknown_since).map(Timestamp::micros))
            .push_bind(at.is_some_and(|at| at.needs_attention))
            .push_bind(user.to_string())
            .push_bind(order.status.is_open())
    });
    Ok(())
}
