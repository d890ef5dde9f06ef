//! Massive's streams and history against a fake that keeps Massive's rules.

use rstest::rstest;
use serde_json::{Value, json};
use server::market::feeds::{
    FeedError, FeedStatus, History as _, Key,
    massive::{MassiveConfig, MassiveHistory, MassiveStream},
};
use speedtrade::{market::MarketEvent, order::Side};

use super::{
    fake::Fake,
    probe::{Probe, impatient, patient, symbol, wanted},
    vendor::{assert_minutes, is_down, is_still_the_first_connection, is_trade_at, minutes, refusal, send_garbage},
};

const KEY: &str = "massive-secret";

fn config(fake: &Fake, key: &str) -> MassiveConfig {
    MassiveConfig { ws: fake.ws(), rest: fake.http(), key: Key::new(key) }
}

fn stocks(fake: &Fake) -> MassiveStream {
    MassiveStream::stocks(&config(fake, KEY))
}

async fn live() -> (Fake, Probe) {
    let mut fake = Fake::start("massive").await;
    let mut probe = Probe::start(Box::new(stocks(&fake)), patient(), wanted(&["AAPL"], &[]));
    probe.status(&FeedStatus::Live).await;
    fake.received("\"subscribe\"").await;
    (fake, probe)
}

async fn hears_a_trade(fake: &mut Fake, probe: &mut Probe, price: &str) {
    let number: Value = serde_json::from_str(price).expect("a number");
    let event =
        json!({"ev": "T", "sym": "AAPL", "x": 4, "i": "1", "z": 3, "p": number, "s": 100, "c": [0, 12], "t": 1_795_186_800_000_i64});
    fake.tell(json!({"do": "say", "channel": "T.AAPL", "event": event})).await;
    probe.event(is_trade_at(price)).await;
}

#[tokio::test]
async fn the_key_is_said_before_anything_is_subscribed() {
    let mut fake = Fake::start("massive").await;
    let mut probe = Probe::start(Box::new(stocks(&fake)), patient(), wanted(&["AAPL", "BRK.B", "BTC/USD"], &[]));
    assert_eq!(fake.event("opened").await["path"], "/stocks");
    let first: Value = serde_json::from_str(&fake.received("").await).expect("JSON");
    assert_eq!(first, json!({"action": "auth", "params": KEY}));
    probe.status(&FeedStatus::Live).await;
    let second: Value = serde_json::from_str(&fake.received("").await).expect("JSON");
    assert_eq!(second, json!({"action": "subscribe", "params": "T.AAPL,Q.AAPL,AM.AAPL,T.BRK.B,Q.BRK.B,AM.BRK.B"}));
    probe.want(wanted(&["AAPL"], &[]));
    let third: Value = serde_json::from_str(&fake.received("").await).expect("JSON");
    assert_eq!(third, json!({"action": "unsubscribe", "params": "T.BRK.B,Q.BRK.B,AM.BRK.B"}));
    probe.end().await;
}

#[tokio::test]
async fn trades_touches_and_minutes_are_heard() {
    let (mut fake, mut probe) = live().await;
    hears_a_trade(&mut fake, &mut probe, "178.53").await;
    let quote = json!({"ev": "Q", "sym": "AAPL", "bp": 178.5, "bs": 2, "ap": 178.6, "as": 1, "t": 1_795_186_800_001_i64});
    fake.tell(json!({"do": "say", "channel": "Q.AAPL", "event": quote})).await;
    let (of, MarketEvent::Touch(touch)) = probe.event(|event| matches!(event, MarketEvent::Touch(_))).await else { unreachable!() };
    assert_eq!((of, touch.bid.to_string(), touch.bid_size.to_string()), (symbol("AAPL"), "178.50".into(), "200".into()));
    let minute = json!({"ev": "AM", "sym": "AAPL", "v": 4110, "av": 9_470_157, "op": 170.5, "vw": 178.1, "o": 178, "c": 178.5, "h": 179,
        "l": 177.5, "s": 1_795_186_740_000_i64, "e": 1_795_186_800_000_i64});
    fake.tell(json!({"do": "say", "channel": "AM.AAPL", "event": minute})).await;
    let (_, MarketEvent::Minute(bar)) = probe.event(|event| matches!(event, MarketEvent::Minute(_))).await else { unreachable!() };
    assert_eq!((bar.t.to_string(), bar.h.to_string()), ("2026-11-20T14:59:00.000Z".into(), "179.00".into()));
    probe.end().await;
}

#[tokio::test]
async fn coins_have_a_stream_of_their_own() {
    let mut fake = Fake::start("massive").await;
    let stream = Box::new(MassiveStream::crypto(&config(&fake, KEY)));
    let mut probe = Probe::start(stream, patient(), wanted(&["BTC/USD", "AAPL"], &[]));
    assert_eq!(fake.event("opened").await["path"], "/crypto");
    assert!(fake.received("\"subscribe\"").await.contains("\"XT.BTC-USD,XQ.BTC-USD,XA.BTC-USD\""));
    let trade = json!({"ev": "XT", "pair": "BTC-USD", "p": 33021.9, "t": 1_795_186_800_000_i64, "s": 0.016, "c": [1], "i": "1", "x": 3});
    fake.tell(json!({"do": "say", "channel": "XT.BTC-USD", "event": trade})).await;
    let (of, MarketEvent::Trade(trade)) = probe.event(|event| matches!(event, MarketEvent::Trade(_))).await else { unreachable!() };
    assert_eq!((of, trade.qty.to_string(), trade.taker), (symbol("BTC/USD"), "0.016".into(), Some(Side::Sell)));
    probe.end().await;
}

#[tokio::test]
async fn a_wrong_key_is_refused_in_words_that_do_not_hold_it() {
    let fake = Fake::start("massive").await;
    let stream = Box::new(MassiveStream::stocks(&config(&fake, "wrong-secret")));
    let mut probe = Probe::start(stream, patient(), wanted(&["AAPL"], &[]));
    let (code, detail) = refusal(&mut probe).await;
    assert!(code == "auth_failed" && detail.contains("does not know this key") && !detail.contains("wrong-secret"), "{code}: {detail}");
    probe.end().await;
}

#[rstest]
#[case("not_authorized", "You are not authorized to subscribe to this data.", "not_authorized")]
#[case("error", "You don't have access to real-time data. Please upgrade your plan.", "not_entitled")]
#[tokio::test]
async fn a_small_plan_is_refused(#[case] status: &str, #[case] message: &str, #[case] code: &str) {
    let (mut fake, mut probe) = live().await;
    fake.tell(json!({"do": "status", "status": status, "message": message})).await;
    let (said, detail) = refusal(&mut probe).await;
    assert!(said == code && detail.contains("plan is too small"), "{said}: {detail}");
    probe.end().await;
}

#[rstest]
#[case("auth_timeout", "")]
#[case("error", "slow consumer")]
#[case("error", "internal error")]
#[tokio::test]
async fn what_a_new_connection_heals_is_healed(#[case] status: &str, #[case] message: &str) {
    let (mut fake, mut probe) = live().await;
    fake.tell(json!({"do": "status", "status": status, "message": message})).await;
    probe.until(is_down).await;
    fake.received("\"subscribe\"").await;
    hears_a_trade(&mut fake, &mut probe, "101.25").await;
    probe.end().await;
}

#[tokio::test]
async fn a_taken_connection_is_waited_for_and_then_given_up() {
    let mut fake = Fake::start("massive").await;
    fake.tell(json!({"do": "occupy", "times": 2})).await;
    fake.event("done").await;
    let mut probe = Probe::start(Box::new(stocks(&fake)), patient(), wanted(&["AAPL"], &[]));
    probe.status(&FeedStatus::Live).await;
    fake.tell(json!({"do": "occupy", "times": 100})).await;
    fake.tell(json!({"do": "drop"})).await;
    assert_eq!(refusal(&mut probe).await.0, "max_connections");
    probe.end().await;
}

#[tokio::test]
async fn a_forced_disconnect_is_followed_by_key_and_subscriptions() {
    let (mut fake, mut probe) = live().await;
    fake.tell(json!({"do": "close", "code": 1008, "reason": "slow client"})).await;
    probe.until(is_down).await;
    fake.received("\"auth\"").await;
    assert!(fake.received("\"subscribe\"").await.contains("T.AAPL"));
    hears_a_trade(&mut fake, &mut probe, "101.25").await;
    probe.end().await;
}

#[tokio::test]
async fn a_silent_connection_is_replaced() {
    let mut fake = Fake::start("massive").await;
    let mut probe = Probe::start(Box::new(stocks(&fake)), impatient(), wanted(&["AAPL"], &[]));
    fake.received("\"subscribe\"").await;
    fake.tell(json!({"do": "freeze"})).await;
    probe.status(&FeedStatus::Silent).await;
    fake.received("\"subscribe\"").await;
    probe.end().await;
}

#[tokio::test]
async fn garbage_is_survived_and_costs_no_neighbour() {
    let (mut fake, mut probe) = live().await;
    let own = [
        r#"[{"ev":"T"}]"#,
        r#"[{"ev":5}]"#,
        r#"[{"ev":"T","sym":"AAPL","p":"NaN","s":1,"t":1}]"#,
        r#"[{"ev":"T","sym":"AAPL","p":1,"s":1,"t":99999999999999999999999}]"#,
        r#"[{"ev":"T","sym":"AAPL","p":1,"s":1,"t":-1,"c":[70000]}]"#,
        r#"[{"ev":"Q","sym":"AAPL","bp":{},"t":1}]"#,
        r#"[{"ev":"ZZ","sym":"AAPL"}]"#,
        r#"[{"ev":"status","status":"moody","message":"?"}]"#,
        r#"[{"ev":"status","status":"error","message":"unknown channel"}]"#,
    ];
    send_garbage(&mut fake, &own).await;
    let trade = r#"{"ev":"T","sym":"AAPL","p":1.25,"s":1,"t":1795186800000}"#;
    fake.tell(json!({"do": "send", "text": format!("[{{\"ev\":\"T\"}},5,{trade}]")})).await;
    probe.event(is_trade_at("1.25")).await;
    is_still_the_first_connection(&mut fake).await;
    probe.end().await;
}

fn history(fake: &Fake) -> MassiveHistory {
    MassiveHistory::new(&config(fake, KEY)).expect("an address")
}

/// The next page is named on another host: the path is asked from ours, with the key in the header alone.
#[tokio::test]
async fn bars_come_page_by_page_and_the_key_stays_at_home() {
    let mut fake = Fake::start("massive").await;
    let bars = history(&fake).bars(&symbol("BTC/USD"), minutes(99, 1_000)).await.expect("answers");
    assert_minutes(&bars, 100, |nth| nth + 1);
    for page in 0..3 {
        let asked = fake.event("asked").await;
        let (path, query) = (asked["path"].as_str().expect("a path"), asked["query"].as_str().expect("a query"));
        assert!(path.starts_with("/v2/aggs/ticker/X:BTCUSD/range/1/minute/"), "{path}");
        assert_eq!(query.contains("cursor="), page > 0, "{query}");
        assert!(!query.contains(KEY) && asked["headers"]["authorization"] == format!("Bearer {KEY}"), "{asked}");
    }
    let newest = history(&fake).bars(&symbol("AAPL"), minutes(5_000, 45)).await.expect("answers");
    assert_minutes(&newest, 45, |nth| nth + 1);
}

#[tokio::test]
async fn snapshots_leave_out_what_is_unknown() {
    let fake = Fake::start("massive").await;
    let found = history(&fake).snapshots(&["AAPL", "NONE", "BTC/USD"].map(symbol)).await.expect("answers");
    assert_eq!(found.iter().map(|(symbol, events)| (symbol.as_str(), events.len())).collect::<Vec<_>>(), [("AAPL", 2), ("BTC/USD", 1)]);
    let MarketEvent::Day(day) = found[0].1[0] else { panic!("{found:?}") };
    assert_eq!((day.last.to_string(), day.prev_close.expect("told").to_string()), ("101.25".into(), "99.75".into()));
    assert_eq!(day.time.to_string(), "2026-11-20T14:59:59.500Z");
    let MarketEvent::Touch(touch) = found[0].1[1] else { panic!("{found:?}") };
    assert_eq!((touch.bid_size.to_string(), touch.ask_size.to_string()), ("300".into(), "2200".into()));
}

#[tokio::test]
async fn refusals_of_history_have_a_meaning() {
    let mut fake = Fake::start("massive").await;
    let wrong = MassiveHistory::new(&config(&fake, "wrong-secret")).expect("an address");
    let error = wrong.snapshots(&[symbol("AAPL")]).await.expect_err("a wrong key");
    assert!(matches!(&error, FeedError::Unauthorized { .. }) && !format!("{error:?} {wrong:?}").contains("wrong-secret"), "{error:?}");
    let path = "/v2/snapshot/locale/us/markets/stocks/tickers";
    fake.answer(path, 403, json!({}), r#"{"status":"NOT_AUTHORIZED","message":"You are not entitled to this data."}"#).await;
    let error = history(&fake).snapshots(&[symbol("AAPL")]).await;
    assert!(matches!(error, Err(FeedError::PlanTooSmall { .. })), "{error:?}");
    fake.answer(path, 429, json!({"retry-after": "12"}), r#"{"status":"ERROR","error":"exceeded the maximum requests per minute"}"#).await;
    let error = history(&fake).snapshots(&[symbol("AAPL")]).await;
    assert_eq!(error, Err(FeedError::RateLimited { retry_after: Some(std::time::Duration::from_secs(12)) }));
}
