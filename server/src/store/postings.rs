//! The ledger's lines. Append only: the database refuses to change them.

use std::collections::BTreeMap;

use speedtrade::{
    audit::Booked,
    ids::{AccountId, FillId, OrderId},
    ledger::{Asset, Line, Pots, Reason, Transaction},
    time::Timestamp,
};
use uuid::Uuid;

use super::{Db, StoreError, Writes, book::Booking, journal::Form};

/// A line with its place in the books.
#[derive(Debug, Clone)]
pub(super) struct PostingRow {
    transaction_id: String,
    line: i64,
    account_id: String,
    order_id: Option<String>,
    fill_id: Option<String>,
    reason: &'static str,
    asset: String,
    pots: Pots,
    time: i64,
}

impl PostingRow {
    pub(super) fn of_order(booking: &Booking, time: Timestamp) -> Vec<Self> {
        Self::rows(booking.account, booking.order, booking.fill, booking.id, &booking.transaction, time)
    }

    pub(super) fn of_deposit(account: AccountId, id: Uuid, transaction: &Transaction, time: Timestamp) -> Vec<Self> {
        Self::rows(account, None, None, id, transaction, time)
    }

    fn rows(
        account: AccountId,
        order: Option<OrderId>,
        fill: Option<FillId>,
        id: Uuid,
        transaction: &Transaction,
        time: Timestamp,
    ) -> Vec<Self> {
        let row = |(line, posted): (i64, &Line)| Self {
            transaction_id: id.to_string(),
            line,
            account_id: account.to_string(),
            order_id: order.map(|id| id.to_string()),
            fill_id: fill.map(|id| id.to_string()),
            reason: transaction.reason().as_str(),
            asset: posted.asset.as_str().to_owned(),
            pots: posted.pots,
            time: time.micros(),
        };
        (0..).zip(transaction.lines()).map(row).collect()
    }
}

pub(super) async fn insert(writes: &mut Writes<'_>, rows: &[PostingRow]) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO postings (transaction_id, line, account_id, order_id, fill_id, reason, asset, available, reserved, \
        position, fees, external, rounding, shortfall, time) ";
    insert_rows!(writes, Form::Append, INSERT, rows, "", |b, row| {
        b.push_bind(row.transaction_id.as_str())
            .push_bind(row.line)
            .push_bind(row.account_id.as_str())
            .push_bind(row.order_id.as_deref())
            .push_bind(row.fill_id.as_deref())
            .push_bind(row.reason)
            .push_bind(row.asset.as_str());
        for atoms in row.pots.to_array() {
            b.push_bind(atoms);
        }
        b.push_bind(row.time)
    });
    Ok(())
}

row! {
    struct LedgerRow {
        transaction_id: String,
        fill_id: Option<String>,
        reason: String,
        asset: String,
        available: i64,
        reserved: i64,
        position: i64,
        fees: i64,
        external: i64,
        rounding: i64,
        shortfall: i64,
    }
}

/// Everything that was booked for an account.
pub async fn list_booked(db: &Db, account: AccountId) -> Result<Vec<Booked>, StoreError> {
    const LIST: &str = "SELECT transaction_id, fill_id, reason, asset, available, reserved, position, fees, external, rounding, shortfall \
        FROM postings WHERE account_id = $1";
    let rows: Vec<LedgerRow> = on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).fetch_all(c).await)?;
    let mut booked: BTreeMap<String, Booked> = BTreeMap::new();
    for row in rows {
        let (id, line, reason, fill) = row.into_parts()?;
        booked.entry(id).or_insert_with(|| Booked { reason, fill, lines: Vec::new() }).lines.push(line);
    }
    Ok(booked.into_values().collect())
}

impl LedgerRow {
    fn into_parts(self) -> Result<(String, Line, Reason, Option<FillId>), StoreError> {
        fn bad(what: impl std::fmt::Display) -> StoreError {
            StoreError::corrupt("postings", what)
        }
        let asset = if self.asset == Asset::Usd.as_str() { Asset::Usd } else { Asset::Units(self.asset.parse().map_err(bad)?) };
        let pots = [self.available, self.reserved, self.position, self.fees, self.external, self.rounding, self.shortfall];
        let reason = Reason::ALL.into_iter().find(|reason| reason.as_str() == self.reason).ok_or_else(|| bad(&self.reason))?;
        let fill = self.fill_id.map(|id| id.parse().map_err(bad)).transpose()?;
        Ok((self.transaction_id, Line { asset, pots: Pots::from_array(pots) }, reason, fill))
    }
}
