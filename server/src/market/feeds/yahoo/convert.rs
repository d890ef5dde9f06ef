//! The chart service's lists in our words. A bar with a hole is no bar.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;
use speedtrade::{
    instrument::Symbol,
    market::Bar,
    money::{Price, Qty},
};

use super::wire::{Quote, Series, Single};
use crate::net::exact;

/// With more digits than a single can tell apart, the rest is noise.
const DIGITS_TOLD: usize = 9;

/// `BRK.B` is `BRK-B`, `BTC/USD` is `BTC-USD`.
pub(super) fn name(symbol: &Symbol) -> String {
    symbol.as_str().replace(['.', '/'], "-")
}

impl<'de> Deserialize<'de> for Single {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        if text == "null" {
            return Ok(Self(None));
        }
        single(text).map(|value| Self(Some(value))).ok_or_else(|| D::Error::custom("not a number that can be held"))
    }
}

fn single(text: &str) -> Option<Decimal> {
    let written = exact::decimal(text)?;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits <= DIGITS_TOLD || !text.contains('.') {
        return Some(written);
    }
    let was: f32 = text.parse().ok()?;
    exact::decimal(&was.to_string())
}

pub(super) fn bars(series: &Series) -> Vec<Bar> {
    let (Some(times), Some(quote)) = (&series.timestamp, series.indicators.quote.first()) else { return Vec::new() };
    times.iter().enumerate().filter_map(|(at, time)| bar(quote, at, time.0)).collect()
}

fn bar(quote: &Quote, at: usize, t: speedtrade::time::Timestamp) -> Option<Bar> {
    let price = |list: &[Single]| Price::new(list.get(at)?.0?.round_dp(8));
    let volume = quote.volume.get(at).and_then(|volume| volume.0).unwrap_or_default();
    let v = Qty::new(volume.min(Qty::MAX.decimal()))?;
    Some(Bar { t, o: price(&quote.open)?, h: price(&quote.high)?, l: price(&quote.low)?, c: price(&quote.close)?, v })
}
