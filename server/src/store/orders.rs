//! Orders: read by their owner, written only by `commit`.

use speedtrade::{
    ids::{AccountId, OrderId, UserId},
    instrument::AssetType,
    money::{Qty, Usd},
    order::{Order, OrderKind},
    time::Timestamp,
};

use super::{Db, StoreError};

row! {
    struct OrderRow {
        id: String,
        account_id: String,
        client_order_id: String,
        symbol: String,
        asset_type: String,
        side: String,
        kind: String,
        limit_price: Option<String>,
        stop_price: Option<String>,
        time_in_force: String,
        qty: i64,
        notional: Option<i64>,
        filled_qty: i64,
        filled_value: i64,
        hold: i64,
        status: String,
        reject_reason: Option<String>,
        created_at: i64,
        updated_at: i64,
        filled_at: Option<i64>,
        canceled_at: Option<i64>,
        expires_at: Option<i64>,
    }
}

macro_rules! order_columns {
    () => {
        "id, account_id, client_order_id, symbol, asset_type, side, kind, limit_price, stop_price, time_in_force, qty, notional, \
         filled_qty, filled_value, hold, status, reject_reason, created_at, updated_at, filled_at, canceled_at, expires_at"
    };
}

/// Which orders of a user, newest first. `before` is the id of the last order of the page before.
#[derive(Debug, Clone, Default)]
pub struct OrderQuery {
    pub is_open: Option<bool>,
    pub symbol: Option<String>,
    pub before: Option<OrderId>,
    pub limit: i64,
}

pub async fn list_orders(db: &Db, user: UserId, query: &OrderQuery) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!(
        "SELECT ",
        order_columns!(),
        " FROM orders WHERE user_id = $1 AND (is_open = $2 OR $3) AND (symbol = $4 OR $5) AND id < $6 ORDER BY id DESC LIMIT $7"
    );
    // Ids are time-ordered text; this is above all of them.
    let before = query.before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    let rows: Vec<OrderRow> = on_db!(db, c => sqlx::query_as(LIST)
        .bind(user.to_string())
        .bind(query.is_open.unwrap_or_default())
        .bind(query.is_open.is_none())
        .bind(query.symbol.clone().unwrap_or_default())
        .bind(query.symbol.is_none())
        .bind(before)
        .bind(query.limit)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Order::try_from).collect()
}

/// `None` also for an order of somebody else.
pub async fn find_order(db: &Db, user: UserId, order: OrderId) -> Result<Option<Order>, StoreError> {
    const FIND: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE user_id = $1 AND id = $2");
    let row: Option<OrderRow> =
        on_db!(db, c => sqlx::query_as(FIND).bind(user.to_string()).bind(order.to_string()).fetch_optional(c).await)?;
    row.map(Order::try_from).transpose()
}

/// Every open order of every account: what the paper venue watches after a start.
pub async fn list_all_open_orders(db: &Db) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE is_open ORDER BY id");
    let rows: Vec<OrderRow> = on_db!(db, c => sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(Order::try_from).collect()
}

pub(super) async fn list_open_orders_of(tx: &mut super::Tx, accounts: &[AccountId]) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE is_open AND account_id IN (");
    let rows: Vec<OrderRow> = select_in!(tx, LIST, accounts, ")");
    rows.into_iter().map(Order::try_from).collect()
}

/// Orders that already have one of these names, for idempotent placing.
pub(super) async fn list_named(tx: &mut super::Tx, names: &[(AccountId, String)]) -> Result<Vec<Order>, StoreError> {
    const LIST: &str = concat!("SELECT ", order_columns!(), " FROM orders WHERE (account_id, client_order_id) IN (VALUES ");
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<OrderRow> = on_tx!(tx, c => {
        let mut query = sqlx::QueryBuilder::new(LIST);
        let mut pairs = query.separated(", ");
        for (account, name) in names {
            pairs.push("(").push_bind_unseparated(account.to_string()).push_unseparated(", ").push_bind_unseparated(name.clone()).push_unseparated(")");
        }
        query.push(")");
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Order::try_from).collect()
}

/// Writes the newest state of orders that belong to `user_ids` (one per order).
pub(super) async fn upsert(tx: &mut super::Tx, orders: &[(UserId, &Order)]) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO orders (id, user_id, account_id, client_order_id, symbol, asset_type, side, kind, limit_price, \
        stop_price, time_in_force, qty, notional, filled_qty, filled_value, hold, status, is_open, reject_reason, created_at, updated_at, \
        filled_at, canceled_at, expires_at) ";
    const UPDATE: &str = " ON CONFLICT (id) DO UPDATE SET filled_qty = excluded.filled_qty, filled_value = excluded.filled_value, \
        hold = excluded.hold, status = excluded.status, is_open = excluded.is_open, reject_reason = excluded.reject_reason, \
        updated_at = excluded.updated_at, filled_at = excluded.filled_at, canceled_at = excluded.canceled_at";
    insert_rows!(tx, INSERT, orders, UPDATE, |b, row| {
        let (user, order) = row;
        b.push_bind(order.id.to_string())
            .push_bind(user.to_string())
            .push_bind(order.account_id.to_string())
            .push_bind(order.client_order_id.to_string())
            .push_bind(order.symbol.to_string())
            .push_bind(order.asset_type.as_str())
            .push_bind(order.side.as_str())
            .push_bind(order.kind.as_str())
            .push_bind(order.kind.limit_price().map(|p| p.to_string()))
            .push_bind(order.kind.stop_price().map(|p| p.to_string()))
            .push_bind(order.time_in_force.as_str())
            .push_bind(order.qty.to_atoms())
            .push_bind(order.notional.map(Usd::to_atoms))
            .push_bind(order.filled_qty.to_atoms())
            .push_bind(order.filled_value.to_atoms())
            .push_bind(order.hold.to_atoms())
            .push_bind(order.status.as_str())
            .push_bind(order.status.is_open())
            .push_bind(order.reject_reason.clone())
            .push_bind(order.created_at.micros())
            .push_bind(order.updated_at.micros())
            .push_bind(order.filled_at.map(Timestamp::micros))
            .push_bind(order.canceled_at.map(Timestamp::micros))
            .push_bind(order.expires_at.map(Timestamp::micros))
    });
    Ok(())
}

impl TryFrom<OrderRow> for Order {
    type Error = StoreError;
    fn try_from(row: OrderRow) -> Result<Self, StoreError> {
        fn bad(what: impl std::fmt::Display) -> StoreError {
            StoreError::corrupt("orders", what)
        }
        let price = |text: Option<String>| text.ok_or_else(|| bad("a price is missing"))?.parse().map_err(bad);
        let kind = match row.kind.as_str() {
            "market" => OrderKind::Market,
            "limit" => OrderKind::Limit { limit_price: price(row.limit_price)? },
            "stop" => OrderKind::Stop { stop_price: price(row.stop_price)? },
            other => return Err(bad(other)),
        };
        let asset_type = match row.asset_type.as_str() {
            "stock" => AssetType::Stock,
            "crypto" => AssetType::Crypto,
            other => return Err(bad(other)),
        };
        let qty = |atoms| Qty::from_atoms(atoms).ok_or_else(|| bad("a negative quantity"));
        Ok(Order {
            id: row.id.parse().map_err(bad)?,
            account_id: row.account_id.parse().map_err(bad)?,
            client_order_id: row.client_order_id.parse().map_err(bad)?,
            symbol: row.symbol.parse().map_err(bad)?,
            asset_type,
            side: row.side.parse().map_err(bad)?,
            kind,
            time_in_force: row.time_in_force.parse().map_err(bad)?,
            qty: qty(row.qty)?,
            notional: row.notional.map(Usd::from_atoms),
            filled_qty: qty(row.filled_qty)?,
            filled_value: Usd::from_atoms(row.filled_value),
            hold: Usd::from_atoms(row.hold),
            status: row.status.parse().map_err(bad)?,
            reject_reason: row.reject_reason,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
            filled_at: row.filled_at.map(Timestamp::from_micros),
            canceled_at: row.canceled_at.map(Timestamp::from_micros),
            expires_at: row.expires_at.map(Timestamp::from_micros),
        })
    }
}
