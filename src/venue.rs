//! Where live orders go, and what each venue takes. What a venue can't hold itself, SpeedTrade holds.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    instrument::AssetType,
    order::{Holder, OrderClass, OrderKind, TimeInForce, UnknownWord},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Venue {
    Alpaca,
    Binance,
    Coinbase,
    Kraken,
}

/// Whether an order at the venue moves real money. Alpaca's paper accounts and Binance's testnet do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    Practice,
    Live,
}

/// What a venue itself can hold of one kind of asset.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that a venue has or lacks")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    pub holds_stop: bool,
    pub holds_stop_limit: bool,
    pub holds_trailing: bool,
    /// Ends a day order by itself.
    pub ends_day: bool,
    pub times: &'static [TimeInForce],
    /// A market buy may be told in dollars.
    pub notional: bool,
}

const DAY_AND_GTC: &[TimeInForce] = &[TimeInForce::Day, TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok];
const NO_FOK: &[TimeInForce] = &[TimeInForce::Day, TimeInForce::Gtc, TimeInForce::Ioc];
const STOCK_TIMES: &[TimeInForce] = &TimeInForce::ALL;

impl Venue {
    pub const ALL: [Venue; 4] = [Self::Alpaca, Self::Binance, Self::Coinbase, Self::Kraken];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alpaca => "alpaca",
            Self::Binance => "binance",
            Self::Coinbase => "coinbase",
            Self::Kraken => "kraken",
        }
    }

    /// As people write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Alpaca => "Alpaca",
            Self::Binance => "Binance",
            Self::Coinbase => "Coinbase",
            Self::Kraken => "Kraken",
        }
    }

    /// Whether it has accounts that move no real money.
    pub const fn has_practice(self) -> bool {
        match self {
            Self::Alpaca | Self::Binance => true,
            Self::Coinbase | Self::Kraken => false,
        }
    }

    /// The asset that the desk shows as dollars.
    pub const fn dollar(self) -> &'static str {
        match self {
            Self::Binance => "USDT",
            Self::Alpaca | Self::Coinbase | Self::Kraken => "USD",
        }
    }

    /// `None`: the venue does not trade such assets.
    pub const fn capabilities(self, asset: AssetType) -> Option<Capabilities> {
        let crypto = Capabilities {
            holds_stop: false,
            holds_stop_limit: true,
            holds_trailing: false,
            ends_day: false,
            times: DAY_AND_GTC,
            notional: true,
        };
        match (self, asset) {
            (Self::Alpaca, AssetType::Stock) => Some(Capabilities {
                holds_stop: true,
                holds_stop_limit: true,
                holds_trailing: true,
                ends_day: true,
                times: STOCK_TIMES,
                notional: true,
            }),
            (Self::Alpaca, AssetType::Crypto) => Some(Capabilities { times: NO_FOK, ..crypto }),
            (Self::Binance, AssetType::Crypto) => Some(Capabilities { holds_stop: true, ..crypto }),
            (Self::Kraken, AssetType::Crypto) => Some(Capabilities { holds_stop: true, times: NO_FOK, ..crypto }),
            (Self::Coinbase, AssetType::Crypto) => Some(crypto),
            (Self::Binance | Self::Coinbase | Self::Kraken, AssetType::Stock) => None,
        }
    }

    /// Who watches over a new order first. What the venue can't hold is held here.
    pub fn first_holder(self, kind: OrderKind, class: OrderClass, asset: AssetType) -> Holder {
        // The first order of an oco is an exit, and its sibling has to go when it trades.
        let is_exit = class == OrderClass::Oco;
        match self.capabilities(asset) {
            Some(able) if able.holds(kind) && !is_exit => Holder::Venue,
            Some(_) | None => Holder::Server,
        }
    }
}

impl Capabilities {
    /// The times in force that it takes, as people read them.
    pub fn times_words(&self) -> &'static str {
        if self.times.contains(&TimeInForce::Fok) { "day, gtc, ioc or fok" } else { "day, gtc or ioc" }
    }

    /// Whether the venue can hold an order of this kind until its trigger.
    pub const fn holds(&self, kind: OrderKind) -> bool {
        match kind {
            OrderKind::Market | OrderKind::Limit { .. } => true,
            OrderKind::Stop { .. } => self.holds_stop,
            OrderKind::StopLimit { .. } => self.holds_stop_limit,
            OrderKind::TrailingStop { .. } => self.holds_trailing,
        }
    }
}

impl fmt::Display for Venue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl FromStr for Venue {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|v| v.as_str() == text);
        known.ok_or(UnknownWord { allowed: "alpaca, binance, coinbase, kraken" })
    }
}

impl Environment {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Live => "live",
        }
    }
}

impl FromStr for Environment {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "practice" => Ok(Self::Practice),
            "live" => Ok(Self::Live),
            _ => Err(UnknownWord { allowed: "practice, live" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stocks_trade_at_alpaca_alone_and_names_round_trip() {
        for venue in Venue::ALL {
            assert_eq!(venue.capabilities(AssetType::Stock).is_some(), venue == Venue::Alpaca);
            assert!(venue.capabilities(AssetType::Crypto).is_some());
            assert_eq!(venue.as_str().parse(), Ok(venue));
        }
        for environment in [Environment::Practice, Environment::Live] {
            assert_eq!(environment.as_str().parse(), Ok(environment));
        }
    }
}
