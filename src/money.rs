//! Money, prices and quantities, and the only rounding in the product.
//!
//! Every amount is a decimal; a float never enters here. Text enters through `FromStr` alone.
//! `Usd` and `Qty` are whole numbers of atoms (10⁻⁸), so that a database sum of them is exact.

mod parse;
mod percent;
mod usd;

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use parse::{DecimalError, parse_decimal};

/// Decimals of an atom: 10⁻⁸ of a dollar, a share or a coin.
pub const ATOM_SCALE: u32 = 8;
const PRICE_SCALE_MAX: u32 = 10;
/// Largest price and quantity accepted: ten billion.
const LIMIT: i64 = 10_000_000_000;

/// Arithmetic that would leave the range the ledger can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount is too large")]
pub struct OutOfRange;

macro_rules! decimal_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String, example = "178.52"))]
        pub struct $name(Decimal);

        impl $name {
            pub fn decimal(self) -> Decimal {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

decimal_newtype! {
    /// A price in dollars for one unit. Greater than zero, at most ten billion, at most 10 decimals.
    Price
}
decimal_newtype! {
    /// A quantity of shares or coins. Zero or more, at most ten billion, whole atoms.
    Qty
}
decimal_newtype! {
    /// A signed amount of US dollars in whole atoms. The currency is the type: two currencies cannot be added.
    Usd
}
decimal_newtype! {
    /// A percentage (`1.25` is 1.25 %), rounded to four decimals. For showing, never for accounts.
    Percent
}

impl FromStr for Price {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let value = parse_decimal(text, PRICE_SCALE_MAX)?;
        Self::new(value).ok_or(if value <= Decimal::ZERO { DecimalError::NotPositive } else { DecimalError::TooLarge })
    }
}

impl Price {
    pub fn new(value: Decimal) -> Option<Self> {
        let value = value.normalize();
        (value > Decimal::ZERO && value <= Decimal::from(LIMIT) && value.scale() <= PRICE_SCALE_MAX).then_some(Self(value))
    }

    /// True when the price is a whole number of ticks.
    pub fn is_on_tick(self, tick: Price) -> bool {
        (self.0 % tick.0).is_zero()
    }

    /// The nearest price on the tick grid, at least one tick.
    #[must_use]
    pub fn to_tick(self, tick: Price) -> Price {
        let ticks = (self.0 / tick.0).round().max(Decimal::ONE);
        Price::new(ticks * tick.0).unwrap_or(tick)
    }

    /// This price moved by `bps` basis points (negative is down), rounded up to 8 decimals.
    pub fn shifted_bps(self, bps: i64) -> Option<Price> {
        let factor = Decimal::ONE + Decimal::new(bps, 4);
        Price::new((self.0 * factor).round_dp_with_strategy(ATOM_SCALE, RoundingStrategy::AwayFromZero))
    }

    /// This price moved by `steps` steps of `step`. `None` where no price is.
    pub fn moved(self, step: Price, steps: i64) -> Option<Price> {
        Price::new(self.0.checked_add(step.0.checked_mul(Decimal::from(steps))?)?)
    }

    pub fn difference(self, earlier: Price) -> Usd {
        Usd((self.0 - earlier.0).round_dp(ATOM_SCALE).normalize())
    }

    pub fn change_pct(self, earlier: Price) -> Percent {
        Percent::ratio(self.0 - earlier.0, earlier.0)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", at_least_cents(self.0))
    }
}

impl FromStr for Qty {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let value = parse_decimal(text, ATOM_SCALE)?;
        Self::new(value).ok_or(if value < Decimal::ZERO { DecimalError::NotPositive } else { DecimalError::TooLarge })
    }
}

impl Default for Usd {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Default for Qty {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Qty {
    pub const ZERO: Qty = Qty(Decimal::ZERO);
    /// A share, a coin.
    pub const ONE: Qty = Qty(Decimal::ONE);
    /// The largest quantity there is.
    pub const MAX: Qty = Qty(Decimal::from_parts(1_410_065_408, 2, 0, false, 0));

    pub fn new(value: Decimal) -> Option<Self> {
        let value = value.normalize();
        (value >= Decimal::ZERO && value <= Decimal::from(LIMIT) && value.scale() <= ATOM_SCALE).then_some(Self(value))
    }

    pub fn from_atoms(atoms: i64) -> Option<Self> {
        Self::new(Decimal::new(atoms, ATOM_SCALE))
    }

    pub fn to_atoms(self) -> i64 {
        atoms(self.0)
    }

    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    pub fn is_multiple_of(self, lot: Qty) -> bool {
        lot.is_zero() || (self.0 % lot.0).is_zero()
    }

    pub fn checked_add(self, other: Qty) -> Result<Qty, OutOfRange> {
        Self::new(self.0 + other.0).ok_or(OutOfRange)
    }

    /// The sum, or the largest quantity where it would be more: for volumes, which then read "more than that".
    #[must_use]
    pub fn saturating_add(self, other: Qty) -> Qty {
        Self::new(self.0 + other.0).unwrap_or(Self::MAX)
    }

    /// `None` when the result would be negative.
    pub fn checked_sub(self, other: Qty) -> Option<Qty> {
        Self::new(self.0 - other.0)
    }

    /// The largest quantity on the lot grid that `amount` dollars buy at `price`.
    pub fn affordable(amount: Usd, price: Price, lot: Qty) -> Qty {
        let step = if lot.is_zero() { Decimal::new(1, ATOM_SCALE) } else { lot.0 };
        let lots = (amount.0.max(Decimal::ZERO) / price.0 / step).floor();
        lots.checked_mul(step).and_then(Qty::new).unwrap_or(Qty::ZERO)
    }

    /// As much of it as are whole lots.
    #[must_use]
    pub fn whole_lots(self, lot: Qty) -> Qty {
        self.percent_of(Decimal::ONE_HUNDRED, lot)
    }

    /// `bps` basis points of it, rounded up to the atom: what is kept as a fee.
    #[must_use]
    pub fn bps_up(self, bps: i64) -> Qty {
        let part = self.0.saturating_mul(Decimal::new(bps, 4));
        Qty::new(part.round_dp_with_strategy(ATOM_SCALE, RoundingStrategy::ToPositiveInfinity)).unwrap_or(self)
    }

    /// `percent` of this quantity, rounded down to the lot grid.
    #[must_use]
    pub fn percent_of(self, percent: Decimal, lot: Qty) -> Qty {
        let step = if lot.is_zero() { Decimal::new(1, ATOM_SCALE) } else { lot.0 };
        let lots = (self.0 * percent / Decimal::ONE_HUNDRED / step).floor();
        lots.checked_mul(step).and_then(Qty::new).unwrap_or(Qty::ZERO)
    }
}

impl fmt::Display for Qty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

fn at_least_cents(value: Decimal) -> Decimal {
    let mut shown = value.normalize();
    if shown.scale() < 2 {
        shown.rescale(2);
    }
    shown
}

fn atoms(value: Decimal) -> i64 {
    let mut scaled = value;
    scaled.rescale(ATOM_SCALE);
    scaled.mantissa().to_i64().expect("constructors keep the value inside the range of atoms")
}

#[cfg(test)]
mod tests;
