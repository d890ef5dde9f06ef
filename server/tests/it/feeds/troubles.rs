//! What every feed must survive, shown with Binance's: the machinery is the same for all.

use std::time::Duration;

use serde_json::json;
use server::market::feeds::{
    FeedError, FeedStatus, History as _, Timing, Wanted,
    binance::{BinanceConfig, BinanceHistory, BinanceStream},
};
use speedtrade::market::MarketEvent;

use super::{
    binance::stream,
    fake::Fake,
    probe::{Probe, Said, impatient, patient, symbol, wanted},
};

async fn hears_a_trade(fake: &mut Fake, probe: &mut Probe, price: &str) {
    fake.tell(json!({"do": "trade", "symbol": "BTCUSDT", "price": price, "qty": "1", "buyer_is_maker": false})).await;
    let fits = |event: &MarketEvent| matches!(event, MarketEvent::Trade(trade) if trade.price.to_string() == price);
    probe.event(fits).await;
}

async fn subscribed(timing: Timing) -> (Fake, Probe) {
    let mut fake = Fake::start("binance").await;
    let mut probe = Probe::start(stream(&fake), timing, wanted(&["BTC/USD"], &[]));
    probe.status(&FeedStatus::Live).await;
    fake.received("SUBSCRIBE").await;
    (fake, probe)
}

#[tokio::test]
async fn a_forced_disconnect_is_followed_by_the_same_subscriptions() {
    let (mut fake, mut probe) = subscribed(patient()).await;
    for round in 1..=3 {
        fake.tell(json!({"do": "drop"})).await;
        probe.until(|said| matches!(said, Said::Status(FeedStatus::Down { .. }))).await;
        probe.status(&FeedStatus::Connecting).await;
        probe.status(&FeedStatus::Live).await;
        assert!(fake.received("SUBSCRIBE").await.contains("btcusdt@trade"));
        hears_a_trade(&mut fake, &mut probe, &format!("10{round}.00")).await;
    }
    probe.end().await;
}

#[tokio::test]
async fn a_socket_that_is_up_but_silent_is_replaced() {
    let (mut fake, mut probe) = subscribed(impatient()).await;
    fake.tell(json!({"do": "freeze"})).await;
    probe.status(&FeedStatus::Silent).await;
    probe.status(&FeedStatus::Live).await;
    fake.received("SUBSCRIBE").await;
    probe.end().await;
}

/// Nothing is said, but the fake answers pings: the connection is kept.
#[tokio::test]
async fn quiet_is_not_silent_while_pings_are_answered() {
    let timing = Timing { silent_after: Duration::from_secs(20), ping_after: Duration::from_millis(50), ..patient() };
    let (mut fake, mut probe) = subscribed(timing).await;
    for _ in 0..5 {
        fake.event("ping").await;
    }
    hears_a_trade(&mut fake, &mut probe, "101.00").await;
    probe.end().await;
}

#[tokio::test]
async fn garbage_is_survived() {
    let (mut fake, mut probe) = subscribed(patient()).await;
    let deep = "[".repeat(100_000);
    let garbage = [
        "",
        "null",
        "[]",
        "{",
        "\u{0}\u{1}",
        "{\"stream\":\"btcusdt@trade\",\"data\":{}}",
        "{\"stream\":\"btcusdt@trade\",\"data\":null}",
        "{\"stream\":5,\"data\":5}",
        "{\"stream\":\"\",\"data\":{}}",
        "{\"stream\":\"btcusdt@trade\"",
        &deep,
        "{\"stream\":\"btcusdt@bookTicker\",\"data\":{\"u\":1,\"s\":\"BTCUSDT\",\"b\":\"NaN\",\"B\":\"1\",\"a\":\"1\",\"A\":\"1\"}}",
        "{\"stream\":\"btcusdt@trade\",\"data\":{\"s\":\"BTCUSDT\",\"p\":\"-1\",\"q\":\"1\",\"T\":1,\"m\":true}}",
        "{\"stream\":\"btcusdt@trade\",\"data\":{\"s\":\"BTCUSDT\",\"p\":\"1e9999\",\"q\":\"1\",\"T\":99999999999999999999,\"m\":true}}",
        "{\"stream\":\"btcusdt@depth@100ms\",\"data\":{\"s\":\"BTCUSDT\",\"U\":18446744073709551615,\"u\":0,\"b\":[],\"a\":[[]]}}",
        "{\"stream\":\"btcusdt@nothing\",\"data\":{}}",
        "{\"id\":77777,\"result\":null}",
        "{\"id\":1,\"error\":{\"code\":2,\"msg\":\"Invalid\"}}",
    ];
    for text in garbage {
        fake.tell(json!({"do": "send", "text": text})).await;
    }
    fake.tell(json!({"do": "send_binary", "text": "not json either"})).await;
    hears_a_trade(&mut fake, &mut probe, "102.00").await;
    fake.tell(json!({"do": "drop"})).await;
    let closed = fake.event("closed").await;
    assert_eq!(closed["connection"], 1, "no garbage ended the connection");
    probe.end().await;
}

#[tokio::test]
async fn a_frame_larger_than_any_of_the_provider_ends_the_connection_and_nothing_more() {
    let (mut fake, mut probe) = subscribed(patient()).await;
    fake.tell(json!({"do": "send", "text": "x".repeat(5 << 20)})).await;
    probe.until(|said| matches!(said, Said::Status(FeedStatus::Down { .. }))).await;
    fake.received("SUBSCRIBE").await;
    hears_a_trade(&mut fake, &mut probe, "103.00").await;
    probe.end().await;
}

#[tokio::test]
async fn a_client_called_slow_comes_back() {
    let (mut fake, mut probe) = subscribed(patient()).await;
    fake.tell(json!({"do": "close", "code": 1008, "reason": "slow consumer"})).await;
    let down = probe.until(|said| matches!(said, Said::Status(FeedStatus::Down { .. }))).await;
    assert!(format!("{down:?}").contains("1008 slow consumer"), "{down:?}");
    fake.received("SUBSCRIBE").await;
    hears_a_trade(&mut fake, &mut probe, "104.00").await;
    probe.end().await;
}

#[tokio::test]
async fn who_is_refused_rests_and_says_why() {
    let mut fake = Fake::start("binance").await;
    fake.tell(json!({"do": "refuse", "status": 451})).await;
    fake.event("done").await;
    let timing = Timing { refused_retry: Duration::from_millis(50), ..patient() };
    let mut probe = Probe::start(stream(&fake), timing, wanted(&["BTC/USD"], &[]));
    let refused =
        FeedStatus::Refused { code: "http_451".to_owned(), detail: "the provider answered 451 Unavailable For Legal Reasons".to_owned() };
    probe.status(&refused).await;
    probe.status(&refused).await;
    fake.tell(json!({"do": "refuse", "status": 0})).await;
    probe.status(&FeedStatus::Live).await;
    probe.end().await;
}

#[tokio::test]
async fn a_provider_that_is_busy_is_down_and_asked_again() {
    let mut fake = Fake::start("binance").await;
    fake.tell(json!({"do": "refuse", "status": 503})).await;
    fake.event("done").await;
    let mut probe = Probe::start(stream(&fake), patient(), wanted(&["BTC/USD"], &[]));
    for _ in 0..3 {
        probe.until(|said| matches!(said, Said::Status(FeedStatus::Down { .. }))).await;
    }
    fake.tell(json!({"do": "refuse", "status": 0})).await;
    probe.status(&FeedStatus::Live).await;
    probe.end().await;
}

#[tokio::test]
async fn who_is_not_looked_at_is_not_connected() {
    let mut fake = Fake::start("binance").await;
    let timing = Timing { linger: Duration::from_millis(20), ..patient() };
    let mut probe = Probe::start(stream(&fake), timing, Wanted::default());
    assert_eq!(probe.next().await, Said::Status(FeedStatus::Idle), "not before somebody looks");
    probe.want(wanted(&["BTC/USD"], &[]));
    assert_eq!(probe.next().await, Said::Status(FeedStatus::Connecting));
    fake.received("SUBSCRIBE").await;
    probe.want(Wanted::default());
    fake.received("UNSUBSCRIBE").await;
    probe.status(&FeedStatus::Idle).await;
    fake.event("closed").await;
    probe.want(wanted(&["ETH/USD"], &[]));
    fake.received("ethusdt").await;
    probe.end().await;
}

#[tokio::test]
async fn a_feed_stops_wherever_it_is() {
    let (_fake, probe) = subscribed(patient()).await;
    probe.end().await;
    let (mut fake, mut probe) =
        subscribed(Timing { backoff_min: Duration::from_mins(10), backoff_max: Duration::from_mins(10), ..patient() }).await;
    fake.tell(json!({"do": "drop"})).await;
    probe.until(|said| matches!(said, Said::Status(FeedStatus::Down { .. }))).await;
    probe.end().await;
    let idle = Probe::start(stream(&fake), patient(), Wanted::default());
    idle.end().await;
}

/// TLS is ready without anybody having installed a provider for it, and a peer without TLS is only a peer that is down.
#[tokio::test]
async fn a_peer_that_does_not_speak_tls_is_down() {
    let fake = Fake::start("binance").await;
    let secure = |address: String| address.replace("ws://", "wss://").replace("http://", "https://");
    let config = BinanceConfig { ws: secure(fake.ws()), rest: secure(fake.http()), ..BinanceConfig::default() };
    let protocol = Box::new(BinanceStream::new(&config).expect("an address"));
    let mut probe = Probe::start(protocol, patient(), wanted(&["BTC/USD"], &[]));
    for _ in 0..2 {
        probe.until(|said| matches!(said, Said::Status(FeedStatus::Down { .. }))).await;
    }
    probe.end().await;
    let history = BinanceHistory::new(&config).expect("an address");
    let answer = history.snapshots(&[symbol("BTC/USD")]).await;
    assert!(matches!(answer, Err(FeedError::Unavailable { .. })), "{answer:?}");
}
