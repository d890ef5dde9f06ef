//! Lots and what became of them. Written only by `commit`.

use std::collections::BTreeMap;

use speedtrade::{
    ids::AccountId,
    instrument::Symbol,
    money::{Qty, Usd},
    position::{Lot, LotClose, Lots},
    time::Timestamp,
};

use super::{Db, StoreError, Tx, Writes, journal::Form};

row! {
    struct LotRow {
        id: String,
        account_id: String,
        symbol: String,
        opened_at: i64,
        qty: i64,
        cost: i64,
    }
}

row! {
    struct CloseRow {
        lot_id: String,
        fill_id: String,
        opened_at: i64,
        closed_at: i64,
        qty: i64,
        cost: i64,
        proceeds: i64,
    }
}

macro_rules! lot_columns {
    () => {
        "id, account_id, symbol, opened_at, qty, cost"
    };
}

macro_rules! close_columns {
    () => {
        "lot_id, fill_id, opened_at, closed_at, qty, cost, proceeds"
    };
}

fn bad(what: impl std::fmt::Display) -> StoreError {
    StoreError::corrupt("lots", what)
}

/// Open lots by account and symbol, oldest first.
pub(super) async fn list_open_of(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<(AccountId, Symbol, Lots)>, StoreError> {
    const LIST: &str = concat!("SELECT ", lot_columns!(), " FROM lots WHERE qty > 0 AND account_id");
    let rows: Vec<LotRow> = select_in!(tx, LIST, accounts);
    grouped(rows)
}

/// Open lots of one account.
pub async fn list_lots(db: &Db, account: AccountId) -> Result<Vec<(AccountId, Symbol, Lots)>, StoreError> {
    const LIST: &str = concat!("SELECT ", lot_columns!(), " FROM lots WHERE qty > 0 AND account_id = $1");
    grouped(on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).fetch_all(c).await)?)
}

fn grouped(rows: Vec<LotRow>) -> Result<Vec<(AccountId, Symbol, Lots)>, StoreError> {
    let mut lots: BTreeMap<(AccountId, Symbol), Vec<Lot>> = BTreeMap::new();
    for row in rows {
        let key = (row.account_id.parse().map_err(bad)?, row.symbol.parse().map_err(bad)?);
        lots.entry(key).or_default().push(row.into_lot()?);
    }
    Ok(lots.into_iter().map(|((account, symbol), lots)| (account, symbol, Lots::new(lots))).collect())
}

/// What was sold of an account's lots, oldest first; of one symbol if given.
pub async fn list_closes(db: &Db, account: AccountId, symbol: Option<&Symbol>) -> Result<Vec<LotClose>, StoreError> {
    const LIST: &str = concat!(
        "SELECT ",
        close_columns!(),
        " FROM lot_closes WHERE account_id = $1 AND (symbol = $2 OR $3) ORDER BY closed_at, fill_id, lot_id"
    );
    let rows: Vec<CloseRow> = on_books!(db, c => sqlx::query_as(LIST)
        .bind(account.to_string())
        .bind(symbol.map(ToString::to_string).unwrap_or_default())
        .bind(symbol.is_none())
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(CloseRow::into_close).collect()
}

pub(super) async fn upsert(writes: &mut Writes<'_>, lots: &[(AccountId, &Symbol, &Lot)]) -> Result<(), StoreError> {
    const INSERT: &str = concat!("INSERT INTO lots (", lot_columns!(), ") ");
    const UPDATE: &str = " ON CONFLICT (id, account_id) DO UPDATE SET qty = excluded.qty, cost = excluded.cost";
    insert_rows!(writes, Form::Newest(2), INSERT, lots, UPDATE, |b, row| {
        let (account, symbol, lot) = row;
        b.push_bind(lot.id.to_string())
            .push_bind(account.to_string())
            .push_bind(symbol.as_str())
            .push_bind(lot.opened_at.micros())
            .push_bind(lot.qty.to_atoms())
            .push_bind(lot.cost.to_atoms())
    });
    Ok(())
}

pub(super) async fn insert_closes(writes: &mut Writes<'_>, closes: &[(AccountId, Symbol, LotClose)]) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO lot_closes (account_id, symbol, lot_id, fill_id, opened_at, closed_at, qty, cost, proceeds) ";
    insert_rows!(writes, Form::Append, INSERT, closes, "", |b, row| {
        let (account, symbol, close) = row;
        b.push_bind(account.to_string())
            .push_bind(symbol.as_str())
            .push_bind(close.lot.to_string())
            .push_bind(close.fill.to_string())
            .push_bind(close.opened_at.micros())
            .push_bind(close.closed_at.micros())
            .push_bind(close.qty.to_atoms())
            .push_bind(close.cost.to_atoms())
            .push_bind(close.proceeds.to_atoms())
    });
    Ok(())
}

/// Before a holding is written anew from all its executions.
pub(super) async fn forget(writes: &mut Writes<'_>, account: AccountId, symbol: &Symbol) -> Result<(), StoreError> {
    const STATEMENTS: [&str; 2] =
        ["DELETE FROM lots WHERE account_id = $1 AND symbol = $2", "DELETE FROM lot_closes WHERE account_id = $1 AND symbol = $2"];
    for statement in STATEMENTS {
        match writes {
            Writes::Entry(entry) => entry.statement(statement, |pen| {
                pen.push_bind(account.to_string()).push_bind(symbol.to_string());
            }),
            Writes::Tx(tx) => on_tx!(tx, c => {
                sqlx::query(statement).bind(account.to_string()).bind(symbol.to_string()).execute(c).await.map(|_| ())
            })?,
        }
    }
    Ok(())
}

impl LotRow {
    fn into_lot(self) -> Result<Lot, StoreError> {
        Ok(Lot {
            id: self.id.parse().map_err(bad)?,
            opened_at: Timestamp::from_micros(self.opened_at),
            qty: Qty::from_atoms(self.qty).ok_or_else(|| bad("a negative quantity"))?,
            cost: Usd::from_atoms(self.cost),
        })
    }
}

impl CloseRow {
    fn into_close(self) -> Result<LotClose, StoreError> {
        Ok(LotClose {
            lot: self.lot_id.parse().map_err(bad)?,
            fill: self.fill_id.parse().map_err(bad)?,
            opened_at: Timestamp::from_micros(self.opened_at),
            closed_at: Timestamp::from_micros(self.closed_at),
            qty: Qty::from_atoms(self.qty).ok_or_else(|| bad("a negative quantity"))?,
            cost: Usd::from_atoms(self.cost),
            proceeds: Usd::from_atoms(self.proceeds),
        })
    }
}
