use rstest::rstest;
use serde::de::DeserializeOwned;
use serde_json::Value;
use speedtrade::{market::MarketEvent, order::Side};

use super::{
    client::explain,
    convert::{self, Class},
    wire,
};
use crate::market::feeds::{FeedError, shared};

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("as Massive documents it")
}

#[rstest]
#[case("BRK.B", "BRK.B", "BRK.B")]
#[case("BTC/USD", "BTC-USD", "X:BTCUSD")]
fn symbols_have_two_names(#[case] symbol: &str, #[case] stream: &str, #[case] rest: &str) {
    let symbol = symbol.parse().expect("a symbol");
    assert_eq!((convert::stream_name(&symbol), convert::rest_name(&symbol)), (stream.to_owned(), rest.to_owned()));
}

#[test]
fn the_side_of_a_coin_is_in_its_conditions() {
    let json = r#"{"ev":"XT","pair":"BTC-USD","p":33021.9,"t":1610462007425,"s":0.01616617,"c":[2],"i":1,"x":3,"r":1610462007576}"#;
    let trade = convert::trade(&read(json), Class::Crypto).expect("a trade");
    assert_eq!((trade.price.to_string(), trade.qty.to_string(), trade.taker), ("33021.90".into(), "0.01616617".into(), Some(Side::Buy)));
    assert_eq!(trade.time.to_string(), "2021-01-12T14:33:27.425Z");
    assert_eq!(convert::trade(&read(r#"{"p":1,"s":1,"t":1610462007425}"#), Class::Crypto).expect("a trade").taker, None);
}

#[test]
fn an_average_is_no_price_and_an_odd_lot_is_one() {
    let trade = |condition: u16| convert::trade(&read(&format!(r#"{{"p":1.5,"s":1,"t":1610462007425,"c":[{condition}]}}"#)), Class::Stocks);
    assert!(trade(2).is_none() && trade(37).is_some());
}

#[test]
fn sizes_of_stocks_are_lots() {
    let json = r#"{"ev":"Q","sym":"MSFT","bx":4,"bp":114.125,"bs":2,"ax":7,"ap":114.128,"as":16,"c":0,"i":[604],"t":1536036818784,"z":3}"#;
    let touch = convert::touch(&read(json), Class::Stocks).expect("both sides");
    assert_eq!(
        (touch.bid_size.to_string(), touch.ask_size.to_string(), touch.ask.to_string()),
        ("200".into(), "1600".into(), "114.128".into())
    );
    let coin = convert::touch(&read(json), Class::Crypto).expect("both sides");
    assert_eq!(coin.bid_size.to_string(), "2");
}

#[test]
fn a_minute_starts_at_its_start() {
    let json = r#"{"ev":"AM","sym":"GTE","v":4110,"av":9470157,"op":0.4372,"vw":0.4488,"o":0.4488,"c":0.4486,"h":0.4489,"l":0.4486,"s":1610144640000,"e":1610144700000}"#;
    let bar = convert::minute(&read(json)).expect("a bar");
    assert_eq!((bar.t.to_string(), bar.v.to_string()), ("2021-01-08T22:24:00.000Z".into(), "4110".into()));
}

#[test]
fn before_the_first_trade_there_is_no_day() {
    let json = r#"{"ticker":"AAPL","day":{"o":0,"h":0,"l":0,"c":0,"v":0,"vw":0},"prevDay":{"c":19.9},
        "lastTrade":{"p":20,"s":100,"t":1605192894630916600,"c":null},"updated":1605192894630916600}"#;
    assert!(matches!(convert::snapshot(&read(json), Class::Stocks).as_slice(), [MarketEvent::Trade(_)]));
}

#[test]
fn a_small_plan_is_told_from_a_wrong_key() {
    let said = |status: u16, body| explain(axum::http::StatusCode::from_u16(status).expect("a status"), body);
    let small = said(403, r#"{"status":"NOT_AUTHORIZED","request_id":"1","message":"You are not entitled to this data."}"#);
    assert!(matches!(small, Some(FeedError::PlanTooSmall { detail }) if detail.contains("entitled")));
    assert!(matches!(said(401, r#"{"status":"ERROR","error":"Unknown API Key"}"#), Some(FeedError::Unauthorized { .. })));
    assert_eq!(said(429, r#"{"status":"ERROR","error":"too many"}"#), None);
}

#[test]
fn what_the_providers_own_library_recorded_is_read() {
    let Some(folder) = shared::fixtures("polygon-client-python") else { return };
    let (mut bars, mut snapshots) = (0, 0);
    for (name, text) in shared::json_files(&folder) {
        let Ok(value) = serde_json::from_str::<Value>(&text) else { continue };
        if name.contains("/v2/aggs/") {
            let answer: wire::Aggregates = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(answer.results.iter().filter_map(convert::bar).count(), answer.results.len(), "{name}");
            bars += answer.results.len();
        } else if name.contains("/v2/snapshot/") && value["tickers"].is_array() {
            let answer: wire::Snapshots = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            snapshots += answer.tickers.iter().map(|ticker| convert::snapshot(ticker, Class::Stocks).len()).sum::<usize>();
        } else if name.contains("/v2/snapshot/") && value["ticker"].is_object() {
            let one = shared::text(&value["ticker"]);
            let one: wire::Snapshot = serde_json::from_str(&one).unwrap_or_else(|error| panic!("{name}: {error}"));
            snapshots += convert::snapshot(&one, Class::Stocks).len();
        }
    }
    assert!(bars >= 6 && snapshots >= 6, "only {bars} bars and {snapshots} events were read");
}
