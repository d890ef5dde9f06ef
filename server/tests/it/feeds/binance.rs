//! Binance's stream against a fake that keeps Binance's rules.

use serde_json::{Value, json};
use server::market::feeds::{
    FeedStatus,
    binance::{BinanceConfig, BinanceStream},
};
use speedtrade::{market::MarketEvent, money::Qty, order::Side};

use super::{
    fake::Fake,
    probe::{Probe, patient, symbol, wanted},
};

pub fn config(fake: &Fake) -> BinanceConfig {
    BinanceConfig { ws: fake.ws(), rest: fake.http(), ..BinanceConfig::default() }
}

pub fn stream(fake: &Fake) -> Box<BinanceStream> {
    Box::new(BinanceStream::new(&config(fake)).expect("an address"))
}

fn params(message: &str) -> (String, Vec<String>) {
    let message: Value = serde_json::from_str(message).expect("JSON");
    let mut params: Vec<String> = serde_json::from_value(message["params"].clone()).expect("a list");
    params.sort();
    (message["method"].as_str().expect("a method").to_owned(), params)
}

#[tokio::test]
async fn trades_touches_and_days_are_heard() {
    let mut fake = Fake::start("binance").await;
    let mut probe = Probe::start(stream(&fake), patient(), wanted(&["BTC/USD"], &[]));
    probe.status(&FeedStatus::Live).await;
    let (method, params) = params(&fake.received("SUBSCRIBE").await);
    assert_eq!(
        (method.as_str(), params),
        ("SUBSCRIBE", ["btcusdt@bookTicker", "btcusdt@ticker", "btcusdt@trade"].map(str::to_owned).to_vec())
    );

    fake.tell(json!({"do": "trade", "symbol": "BTCUSDT", "price": "61685.99000000", "qty": "0.00017000", "buyer_is_maker": true})).await;
    let (of, MarketEvent::Trade(trade)) = probe.event(|event| matches!(event, MarketEvent::Trade(_))).await else { unreachable!() };
    assert_eq!((of, trade.price.to_string(), trade.qty.to_string()), (symbol("BTC/USD"), "61685.99".to_owned(), "0.00017".to_owned()));
    assert_eq!((trade.taker, trade.time.to_string()), (Some(Side::Sell), "2024-08-09T00:00:00.000Z".to_owned()));

    fake.tell(json!({"do": "touch", "symbol": "BTCUSDT", "bid": "25.35190000", "ask": "25.36520000"})).await;
    let (_, MarketEvent::Touch(touch)) = probe.event(|event| matches!(event, MarketEvent::Touch(_))).await else { unreachable!() };
    assert_eq!((touch.bid.to_string(), touch.ask.to_string()), ("25.3519".to_owned(), "25.3652".to_owned()));
    assert_eq!((touch.bid_size.to_string(), touch.time), ("31.21".to_owned(), probe.clock.now()));

    fake.tell(json!({"do": "ticker", "symbol": "BTCUSDT", "last": "61000.00000000"})).await;
    let (_, MarketEvent::Day(day)) = probe.event(|event| matches!(event, MarketEvent::Day(_))).await else { unreachable!() };
    assert_eq!((day.last.to_string(), day.open.to_string()), ("61000.00".to_owned(), "60100.00".to_owned()));
    assert_eq!(day.prev_close.map(|price| price.to_string()), Some("60000.10".to_owned()));
    probe.end().await;
}

#[tokio::test]
async fn a_print_of_more_than_can_be_held_is_a_print() {
    let mut fake = Fake::start("binance").await;
    let mut probe = Probe::start(stream(&fake), patient(), wanted(&["PEPE/USD"], &[]));
    fake.received("SUBSCRIBE").await;
    fake.tell(json!({"do": "trade", "symbol": "PEPEUSDT", "price": "0.00000412", "qty": "20000000000.00", "buyer_is_maker": true})).await;
    let (_, MarketEvent::Trade(trade)) = probe.event(|event| matches!(event, MarketEvent::Trade(_))).await else { unreachable!() };
    assert_eq!((trade.price.to_string(), trade.qty), ("0.00000412".to_owned(), Qty::MAX));
    probe.end().await;
}

#[tokio::test]
async fn a_side_without_orders_is_no_touch() {
    let mut fake = Fake::start("binance").await;
    let mut probe = Probe::start(stream(&fake), patient(), wanted(&["BTC/USD"], &[]));
    fake.received("SUBSCRIBE").await;
    fake.tell(json!({"do": "touch", "symbol": "BTCUSDT", "bid": "0.00000000", "ask": "25.36520000"})).await;
    fake.tell(json!({"do": "touch", "symbol": "BTCUSDT", "bid": "25.00000000", "ask": "25.36520000"})).await;
    let (_, MarketEvent::Touch(touch)) = probe.event(|event| matches!(event, MarketEvent::Touch(_))).await else { unreachable!() };
    assert_eq!(touch.bid.to_string(), "25.00");
    probe.end().await;
}

#[tokio::test]
async fn only_what_changed_is_subscribed_and_left() {
    let mut fake = Fake::start("binance").await;
    let probe = Probe::start(stream(&fake), patient(), wanted(&["BTC/USD", "AAPL"], &[]));
    let first = params(&fake.received("SUBSCRIBE").await).1;
    assert!(first.iter().all(|stream| stream.starts_with("btcusdt@")), "a stock is not asked for: {first:?}");
    probe.want(wanted(&["BTC/USD", "ETH/USD"], &[]));
    let (method, second) = params(&fake.received("SUBSCRIBE").await);
    assert_eq!(
        (method.as_str(), second),
        ("SUBSCRIBE", ["ethusdt@bookTicker", "ethusdt@ticker", "ethusdt@trade"].map(str::to_owned).to_vec())
    );
    probe.want(wanted(&["ETH/USD"], &[]));
    let (method, third) = params(&fake.received("SUBSCRIBE").await);
    assert_eq!(
        (method.as_str(), third),
        ("UNSUBSCRIBE", ["btcusdt@bookTicker", "btcusdt@ticker", "btcusdt@trade"].map(str::to_owned).to_vec())
    );
    probe.end().await;
}

/// The fake hangs up at the sixth message within a second, as Binance does.
#[tokio::test]
async fn a_hasty_crowd_does_not_break_the_rate() {
    let mut fake = Fake::start("binance").await;
    let mut probe = Probe::start(stream(&fake), patient(), wanted(&["BTC/USD"], &[]));
    probe.status(&FeedStatus::Live).await;
    let mut messages = 0;
    for n in 0..9 {
        let name = format!("C{n}/USD");
        probe.want(wanted(&["BTC/USD", &name], &[]));
        fake.received(&format!("\"c{n}usdt@trade\"")).await;
        messages += if n == 0 { 1 } else { 2 };
    }
    assert!(messages > 10, "the crowd was hasty");
    probe.want(wanted(&["LAST/USD"], &[]));
    let seen = fake.until(|event| event["event"] == "closed" || event["text"].as_str().is_some_and(|text| text.contains("lastusdt"))).await;
    assert_eq!(seen["event"], "received", "the connection lives on");
    probe.end().await;
}

#[tokio::test]
async fn no_connection_carries_more_streams_than_allowed() {
    let mut fake = Fake::start("binance").await;
    let names: Vec<String> = (0..400).map(|n| format!("C{n:03}/USD")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut probe = Probe::start(stream(&fake), patient(), wanted(&names, &[]));
    probe.status(&FeedStatus::Live).await;
    // 341 instruments with three streams each are 1,023.
    fake.received("c340usdt@ticker").await;
    probe.want(wanted(&names[..341], &[]));
    probe.want(wanted(&names[..340], &[]));
    let seen =
        fake.until(|event| event["event"] == "closed" || event["text"].as_str().is_some_and(|text| text.contains("UNSUBSCRIBE"))).await;
    assert_eq!(seen["event"], "received", "{seen}");
    probe.end().await;
}

#[tokio::test]
async fn a_shutdown_that_is_announced_is_not_waited_for() {
    let mut fake = Fake::start("binance").await;
    let mut probe = Probe::start(stream(&fake), patient(), wanted(&["BTC/USD"], &[]));
    fake.received("SUBSCRIBE").await;
    fake.tell(json!({"do": "shutdown"})).await;
    fake.event("closed").await;
    fake.received("SUBSCRIBE").await;
    probe.status(&FeedStatus::Live).await;
    probe.end().await;
}

#[tokio::test]
async fn pings_are_answered_with_their_payload() {
    let mut fake = Fake::start("binance").await;
    let probe = Probe::start(stream(&fake), patient(), wanted(&["BTC/USD"], &[]));
    fake.received("SUBSCRIBE").await;
    fake.tell(json!({"do": "ping"})).await;
    assert_eq!(fake.event("pong").await["text"], "fake");
    probe.end().await;
}
