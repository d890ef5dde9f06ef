//! Pictures of prices and of the account's worth.
//!
//! The only place that turns decimals into floats, and only to draw pixels. Without JavaScript a line drawn on the host stands in.

mod bar_table;
mod equity;
mod fold;
#[cfg(feature = "hydrate")]
mod js;
mod line;
mod lines;
#[cfg(feature = "hydrate")]
mod mounted;
mod price_chart;
mod state;
mod summary;
#[cfg(feature = "hydrate")]
mod tools;

pub use equity::EquityChart;
pub use lines::{LineKind, PriceLine};
pub use price_chart::{FIRST_TIMEFRAME, PriceChart};
