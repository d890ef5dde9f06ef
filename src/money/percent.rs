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

    /// `part` in percent of `base`, to four digits, halves away from zero; 0 where nothing can be said.
    pub fn ratio(part: Decimal, base: Decimal) -> Self {
        Self(short_ratio(part, base).or_else(|| long_ratio(part, base)).unwrap_or_default().normalize())
    }

    pub fn sign(self) -> Ordering {
        self.0.cmp(&Decimal::ZERO)
    }
}

const SCALE: u32 = 4;

/// By whole numbers, as prices and volumes fit: every quote of the market is divided four times. `None` for what is too long.
fn short_ratio(part: Decimal, base: Decimal) -> Option<Decimal> {
    let part_units = part.mantissa().checked_mul(10_i128.checked_pow(base.scale() + SCALE + 2)?)?;
    let base_units = base.mantissa().checked_mul(10_i128.checked_pow(part.scale())?)?;
    let (whole, rest) = (part_units.checked_div(base_units)?, part_units.checked_rem(base_units)?);
    let is_half = rest.unsigned_abs() >= base_units.unsigned_abs() - rest.unsigned_abs();
    let away = if is_half { part_units.signum() * base_units.signum() } else { 0 };
    Decimal::try_from_i128_with_scale(whole + away, SCALE).ok()
}

fn long_ratio(part: Decimal, base: Decimal) -> Option<Decimal> {
    let ratio = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(base)?;
    Some(ratio.round_dp_with_strategy(SCALE, RoundingStrategy::MidpointAwayFromZero))
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", at_least_cents(self.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1", "3", "33.3333")]
    #[case("2", "3", "66.6667")]
    #[case("-2", "3", "-66.6667")]
    #[case("0.0000005", "1", "0.0001")]
    #[case("-0.0000005", "1", "-0.0001")]
    #[case("0.00000049", "1", "0")]
    #[case("5", "0", "0")]
    #[case("0", "7", "0")]
    #[case("79228162514264337593543950335", "3", "2640938750475477919784798344500")]
    fn ratios(#[case] part: Decimal, #[case] base: Decimal, #[case] percent: &str) {
        let told = Percent::ratio(part, base).0;
        match percent.parse::<Decimal>() {
            Ok(percent) => assert_eq!(told, percent),
            Err(_) => assert_eq!(told, Decimal::ZERO, "more than a decimal holds"),
        }
    }

    proptest! {
        #[test]
        fn both_ways_are_one(
            part in (-1_000_000_000_000_000_i64..1_000_000_000_000_000, 0_u32..=10),
            base in (1_i64..1_000_000_000_000_000, 0_u32..=10),
        ) {
            let (part, base) = (Decimal::new(part.0, part.1), Decimal::new(base.0, base.1));
            let short = short_ratio(part, base);
            prop_assert!(short.is_none() || short == long_ratio(part, base), "{part} of {base}: {short:?}");
        }
    }
}
