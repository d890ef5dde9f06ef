//! Percentages, for showing.

use std::{cmp::Ordering, fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};

use super::{DecimalError, Percent, at_least_cents, parse_decimal};

impl FromStr for Percent {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        parse_decimal(text, 4).map(Self)
    }
}

impl Percent {
    pub const ZERO: Percent = Percent(Decimal::ZERO);

    pub fn from_whole(percent: u32) -> Self {
        Self(Decimal::from(percent))
    }

    pub fn ratio(part: Decimal, base: Decimal) -> Self {
        let ratio = part.checked_mul(Decimal::ONE_HUNDRED).and_then(|x| x.checked_div(base));
        Self(ratio.unwrap_or_default().round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero).normalize())
    }

    pub fn sign(self) -> Ordering {
        self.0.cmp(&Decimal::ZERO)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", at_least_cents(self.0))
    }
}
