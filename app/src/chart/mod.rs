//! Pictures of prices and of the account's worth.
//!
//! The only place that turns decimals into floats, and only to draw pixels. Without JavaScript a line drawn on the host stands in.

mod bar_table;
mod equity;
mod fold;
#[cfg(feature = "hydrate")]
mod js;
mod line;
#[cfg(feature = "hydrate")]
mod mounted;
mod price_chart;
mod summary;

pub use equity::EquityChart;
pub use price_chart::{FIRST_TIMEFRAME, PriceChart};
