//! Numbers and times as providers write them: read from their own digits, never by way of a float.
//! What fits no price or quantity of ours is none; must never be rounded into one that was not said.

use std::fmt;

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, Visitor},
};
use serde_json::value::RawValue;
use speedtrade::{
    money::{ATOM_SCALE, Price, Qty},
    time::Timestamp,
};

/// Longer ones are garbage: the digits of a double are at most 25.
const LENGTH_MAX: usize = 64;
const PRICE_SCALE_MAX: u32 = 10;
/// 10²⁸ is the largest power of ten a decimal holds.
const EXPONENT_MAX: u32 = 28;

/// A JSON number, or a text that holds one. `null` and the empty text are nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Exact(Option<Decimal>);

impl Exact {
    pub(crate) fn decimal(self) -> Option<Decimal> {
        self.0
    }

    /// None for zero, too: providers say 0 where they have no price.
    pub(crate) fn price(self) -> Option<Price> {
        Price::new(self.0?.round_dp(PRICE_SCALE_MAX))
    }

    pub(crate) fn qty(self) -> Option<Qty> {
        capped(self.0?)
    }
}

/// Cut to whole atoms. Coins of a thousandth of a cent are traded by the trillion: what is more than `Qty::MAX` counts as that.
pub(crate) fn capped(value: Decimal) -> Option<Qty> {
    let value = value.trunc_with_scale(ATOM_SCALE);
    if value > Qty::MAX.decimal() { Some(Qty::MAX) } else { Qty::new(value) }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let text = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw);
        if raw == "null" || text.is_empty() {
            return Ok(Self(None));
        }
        decimal(text).map(|value| Self(Some(value))).ok_or_else(|| D::Error::custom("not a number that can be held"))
    }
}

pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let is_plain = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    if !is_plain || text.len() > LENGTH_MAX {
        return None;
    }
    let value: Decimal = digits.parse().ok()?;
    let steps = exponent.unsigned_abs();
    if steps == 0 || value.is_zero() {
        return Some(value);
    }
    if steps > EXPONENT_MAX {
        return (exponent < 0).then_some(Decimal::ZERO);
    }
    let power = Decimal::try_from_i128_with_scale(10_i128.pow(steps), 0).ok()?;
    if exponent > 0 { value.checked_mul(power) } else { value.checked_div(power) }
}

/// RFC 3339, down to nanoseconds; what is finer than a microsecond is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl Visitor<'_> for Reading {
            type Value = Moment;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time in RFC 3339")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Moment, E> {
                Timestamp::parse_rfc3339(text).map(Moment).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Reading)
    }
}

/// Time since 1970 in seconds, milli-, micro- or nanoseconds; which of them, its size tells (until the year 5138).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Epoch(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Exact::deserialize(deserializer)?.0.and_then(|value| value.trunc().to_i64());
        let number = number.ok_or_else(|| D::Error::custom("not a time since 1970"))?;
        let micros = match number.unsigned_abs() {
            0..100_000_000_000 => number * 1_000_000,
            100_000_000_000..100_000_000_000_000 => number * 1_000,
            100_000_000_000_000..100_000_000_000_000_000 => number,
            _ => number / 1_000,
        };
        Ok(Self(Timestamp::from_micros(micros)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn read(json: &str) -> Result<Exact, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[rstest]
    #[case("161.1998", "161.1998")]
    #[case("\"21932.98\"", "21932.98")]
    #[case("161", "161")]
    #[case("9.51e-06", "0.00000951")]
    #[case("1.5E+3", "1500")]
    #[case("3353.19264425331234", "3353.1926442533")]
    #[case("0.1", "0.1")]
    fn a_price_is_what_was_written(#[case] json: &str, #[case] price: &str) {
        assert_eq!(read(json).expect("a number").price(), Some(price.parse().expect("a price")));
    }

    #[rstest]
    #[case("0")]
    #[case("-1.5")]
    #[case("null")]
    #[case("\"\"")]
    #[case("1e11")]
    #[case("1e-30")]
    fn what_is_no_price_is_none(#[case] json: &str) {
        assert_eq!(read(json).expect("a number").price(), None);
    }

    #[rstest]
    #[case("true")]
    #[case("\"NaN\"")]
    #[case("\"1_000\"")]
    #[case("[1]")]
    #[case("1e400")]
    #[case("\"--1\"")]
    #[case("\"1e99999999999\"")]
    fn what_is_no_number_is_an_error(#[case] json: &str) {
        assert!(read(json).is_err());
    }

    #[test]
    fn quantities_are_cut_to_atoms_and_to_the_largest() {
        let qty = |json: &str| read(json).expect("a number").qty().expect("a quantity").to_string();
        assert_eq!(qty("0.123456789"), "0.12345678");
        assert_eq!(qty("1e-9"), "0");
        assert_eq!(qty("2.5e13"), Qty::MAX.to_string());
    }

    #[rstest]
    #[case("1651251948", "2022-04-29T17:05:48.000Z")]
    #[case("\"1651251948\"", "2022-04-29T17:05:48.000Z")]
    #[case("1651251948294", "2022-04-29T17:05:48.294Z")]
    #[case("1651251948294080", "2022-04-29T17:05:48.294Z")]
    #[case("1651251948294080343", "2022-04-29T17:05:48.294Z")]
    fn the_size_of_a_time_tells_its_unit(#[case] json: &str, #[case] time: &str) {
        let epoch: Epoch = serde_json::from_str(json).expect("a time");
        assert_eq!(epoch.0.to_string(), time);
    }

    #[test]
    fn nanoseconds_are_cut() {
        let moment: Moment = serde_json::from_str("\"2022-03-18T14:33:58.448432206Z\"").expect("a time");
        assert_eq!(moment.0.micros() % 1_000_000, 448_432);
        assert!(serde_json::from_str::<Moment>("\"yesterday\"").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_number_or_not_without_panic(text in "[0-9eE.+-]{0,70}") {
            let _ = decimal(&text);
        }

        #[test]
        fn any_price_survives(units in 1_i64..100_000_000_000, scale in 0_u32..10) {
            let price = Price::new(Decimal::new(units, scale));
            let json = Decimal::new(units, scale).to_string();
            prop_assert_eq!(read(&json).expect("a number").price(), price);
        }
    }
}
