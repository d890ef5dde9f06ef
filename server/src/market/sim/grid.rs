//! From floats to whole ticks and units, and from those to domain values. The only way out of the simulation.

#![expect(clippy::float_arithmetic, clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "callers stay far below 2^53")]

use rust_decimal::Decimal;
use speedtrade::money::{Price, Qty};

/// Prices and volumes stay below this many ticks or units.
pub(super) const WHOLE_MAX: f64 = 1e15;

/// The nearest whole number.
pub(super) fn whole(value: f64) -> i64 {
    value.round().clamp(-WHOLE_MAX, WHOLE_MAX) as i64
}

pub(super) fn float(whole: i64) -> f64 {
    whole as f64
}

pub(super) fn price(ticks: i64, tick: Price) -> Price {
    Price::new(Decimal::from(ticks) * tick.decimal()).unwrap_or(tick)
}

/// `units` of 10^-`scale`; more than a quantity can hold is shown as nothing.
pub(super) fn qty(units: i64, scale: u32) -> Qty {
    Qty::new(Decimal::new(units, scale)).unwrap_or(Qty::ZERO)
}
