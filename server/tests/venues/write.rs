//! How numbers, times and ids are written, where protocols agree about it.

use chrono::{DateTime, SecondsFormat};
use rust_decimal::Decimal;

/// Without zeros at its end.
pub fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

/// RFC 3339 with six digits of a second.
pub fn micros(us: i64) -> String {
    DateTime::from_timestamp_micros(us).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Looks like one; `kind` are its first eight digits.
pub fn uuid(kind: &str, number: u64) -> String {
    format!("{kind}-0000-4000-8000-{number:012x}")
}
