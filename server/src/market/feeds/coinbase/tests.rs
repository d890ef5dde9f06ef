use speedtrade::{
    market::BookChange,
    order::Side,
    time::{MINUTE_US, Timestamp},
};

use super::{CoinbaseConfig, client::MARKET, convert, wire};
use crate::market::feeds::shared;

fn read<'a, T: serde::Deserialize<'a>>(json: &'a str) -> T {
    serde_json::from_str(json).expect("as Coinbase documents it")
}

const NOW: Timestamp = Timestamp::from_micros(30 * MINUTE_US);

#[test]
fn products_are_pairs_with_a_dash() {
    let product = |text: &str| convert::product(&text.parse().expect("a symbol"));
    assert_eq!(product("BTC/USD").as_deref(), Some("BTC-USD"));
    assert_eq!(product("BRK.B"), None);
}

#[test]
fn a_ticker_is_a_touch_and_a_day() {
    let json = r#"{"type":"ticker","product_id":"BTC-USD","price":"88355.59","volume_24_h":"5210.12345678","low_24_h":"87000",
        "high_24_h":"89000.5","low_52_w":"1","high_52_w":"2","price_percent_chg_24_h":"-1.8270","best_bid":"88355.58",
        "best_bid_quantity":"0.1","best_ask":"88355.59","best_ask_quantity":""}"#;
    let ticker: wire::Ticker = read(json);
    let touch = convert::touch(&ticker, NOW).expect("both sides");
    assert_eq!((touch.bid.to_string(), touch.bid_size.to_string(), touch.ask_size.is_zero()), ("88355.58".into(), "0.1".into(), true));
    let day = convert::day(&ticker, NOW).expect("a day");
    assert_eq!((day.open.to_string(), day.prev_close), ("89999.89".into(), Some(day.open)));
    let unlisted: wire::Ticker = read(r#"{"product_id":"NEW-USD","price":"0","best_bid":"0","best_ask":"0"}"#);
    assert!(convert::touch(&unlisted, NOW).is_none() && convert::day(&unlisted, NOW).is_none());
}

#[test]
fn a_change_of_minus_hundred_percent_has_no_open() {
    let ticker: wire::Ticker = read(r#"{"product_id":"X-USD","price":"1","price_percent_chg_24_h":"-100","high_24_h":"1","low_24_h":"1"}"#);
    assert!(convert::day(&ticker, NOW).is_none());
}

#[test]
fn the_taker_is_on_the_other_side_of_the_order_in_the_book() {
    let json = r#"{"product_id":"BTC-USD","trade_id":"929248657","price":"88355.59","size":"0.00136573","time":"2026-11-20T15:00:12.44524Z","side":"SELL"}"#;
    let trade = convert::trade(&read(json)).expect("a trade");
    assert_eq!((trade.taker, trade.qty.to_string()), (Some(Side::Buy), "0.00136573".into()));
}

#[test]
fn depth_comes_whole_and_then_by_change() {
    let json = |kind: &str| {
        format!(
            r#"{{"type":"{kind}","product_id":"BTC-USD","updates":[
            {{"side":"bid","event_time":"1970-01-01T00:00:00Z","price_level":"100.5","new_quantity":"2"}},
            {{"side":"offer","event_time":"2026-11-20T15:00:00Z","price_level":"101","new_quantity":"0"}}]}}"#
        )
    };
    let (whole, change) = (json("snapshot"), json("update"));
    assert!(matches!(convert::book(&read(&whole)), BookChange::Snapshot { bids, .. } if bids[0].price.to_string() == "100.50"));
    assert!(matches!(convert::book(&read(&change)), BookChange::Levels { asks, .. } if asks[0].qty.is_zero()));
}

#[test]
fn a_candle_starts_at_its_second() {
    let json = r#"{"start":"1639508040","low":"140.21","high":"140.21","open":"140.21","close":"140.21","volume":"56.4"}"#;
    let bar = convert::bar(&read(json)).expect("a bar");
    assert_eq!((bar.t.to_string(), bar.v.to_string()), ("2021-12-14T18:54:00.000Z".into(), "56.4".into()));
}

#[test]
fn the_day_of_a_product_takes_its_extremes_from_the_hours() {
    let json = r#"{"product_id":"BTC-USD","price":"110","price_percentage_change_24h":"10","volume_24h":"7.5","status":"online"}"#;
    let hour = convert::bar(&read(r#"{"start":"1639508400","low":"90","high":"120","open":"100","close":"110","volume":"1"}"#));
    let day = convert::product_day(&read(json), &[hour.expect("a bar")], NOW).expect("a day");
    assert_eq!((day.open.to_string(), day.high.to_string(), day.low.to_string()), ("100.00".into(), "120.00".into(), "90.00".into()));
}

#[test]
fn candles_are_asked_for_where_another_client_asks() {
    let Some(folder) = shared::fixtures("ccxt-oracle") else { return };
    let files = shared::json_files(&folder);
    let (_, text) = files.iter().find(|(name, _)| name.ends_with("request-coinbase.json")).expect("recorded");
    let recorded: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let cases = recorded["cases"].as_array().expect("a list");
    let case = cases.iter().find(|case| case["method"] == "fetchOHLCV").expect("recorded");
    let (address, query) = case["url"].as_str().and_then(|url| url.split_once('?')).expect("an address with a query");
    assert_eq!(address, format!("{}{MARKET}/BTC-USDT/candles", CoinbaseConfig::default().rest));
    for name in ["granularity=ONE_DAY", "start=", "end="] {
        assert!(query.contains(name), "{query}");
    }
}
