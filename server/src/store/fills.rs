//! Executions. Written once by `commit`, never changed: the database refuses it. One that was taken back has a row in `busts`.

use std::collections::{BTreeSet, HashMap};

use speedtrade::{
    fill::{Fill, Settlement},
    ids::{AccountId, FillId, OrderId, UserId},
    instrument::Symbol,
    money::{Qty, Usd},
    position::LotChoice,
    time::Timestamp,
};

use super::{Db, StoreError, Writes, journal::Form, orders};

row! {
    struct FillRow {
        id: String,
        order_id: String,
        symbol: String,
        side: String,
        qty: i64,
        price: String,
        gross: i64,
        residue: i64,
        fee: i64,
        fee_qty: i64,
        exec_id: String,
        quote_time: Option<i64>,
        time: i64,
    }
}

macro_rules! fill_columns {
    () => {
        "id, order_id, symbol, side, qty, price, gross, residue, fee, fee_qty, exec_id, quote_time, time"
    };
}

macro_rules! standing {
    () => {
        " AND NOT EXISTS (SELECT 1 FROM busts WHERE busts.fill_id = fills.id)"
    };
}

/// Fills of an account since `since`, oldest first.
pub async fn list_fills_since(db: &Db, account: AccountId, since: Timestamp) -> Result<Vec<Fill>, StoreError> {
    const LIST: &str =
        concat!("SELECT ", fill_columns!(), " FROM fills WHERE account_id = $1 AND time >= $2", standing!(), " ORDER BY time, id");
    let rows: Vec<FillRow> = on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).bind(since.micros()).fetch_all(c).await)?;
    rows.into_iter().map(Fill::try_from).collect()
}

/// The newest fills of an account, newest first, before `before` if given.
pub async fn list_newest_fills(db: &Db, account: AccountId, before: Option<FillId>, limit: i64) -> Result<Vec<Fill>, StoreError> {
    const LIST: &str = concat!(
        "SELECT ",
        fill_columns!(),
        " FROM fills WHERE account_id = $1 AND id < $2",
        standing!(),
        " ORDER BY time DESC, id DESC LIMIT $3"
    );
    // Ids are text in lower case hexadecimal; this is above all of them.
    let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    let rows: Vec<FillRow> =
        on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).bind(before).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Fill::try_from).collect()
}

pub async fn list_fills_of_order(db: &Db, user: UserId, order: OrderId) -> Result<Vec<Fill>, StoreError> {
    const LIST: &str =
        concat!("SELECT ", fill_columns!(), " FROM fills WHERE user_id = $1 AND order_id = $2", standing!(), " ORDER BY time, id");
    let rows: Vec<FillRow> = on_books!(db, c => sqlx::query_as(LIST).bind(user.to_string()).bind(order.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(Fill::try_from).collect()
}

/// Standing executions of an order that no venue named: ours, for what it had only counted.
pub async fn list_estimates(db: &Db, account: AccountId, order: OrderId) -> Result<Vec<Fill>, StoreError> {
    const LIST: &str = concat!(
        "SELECT ",
        fill_columns!(),
        " FROM fills WHERE account_id = $1 AND order_id = $2 AND exec_id LIKE '%@%'",
        standing!(),
        " ORDER BY time, id"
    );
    let rows: Vec<FillRow> = on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).bind(order.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(Fill::try_from).collect()
}

/// When the account first traded.
pub async fn first_fill_time(db: &Db, account: AccountId) -> Result<Option<Timestamp>, StoreError> {
    const FIRST: &str = "SELECT MIN(time) FROM fills WHERE account_id = $1";
    let (first,): (Option<i64>,) = on_books!(db, c => sqlx::query_as(FIRST).bind(account.to_string()).fetch_one(c).await)?;
    Ok(first.map(Timestamp::from_micros))
}

/// The executions that were taken back.
pub async fn list_busts(db: &Db, account: AccountId) -> Result<Vec<FillId>, StoreError> {
    const LIST: &str = "SELECT fill_id FROM busts WHERE account_id = $1";
    let rows: Vec<(String,)> = on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(|(id,)| id.parse().map_err(|e| StoreError::corrupt("busts", e))).collect()
}

/// Which of these executions are booked already.
pub async fn list_known_executions(db: &Db, names: &[(AccountId, String)]) -> Result<BTreeSet<(AccountId, String)>, StoreError> {
    const LIST: &str = "SELECT account_id, exec_id FROM fills WHERE (exec_id, account_id) IN (VALUES ";
    if names.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows: Vec<(String, String)> = on_books!(db, c => {
        let mut query = sqlx::QueryBuilder::new(LIST);
        let mut pairs = query.separated(", ");
        for (account, name) in names {
            pairs.push("(").push_bind_unseparated(name.clone()).push_unseparated(", ").push_bind_unseparated(account.to_string()).push_unseparated(")");
        }
        query.push(")");
        query.build_query_as().fetch_all(c).await
    })?;
    let known = |(account, name): (String, String)| account.parse().map(|account| (account, name));
    rows.into_iter().map(|row| known(row).map_err(|e| StoreError::corrupt("fills", e))).collect()
}

/// Every standing execution of a holding with how its order chose lots, oldest first.
pub async fn list_holding_history(db: &Db, account: AccountId, symbol: &Symbol) -> Result<Vec<(Fill, LotChoice)>, StoreError> {
    const LIST: &str =
        concat!("SELECT ", fill_columns!(), " FROM fills WHERE account_id = $1 AND symbol = $2", standing!(), " ORDER BY time, exec_id");
    const CHOICES: &str = "SELECT id, lot_method, chosen_lots FROM orders WHERE account_id = $1 AND symbol = $2 AND lot_method <> 'fifo'";
    let rows: Vec<FillRow> =
        on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).bind(symbol.to_string()).fetch_all(c).await)?;
    let choices: Vec<(String, String, String)> =
        on_books!(db, c => sqlx::query_as(CHOICES).bind(account.to_string()).bind(symbol.to_string()).fetch_all(c).await)?;
    let mut by_order = HashMap::new();
    for (order, method, lots) in choices {
        let method = method.parse().map_err(|e| StoreError::corrupt("orders", e))?;
        by_order.insert(order, LotChoice { method, chosen: orders::chosen(&lots)? });
    }
    let with_choice = |row: FillRow| {
        let choice = by_order.get(&row.order_id).cloned().unwrap_or_default();
        Ok((Fill::try_from(row)?, choice))
    };
    rows.into_iter().map(with_choice).collect()
}

pub(super) async fn insert(writes: &mut Writes<'_>, fills: &[(UserId, AccountId, &Fill)]) -> Result<(), StoreError> {
    const INSERT: &str = concat!("INSERT INTO fills (user_id, account_id, ", fill_columns!(), ") ");
    insert_rows!(writes, Form::Append, INSERT, fills, "", |b, row| {
        let (user, account, fill) = row;
        b.push_bind(user.to_string())
            .push_bind(account.to_string())
            .push_bind(fill.id.to_string())
            .push_bind(fill.order_id.to_string())
            .push_bind(fill.symbol.as_str())
            .push_bind(fill.side.as_str())
            .push_bind(fill.qty.to_atoms())
            .push_bind(fill.price.to_string())
            .push_bind(fill.settlement.gross.to_atoms())
            .push_bind(fill.settlement.residue.to_atoms())
            .push_bind(fill.settlement.fee.to_atoms())
            .push_bind(fill.fee_qty.to_atoms())
            .push_bind(fill.exec_id.as_str())
            .push_bind(fill.quote_time.map(Timestamp::micros))
            .push_bind(fill.time.micros())
    });
    Ok(())
}

pub(super) async fn insert_busts(writes: &mut Writes<'_>, busts: &[(AccountId, FillId)], now: Timestamp) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO busts (account_id, fill_id, time) ";
    insert_rows!(writes, Form::Append, INSERT, busts, "", |b, row| {
        b.push_bind(row.0.to_string()).push_bind(row.1.to_string()).push_bind(now.micros())
    });
    Ok(())
}

impl TryFrom<FillRow> for Fill {
    type Error = StoreError;
    fn try_from(row: FillRow) -> Result<Self, StoreError> {
        fn bad(what: impl std::fmt::Display) -> StoreError {
            StoreError::corrupt("fills", what)
        }
        Ok(Fill {
            id: row.id.parse().map_err(bad)?,
            order_id: row.order_id.parse().map_err(bad)?,
            symbol: row.symbol.parse().map_err(bad)?,
            side: row.side.parse().map_err(bad)?,
            qty: Qty::from_atoms(row.qty).ok_or_else(|| bad("a negative quantity"))?,
            price: row.price.parse().map_err(bad)?,
            settlement: Settlement {
                gross: Usd::from_atoms(row.gross),
                residue: Usd::from_atoms(row.residue),
                fee: Usd::from_atoms(row.fee),
            },
            time: Timestamp::from_micros(row.time),
            fee_qty: Qty::from_atoms(row.fee_qty).ok_or_else(|| bad("a negative fee"))?,
            exec_id: row.exec_id,
            quote_time: row.quote_time.map(Timestamp::from_micros),
        })
    }
}
