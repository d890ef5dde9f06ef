use rstest::rstest;

use super::*;

const HEAD: &str = "symbol,name,asset_type,exchange,sector,price,ann_vol,beta,median_volume,tick,lot\n";

fn count(catalog: &Catalog, asset_type: AssetType) -> usize {
    catalog.ids().filter(|id| catalog.get(*id).asset_type == asset_type).count()
}

#[test]
fn the_embedded_table_holds_a_whole_market() {
    let catalog = Catalog::parse(TABLE).expect("a strict table");
    assert!(count(&catalog, AssetType::Stock) >= 1_000 && count(&catalog, AssetType::Crypto) >= 40);
    assert_eq!(catalog.ids().count(), catalog.len());
    assert!(!catalog.is_empty() && catalog.sectors().contains(&"ETF".to_owned()));
    for id in catalog.ids() {
        let instrument = catalog.get(id);
        assert_eq!(catalog.find(&instrument.symbol.slug()), Some(id), "{}", instrument.symbol);
        assert_eq!(catalog.is_crypto(id), instrument.symbol.as_str().contains('/'), "{}", instrument.symbol);
    }
}

#[rstest]
#[case("aapl", "AAPL")]
#[case(" BTC-USD ", "BTC/USD")]
#[case("btc/usd", "BTC/USD")]
#[case("BRK-B", "BRK.B")]
#[case("brk.b", "BRK.B")]
fn instruments_are_found_by_their_aliases(#[case] text: &str, #[case] symbol: &str) {
    let catalog = Catalog::embedded();
    let id = catalog.find(text).expect("listed");
    assert_eq!(catalog.get(id).symbol.as_str(), symbol);
}

#[test]
fn what_is_not_listed_is_not_found() {
    let catalog = Catalog::embedded();
    assert_eq!(catalog.find("NOSUCH"), None);
    assert_eq!(catalog.find(""), None);
    assert!(catalog.search("  ", 10).is_empty());
    assert!(catalog.search("zzzzqq", 10).is_empty());
}

#[rstest]
#[case("aapl", "AAPL")]
#[case("apple", "AAPL")]
#[case("bitcoin", "BTC/USD")]
#[case("btc-usd", "BTC/USD")]
#[case("spy", "SPY")]
#[case("A", "A")]
fn the_best_match_comes_first(#[case] text: &str, #[case] symbol: &str) {
    let catalog = Catalog::embedded();
    let found = catalog.search(text, 5);
    assert!(found.len() <= 5);
    assert_eq!(catalog.get(found[0]).symbol.as_str(), symbol);
}

#[rstest]
#[case("A,Agilent,bond,NYSE,Health Care,138.00,0.3,1.1,2003109,0.01,0.000001")]
#[case("A,Agilent,stock,NYSE,Health Care,138.001,0.3,1.1,2003109,0.01,0.000001")]
#[case("A,Agilent,stock,NYSE,Health Care,-1,0.3,1.1,2003109,0.01,0.000001")]
#[case("A,Agilent,stock,NYSE,Health Care,138.00,NaN,1.1,2003109,0.01,0.000001")]
#[case("A,Agilent,stock,NYSE,Health Care,138.00,0.3,1.1,0,0.01,0.000001")]
#[case("A,,stock,NYSE,Health Care,138.00,0.3,1.1,5,0.01,0.000001")]
#[case("A,Agilent,stock,NYSE,Health Care,138.00,0.3,1.1,5,0.01,0")]
#[case("A,Agilent,stock,NYSE,Health Care,138.00,0.3,1.1,5,0.01")]
fn a_bad_line_is_refused(#[case] line: &str) {
    assert!(Catalog::parse(&format!("{HEAD}{line}\n")).is_err());
}

#[test]
fn a_symbol_is_listed_once() {
    let line = "A,Agilent,stock,NYSE,Health Care,138.00,0.3,1.1,5,0.01,0.000001\n";
    assert!(matches!(Catalog::parse(&format!("{HEAD}{line}{line}")), Err(CatalogError::Duplicate(_))));
}
