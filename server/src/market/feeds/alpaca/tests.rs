use rstest::rstest;
use serde::de::DeserializeOwned;
use serde_json::Value;
use speedtrade::{
    market::{BookChange, MarketEvent, Timeframe},
    order::Side,
    time::Timestamp,
};

use super::{AlpacaConfig, AlpacaHistory, Tape, client::explain, convert, wire};
use crate::market::feeds::{BarRange, FeedError, History as _, Key, KeyPair, shared};

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("as Alpaca documents it")
}

#[test]
fn a_trade_keeps_its_digits_and_its_time() {
    let json = r#"{"T":"t","i":52983,"S":"AAPL","x":"V","p":178.5201,"s":0.5,"c":["@","I"],"t":"2026-11-20T15:00:00.123456789Z","z":"C"}"#;
    let trade = convert::trade(&read(json)).expect("a price");
    assert_eq!((trade.price.to_string(), trade.qty.to_string(), trade.taker), ("178.5201".into(), "0.5".into(), None));
    assert_eq!(trade.time.micros() % 1_000_000, 123_456);
    let coin = r#"{"T":"t","S":"BTC/USD","p":64616.2175,"s":9.5e-7,"t":"2026-11-20T15:00:00Z","i":1,"tks":"S"}"#;
    let trade = convert::trade(&read(coin)).expect("a price");
    assert_eq!((trade.qty.to_string(), trade.taker), ("0.00000095".into(), Some(Side::Sell)));
}

#[rstest]
#[case("M")]
#[case("W")]
#[case("Z")]
fn prints_that_are_no_price_of_now_are_left_out(#[case] condition: &str) {
    let json = format!(r#"{{"p":1,"s":1,"c":["@","{condition}"],"t":"2026-11-20T15:00:00Z"}}"#);
    assert!(convert::trade(&read(&json)).is_none());
}

#[test]
fn a_quote_with_one_side_is_no_touch() {
    let both =
        r#"{"T":"q","S":"BRK.B","bx":"U","bp":497.1,"bs":200,"ax":"Q","ap":497.3,"as":100,"c":["R"],"z":"A","t":"2026-11-20T15:00:00Z"}"#;
    let touch = convert::touch(&read(both)).expect("both sides");
    assert_eq!((touch.bid.to_string(), touch.ask_size.to_string()), ("497.10".into(), "100".into()));
    assert!(convert::touch(&read(r#"{"bp":0,"bs":0,"ap":497.3,"as":1,"t":"2026-11-20T15:00:00Z"}"#)).is_none());
}

#[test]
fn the_first_order_book_is_whole_and_the_next_ones_are_changes() {
    let first = r#"{"T":"o","S":"BTC/USD","t":"2026-11-20T15:00:00Z","b":[{"p":100,"s":1}],"a":[{"p":101.5,"s":0.25}],"r":true}"#;
    assert!(
        matches!(convert::book(&read(first)), BookChange::Snapshot { bids, asks } if bids.len() == 1 && asks[0].qty.to_string() == "0.25")
    );
    let next = r#"{"T":"o","S":"BTC/USD","t":"2026-11-20T15:00:01Z","b":[{"p":100,"s":0}],"a":[]}"#;
    assert!(matches!(convert::book(&read(next)), BookChange::Levels { bids, .. } if bids[0].qty.is_zero()));
}

#[test]
fn a_snapshot_tells_yesterdays_close() {
    let json = r#"{"latestTrade":{"t":"2026-11-20T15:00:02Z","p":21,"s":3,"c":["@"]},"latestQuote":null,
        "dailyBar":{"t":"2026-11-20T05:00:00Z","o":20,"h":22,"l":19.5,"c":20.9,"v":1000},
        "prevDailyBar":{"t":"2026-11-19T05:00:00Z","o":1,"h":1,"l":1,"c":19.9,"v":1}}"#;
    let events = convert::snapshot(&read(json));
    let [MarketEvent::Day(day)] = events.as_slice() else { panic!("the last trade is no print each time: {events:?}") };
    assert_eq!((day.last.to_string(), day.prev_close.expect("told").to_string()), ("21.00".into(), "19.90".into()));
    assert_eq!(day.time.to_string(), "2026-11-20T15:00:02.000Z");
    assert!(convert::snapshot(&read("{}")).is_empty());
}

#[test]
fn a_plan_that_is_too_small_is_told_from_a_wrong_key() {
    let explained = |body| explain(axum::http::StatusCode::FORBIDDEN, body);
    let small = explained(r#"{"message":"subscription does not permit querying recent SIP data"}"#);
    assert!(matches!(small, Some(FeedError::PlanTooSmall { .. })));
    assert_eq!(explained(r#"{"message": "forbidden."}"#), None);
    assert_eq!(explained("<html>"), None);
}

/// By the keys of an answer, which of ours reads it; what we never ask for (options, news, auctions) is not read.
fn parse_recorded(value: &Value) -> Option<Result<usize, serde_json::Error>> {
    let text = shared::text(value);
    if value["snapshots"].is_object() {
        let all = serde_json::from_str::<wire::CryptoSnapshots>(&text);
        return Some(all.map(|all| all.snapshots.values().flatten().map(|s| convert::snapshot(s).len()).sum()));
    }
    // The newest bars alone have no list, and are not asked for.
    if value["bars"].as_object().is_some_and(|bars| bars.values().all(Value::is_array)) {
        let all = serde_json::from_str::<wire::Bars>(&text);
        return Some(all.map(|all| all.bars.unwrap_or_default().values().flatten().filter_map(convert::bar).count()));
    }
    let is_snapshot = |one: &Value| one.get("latestTrade").is_some() && one.get("dailyBar").is_some();
    if value.as_object().is_some_and(|all| !all.is_empty() && all.values().all(is_snapshot)) {
        let all = serde_json::from_str::<wire::StockSnapshots>(&text);
        return Some(all.map(|all| all.values().flatten().map(|s| convert::snapshot(s).len()).sum()));
    }
    None
}

#[test]
fn what_the_providers_own_libraries_recorded_is_read() {
    let mut read = 0;
    for folder in ["alpaca-py", "alpaca-trade-api-go"] {
        let Some(folder) = shared::fixtures(folder) else { return };
        for (name, text) in shared::json_files(&folder) {
            // Options are never asked for; their trades have conditions of another form.
            if name.to_lowercase().contains("option") {
                continue;
            }
            let Ok(value) = serde_json::from_str::<Value>(&text) else { continue };
            match parse_recorded(&value) {
                Some(Ok(events)) => {
                    assert!(events > 0 || text.len() < 100, "{name} holds nothing");
                    read += 1;
                }
                Some(Err(error)) => panic!("{name}: {error}"),
                None => {}
            }
        }
    }
    assert!(read >= 12, "only {read} answers were read");
}

#[test]
fn what_another_client_recorded_is_read() {
    let Some(folder) = shared::fixtures("ccxt-oracle") else { return };
    let files = shared::json_files(&folder);
    let (_, text) = files.iter().find(|(name, _)| name.ends_with("response-alpaca.json")).expect("recorded");
    let recorded: Value = serde_json::from_str(text).expect("JSON");
    let mut read = 0;
    for case in recorded["cases"].as_array().expect("a list") {
        let answer = &case["httpResponse"];
        if let Some(parsed) = parse_recorded(answer) {
            assert!(parsed.unwrap_or_else(|error| panic!("{}: {error}", case["method"])) > 0);
            read += 1;
        }
        for book in answer["orderbooks"].as_object().into_iter().flat_map(serde_json::Map::values) {
            let book: wire::OrderBook = serde_json::from_str(&shared::text(book)).expect("a book");
            assert!(matches!(convert::book(&book), BookChange::Levels { bids, asks } if bids.len() + asks.len() == 2));
            read += 1;
        }
    }
    assert!(read >= 3, "only {read} answers were read");
}

/// Alpaca refuses a range that ends before it begins. Nobody is at this address.
#[tokio::test]
async fn a_range_in_which_no_bar_begins_is_not_asked_for() {
    let keys = KeyPair { id: Key::new("key"), secret: Key::new("secret") };
    let config = AlpacaConfig { rest: "http://127.0.0.1:1".to_owned(), ..AlpacaConfig::new(Tape::Iex, keys) };
    let history = AlpacaHistory::new(&config).expect("an address");
    let at = |text| Timestamp::parse_rfc3339(text).expect("a time");
    let (from, to) = (at("2026-11-17T00:00:00Z"), at("2026-11-20T00:00:00Z"));
    let bars = |timeframe| {
        let range = BarRange { timeframe, from, to, limit: 9 };
        let (history, symbol) = (history.clone(), "AAPL".parse().expect("a symbol"));
        async move { history.bars(&symbol, range).await }
    };
    assert_eq!(bars(Timeframe::W1).await, Ok(Vec::new()));
    assert!(matches!(bars(Timeframe::D1).await, Err(FeedError::Unavailable { .. })));
}
