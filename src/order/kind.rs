//! Side, kind and time in force. A kind carries its own prices, so a market order can't have a limit price.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{market::Quote, money::Price};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Buy,
    Sell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderKind {
    Market,
    Limit { limit_price: Price },
    Stop { stop_price: Price },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TimeInForce {
    Day,
    Gtc,
}

/// A word that is not one of the allowed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of: {allowed}")]
pub struct UnknownWord {
    pub allowed: &'static str,
}

impl Side {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }
}

impl FromStr for Side {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "buy" => Ok(Self::Buy),
            "sell" => Ok(Self::Sell),
            _ => Err(UnknownWord { allowed: "buy, sell" }),
        }
    }
}

impl TimeInForce {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Gtc => "gtc",
        }
    }
}

impl FromStr for TimeInForce {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "day" => Ok(Self::Day),
            "gtc" => Ok(Self::Gtc),
            _ => Err(UnknownWord { allowed: "day, gtc" }),
        }
    }
}

impl OrderKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Limit { .. } => "limit",
            Self::Stop { .. } => "stop",
        }
    }

    pub const fn limit_price(self) -> Option<Price> {
        match self {
            Self::Limit { limit_price } => Some(limit_price),
            Self::Market | Self::Stop { .. } => None,
        }
    }

    pub const fn stop_price(self) -> Option<Price> {
        match self {
            Self::Stop { stop_price } => Some(stop_price),
            Self::Market | Self::Limit { .. } => None,
        }
    }

    /// The price at which this order trades against `quote` now, if it does: the touch, or better than the limit.
    pub fn fill_price(self, side: Side, quote: &Quote) -> Option<Price> {
        let touch = quote.touch(side);
        let reached = match (self, side) {
            (Self::Market, _) => true,
            (Self::Limit { limit_price }, Side::Buy) => touch <= limit_price,
            (Self::Limit { limit_price }, Side::Sell) => touch >= limit_price,
            (Self::Stop { stop_price }, Side::Buy) => quote.price >= stop_price,
            (Self::Stop { stop_price }, Side::Sell) => quote.price <= stop_price,
        };
        reached.then_some(touch)
    }
}
