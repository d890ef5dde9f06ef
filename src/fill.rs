//! One execution of an order.

use crate::{
    fee::{FeeSchedule, Liquidity},
    ids::{FillId, OrderId},
    instrument::Symbol,
    money::{OutOfRange, Price, Qty, Usd},
    order::Side,
    time::Timestamp,
};

/// An execution as the books know it. `settlement` says which dollars it moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    pub id: FillId,
    pub order_id: OrderId,
    pub symbol: Symbol,
    pub side: Side,
    pub qty: Qty,
    pub price: Price,
    pub settlement: Settlement,
    /// Units that the venue kept of a buy as its fee. Zero where fees are dollars.
    pub fee_qty: Qty,
    pub time: Timestamp,
    /// The venue's name of the execution; unique in the account. Ours for paper fills.
    pub exec_id: String,
    /// When the quote it was filled against was made; `None` for what a venue reports.
    pub quote_time: Option<Timestamp>,
}

/// The dollars of one execution: `gross` at the position's side of the books, `residue` what rounding took (0 or 1 atom),
/// `fee` what the venue charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    pub gross: Usd,
    pub residue: Usd,
    pub fee: Usd,
}

impl Settlement {
    /// `qty` at `price`: a cost is rounded up for the buyer, proceeds down for the seller; the residue is booked apart.
    pub fn new(side: Side, price: Price, qty: Qty, fee: Usd) -> Result<Self, OutOfRange> {
        let (up, down) = (Usd::cost(price, qty)?, Usd::proceeds(price, qty)?);
        let residue = up.checked_sub(down)?;
        let gross = match side {
            Side::Buy => down,
            Side::Sell => up,
        };
        Ok(Self { gross, residue, fee })
    }

    /// The same with the fee of a schedule.
    pub fn charged(
        side: Side,
        price: Price,
        qty: Qty,
        schedule: &FeeSchedule,
        liquidity: Liquidity,
        filled_before: Qty,
    ) -> Result<Self, OutOfRange> {
        let free = Self::new(side, price, qty, Usd::ZERO)?;
        Ok(Self { fee: schedule.fee(side, liquidity, filled_before, qty, free.value(side)?)?, ..free })
    }

    /// What was paid (buy, rounded up) or received (sell, rounded down), without the fee.
    pub fn value(&self, side: Side) -> Result<Usd, OutOfRange> {
        match side {
            Side::Buy => self.gross.checked_add(self.residue),
            Side::Sell => self.gross.checked_sub(self.residue),
        }
    }

    /// What leaves the cash of a buyer, with the fee.
    pub fn paid(&self) -> Result<Usd, OutOfRange> {
        self.value(Side::Buy)?.checked_add(self.fee)
    }

    /// What reaches the cash of a seller, after the fee. May be negative where the fee is larger.
    pub fn received(&self) -> Result<Usd, OutOfRange> {
        self.value(Side::Sell)?.checked_sub(self.fee)
    }
}

impl Fill {
    /// Dollars exchanged without the fee.
    pub fn value(&self) -> Usd {
        self.settlement.value(self.side).unwrap_or(self.settlement.gross)
    }

    /// What a buy brings into the holding.
    pub fn received_qty(&self) -> Qty {
        self.qty.checked_sub(self.fee_qty).unwrap_or(Qty::ZERO)
    }

    /// Executions are ordered by the venue's time, then by the venue's name of them.
    pub fn key(&self) -> (Timestamp, &str) {
        (self.time, &self.exec_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_takes_from_the_trader_and_is_booked_apart() {
        let (price, qty) = ("0.00000001".parse().expect("valid"), "0.5".parse().expect("valid"));
        let buy = Settlement::new(Side::Buy, price, qty, Usd::ZERO).expect("in range");
        let sell = Settlement::new(Side::Sell, price, qty, Usd::ZERO).expect("in range");
        assert_eq!((buy.gross.to_atoms(), buy.residue.to_atoms(), buy.paid().expect("in range").to_atoms()), (0, 1, 1));
        assert_eq!((sell.gross.to_atoms(), sell.residue.to_atoms(), sell.received().expect("in range").to_atoms()), (1, 1, 0));
    }
}
