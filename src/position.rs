//! A holding of one instrument. Long only: it can't go below zero; what a late sell lacks is its `shortfall`.

mod lot;

use crate::{
    fill::Fill,
    instrument::Symbol,
    money::{OutOfRange, Price, Qty, Usd},
    order::Side,
    time::Timestamp,
};

pub use lot::{Lot, LotChoice, LotClose, LotMethod, LotOrder, Lots};

/// `qty` includes `reserved`, the part promised to open sell orders. `cost_basis` is what the open lots cost, without fees.
/// `realized_pnl` is without fees too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub symbol: Symbol,
    pub qty: Qty,
    pub reserved: Qty,
    /// Sold by executions that came before their buys; zero unless a venue reports late.
    pub shortfall: Qty,
    pub cost_basis: Usd,
    pub realized_pnl: Usd,
    /// What this account took from the newest touch, so that it does not trade the same size twice.
    pub taken: Taken,
    /// Time of the newest execution.
    pub last_fill_at: Timestamp,
}

/// Size already used of one quote, by the side that took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub quote_time: Timestamp,
    pub bought: Qty,
    pub sold: Qty,
}

impl Taken {
    pub const NOTHING: Taken = Taken { quote_time: Timestamp::EPOCH, bought: Qty::ZERO, sold: Qty::ZERO };

    pub fn of(&self, quote_time: Timestamp, side: Side) -> Qty {
        match side {
            _ if quote_time != self.quote_time => Qty::ZERO,
            Side::Buy => self.bought,
            Side::Sell => self.sold,
        }
    }

    pub fn add(&mut self, quote_time: Timestamp, side: Side, qty: Qty) -> Result<(), OutOfRange> {
        if quote_time != self.quote_time {
            *self = Taken { quote_time, ..Taken::NOTHING };
        }
        let used = match side {
            Side::Buy => &mut self.bought,
            Side::Sell => &mut self.sold,
        };
        *used = used.checked_add(qty)?;
        Ok(())
    }
}

/// A sell beyond what is held, or a number beyond the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    #[error("you do not hold that many")]
    NotHeld,
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
}

impl Position {
    pub const fn empty(symbol: Symbol) -> Self {
        Self {
            symbol,
            qty: Qty::ZERO,
            reserved: Qty::ZERO,
            shortfall: Qty::ZERO,
            cost_basis: Usd::ZERO,
            realized_pnl: Usd::ZERO,
            taken: Taken::NOTHING,
            last_fill_at: Timestamp::EPOCH,
        }
    }

    pub fn available(&self) -> Qty {
        self.qty.checked_sub(self.reserved).unwrap_or(Qty::ZERO)
    }

    pub fn avg_entry_price(&self) -> Option<Price> {
        self.cost_basis.per_unit(self.qty)
    }

    pub fn market_value(&self, mark_price: Price) -> Result<Usd, OutOfRange> {
        Usd::proceeds(mark_price, self.qty)
    }

    pub fn unrealized_pnl(&self, mark_price: Price) -> Result<Usd, OutOfRange> {
        self.market_value(mark_price)?.checked_sub(self.cost_basis)
    }

    /// Books an execution; answers the parts of lots it closed. A buy first covers a shortfall; a sell beyond what is
    /// held becomes one. On an error the holding must be thrown away.
    pub fn apply(&mut self, lots: &mut Lots, fill: &Fill, order: &LotOrder<'_>) -> Result<Vec<LotClose>, PositionError> {
        self.last_fill_at = self.last_fill_at.max(fill.time);
        match fill.side {
            Side::Buy => self.apply_buy(lots, fill).map(|()| Vec::new()),
            Side::Sell => self.apply_sell(lots, fill, order),
        }
    }

    fn apply_buy(&mut self, lots: &mut Lots, fill: &Fill) -> Result<(), PositionError> {
        let received = fill.received_qty();
        let covered = received.min(self.shortfall);
        let opened = received.checked_sub(covered).unwrap_or(Qty::ZERO);
        let covered_cost = if opened.is_zero() { fill.settlement.gross } else { fill.settlement.gross.share(covered, received) };
        let cost = fill.settlement.gross.checked_sub(covered_cost)?;
        self.shortfall = self.shortfall.checked_sub(covered).unwrap_or(Qty::ZERO);
        self.realized_pnl = self.realized_pnl.checked_sub(covered_cost)?;
        self.cost_basis = self.cost_basis.checked_add(cost)?;
        self.qty = self.qty.checked_add(opened)?;
        if !opened.is_zero() {
            lots.open(Lot::of(fill, opened, cost));
        }
        Ok(())
    }

    fn apply_sell(&mut self, lots: &mut Lots, fill: &Fill, order: &LotOrder<'_>) -> Result<Vec<LotClose>, PositionError> {
        let held = fill.qty.min(self.qty);
        let lacking = fill.qty.checked_sub(held).unwrap_or(Qty::ZERO);
        let held_gross = fill.settlement.gross.share(held, fill.qty);
        let closed = if held.is_zero() { Vec::new() } else { lots.close(fill, held, held_gross, order)? };
        let cost = Usd::sum(closed.iter().map(|c| c.cost))?;
        self.shortfall = self.shortfall.checked_add(lacking)?;
        self.realized_pnl = self.realized_pnl.checked_add(fill.settlement.gross.checked_sub(cost)?)?;
        self.cost_basis = self.cost_basis.checked_sub(cost)?;
        self.qty = self.qty.checked_sub(held).unwrap_or(Qty::ZERO);
        Ok(closed)
    }

    pub fn reserve(&mut self, qty: Qty) -> Result<(), PositionError> {
        if qty > self.available() {
            return Err(PositionError::NotHeld);
        }
        self.reserved = self.reserved.checked_add(qty)?;
        Ok(())
    }

    pub fn release(&mut self, qty: Qty) -> Result<(), PositionError> {
        self.reserved = self.reserved.checked_sub(qty).ok_or(PositionError::NotHeld)?;
        Ok(())
    }

    /// The holding that these executions add up to, whatever order they came in: they are taken by time and name.
    pub fn rebuild(symbol: &Symbol, fills: &[(Fill, LotChoice)]) -> Result<(Position, Lots, Vec<LotClose>), PositionError> {
        let (mut position, mut lots, mut closes) = (Position::empty(symbol.clone()), Lots::default(), Vec::new());
        let mut sorted: Vec<_> = fills.iter().collect();
        sorted.sort_by(|(a, _), (b, _)| a.key().cmp(&b.key()));
        for (fill, choice) in sorted {
            closes.extend(position.apply(&mut lots, fill, &choice.as_order())?);
        }
        Ok((position, lots, closes))
    }
}

#[cfg(test)]
mod tests;
