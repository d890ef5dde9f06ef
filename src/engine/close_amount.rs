//! How much of a position is closed, as a person says it: all, so many units, or a percentage.

use rust_decimal::Decimal;

use crate::{
    money::{DecimalError, Qty, parse_decimal},
    order::{FieldError, Mistake},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseAmount {
    All,
    Qty(Qty),
    /// Of the whole position, rounded down to the lot.
    Percent(Decimal),
}

impl CloseAmount {
    /// All of it unless one of them is given; `lot` is that of the instrument.
    pub fn parse(qty: Option<&str>, percentage: Option<&str>, lot: Qty) -> Result<Self, FieldError> {
        match (qty, percentage) {
            (None, None) => Ok(Self::All),
            (Some(_), Some(_)) => Err(Mistake::QtyAndPercentage.at("qty")),
            (Some(text), None) => Self::parse_qty(text, lot).map_err(|mistake| mistake.at("qty")),
            (None, Some(text)) => Self::parse_percentage(text).map_err(|mistake| mistake.at("percentage")),
        }
    }

    fn parse_qty(text: &str, lot: Qty) -> Result<Self, Mistake> {
        let qty: Qty = text.parse()?;
        if qty.is_zero() {
            return Err(DecimalError::NotPositive.into());
        }
        if qty.is_multiple_of(lot) { Ok(Self::Qty(qty)) } else { Err(Mistake::OffLot { lot }) }
    }

    fn parse_percentage(text: &str) -> Result<Self, Mistake> {
        let percentage = parse_decimal(text, 8)?;
        if percentage <= Decimal::ZERO || percentage > Decimal::ONE_HUNDRED {
            return Err(Mistake::Percentage);
        }
        Ok(if percentage == Decimal::ONE_HUNDRED { Self::All } else { Self::Percent(percentage) })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(None, None, Ok(CloseAmount::All))]
    #[case(Some("1.5"), None, Ok(CloseAmount::Qty("1.5".parse().expect("valid"))))]
    #[case(None, Some("100"), Ok(CloseAmount::All))]
    #[case(None, Some("99.99"), Ok(CloseAmount::Percent(Decimal::new(99_99, 2))))]
    #[case(None, Some("0.00000001"), Ok(CloseAmount::Percent(Decimal::new(1, 8))))]
    #[case(Some("1"), Some("50"), Err(("qty", "qty_and_percentage")))]
    #[case(Some("0"), None, Err(("qty", "number_not_positive")))]
    #[case(Some("-1"), None, Err(("qty", "number_not_positive")))]
    #[case(Some("0.3"), None, Err(("qty", "qty_off_lot")))]
    #[case(Some("ten"), None, Err(("qty", "number_malformed")))]
    #[case(None, Some(""), Err(("percentage", "number_missing")))]
    #[case(None, Some("0"), Err(("percentage", "percentage_out_of_range")))]
    #[case(None, Some("-5"), Err(("percentage", "percentage_out_of_range")))]
    #[case(None, Some("100.00000001"), Err(("percentage", "percentage_out_of_range")))]
    #[case(None, Some("1.000000001"), Err(("percentage", "number_too_precise")))]
    fn an_amount_is_read_or_its_field_named(
        #[case] qty: Option<&str>,
        #[case] percentage: Option<&str>,
        #[case] expected: Result<CloseAmount, (&str, &str)>,
    ) {
        let lot = "0.5".parse().expect("valid");
        let parsed = CloseAmount::parse(qty, percentage, lot);
        assert_eq!(parsed.as_ref().map_err(|e| (e.field.as_str(), e.code.as_str())), expected.as_ref().map_err(|e| *e));
    }
}
