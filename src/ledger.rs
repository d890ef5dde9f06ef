//! Double entry. Each movement of money or units is a transaction; each line of it moves one asset between the pots of one
//! account, and the pots of a line sum to zero.

use crate::instrument::Symbol;

/// Signed atoms (10⁻⁸) moved into (positive) or out of (negative) the pots of an account.
///
/// `position` holds dollars at cost, `fees` and `rounding` what was paid, `shortfall` (negative) what late executions lacked,
/// `external` is the rest of the world: bank, venue and the profits that came from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Pots {
    pub available: i64,
    pub reserved: i64,
    pub position: i64,
    pub fees: i64,
    pub external: i64,
    pub rounding: i64,
    pub shortfall: i64,
}

impl Pots {
    pub const fn to_array(self) -> [i64; 7] {
        [self.available, self.reserved, self.position, self.fees, self.external, self.rounding, self.shortfall]
    }

    pub const fn from_array([available, reserved, position, fees, external, rounding, shortfall]: [i64; 7]) -> Self {
        Self { available, reserved, position, fees, external, rounding, shortfall }
    }

    fn zip(self, other: Pots, op: impl Fn(i64, i64) -> Option<i64>) -> Option<Pots> {
        let (a, b) = (self.to_array(), other.to_array());
        let mut out = [0; 7];
        for (out, (a, b)) in out.iter_mut().zip(a.into_iter().zip(b)) {
            *out = op(a, b)?;
        }
        Some(Self::from_array(out))
    }

    /// `None` beyond the range of the ledger.
    pub fn checked_add(self, other: Pots) -> Option<Pots> {
        self.zip(other, i64::checked_add)
    }

    pub fn checked_sub(self, other: Pots) -> Option<Pots> {
        self.zip(other, i64::checked_sub)
    }

    pub fn is_balanced(self) -> bool {
        self.to_array().into_iter().map(i128::from).sum::<i128>() == 0
    }

    pub fn is_nothing(self) -> bool {
        self == Pots::default()
    }
}

/// Dollars or units of an instrument.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asset {
    Usd,
    Units(Symbol),
}

impl Asset {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Usd => "USD",
            Self::Units(symbol) => symbol.as_str(),
        }
    }
}

/// What one transaction does to one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub asset: Asset,
    pub pots: Pots,
}

/// Why a movement was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    Deposit,
    Withdrawal,
    Reserve,
    Release,
    Fill,
    /// A venue took an execution back.
    Bust,
    /// Balances of an earlier version of the books.
    Carry,
}

impl Reason {
    pub const ALL: [Reason; 7] = [Self::Deposit, Self::Withdrawal, Self::Reserve, Self::Release, Self::Fill, Self::Bust, Self::Carry];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
            Self::Reserve => "reserve",
            Self::Release => "release",
            Self::Fill => "fill",
            Self::Bust => "bust",
            Self::Carry => "carry",
        }
    }
}

/// The pots of a line do not sum to zero: the movement would make or lose money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the movement does not sum to zero")]
pub struct Unbalanced;

/// Lines that belong together. Its constructor refuses what does not sum to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    reason: Reason,
    lines: Vec<Line>,
}

impl Transaction {
    /// Leaves out lines that move nothing; `None` when nothing is left.
    pub fn new(reason: Reason, lines: impl IntoIterator<Item = Line>) -> Result<Option<Self>, Unbalanced> {
        let lines: Vec<_> = lines.into_iter().filter(|line| !line.pots.is_nothing()).collect();
        if !lines.iter().all(|line| line.pots.is_balanced()) {
            return Err(Unbalanced);
        }
        Ok(if lines.is_empty() { None } else { Some(Self { reason, lines }) })
    }

    /// Dollars that come from outside.
    pub fn deposit(atoms: i64) -> Self {
        let pots = Pots { available: atoms, external: -atoms, ..Pots::default() };
        Self { reason: Reason::Deposit, lines: vec![Line { asset: Asset::Usd, pots }] }
    }

    pub const fn reason(&self) -> Reason {
        self.reason
    }

    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_movement_that_makes_money_is_refused() {
        let line = |available, external| Line { asset: Asset::Usd, pots: Pots { available, external, ..Pots::default() } };
        assert_eq!(Transaction::new(Reason::Fill, [line(5, -4)]), Err(Unbalanced));
        assert_eq!(Transaction::new(Reason::Fill, [line(0, 0)]), Ok(None));
        let kept = Transaction::new(Reason::Bust, [line(0, 0), line(5, -5)]).expect("balanced").expect("moves something");
        assert_eq!((kept.reason(), kept.lines()), (Reason::Bust, &[line(5, -5)][..]));
    }

    #[test]
    fn a_deposit_comes_from_outside() {
        let deposit = Transaction::deposit(7);
        assert_eq!(deposit.reason(), Reason::Deposit);
        assert_eq!(deposit.lines()[0].pots, Pots { available: 7, external: -7, ..Pots::default() });
        assert_eq!(deposit.lines()[0].asset.as_str(), "USD");
        assert_eq!(Asset::Units("BTC/USD".parse().expect("valid")).as_str(), "BTC/USD");
    }

    #[test]
    fn reasons_have_names_of_their_own() {
        assert_eq!(Reason::ALL.map(Reason::as_str), ["deposit", "withdrawal", "reserve", "release", "fill", "bust", "carry"]);
    }

    #[test]
    fn a_sum_beyond_the_range_is_no_sum() {
        let large = Pots { fees: i64::MAX, ..Pots::default() };
        let one = Pots { fees: 1, ..Pots::default() };
        assert_eq!(large.checked_add(one), None);
        assert_eq!(large.checked_sub(one), Some(Pots { fees: i64::MAX - 1, ..Pots::default() }));
        assert!(!one.is_nothing() && !one.is_balanced());
    }

    proptest! {
        #[test]
        fn adding_and_taking_away_is_nothing(a in prop::array::uniform7(-1_000_000_i64..1_000_000), b in prop::array::uniform7(-1_000_000_i64..1_000_000)) {
            let (a, b) = (Pots::from_array(a), Pots::from_array(b));
            prop_assert_eq!(a.checked_add(b).and_then(|sum| sum.checked_sub(b)), Some(a));
            prop_assert_eq!(a.is_balanced(), a.to_array().iter().sum::<i64>() == 0);
        }
    }
}
