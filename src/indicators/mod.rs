//! Averages, bands and oscillators over bars: the same numbers on the host and in the browser.
//!
//! Statistics of prices, never money: floats end here, and nothing of this may decide an order or an amount.

mod running;
mod spec;
#[cfg(test)]
mod tests;
mod window;

pub use running::{Indicator, LINES_MAX, Values, VwapDay, series};
pub use spec::{INDICATORS_MAX, IndicatorSpec, PERIOD_MAX, SpecError, parse_list};
