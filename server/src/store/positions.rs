//! Holdings: one row per account and symbol, kept when empty for its realized profit.

use speedtrade::{
    ids::AccountId,
    money::{Qty, Usd},
    position::{Position, Taken},
    time::Timestamp,
};

use super::{Db, StoreError, Tx, Writes, journal::Form};

row! {
    struct PositionRow {
        account_id: String,
        symbol: String,
        qty: i64,
        reserved: i64,
        shortfall: i64,
        cost_basis: i64,
        realized_pnl: i64,
        taken_quote: i64,
        taken_bought: i64,
        taken_sold: i64,
        last_fill_at: i64,
    }
}

macro_rules! position_columns {
    () => {
        "account_id, symbol, qty, reserved, shortfall, cost_basis, realized_pnl, taken_quote, taken_bought, taken_sold, last_fill_at"
    };
}

pub async fn list_positions(db: &Db, account: AccountId) -> Result<Vec<Position>, StoreError> {
    const LIST: &str = concat!("SELECT ", position_columns!(), " FROM positions WHERE account_id = $1 ORDER BY symbol");
    let rows: Vec<PositionRow> = on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(|row| Ok(row.into_position()?.1)).collect()
}

pub(super) async fn list_positions_of(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<(AccountId, Position)>, StoreError> {
    const LIST: &str = concat!("SELECT ", position_columns!(), " FROM positions WHERE account_id");
    let rows: Vec<PositionRow> = select_in!(tx, LIST, accounts);
    rows.into_iter().map(PositionRow::into_position).collect()
}

pub(super) async fn upsert(writes: &mut Writes<'_>, positions: &[(AccountId, &Position)]) -> Result<(), StoreError> {
    const INSERT: &str = concat!("INSERT INTO positions (", position_columns!(), ") ");
    const UPDATE: &str = " ON CONFLICT (account_id, symbol) DO UPDATE SET qty = excluded.qty, reserved = excluded.reserved, \
        shortfall = excluded.shortfall, cost_basis = excluded.cost_basis, realized_pnl = excluded.realized_pnl, \
        taken_quote = excluded.taken_quote, taken_bought = excluded.taken_bought, taken_sold = excluded.taken_sold, \
        last_fill_at = excluded.last_fill_at";
    insert_rows!(writes, Form::Newest(2), INSERT, positions, UPDATE, |b, row| {
        let (account, position) = row;
        b.push_bind(account.to_string())
            .push_bind(position.symbol.as_str())
            .push_bind(position.qty.to_atoms())
            .push_bind(position.reserved.to_atoms())
            .push_bind(position.shortfall.to_atoms())
            .push_bind(position.cost_basis.to_atoms())
            .push_bind(position.realized_pnl.to_atoms())
            .push_bind(position.taken.quote_time.micros())
            .push_bind(position.taken.bought.to_atoms())
            .push_bind(position.taken.sold.to_atoms())
            .push_bind(position.last_fill_at.micros())
    });
    Ok(())
}

impl PositionRow {
    fn into_position(self) -> Result<(AccountId, Position), StoreError> {
        fn bad(what: impl std::fmt::Display) -> StoreError {
            StoreError::corrupt("positions", what)
        }
        let qty = |atoms| Qty::from_atoms(atoms).ok_or_else(|| bad("a negative quantity"));
        let position = Position {
            symbol: self.symbol.parse().map_err(bad)?,
            qty: qty(self.qty)?,
            reserved: qty(self.reserved)?,
            shortfall: qty(self.shortfall)?,
            cost_basis: Usd::from_atoms(self.cost_basis),
            realized_pnl: Usd::from_atoms(self.realized_pnl),
            taken: Taken {
                quote_time: Timestamp::from_micros(self.taken_quote),
                bought: qty(self.taken_bought)?,
                sold: qty(self.taken_sold)?,
            },
            last_fill_at: Timestamp::from_micros(self.last_fill_at),
        };
        Ok((self.account_id.parse().map_err(bad)?, position))
    }
}
