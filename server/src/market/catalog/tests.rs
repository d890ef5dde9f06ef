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
    let twice = Catalog::parse(&format!("{HEAD}{line}{line}"));
    assert!(matches!(twice, Err(CatalogError::Line { line: 3, fault: Fault::Duplicate(_) })));
}

const OWN: &str = "MINE,My Own,stock,OTC,Garden,12.50,0.3,1.1,5,0.01,0.000001\n";

#[test]
fn further_instruments_stand_behind_the_built_in_ones() {
    let built_in = Catalog::embedded().len();
    let shuffled = "\u{feff}name,symbol,asset_type,exchange,sector,price,ann_vol,beta,median_volume,tick,lot\r\nOur Coin, our/usd ,crypto,OTC,Crypto,1.5,0.9,1,7,0.1,0.01\r\n";
    let catalog = Catalog::embedded().with(format!("\u{feff}{HEAD}{OWN}").as_bytes()).expect("listed");
    let catalog = catalog.with(shuffled.as_bytes()).expect("listed");
    assert_eq!((catalog.len(), catalog.find("mine").map(InstrumentId::index)), (built_in + 2, Some(built_in)));
    assert_eq!(catalog.find("our-usd").map(|id| (catalog.is_crypto(id), id.index())), Some((true, built_in + 1)));
    assert!(catalog.sectors().contains(&"Garden".to_owned()) && !catalog.search("my own", 1).is_empty());
    assert_eq!(catalog.find("AAPL"), Catalog::embedded().find("AAPL"), "what was listed keeps its place");
}

#[rstest]
#[case::listed("AAPL,Apple again,stock,OTC,Garden,12.50,0.3,1.1,5,0.01,0.01", "line 3: AAPL is listed already")]
#[case::alias("BRK-B,Berkshire,stock,OTC,Garden,12.50,0.3,1.1,5,0.01,0.01", "line 3: BRK-B is listed already")]
#[case::number("X1,X,stock,OTC,Garden,twelve,0.3,1.1,5,0.01,0.01", "line 3: price: this is not a plain decimal number")]
#[case::kind("X1,X,bond,OTC,Garden,12.50,0.3,1.1,5,0.01,0.01", "line 3: asset_type: has to be stock, etf or crypto")]
#[case::tick("X1,X,stock,OTC,Garden,12.505,0.3,1.1,5,0.01,0.01", "line 3: X1: price is out of range")]
#[case::slash("X/Y,X,stock,OTC,Garden,12.50,0.3,1.1,5,0.01,0.01", "line 3: X/Y: asset_type is out of range")]
#[case::coin("XY,X,crypto,OTC,Garden,12.50,0.3,1.1,5,0.01,0.01", "line 3: XY: asset_type is out of range")]
#[case::short("X1,X,stock,OTC", "line 3: has 4 values instead of 11")]
fn a_wrong_line_is_named(#[case] line: &str, #[case] words: &str) {
    let told = Catalog::embedded().with(format!("{HEAD}{OWN}{line}\n").as_bytes()).expect_err("refused").to_string();
    assert!(told.starts_with(words), "{told}");
}

#[rstest]
#[case("symbol,name,kind\n", "line 1: the columns have to be symbol,name,asset_type,", "; there is no column \"kind\"")]
#[case("symbol,name\n", "line 1: the columns have to be symbol,name,asset_type,", "; asset_type is missing")]
#[case("", "line 1: the columns have to be symbol,name,asset_type,", "; symbol is missing")]
fn wrong_columns_are_named(#[case] table: &str, #[case] begin: &str, #[case] end: &str) {
    let told = Catalog::embedded().with(table.as_bytes()).expect_err("refused").to_string();
    assert!(told.starts_with(begin) && told.ends_with(end), "{told}");
}

#[test]
fn a_desk_lists_20_000_and_no_more() {
    use std::fmt::Write;
    let built_in = Catalog::embedded().len();
    let mut table = HEAD.to_owned();
    for nth in built_in..INSTRUMENTS_MAX {
        writeln!(table, "Z{nth},Zed,stock,OTC,Garden,12.50,0.3,1.1,5,0.01,0.01").expect("text");
    }
    assert_eq!(Catalog::embedded().with(table.as_bytes()).expect("room for all").len(), INSTRUMENTS_MAX);
    table.push_str("ONE-MORE,Zed,stock,OTC,Garden,12.50,0.3,1.1,5,0.01,0.01\n");
    let told = Catalog::embedded().with(table.as_bytes()).expect_err("one too many").to_string();
    assert!(told.contains("20,000"), "{told}");
}
