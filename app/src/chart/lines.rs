//! Levels that are drawn across the prices: orders, the position, alerts.

use speedtrade::money::Price;

/// Whoever has something to show at a price hands the chart one of these (`PriceChart`'s `lines`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceLine {
    pub price: Price,
    pub kind: LineKind,
    /// A few words beside the line.
    pub title: String,
}

/// The number is the one that `loader.js` knows it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Buy = 0,
    Sell = 1,
    Position = 2,
    Alert = 3,
}
