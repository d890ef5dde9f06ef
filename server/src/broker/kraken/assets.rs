//! Kraken's names of assets and pairs: `XXBT`, `XBT` and `BTC` are one asset, `ZUSD` is the dollar.
//! Must never guess: what is not a pair against the dollar is none.

use speedtrade::instrument::Symbol;

/// The first names of assets had a letter before them; no newer ones do.
const PREFIXED: &[&str] = &["XETC", "XETH", "XICN", "XLTC", "XMLN", "XREP", "XXBT", "XXDG", "XXLM", "XXMR", "XXRP", "XZEC"];
const PREFIXED_MONEY: &[&str] = &["ZAUD", "ZCAD", "ZEUR", "ZGBP", "ZJPY", "ZUSD"];

/// In CCXT's unified codes.
pub(super) fn unified(asset: &str) -> String {
    let is_prefixed = PREFIXED.contains(&asset) || PREFIXED_MONEY.contains(&asset);
    let plain = if is_prefixed { &asset[1..] } else { asset };
    // What earns by itself in Kraken's rewards is traded like the rest; other endings are other things.
    let plain = plain.strip_suffix(".F").unwrap_or(plain);
    match plain {
        "XBT" => "BTC".to_owned(),
        "XDG" => "DOGE".to_owned(),
        _ => plain.to_owned(),
    }
}

/// `BTC/USD` is `XBTUSD`, the name that orders carry.
pub(super) fn pair(symbol: &Symbol) -> Option<String> {
    let base = symbol.as_str().strip_suffix("/USD")?;
    let is_asset = !base.is_empty() && base.bytes().all(|b| b.is_ascii_alphanumeric());
    is_asset.then(|| match base {
        "BTC" => "XBTUSD".to_owned(),
        "DOGE" => "XDGUSD".to_owned(),
        _ => format!("{base}USD"),
    })
}

/// Of `XBTUSD`, `XXBTZUSD` or `BTC/USD`.
pub(super) fn symbol(pair: &str) -> Option<Symbol> {
    let is_old = |base: &&str| PREFIXED.contains(base) || PREFIXED_MONEY.contains(base) || *base == "USDT";
    let old = pair.strip_suffix("ZUSD").filter(is_old);
    let base = old.or_else(|| pair.strip_suffix("/USD")).or_else(|| pair.strip_suffix("USD"))?;
    listed(&unified(base))
}

/// An asset as the desk trades it. `None` for dollars and what is staked or otherwise bound.
pub(super) fn listed(asset: &str) -> Option<Symbol> {
    let is_plain = !asset.is_empty() && asset != "USD" && asset.bytes().all(|b| b.is_ascii_alphanumeric());
    is_plain.then(|| format!("{asset}/USD").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("XXBTZUSD", "BTC/USD")]
    #[case("XBTUSD", "BTC/USD")]
    #[case("BTC/USD", "BTC/USD")]
    #[case("XBT/USD", "BTC/USD")]
    #[case("XDGUSD", "DOGE/USD")]
    #[case("XETHZUSD", "ETH/USD")]
    #[case("SOLUSD", "SOL/USD")]
    #[case("XTZUSD", "XTZ/USD")]
    #[case("USDTZUSD", "USDT/USD")]
    fn pairs_are_read_by_each_of_their_names(#[case] pair: &str, #[case] ours: &str) {
        assert_eq!(symbol(pair).map(|symbol| symbol.to_string()), Some(ours.to_owned()));
    }

    #[rstest]
    #[case("XXBTZEUR")]
    #[case("USD")]
    #[case("/USD")]
    #[case("")]
    fn what_has_no_dollars_is_no_pair(#[case] pair: &str) {
        assert_eq!(symbol(pair), None, "{pair}");
    }

    #[rstest]
    #[case("XXBT", "BTC")]
    #[case("XBT.F", "BTC")]
    #[case("XBT.M", "XBT.M")]
    #[case("ZUSD", "USD")]
    #[case("XDG", "DOGE")]
    #[case("XTZ", "XTZ")]
    #[case("SOL", "SOL")]
    fn assets_have_unified_codes(#[case] asset: &str, #[case] code: &str) {
        assert_eq!(unified(asset), code);
    }

    #[test]
    fn orders_carry_the_alternative_name() {
        let name = |symbol: &str| pair(&symbol.parse().expect("a symbol"));
        assert_eq!(name("BTC/USD").as_deref(), Some("XBTUSD"));
        assert_eq!(name("DOGE/USD").as_deref(), Some("XDGUSD"));
        assert_eq!(name("SOL/USD").as_deref(), Some("SOLUSD"));
        assert_eq!((name("AAPL"), name("BTC/EUR")), (None, None));
    }

    proptest! {
        #[test]
        fn any_name_is_read_without_panic(pair in ".{0,24}") {
            let _ = (symbol(&pair), unified(&pair));
        }
    }
}
