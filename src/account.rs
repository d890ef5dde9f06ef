//! A trading account: its cash, its holdings, its open orders and the rules it trades by.

use std::collections::BTreeMap;

use crate::{
    ids::{AccountId, OrderId, UserId},
    instrument::Symbol,
    money::{OutOfRange, Usd},
    order::Order,
    position::{Lots, Position},
    risk::{Pace, RiskLimits},
    venue::Venue,
};

/// Everything the engine needs to know of an account. `version` grows with each commit, `event_seq` with each event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    pub id: AccountId,
    pub user_id: UserId,
    pub version: i64,
    pub event_seq: i64,
    /// Where its orders go; `None` on paper.
    pub venue: Option<Venue>,
    /// What came in less what was taken out.
    pub deposits: Usd,
    pub cash: Cash,
    pub positions: BTreeMap<Symbol, Position>,
    /// Open lots of the positions that hold something.
    pub lots: BTreeMap<Symbol, Lots>,
    pub open_orders: BTreeMap<OrderId, Order>,
    pub limits: RiskLimits,
    /// Switched off by its owner: nothing new is placed, everything may be canceled.
    pub is_halted: bool,
    /// Closed for new orders until somebody looked: an execution exceeded its order or the account.
    pub gate: Option<Gate>,
    pub pace: Pace,
}

/// Why an account takes no new orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gate {
    /// More was executed than was ordered.
    Overfill,
    /// An execution cost or sold more than the account had.
    Shortfall,
}

impl Gate {
    pub const ALL: [Gate; 2] = [Self::Overfill, Self::Shortfall];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overfill => "overfill",
            Self::Shortfall => "shortfall",
        }
    }
}

/// Free dollars and dollars that open buy orders hold; what was paid in fees and lost in rounding; what is lacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cash {
    pub available: Usd,
    pub reserved: Usd,
    pub fees: Usd,
    pub rounding: Usd,
    /// Zero unless a late execution cost more than was there; then `available` is zero.
    pub shortfall: Usd,
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
    pub const fn new(available: Usd, reserved: Usd) -> Self {
        Self { available, reserved, fees: Usd::ZERO, rounding: Usd::ZERO, shortfall: Usd::ZERO }
    }

    /// What the account owns in dollars, less what it lacks.
    pub fn total(&self) -> Result<Usd, OutOfRange> {
        self.available.checked_add(self.reserved)?.checked_sub(self.shortfall)
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
        Ok(self.receive(amount)?)
    }

    /// Moves `amount` (negative: out) without asking; what is lacking becomes the shortfall, what comes in pays it back.
    pub fn receive(&mut self, amount: Usd) -> Result<(), OutOfRange> {
        let net = self.available.checked_sub(self.shortfall)?.checked_add(amount)?;
        (self.available, self.shortfall) = if net.is_negative() { (Usd::ZERO, Usd::ZERO.checked_sub(net)?) } else { (net, Usd::ZERO) };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn usd(text: &str) -> Usd {
        text.parse().expect("valid")
    }

    #[test]
    fn what_is_reserved_is_not_free_and_comes_back() {
        let mut cash = Cash::new(usd("100"), Usd::ZERO);
        cash.reserve(usd("100")).expect("free");
        assert_eq!((cash.available, cash.reserved, cash.total()), (Usd::ZERO, usd("100"), Ok(usd("100"))));
        assert_eq!(cash.reserve(usd("0.01")), Err(CashError::Insufficient { available: Usd::ZERO }));
        cash.release(usd("40")).expect("reserved");
        assert_eq!((cash.available, cash.reserved), (usd("40"), usd("60")));
        assert_eq!(cash.release(usd("60.01")), Err(CashError::Insufficient { available: usd("60") }));
        cash.release(usd("60")).expect("reserved");
        assert_eq!((cash.available, cash.reserved), (usd("100"), Usd::ZERO));
    }

    #[rstest]
    #[case("10", "-4", "6", "0")]
    #[case("10", "-10", "0", "0")]
    #[case("10", "-13", "0", "3")]
    fn what_is_lacking_is_a_shortfall(#[case] free: &str, #[case] moved: &str, #[case] left: &str, #[case] lacking: &str) {
        let mut cash = Cash::new(usd(free), Usd::ZERO);
        cash.receive(usd(moved)).expect("in range");
        assert_eq!((cash.available, cash.shortfall), (usd(left), usd(lacking)));
        assert_eq!(cash.total(), usd(free).checked_add(usd(moved)));
        cash.receive(usd("20")).expect("in range");
        assert_eq!(
            (cash.available, cash.shortfall),
            (usd(free).checked_add(usd(moved)).and_then(|x| x.checked_add(usd("20"))).expect("in range"), Usd::ZERO)
        );
    }

    #[test]
    fn a_release_pays_a_shortfall_back_first() {
        let mut cash = Cash { shortfall: usd("5"), ..Cash::new(Usd::ZERO, usd("8")) };
        cash.release(usd("8")).expect("reserved");
        assert_eq!((cash.available, cash.shortfall, cash.reserved), (usd("3"), Usd::ZERO, Usd::ZERO));
    }

    #[test]
    fn gates_have_names() {
        assert_eq!(Gate::ALL.map(Gate::as_str), ["overfill", "shortfall"]);
    }
}
