//! What can be traded: symbols and the facts an order must respect.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::money::{Price, Qty, Usd};

/// A unified symbol: `AAPL`, `BRK.B`, `BTC/USD`. Upper case, at most 20 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, example = "AAPL"))]
pub struct Symbol(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a symbol has 1 to 20 letters, digits, dots, dashes or one slash")]
pub struct InvalidSymbol;

const SYMBOL_LENGTH_MAX: usize = 20;

impl Symbol {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form used in the path of a page or a route: `BTC/USD` is `BTC-USD`.
    pub fn slug(&self) -> String {
        self.0.replace('/', "-")
    }
}

impl FromStr for Symbol {
    type Err = InvalidSymbol;
    fn from_str(text: &str) -> Result<Self, InvalidSymbol> {
        let text = text.trim();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'/');
        if text.is_empty() || text.len() > SYMBOL_LENGTH_MAX || !text.bytes().all(allowed) {
            return Err(InvalidSymbol);
        }
        Ok(Self(text.to_ascii_uppercase()))
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Symbol {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AssetType {
    Stock,
    Crypto,
}

impl AssetType {
    pub const ALL: [Self; 2] = [Self::Stock, Self::Crypto];

    /// Coins are named in dollars: `BTC/USD`.
    pub fn of_symbol(symbol: &Symbol) -> Self {
        if symbol.as_str().contains('/') { Self::Crypto } else { Self::Stock }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Crypto => "crypto",
        }
    }
}

/// The facts of one instrument. `tick` is the price step, `lot` the quantity step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    pub symbol: Symbol,
    pub name: String,
    pub asset_type: AssetType,
    pub exchange: String,
    pub sector: String,
    pub tick: Price,
    pub lot: Qty,
    pub notional_min: Usd,
}

impl Instrument {
    pub fn is_fractionable(&self) -> bool {
        self.lot.to_atoms() % 100_000_000 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_upper_cased_and_limited() {
        assert_eq!("btc/usd".parse::<Symbol>().expect("valid").as_str(), "BTC/USD");
        assert_eq!("BTC/USD".parse::<Symbol>().expect("valid").slug(), "BTC-USD");
        for bad in ["", "A B", "<script>", "ABCDEFGHIJKLMNOPQRSTU", "ÄPFEL", "A\0"] {
            assert_eq!(bad.parse::<Symbol>(), Err(InvalidSymbol), "{bad:?}");
        }
    }
}
