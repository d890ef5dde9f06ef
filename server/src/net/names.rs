//! Our symbols and Binance's: `BTC/USD` is `BTCUSDT` there, by the configured quote asset, for its prices and for its orders
//! alike. Must never guess another one.

use std::str::FromStr;

use speedtrade::instrument::Symbol;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    quote: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quote asset has 2 to 8 letters or digits, like USDT")]
pub struct InvalidQuoteAsset;

impl Default for Names {
    fn default() -> Self {
        Self { quote: "USDT".to_owned() }
    }
}

impl FromStr for Names {
    type Err = InvalidQuoteAsset;
    fn from_str(quote: &str) -> Result<Self, InvalidQuoteAsset> {
        let quote = quote.trim().to_ascii_uppercase();
        let is_asset = (2..=8).contains(&quote.len()) && quote.bytes().all(|b| b.is_ascii_alphanumeric());
        if is_asset { Ok(Self { quote }) } else { Err(InvalidQuoteAsset) }
    }
}

impl Names {
    /// `None` for what is not quoted in dollars, like a stock.
    pub fn code(&self, symbol: &Symbol) -> Option<String> {
        let base = symbol.as_str().strip_suffix("/USD")?;
        let is_asset = !base.is_empty() && base.bytes().all(|b| b.is_ascii_alphanumeric());
        is_asset.then(|| format!("{base}{}", self.quote))
    }

    /// What an asset of an account is as an instrument: `None` for the quote asset itself.
    pub fn asset(&self, asset: &str) -> Option<Symbol> {
        if asset == self.quote { None } else { format!("{asset}/USD").parse().ok() }
    }

    /// `None` for pairs with another quote asset.
    pub fn symbol(&self, code: &str) -> Option<Symbol> {
        let base = code.strip_suffix(self.quote.as_str()).filter(|base| !base.is_empty())?;
        format!("{base}/USD").parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_tethers_unless_somebody_decides_otherwise() {
        let btc: Symbol = "BTC/USD".parse().expect("valid");
        assert_eq!(Names::default().code(&btc).as_deref(), Some("BTCUSDT"));
        let names: Names = "usdc".parse().expect("valid");
        assert_eq!(names.code(&btc).as_deref(), Some("BTCUSDC"));
        assert_eq!(names.symbol("BTCUSDC"), Some(btc));
        assert_eq!(names.symbol("BTCUSDT"), None);
        assert_eq!(names.asset("BTC"), names.symbol("BTCUSDC"));
        assert_eq!(names.asset("USDC"), None);
    }

    #[test]
    fn what_has_no_dollars_is_not_asked_for() {
        for text in ["AAPL", "BRK.B", "BTC/EUR", "A.B/USD"] {
            assert_eq!(Names::default().code(&text.parse().expect("valid")), None, "{text}");
        }
        assert_eq!("US DT".parse::<Names>(), Err(InvalidQuoteAsset));
        assert_eq!(Names::default().symbol("USDT"), None);
    }
}
