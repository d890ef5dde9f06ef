//! What the chart service sends, as far as it is read. Any list may hold nulls, be shorter than the others, or be absent.

use serde::Deserialize;

use crate::net::exact::Epoch;

#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) chart: Chart,
}

#[derive(Debug, Deserialize)]
pub(super) struct Chart {
    #[serde(default)]
    pub(super) result: Option<Vec<Series>>,
    #[serde(default)]
    pub(super) error: Option<Failure>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) description: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Series {
    #[serde(default)]
    pub(super) timestamp: Option<Vec<Epoch>>,
    #[serde(default)]
    pub(super) indicators: Indicators,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Indicators {
    #[serde(default)]
    pub(super) quote: Vec<Quote>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Quote {
    #[serde(default)]
    pub(super) open: Vec<Single>,
    #[serde(default)]
    pub(super) high: Vec<Single>,
    #[serde(default)]
    pub(super) low: Vec<Single>,
    #[serde(default)]
    pub(super) close: Vec<Single>,
    #[serde(default)]
    pub(super) volume: Vec<Single>,
}

/// A number that was a single-precision float before it was written with all digits of a double: `74.05999755859375`
/// says 74.06. Reading it back as what it was gives the shortest decimal that means the same.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Single(pub(super) Option<rust_decimal::Decimal>);
