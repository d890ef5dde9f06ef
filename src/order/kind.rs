//! Side, kind and time in force. A kind carries its own prices, so a market order can't have a limit price.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::{Percent, Price, Usd};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Buy,
    Sell,
}

/// How far a trailing stop stays behind the best price since it was placed. More than zero; a percentage below 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trail {
    Amount(Usd),
    Percent(Percent),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderKind {
    Market,
    Limit { limit_price: Price },
    Stop { stop_price: Price },
    StopLimit { stop_price: Price, limit_price: Price },
    TrailingStop { trail: Trail },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TimeInForce {
    /// Until the end of the trading day.
    Day,
    /// Good till canceled.
    Gtc,
    /// Immediate or cancel: what does not fill at once is canceled.
    Ioc,
    /// Fill or kill: all at once or nothing.
    Fok,
    /// At the opening of the next session.
    Opg,
    /// At the close of the session.
    Cls,
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

    #[must_use]
    pub const fn opposite(self) -> Side {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
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
    pub const ALL: [TimeInForce; 6] = [Self::Day, Self::Gtc, Self::Ioc, Self::Fok, Self::Opg, Self::Cls];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Gtc => "gtc",
            Self::Ioc => "ioc",
            Self::Fok => "fok",
            Self::Opg => "opg",
            Self::Cls => "cls",
        }
    }

    /// Ends by itself when it can't trade at once.
    pub const fn is_immediate(self) -> bool {
        matches!(self, Self::Ioc | Self::Fok)
    }

    /// Trades in an auction of the exchange only.
    pub const fn is_auction(self) -> bool {
        matches!(self, Self::Opg | Self::Cls)
    }
}

impl FromStr for TimeInForce {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|t| t.as_str() == text);
        known.ok_or(UnknownWord { allowed: "day, gtc, ioc, fok, opg, cls" })
    }
}

impl OrderKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Limit { .. } => "limit",
            Self::Stop { .. } => "stop",
            Self::StopLimit { .. } => "stop_limit",
            Self::TrailingStop { .. } => "trailing_stop",
        }
    }

    pub const fn limit_price(self) -> Option<Price> {
        match self {
            Self::Limit { limit_price } | Self::StopLimit { limit_price, .. } => Some(limit_price),
            Self::Market | Self::Stop { .. } | Self::TrailingStop { .. } => None,
        }
    }

    pub const fn stop_price(self) -> Option<Price> {
        match self {
            Self::Stop { stop_price } | Self::StopLimit { stop_price, .. } => Some(stop_price),
            Self::Market | Self::Limit { .. } | Self::TrailingStop { .. } => None,
        }
    }

    pub const fn trail(self) -> Option<Trail> {
        match self {
            Self::TrailingStop { trail } => Some(trail),
            Self::Market | Self::Limit { .. } | Self::Stop { .. } | Self::StopLimit { .. } => None,
        }
    }

    /// Waits for a price before it may trade.
    pub const fn has_trigger(self) -> bool {
        matches!(self, Self::Stop { .. } | Self::StopLimit { .. } | Self::TrailingStop { .. })
    }
}

impl Trail {
    pub fn amount(amount: Usd) -> Option<Self> {
        (amount > Usd::ZERO).then_some(Self::Amount(amount))
    }

    pub fn percent(percent: Percent) -> Option<Self> {
        (percent.decimal() > Decimal::ZERO && percent.decimal() < Decimal::ONE_HUNDRED).then_some(Self::Percent(percent))
    }

    pub const fn as_amount(self) -> Option<Usd> {
        match self {
            Self::Amount(amount) => Some(amount),
            Self::Percent(_) => None,
        }
    }

    pub const fn as_percent(self) -> Option<Percent> {
        match self {
            Self::Amount(_) => None,
            Self::Percent(percent) => Some(percent),
        }
    }

    /// The stop that follows the best price `watermark`, on the tick grid. A sell's stop is below it and a buy's above.
    /// At least one tick.
    pub fn stop_price(self, side: Side, watermark: Price, tick: Price) -> Price {
        let mark = watermark.decimal();
        let distance = match self {
            Self::Amount(amount) => amount.decimal(),
            Self::Percent(percent) => mark * percent.decimal() / Decimal::ONE_HUNDRED,
        };
        let exact = match side {
            Side::Sell => mark - distance,
            Side::Buy => mark + distance,
        };
        // Away from the mark, and never at it: it would trade at once.
        let ticks = exact / tick.decimal();
        let on_tick = match side {
            Side::Sell => (ticks.floor() * tick.decimal()).min(mark - tick.decimal()),
            Side::Buy => (ticks.ceil() * tick.decimal()).max(mark + tick.decimal()),
        };
        Price::new(on_tick.round_dp(10)).map_or(tick, |price| price.to_tick(tick))
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount(amount) => write!(f, "${amount}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}
