//! The ledger's lines. Append only.

use speedtrade::{
    ids::{AccountId, OrderId},
    ledger::{Posting, Transaction},
    time::Timestamp,
};
use uuid::Uuid;

use super::{Db, StoreError, Tx};

/// A posting with its place in the books.
#[derive(Debug, Clone)]
pub(super) struct PostingRow {
    transaction_id: String,
    line: i64,
    account_id: String,
    order_id: Option<String>,
    reason: &'static str,
    posting: Posting,
    time: i64,
}

impl PostingRow {
    pub(super) fn of_order(account: AccountId, order: OrderId, id: Uuid, transaction: &Transaction, time: Timestamp) -> Vec<Self> {
        Self::rows(account, Some(order), id, transaction, time)
    }

    pub(super) fn of_deposit(account: AccountId, id: Uuid, transaction: &Transaction, time: Timestamp) -> Vec<Self> {
        Self::rows(account, None, id, transaction, time)
    }

    fn rows(account: AccountId, order: Option<OrderId>, id: Uuid, transaction: &Transaction, time: Timestamp) -> Vec<Self> {
        let line = |(line, posting): (i64, &Posting)| Self {
            transaction_id: id.to_string(),
            line,
            account_id: account.to_string(),
            order_id: order.map(|o| o.to_string()),
            reason: transaction.reason().as_str(),
            posting: posting.clone(),
            time: time.micros(),
        };
        (0..).zip(transaction.postings()).map(line).collect()
    }
}

pub(super) async fn insert(tx: &mut Tx, rows: &[PostingRow]) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO postings (transaction_id, line, account_id, order_id, reason, pot, asset, atoms, time) ";
    insert_rows!(tx, INSERT, rows, "", |b, row| {
        b.push_bind(row.transaction_id.clone())
            .push_bind(row.line)
            .push_bind(row.account_id.clone())
            .push_bind(row.order_id.clone())
            .push_bind(row.reason)
            .push_bind(row.posting.pot.as_str())
            .push_bind(row.posting.asset.as_str().to_owned())
            .push_bind(row.posting.atoms)
            .push_bind(row.time)
    });
    Ok(())
}

/// The balance of every pot by the postings: `(account, asset, pot, atoms)`. What the books must agree with.
pub async fn list_balances(db: &Db) -> Result<Vec<(String, String, String, i64)>, StoreError> {
    const SUM: &str =
        "SELECT account_id, asset, pot, CAST(SUM(atoms) AS BIGINT) FROM postings GROUP BY account_id, asset, pot ORDER BY 1, 2, 3";
    Ok(on_db!(db, c => sqlx::query_as(SUM).fetch_all(c).await)?)
}
