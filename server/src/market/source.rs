//! Who says what a price is. Every quote carries it to the trader's eyes.

use speedtrade::instrument::AssetType;

use super::feeds::FeedKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The built-in market.
    Simulated,
    /// The table of instruments: a price of the past, until a feed tells one.
    Reference,
    Feed(FeedKind),
}

impl Source {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Reference => "reference",
            Self::Feed(kind) => kind.as_str(),
        }
    }
}

impl FeedKind {
    pub const ALL: [FeedKind; 6] = [Self::Alpaca, Self::Binance, Self::Coinbase, Self::Massive, Self::Yahoo, Self::Replay];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alpaca => "alpaca",
            Self::Binance => "binance",
            Self::Coinbase => "coinbase",
            Self::Massive => "massive",
            Self::Yahoo => "yahoo",
            Self::Replay => "replay",
        }
    }

    /// The provider has prices or bars of this.
    pub const fn serves(self, asset_type: AssetType) -> bool {
        match self {
            Self::Alpaca | Self::Massive | Self::Yahoo => true,
            Self::Binance | Self::Coinbase => matches!(asset_type, AssetType::Crypto),
            // A file of the operator, named by an option of its own.
            Self::Replay => false,
        }
    }

    /// Tells the past and never a price of now.
    pub const fn is_history_only(self) -> bool {
        matches!(self, Self::Yahoo)
    }

    /// Coinbase tells the touch with each match alone: between two of them it may be another.
    pub(super) const fn tells_every_touch(self) -> bool {
        match self {
            Self::Binance | Self::Alpaca | Self::Massive | Self::Replay => true,
            Self::Coinbase | Self::Yahoo => false,
        }
    }

    /// A live connection of this kind that says nothing for so long has stopped, as far as a price's age goes.
    pub(super) const fn quiet_max_us(self) -> i64 {
        match self {
            // Heartbeats every second, or quotes many times a second.
            Self::Binance | Self::Coinbase | Self::Replay => 2_000_000,
            Self::Alpaca | Self::Massive | Self::Yahoo => 15_000_000,
        }
    }
}

impl std::str::FromStr for FeedKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        // Its old name.
        if text == "polygon" {
            return Ok(Self::Massive);
        }
        let known = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| format!("{text} is no feed; there are: {}", known()))
    }
}
