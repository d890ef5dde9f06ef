//! A holding of one instrument. Long only: it can't go below zero.

use crate::{
    instrument::Symbol,
    money::{OutOfRange, Price, Qty, Usd},
};

/// `qty` includes `reserved`, the part promised to open sell orders. `cost_basis` is what the holding cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub symbol: Symbol,
    pub qty: Qty,
    pub reserved: Qty,
    pub cost_basis: Usd,
    pub realized_pnl: Usd,
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
        Self { symbol, qty: Qty::ZERO, reserved: Qty::ZERO, cost_basis: Usd::ZERO, realized_pnl: Usd::ZERO }
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

    pub fn apply_buy(&mut self, qty: Qty, cost: Usd) -> Result<(), PositionError> {
        self.cost_basis = self.cost_basis.checked_add(cost)?;
        self.qty = self.qty.checked_add(qty)?;
        Ok(())
    }

    /// Takes `qty` out at its share of the cost; the difference to `proceeds` is realized.
    pub fn apply_sell(&mut self, qty: Qty, proceeds: Usd) -> Result<(), PositionError> {
        let left = self.qty.checked_sub(qty).ok_or(PositionError::NotHeld)?;
        let cost = self.cost_basis.share(qty, self.qty);
        self.realized_pnl = self.realized_pnl.checked_add(proceeds.checked_sub(cost)?)?;
        self.cost_basis = self.cost_basis.checked_sub(cost)?;
        self.qty = left;
        Ok(())
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
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usd(text: &str) -> Usd {
        text.parse().expect("valid")
    }

    fn qty(text: &str) -> Qty {
        text.parse().expect("valid")
    }

    #[test]
    fn average_price_and_realized_profit_follow_the_trades() {
        let mut position = Position::empty("AAPL".parse().expect("valid"));
        position.apply_buy(qty("10"), usd("1000")).expect("in range");
        position.apply_buy(qty("10"), usd("1200")).expect("in range");
        assert_eq!(position.avg_entry_price().expect("held").to_string(), "110.00");
        position.apply_sell(qty("5"), usd("600")).expect("held");
        assert_eq!((position.realized_pnl, position.cost_basis), (usd("50"), usd("1650")));
        assert_eq!(position.apply_sell(qty("16"), usd("1")), Err(PositionError::NotHeld));
    }

    proptest! {
        /// What came in minus what went out is either still in the position's cost or has been realized.
        #[test]
        fn cost_and_realized_profit_account_for_every_atom(trades in prop::collection::vec((any::<bool>(), 1..1_000_000_i64, 1..1_000_000_i64), 1..60)) {
            let mut position = Position::empty("X".parse().expect("valid"));
            let (mut paid, mut received) = (0_i64, 0_i64);
            for (is_buy, qty, value) in trades {
                let (units, value_usd) = (Qty::from_atoms(qty).expect("positive"), Usd::from_atoms(value));
                if is_buy {
                    position.apply_buy(units, value_usd).expect("in range");
                    paid += value;
                } else if position.apply_sell(units, value_usd).is_ok() {
                    received += value;
                }
            }
            prop_assert_eq!(paid - received, position.cost_basis.to_atoms() - position.realized_pnl.to_atoms());
            prop_assert!(!position.cost_basis.is_negative());
            prop_assert!(!position.qty.is_zero() || position.cost_basis == Usd::ZERO);
        }
    }
}
