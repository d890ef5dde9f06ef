//! Coinbase's stream and history against a fake that counts its messages.

use serde_json::{Value, json};
use server::{
    clock::Clock,
    market::feeds::{
        FeedError, FeedStatus, History as _,
        coinbase::{CoinbaseConfig, CoinbaseHistory, CoinbaseStream},
    },
};
use speedtrade::{
    market::{BookChange, MarketEvent},
    order::Side,
};

use super::{
    fake::Fake,
    probe::{Probe, Said, impatient, patient, symbol, wanted},
    vendor::{assert_minutes, is_down, is_still_the_first_connection, is_trade_at, minutes, newest, refusal, send_garbage},
};

fn config(fake: &Fake) -> CoinbaseConfig {
    CoinbaseConfig { ws: fake.ws(), rest: fake.http() }
}

fn stream(fake: &Fake) -> CoinbaseStream {
    CoinbaseStream::new(&config(fake))
}

/// With its depth subscribed and its first book heard.
async fn live() -> (Fake, Probe) {
    let mut fake = Fake::start("coinbase").await;
    let mut probe = Probe::start(Box::new(stream(&fake)), patient(), wanted(&["BTC/USD"], &["BTC/USD"]));
    probe.event(|event| matches!(event, MarketEvent::Book(BookChange::Snapshot { .. }))).await;
    fake.received("level2").await;
    (fake, probe)
}

async fn trades(fake: &mut Fake, kind: &str, trades: Value) {
    fake.tell(json!({"do": "trades", "product": "BTC-USD", "type": kind, "trades": trades})).await;
}

fn is_lost(event: &MarketEvent) -> bool {
    matches!(event, MarketEvent::Book(BookChange::Lost))
}

#[tokio::test]
async fn each_channel_has_its_message_and_heartbeats_come_first() {
    let mut fake = Fake::start("coinbase").await;
    let probe = Probe::start(Box::new(stream(&fake)), patient(), wanted(&["BTC/USD", "AAPL"], &["ETH/USD"]));
    let mut said = Vec::new();
    for _ in 0..4 {
        said.push(serde_json::from_str::<Value>(&fake.received("").await).expect("JSON"));
    }
    assert_eq!(
        said,
        [
            json!({"type": "subscribe", "channel": "heartbeats"}),
            json!({"type": "subscribe", "product_ids": ["BTC-USD"], "channel": "ticker"}),
            json!({"type": "subscribe", "product_ids": ["BTC-USD"], "channel": "market_trades"}),
            json!({"type": "subscribe", "product_ids": ["ETH-USD"], "channel": "level2"}),
        ]
    );
    probe.want(wanted(&["BTC/USD"], &[]));
    assert!(fake.received("unsubscribe").await.contains("\"level2\""));
    probe.end().await;
}

#[tokio::test]
async fn a_ticker_is_a_day_and_a_touch() {
    let (mut fake, mut probe) = live().await;
    fake.tell(json!({"do": "ticker", "product": "BTC-USD", "price": "110.00"})).await;
    let (of, MarketEvent::Day(day)) = probe.event(|event| matches!(event, MarketEvent::Day(_))).await else { unreachable!() };
    assert_eq!((of, day.last.to_string(), day.open.to_string()), (symbol("BTC/USD"), "110.00".into(), "100.00".into()));
    assert_eq!((day.high.to_string(), day.time.to_string()), ("111.25".into(), "2026-11-20T15:00:00.123Z".into()));
    let (_, MarketEvent::Touch(touch)) = probe.event(|event| matches!(event, MarketEvent::Touch(_))).await else { unreachable!() };
    assert_eq!((touch.bid.to_string(), touch.ask_size.to_string()), ("109.99".into(), "0.25".into()));
    probe.end().await;
}

#[tokio::test]
async fn trades_come_in_order_and_each_once() {
    let (mut fake, mut probe) = live().await;
    trades(&mut fake, "snapshot", json!([["12", "102", "1", "BUY"], ["11", "101", "1", "BUY"]])).await;
    trades(&mut fake, "update", json!([["14", "104", "0.5", "SELL"], ["13", "103", "1", "BUY"], ["12", "102", "1", "BUY"]])).await;
    trades(&mut fake, "update", json!([["14", "104", "0.5", "SELL"], ["15", "105", "1", "BUY"]])).await;
    let mut heard = Vec::new();
    for _ in 0..4 {
        let (_, MarketEvent::Trade(trade)) = probe.event(|event| matches!(event, MarketEvent::Trade(_))).await else { unreachable!() };
        heard.push((trade.price.to_string(), trade.taker));
    }
    let (buy, sell) = (Some(Side::Buy), Some(Side::Sell));
    assert_eq!(heard, [("102.00".into(), sell), ("103.00".into(), sell), ("104.00".into(), buy), ("105.00".into(), sell)]);
    // After a new connection the snapshot repeats, and only what was missed is new.
    fake.tell(json!({"do": "drop"})).await;
    probe.until(is_down).await;
    fake.received("level2").await;
    trades(&mut fake, "snapshot", json!([["17", "107", "1", "BUY"], ["16", "106", "1", "BUY"], ["15", "105", "1", "BUY"]])).await;
    for price in ["106.00", "107.00"] {
        let (_, MarketEvent::Trade(trade)) = probe.event(|event| matches!(event, MarketEvent::Trade(_))).await else { unreachable!() };
        assert_eq!(trade.price.to_string(), price);
    }
    probe.end().await;
}

#[tokio::test]
async fn a_gap_in_the_count_loses_the_book_until_it_comes_anew() {
    let (mut fake, mut probe) = live().await;
    fake.tell(json!({"do": "lose"})).await;
    fake.tell(json!({"do": "depth", "product": "BTC-USD", "type": "update", "bids": [["99", "1"]], "asks": []})).await;
    assert_eq!(probe.event(is_lost).await.0, symbol("BTC/USD"));
    assert!(fake.received("unsubscribe").await.contains("level2"));
    fake.received("level2").await;
    probe.event(|event| matches!(event, MarketEvent::Book(BookChange::Snapshot { bids, .. }) if bids.len() == 1)).await;
    is_still_the_first_connection(&mut fake).await;
    probe.end().await;
}

#[tokio::test]
async fn a_message_that_comes_twice_counts_once() {
    let (mut fake, mut probe) = live().await;
    let depth = |qty: &str| json!({"do": "depth", "product": "BTC-USD", "type": "update", "bids": [["99", qty]], "asks": []});
    fake.tell(depth("1")).await;
    fake.tell(json!({"do": "repeat"})).await;
    fake.tell(depth("2")).await;
    let mut heard = Vec::new();
    for _ in 0..2 {
        let (_, event) = probe.event(|event| matches!(event, MarketEvent::Book(_))).await;
        let MarketEvent::Book(BookChange::Levels { bids, .. }) = event else { panic!("{event:?}") };
        heard.push(bids[0].qty.to_string());
    }
    assert_eq!(heard, ["1", "2"]);
    probe.end().await;
}

#[tokio::test]
async fn a_disconnect_loses_the_book_and_brings_it_back() {
    let (mut fake, mut probe) = live().await;
    fake.tell(json!({"do": "drop"})).await;
    probe.event(is_lost).await;
    probe.until(is_down).await;
    probe.event(|event| matches!(event, MarketEvent::Book(BookChange::Snapshot { .. }))).await;
    fake.received("heartbeats").await;
    probe.end().await;
}

#[tokio::test]
async fn a_silent_connection_is_replaced() {
    let mut fake = Fake::start("coinbase").await;
    let mut probe = Probe::start(Box::new(stream(&fake)), impatient(), wanted(&["BTC/USD"], &[]));
    fake.received("market_trades").await;
    fake.tell(json!({"do": "freeze"})).await;
    probe.status(&FeedStatus::Silent).await;
    fake.received("market_trades").await;
    probe.end().await;
}

#[tokio::test]
async fn an_unknown_product_does_not_end_the_others() {
    let (mut fake, mut probe) = live().await;
    fake.tell(json!({"do": "error", "message": "NOPE-USD is not a valid product"})).await;
    fake.tell(json!({"do": "ticker", "product": "BTC-USD", "price": "110.00"})).await;
    probe.event(|event| matches!(event, MarketEvent::Day(_))).await;
    fake.tell(json!({"do": "error", "message": "rate limit exceeded"})).await;
    probe.until(is_down).await;
    fake.received("level2").await;
    fake.tell(json!({"do": "error", "message": "authentication failure"})).await;
    assert_eq!(refusal(&mut probe).await.0, "not_allowed");
    probe.end().await;
}

#[tokio::test]
async fn garbage_is_survived() {
    let (mut fake, mut probe) = live().await;
    let own = [
        r#"{"channel":"ticker"}"#,
        r#"{"channel":"ticker","events":5}"#,
        r#"{"channel":"ticker","events":[{"type":"update","tickers":[{"product_id":"BTC-USD","price":"NaN"}]}]}"#,
        r#"{"channel":"l2_data","events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"up","price_level":"1","new_quantity":"1"}]}]}"#,
        r#"{"channel":"market_trades","events":[{"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"-1","price":"1","size":"1","side":"BUY","time":"2026-11-20T15:00:00Z"}]}]}"#,
        r#"{"channel":"market_trades","events":[{"type":"rumour","trades":[]}]}"#,
        r#"{"channel":"nothing","sequence_num":-1,"events":[]}"#,
        r#"{"channel":"nothing","events":[]}"#,
        r#"{"type":"error"}"#,
    ];
    send_garbage(&mut fake, &own).await;
    trades(&mut fake, "update", json!([["21", "101.5", "1", "BUY"]])).await;
    probe.event(is_trade_at("101.50")).await;
    is_still_the_first_connection(&mut fake).await;
    probe.end().await;
}

#[tokio::test]
async fn a_client_called_slow_comes_back() {
    let (mut fake, mut probe) = live().await;
    fake.tell(json!({"do": "close", "code": 1008, "reason": "ErrSlowConsume"})).await;
    let Said::Status(down) = probe.until(is_down).await else { unreachable!() };
    assert!(format!("{down:?}").contains("ErrSlowConsume"), "{down:?}");
    fake.received("level2").await;
    probe.end().await;
}

fn history(fake: &Fake) -> CoinbaseHistory {
    CoinbaseHistory::new(&config(fake), Clock::manual(newest())).expect("an address")
}

#[tokio::test]
async fn candles_come_window_by_window() {
    let mut fake = Fake::start("coinbase").await;
    let bars = history(&fake).bars(&symbol("BTC/USD"), minutes(699, 10_000)).await.expect("answers");
    assert_minutes(&bars, 700, |nth| 1_001 - nth);
    for _ in 0..3 {
        assert!(fake.event("asked").await["query"].as_str().expect("a query").starts_with("granularity=ONE_MINUTE&start="));
    }
    let newest = history(&fake).bars(&symbol("BTC/USD"), minutes(900, 310)).await.expect("answers");
    assert_minutes(&newest, 310, |nth| 1_001 - nth);
}

#[tokio::test]
async fn before_a_product_was_listed_nobody_asks_on_and_on() {
    let mut fake = Fake::start("coinbase").await;
    let bars = history(&fake).bars(&symbol("BTC/USD"), minutes(100_000, 100_000)).await.expect("answers");
    assert_minutes(&bars, 1_001, |nth| 1_001 - nth);
    fake.tell(json!({"do": "hush"})).await;
    let mut asked = 0;
    while fake.until(|event| event["event"] == "asked" || event["event"] == "done").await["event"] == "asked" {
        asked += 1;
    }
    assert_eq!(asked, 4 + 3, "four windows with candles, three without");
    assert_eq!(history(&fake).bars(&symbol("AAPL"), minutes(5, 5)).await, Ok(Vec::new()));
}

#[tokio::test]
async fn snapshots_take_the_extremes_from_the_hours() {
    let fake = Fake::start("coinbase").await;
    let found = history(&fake).snapshots(&["BTC/USD", "NONE/USD", "AAPL"].map(symbol)).await.expect("answers");
    let [(of, events)] = found.as_slice() else { panic!("{found:?}") };
    let MarketEvent::Day(day) = events[0] else { panic!("{events:?}") };
    assert_eq!((of.as_str(), day.last.to_string(), day.open.to_string()), ("BTC/USD", "1001.00".into(), "1000.00".into()));
    // The newest hour begins with the newest minute, whose high is two above its open of 1,001.
    assert_eq!((day.high.to_string(), day.volume.to_string(), day.time), ("1003.00".into(), "123.5".into(), newest()));
}

#[tokio::test]
async fn refusals_of_history_have_a_meaning() {
    let mut fake = Fake::start("coinbase").await;
    let error = history(&fake).bars(&symbol("ETH/USD"), minutes(5, 5)).await;
    assert!(matches!(error, Err(FeedError::Refused { .. })), "{error:?}");
    fake.answer("/api/v3/brokerage/market/products/BTC-USD/candles", 429, json!({}), r#"{"errors":[{"id":"rate_limit_exceeded"}]}"#).await;
    let error = history(&fake).bars(&symbol("BTC/USD"), minutes(5, 5)).await;
    assert_eq!(error, Err(FeedError::RateLimited { retry_after: None }));
}
