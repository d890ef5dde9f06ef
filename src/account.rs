//! A trading account: its cash, its holdings and its open orders.

use std::collections::BTreeMap;

use crate::{
    ids::{AccountId, OrderId, UserId},
    instrument::Symbol,
    money::{OutOfRange, Usd},
    order::Order,
    position::Position,
};

/// Everything the engine needs to know of an account. `version` grows with each commit, `event_seq` with each event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    pub id: AccountId,
    pub user_id: UserId,
    pub version: i64,
    pub event_seq: i64,
    pub deposits: Usd,
    pub cash: Cash,
    pub positions: BTreeMap<Symbol, Position>,
    pub open_orders: BTreeMap<OrderId, Order>,
}

/// Free dollars and dollars that open buy orders hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cash {
    pub available: Usd,
    pub reserved: Usd,
}

/// What a new paper account starts with.
pub const PAPER_DEPOSIT_ATOMS: i64 = 100_000 * 100_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CashError {
    #[error("not enough buying power: ${available} is free")]
    Insufficient { available: Usd },
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
}

impl Cash {
    pub fn total(&self) -> Result<Usd, OutOfRange> {
        self.available.checked_add(self.reserved)
    }

    pub fn reserve(&mut self, amount: Usd) -> Result<(), CashError> {
        if amount > self.available {
            return Err(CashError::Insufficient { available: self.available });
        }
        self.available = self.available.checked_sub(amount)?;
        self.reserved = self.reserved.checked_add(amount)?;
        Ok(())
    }

    pub fn release(&mut self, amount: Usd) -> Result<(), CashError> {
        let left = self.reserved.checked_sub(amount)?;
        if left.is_negative() {
            return Err(CashError::Insufficient { available: self.reserved });
        }
        self.reserved = left;
        self.available = self.available.checked_add(amount)?;
        Ok(())
    }

    pub fn pay(&mut self, amount: Usd) -> Result<(), CashError> {
        if amount > self.available {
            return Err(CashError::Insufficient { available: self.available });
        }
        self.available = self.available.checked_sub(amount)?;
        Ok(())
    }

    pub fn receive(&mut self, amount: Usd) -> Result<(), CashError> {
        self.available = self.available.checked_add(amount)?;
        Ok(())
    }
}
