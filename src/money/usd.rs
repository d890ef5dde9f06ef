//! Dollars: sums, costs rounded up, proceeds rounded down.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};

use super::{ATOM_SCALE, DecimalError, OutOfRange, Percent, Price, Qty, Usd, at_least_cents, atoms, parse_decimal};

impl FromStr for Usd {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        Self::new(parse_decimal(text, ATOM_SCALE)?).ok_or(DecimalError::TooLarge)
    }
}

impl Usd {
    pub const ZERO: Usd = Usd(Decimal::ZERO);

    pub fn new(value: Decimal) -> Option<Self> {
        let value = value.normalize();
        let in_range = value.abs() <= Decimal::new(i64::MAX, ATOM_SCALE);
        (in_range && value.scale() <= ATOM_SCALE).then_some(Self(value))
    }

    pub fn from_atoms(atoms: i64) -> Self {
        Self(Decimal::new(atoms, ATOM_SCALE).normalize())
    }

    pub fn to_atoms(self) -> i64 {
        atoms(self.0)
    }

    pub fn is_negative(self) -> bool {
        self.0 < Decimal::ZERO
    }

    pub fn checked_add(self, other: Usd) -> Result<Usd, OutOfRange> {
        Self::new(self.0 + other.0).ok_or(OutOfRange)
    }

    pub fn checked_sub(self, other: Usd) -> Result<Usd, OutOfRange> {
        Self::new(self.0 - other.0).ok_or(OutOfRange)
    }

    /// What `qty` at `price` costs the buyer: rounded up to the atom.
    pub fn cost(price: Price, qty: Qty) -> Result<Usd, OutOfRange> {
        Self::product(price, qty, RoundingStrategy::ToPositiveInfinity)
    }

    /// What `qty` at `price` brings the seller: rounded down to the atom.
    pub fn proceeds(price: Price, qty: Qty) -> Result<Usd, OutOfRange> {
        Self::product(price, qty, RoundingStrategy::ToNegativeInfinity)
    }

    fn product(price: Price, qty: Qty, rounding: RoundingStrategy) -> Result<Usd, OutOfRange> {
        let product = price.0.checked_mul(qty.0).ok_or(OutOfRange)?;
        Self::new(product.round_dp_with_strategy(ATOM_SCALE, rounding)).ok_or(OutOfRange)
    }

    /// `bps` basis points of this amount, rounded up to the atom: a fee.
    pub fn bps_up(self, bps: i64) -> Result<Usd, OutOfRange> {
        let part = self.0.checked_mul(Decimal::new(bps, 4)).ok_or(OutOfRange)?;
        Self::new(part.round_dp_with_strategy(ATOM_SCALE, RoundingStrategy::ToPositiveInfinity)).ok_or(OutOfRange)
    }

    /// The share `part / whole` of this amount, rounded up to the atom: what stays reserved.
    #[must_use]
    pub fn share_up(self, part: Qty, whole: Qty) -> Usd {
        if part.is_zero() || whole.is_zero() {
            return Usd::ZERO;
        }
        let product = i128::from(self.to_atoms()) * i128::from(part.to_atoms());
        let whole = i128::from(whole.to_atoms());
        let atoms = product.div_euclid(whole) + i128::from(product.rem_euclid(whole) != 0);
        Usd::from_atoms(i64::try_from(atoms).unwrap_or(i64::MAX))
    }

    /// The share `part / whole` of this amount, rounded down to the atom; all of it when `part == whole`.
    #[must_use]
    pub fn share(self, part: Qty, whole: Qty) -> Usd {
        if part == whole || whole.is_zero() {
            return self;
        }
        let atoms = i128::from(self.to_atoms()) * i128::from(part.to_atoms()) / i128::from(whole.to_atoms());
        Usd::from_atoms(i64::try_from(atoms).unwrap_or(i64::MAX))
    }

    /// This cost spread over `qty`: the price of one unit, rounded half up to the atom. `None` for nothing.
    pub fn per_unit(self, qty: Qty) -> Option<Price> {
        if qty.is_zero() {
            return None;
        }
        let each = self.0 / qty.0;
        Price::new(each.round_dp_with_strategy(ATOM_SCALE, RoundingStrategy::MidpointAwayFromZero))
    }

    pub fn pct_of(self, base: Usd) -> Percent {
        Percent::ratio(self.0, base.0)
    }

    /// Rounded half up to the cent, for showing.
    #[must_use]
    pub fn to_cents(self) -> Usd {
        Usd(self.0.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    }

    pub fn sum(amounts: impl IntoIterator<Item = Usd>) -> Result<Usd, OutOfRange> {
        amounts.into_iter().try_fold(Usd::ZERO, Usd::checked_add)
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", at_least_cents(self.0))
    }
}
