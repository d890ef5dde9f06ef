//! Executions. Written once by `commit`, never changed.

use speedtrade::{
    fill::Fill,
    ids::{AccountId, OrderId, UserId},
    money::{Qty, Usd},
    time::Timestamp,
};

use super::{Db, StoreError, Tx};

row! {
    struct FillRow {
        id: String,
        order_id: String,
        symbol: String,
        side: String,
        qty: i64,
        price: String,
        value: i64,
        time: i64,
    }
}

macro_rules! fill_columns {
    () => {
        "id, order_id, symbol, side, qty, price, value, time"
    };
}

/// Fills of an account since `since`, oldest first.
pub async fn list_fills_since(db: &Db, account: AccountId, since: Timestamp) -> Result<Vec<Fill>, StoreError> {
    const LIST: &str = concat!("SELECT ", fill_columns!(), " FROM fills WHERE account_id = $1 AND time >= $2 ORDER BY time, id");
    let rows: Vec<FillRow> = on_db!(db, c => sqlx::query_as(LIST).bind(account.to_string()).bind(since.micros()).fetch_all(c).await)?;
    rows.into_iter().map(Fill::try_from).collect()
}

/// The newest fills of an account, newest first.
pub async fn list_newest_fills(db: &Db, account: AccountId, limit: i64) -> Result<Vec<Fill>, StoreError> {
    const LIST: &str = concat!("SELECT ", fill_columns!(), " FROM fills WHERE account_id = $1 ORDER BY time DESC, id DESC LIMIT $2");
    let rows: Vec<FillRow> = on_db!(db, c => sqlx::query_as(LIST).bind(account.to_string()).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Fill::try_from).collect()
}

pub async fn list_fills_of_order(db: &Db, user: UserId, order: OrderId) -> Result<Vec<Fill>, StoreError> {
    const LIST: &str = concat!("SELECT ", fill_columns!(), " FROM fills WHERE user_id = $1 AND order_id = $2 ORDER BY time, id");
    let rows: Vec<FillRow> = on_db!(db, c => sqlx::query_as(LIST).bind(user.to_string()).bind(order.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(Fill::try_from).collect()
}

pub(super) async fn insert(tx: &mut Tx, fills: &[(UserId, AccountId, &Fill)]) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO fills (id, user_id, account_id, order_id, symbol, side, qty, price, value, time) ";
    insert_rows!(tx, INSERT, fills, "", |b, row| {
        let (user, account, fill) = row;
        b.push_bind(fill.id.to_string())
            .push_bind(user.to_string())
            .push_bind(account.to_string())
            .push_bind(fill.order_id.to_string())
            .push_bind(fill.symbol.to_string())
            .push_bind(fill.side.as_str())
            .push_bind(fill.qty.to_atoms())
            .push_bind(fill.price.to_string())
            .push_bind(fill.value.to_atoms())
            .push_bind(fill.time.micros())
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
            value: Usd::from_atoms(row.value),
            time: Timestamp::from_micros(row.time),
        })
    }
}
