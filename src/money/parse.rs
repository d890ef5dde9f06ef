//! Decimal text as people and programs type it. Refuses what it can't hold exactly; never rounds.

use rust_decimal::Decimal;

/// Why a text is not a usable decimal. The words are shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    #[error("enter a number")]
    Empty,
    #[error("this is not a plain decimal number")]
    NotANumber,
    #[error("at most {max} decimals are allowed")]
    TooPrecise { max: u32 },
    #[error("the number must be greater than zero")]
    NotPositive,
    #[error("the number is too large")]
    TooLarge,
}

const LENGTH_MAX: usize = 64;

/// Reads `-?digits[.digits]`. No exponent, no separators, no `NaN`; trailing zeros don't count as decimals.
pub fn parse_decimal(text: &str, scale_max: u32) -> Result<Decimal, DecimalError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DecimalError::Empty);
    }
    if text.len() > LENGTH_MAX {
        return Err(DecimalError::TooLarge);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || whole.len() + fraction.len() == 0 {
        return Err(DecimalError::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > scale_max as usize {
        return Err(DecimalError::TooPrecise { max: scale_max });
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 18 {
        return Err(DecimalError::TooLarge);
    }
    let mantissa =
        whole.bytes().chain(fraction.bytes()).try_fold(0_i128, |sum, digit| sum.checked_mul(10)?.checked_add(i128::from(digit - b'0')));
    let mantissa = mantissa.ok_or(DecimalError::TooLarge)?;
    let signed = if digits.len() < text.len() { -mantissa } else { mantissa };
    let scale = u32::try_from(fraction.len()).map_err(|_| DecimalError::TooLarge)?;
    let value = Decimal::try_from_i128_with_scale(signed, scale).map_err(|_| DecimalError::TooLarge)?;
    // "-0" and "0" are the same number.
    Ok(if value.is_zero() { Decimal::ZERO } else { value })
}
