//! Binance's bars and days over REST, against the fake.

use std::time::Duration;

use serde_json::json;
use server::market::feeds::{BarRange, FeedError, History as _, binance::BinanceHistory};
use speedtrade::{
    market::{MarketEvent, Timeframe},
    money::Qty,
    time::{MINUTE_US, Timestamp},
};

use super::{binance::config, fake::Fake, probe::symbol};

const DEPTH_OF_TIME: i64 = 3_000;

fn end() -> Timestamp {
    Timestamp::parse_rfc3339("2024-08-09T00:00:00Z").expect("a time")
}

fn minutes(before: i64, limit: usize) -> BarRange {
    BarRange { timeframe: Timeframe::M1, from: end().plus_micros(-before * MINUTE_US), to: end(), limit }
}

async fn history() -> (Fake, BinanceHistory) {
    let fake = Fake::start("binance").await;
    let history = BinanceHistory::new(&config(&fake)).expect("an address");
    (fake, history)
}

#[tokio::test]
async fn bars_come_page_by_page_and_join() {
    let (mut fake, history) = history().await;
    let bars = history.bars(&symbol("BTC/USD"), minutes(2_499, 10_000)).await.expect("answers");
    assert_eq!(bars.len(), 2_500);
    assert!(bars.windows(2).all(|pair| pair[1].t == pair[0].t.plus_micros(MINUTE_US)), "no hole, no bar twice");
    assert_eq!((bars[2_499].t, bars[2_499].o.to_string(), bars[2_499].v.to_string()), (end(), "3001.00".to_owned(), "2.5".to_owned()));
    for page in 0..3 {
        let query = fake.event("asked").await["query"].as_str().expect("a query").to_owned();
        assert!(query.contains("limit=1000") && query.starts_with("symbol=BTCUSDT&interval=1m&startTime="), "page {page}: {query}");
    }
}

#[tokio::test]
async fn the_newest_bars_count_when_there_are_more_than_asked_for() {
    let (_fake, history) = history().await;
    let bars = history.bars(&symbol("BTC/USD"), minutes(2_000, 7)).await.expect("answers");
    assert_eq!(
        bars.iter().map(|bar| bar.o.to_string()).collect::<Vec<_>>(),
        (2_995..=3_001).map(|n| format!("{n}.00")).collect::<Vec<_>>()
    );
    let before_its_time = history.bars(&symbol("BTC/USD"), minutes(DEPTH_OF_TIME + 500, 5_000)).await.expect("answers");
    assert_eq!(before_its_time.len(), 3_001, "it was listed later");
    assert_eq!(history.bars(&symbol("AAPL"), minutes(10, 10)).await, Ok(Vec::new()));
}

#[tokio::test]
async fn refusals_of_history_have_a_meaning() {
    let (mut fake, history) = history().await;
    let cases = [
        (429, json!({"retry-after": "3"}), "", FeedError::RateLimited { retry_after: Some(Duration::from_secs(3)) }),
        (400, json!({}), r#"{"code":-1121,"msg":"Invalid symbol."}"#, FeedError::Refused { detail: "Invalid symbol. (-1121)".to_owned() }),
        (451, json!({}), "restricted", FeedError::PlanTooSmall { detail: "451 Unavailable For Legal Reasons restricted".to_owned() }),
        (503, json!({}), "", FeedError::Unavailable { detail: "503 Service Unavailable ".to_owned() }),
    ];
    for (status, headers, body, meaning) in cases {
        fake.answer("/api/v3/klines", status, headers, body).await;
        assert_eq!(history.bars(&symbol("BTC/USD"), minutes(5, 5)).await, Err(meaning));
    }
    fake.answer("/api/v3/klines", 200, json!({}), r#"[[1,"1","1","1"]]"#).await;
    let undecodable = history.bars(&symbol("BTC/USD"), minutes(5, 5)).await;
    assert!(matches!(undecodable, Err(FeedError::Decode { .. })), "{undecodable:?}");
}

#[tokio::test]
async fn volumes_by_the_trillion_are_the_largest_there_is() {
    let (mut fake, history) = history().await;
    let bar = |minute: i64, open: &str, volume: &str| json!([end().millis() + minute * 60_000, open, "2", "1", "1.5", volume, 0]);
    let bars = json!([bar(-2, "1", "3500000000000.00"), bar(-1, "none", "1"), bar(0, "1", "2.5")]);
    fake.answer("/api/v3/klines", 200, json!({}), &bars.to_string()).await;
    let told = history.bars(&symbol("BTC/USD"), minutes(5, 5)).await.expect("answers");
    let volumes: Vec<String> = told.iter().map(|bar| bar.v.to_string()).collect();
    assert_eq!(volumes, [Qty::MAX.to_string(), "2.5".to_owned()], "what can't be read costs no other its place");
}

#[tokio::test]
async fn no_ticker_costs_another_its_price() {
    let (mut fake, history) = history().await;
    let ticker = |name: &str, price: &str, volume: &str| {
        json!({"symbol": name, "prevClosePrice": "1", "lastPrice": price, "bidPrice": "1", "bidQty": "3500000000000", "askPrice": "2",
            "askQty": "4", "openPrice": "1", "highPrice": "2", "lowPrice": "1", "volume": volume, "closeTime": 0})
    };
    let list = json!([ticker("BTCUSDT", "1", "2"), ticker("ETHUSDT", "?", "2"), ticker("SOLUSDT", "1", "3500000000000.00")]);
    fake.answer("/api/v3/ticker/24hr", 200, json!({}), &list.to_string()).await;
    let told = history.snapshots(&["BTC/USD", "ETH/USD", "SOL/USD"].map(symbol)).await.expect("answers");
    let symbols: Vec<&str> = told.iter().map(|(symbol, _)| symbol.as_str()).collect();
    assert_eq!(symbols, ["BTC/USD", "SOL/USD"]);
    let [MarketEvent::Day(day), MarketEvent::Touch(touch)] = &told[1].1[..] else { panic!("a day and a touch: {:?}", told[1].1) };
    assert_eq!((day.volume, touch.bid_size), (Qty::MAX, Qty::MAX));
}

#[tokio::test]
async fn one_unknown_pair_does_not_hide_the_others() {
    let (_fake, history) = history().await;
    let asked = ["BTC/USD", "NONE/USD", "ETH/USD", "AAPL", "SOL/USD"].map(symbol);
    let told = history.snapshots(&asked).await.expect("answers");
    let symbols: Vec<&str> = told.iter().map(|(symbol, _)| symbol.as_str()).collect();
    assert_eq!(symbols, ["BTC/USD", "ETH/USD", "SOL/USD"]);
    let [MarketEvent::Day(day), MarketEvent::Touch(touch)] = &told[0].1[..] else { panic!("a day and a touch: {:?}", told[0].1) };
    assert_eq!(
        (day.last.to_string(), touch.ask.to_string(), touch.bid_size.to_string()),
        ("101.00".to_owned(), "101.10".to_owned(), "3".to_owned())
    );
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_unavailable() {
    let (fake, history) = history().await;
    drop(fake);
    let answer = history.bars(&symbol("BTC/USD"), minutes(5, 5)).await;
    assert!(matches!(answer, Err(FeedError::Unavailable { .. })), "{answer:?}");
}
