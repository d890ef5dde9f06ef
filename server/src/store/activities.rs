//! Movements of money as an account's owner reads them: deposits and executions, newest first.

use speedtrade::{
    ids::AccountId,
    money::{Qty, Usd},
    order::Side,
    time::Timestamp,
    wire::ActivityView,
};

use super::{Db, StoreError};

row! {
    struct ActivityRow {
        id: String,
        reason: String,
        amount: i64,
        fees: i64,
        order_id: Option<String>,
        symbol: Option<String>,
        side: Option<String>,
        qty: Option<i64>,
        price: Option<String>,
        time: i64,
    }
}

/// At most `limit`, before the activity `before` if given.
pub async fn list_activities(db: &Db, account: AccountId, before: Option<&str>, limit: i64) -> Result<Vec<ActivityView>, StoreError> {
    const LIST: &str = "SELECT p.transaction_id AS id, p.reason, p.available + p.reserved + p.shortfall AS amount, p.fees, p.order_id, \
        f.symbol, f.side, f.qty, f.price, p.time \
        FROM postings p LEFT JOIN fills f ON f.id = p.fill_id \
        WHERE p.account_id = $1 AND p.asset = 'USD' AND p.reason IN ('deposit', 'fill', 'bust') AND p.transaction_id < $2 \
        ORDER BY p.transaction_id DESC LIMIT $3";
    // Ids are text in lower case hexadecimal; this is above all of them.
    let rows: Vec<ActivityRow> = on_books!(db, c => sqlx::query_as(LIST)
        .bind(account.to_string())
        .bind(before.unwrap_or("g"))
        .bind(limit)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(ActivityView::try_from).collect()
}

impl TryFrom<ActivityRow> for ActivityView {
    type Error = StoreError;
    fn try_from(row: ActivityRow) -> Result<Self, StoreError> {
        fn bad(what: impl std::fmt::Display) -> StoreError {
            StoreError::corrupt("postings", what)
        }
        Ok(Self {
            id: row.id,
            kind: row.reason,
            net_amount: Usd::from_atoms(row.amount),
            fee: Usd::from_atoms(row.fees),
            order_id: row.order_id.map(|id| id.parse().map_err(bad)).transpose()?,
            symbol: row.symbol.map(|symbol| symbol.parse().map_err(bad)).transpose()?,
            side: row.side.map(|side| side.parse::<Side>().map_err(bad)).transpose()?,
            qty: row.qty.map(|atoms| Qty::from_atoms(atoms).ok_or_else(|| bad("a negative quantity"))).transpose()?,
            price: row.price.map(|price| price.parse().map_err(bad)).transpose()?,
            timestamp: Timestamp::from_micros(row.time),
        })
    }
}
