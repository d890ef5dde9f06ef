//! Alpaca's streams and history against a fake that keeps Alpaca's rules.

use rstest::rstest;
use serde_json::{Value, json};
use server::market::feeds::{
    FeedStatus, Key, KeyPair, Protocol,
    alpaca::{AlpacaConfig, AlpacaStream, Tape},
};
use speedtrade::market::{BookChange, MarketEvent};

use super::{
    fake::Fake,
    probe::{Probe, Said, impatient, patient, symbol, wanted},
    vendor::{is_down, is_still_the_first_connection, is_trade_at, refusal, send_garbage},
};

pub const SECRET: &str = "alpaca-secret";

pub fn config(fake: &Fake, secret: &str) -> AlpacaConfig {
    let keys = KeyPair { id: Key::new("PKGOOD"), secret: Key::new(secret) };
    AlpacaConfig { ws: fake.ws(), rest: fake.http(), ..AlpacaConfig::new(Tape::Iex, keys) }
}

fn stocks(fake: &Fake) -> AlpacaStream {
    AlpacaStream::stocks(&config(fake, SECRET))
}

async fn live(symbols: &[&str]) -> (Fake, Probe) {
    let mut fake = Fake::start("alpaca").await;
    let mut probe = Probe::start(Box::new(stocks(&fake)), patient(), wanted(symbols, &[]));
    probe.status(&FeedStatus::Live).await;
    fake.received("\"subscribe\"").await;
    (fake, probe)
}

async fn hears_a_trade(fake: &mut Fake, probe: &mut Probe, price: &str) {
    let price_json: Value = serde_json::from_str(price).expect("a number");
    fake.tell(json!({"do": "trade", "symbol": "AAPL", "p": price_json, "s": 1, "c": ["@"], "t": "2026-11-20T15:00:00Z"})).await;
    probe.event(is_trade_at(price)).await;
}

#[tokio::test]
async fn the_key_is_said_before_anything_is_subscribed() {
    let mut fake = Fake::start("alpaca").await;
    let mut probe = Probe::start(Box::new(stocks(&fake)), patient(), wanted(&["AAPL", "BRK.B", "BTC/USD"], &["AAPL"]));
    assert_eq!(fake.event("opened").await["path"], "/v2/iex");
    let first: Value = serde_json::from_str(&fake.received("").await).expect("JSON");
    assert_eq!(first, json!({"action": "auth", "key": "PKGOOD", "secret": SECRET}));
    probe.status(&FeedStatus::Live).await;
    let second: Value = serde_json::from_str(&fake.received("").await).expect("JSON");
    let list = ["AAPL", "BRK.B"];
    assert_eq!(second, json!({"action": "subscribe", "trades": list, "quotes": list, "bars": list, "dailyBars": list}));
    probe.end().await;
}

#[tokio::test]
async fn trades_touches_minutes_and_days_are_heard() {
    let (mut fake, mut probe) = live(&["AAPL"]).await;
    let t = "2026-11-20T15:00:00.123456789Z";
    fake.tell(json!({"do": "trade", "symbol": "AAPL", "p": 178.5201, "s": 3, "c": ["@", "M"], "t": t})).await;
    hears_a_trade(&mut fake, &mut probe, "178.53").await;
    fake.tell(json!({"do": "quote", "symbol": "AAPL", "bp": 0, "bs": 0, "ap": 178.6, "as": 4, "t": t})).await;
    fake.tell(json!({"do": "quote", "symbol": "AAPL", "bp": 178.51, "bs": 300, "ap": 178.6, "as": 4, "t": t})).await;
    let (of, MarketEvent::Touch(touch)) = probe.event(|event| matches!(event, MarketEvent::Touch(_))).await else { unreachable!() };
    assert_eq!((of, touch.bid.to_string(), touch.bid_size.to_string()), (symbol("AAPL"), "178.51".into(), "300".into()));
    fake.tell(json!({"do": "bar", "symbol": "AAPL", "o": 178, "h": 179, "l": 177.5, "c": 178.5, "v": 4500, "t": "2026-11-20T14:59:00Z"}))
        .await;
    let (_, MarketEvent::Minute(bar)) = probe.event(|event| matches!(event, MarketEvent::Minute(_))).await else { unreachable!() };
    assert_eq!((bar.t.to_string(), bar.v.to_string()), ("2026-11-20T14:59:00.000Z".into(), "4500".into()));
    fake.tell(json!({"do": "day", "symbol": "AAPL", "o": 170, "h": 180, "l": 169, "c": 178.5, "v": 1e6, "t": "2026-11-20T05:00:00Z"}))
        .await;
    let (_, MarketEvent::Day(day)) = probe.event(|event| matches!(event, MarketEvent::Day(_))).await else { unreachable!() };
    assert_eq!((day.open.to_string(), day.volume.to_string(), day.prev_close), ("170.00".into(), "1000000".into(), None));
    probe.end().await;
}

#[tokio::test]
async fn coins_have_a_stream_and_a_depth_of_their_own() {
    let mut fake = Fake::start("alpaca").await;
    let stream = Box::new(AlpacaStream::crypto(&config(&fake, SECRET)));
    let mut probe = Probe::start(stream, patient(), wanted(&["BTC/USD", "AAPL"], &["BTC/USD"]));
    assert_eq!(fake.event("opened").await["path"], "/v1beta3/crypto/us");
    let quotes = fake.received("\"subscribe\"").await;
    assert!(quotes.contains("BTC/USD") && !quotes.contains("AAPL"), "{quotes}");
    fake.received("orderbooks").await;
    fake.tell(json!({"do": "book", "symbol": "BTC/USD", "t": "2026-11-20T15:00:00Z", "b": [{"p": 100, "s": 1}], "a": [], "r": true})).await;
    fake.tell(json!({"do": "book", "symbol": "BTC/USD", "t": "2026-11-20T15:00:00Z", "b": [{"p": 100, "s": 0}], "a": []})).await;
    probe.event(|event| matches!(event, MarketEvent::Book(BookChange::Snapshot { bids, .. }) if bids.len() == 1)).await;
    probe.event(|event| matches!(event, MarketEvent::Book(BookChange::Levels { bids, .. }) if bids[0].qty.is_zero())).await;
    fake.tell(json!({"do": "drop"})).await;
    probe.event(|event| matches!(event, MarketEvent::Book(BookChange::Lost))).await;
    probe.end().await;
}

#[tokio::test]
async fn stocks_and_coins_are_one_feed_by_two_connections() {
    let mut fake = Fake::start("alpaca").await;
    let both: [Box<dyn Protocol>; 2] = [Box::new(stocks(&fake)), Box::new(AlpacaStream::crypto(&config(&fake, SECRET)))];
    let mut probe = Probe::start_halves(both, patient(), wanted(&["AAPL"], &[]));
    assert_eq!(fake.event("opened").await["path"], "/v2/iex");
    fake.received("\"subscribe\"").await;
    hears_a_trade(&mut fake, &mut probe, "101.25").await;
    probe.want(wanted(&["AAPL", "BTC/USD"], &["BTC/USD"]));
    assert_eq!(fake.event("opened").await["path"], "/v1beta3/crypto/us");
    probe.status(&FeedStatus::Connecting).await;
    fake.received("orderbooks").await;
    probe.status(&FeedStatus::Live).await;
    // Only the newest connection is dropped; with one half down the feed is.
    fake.tell(json!({"do": "refuse", "status": 503})).await;
    fake.tell(json!({"do": "drop"})).await;
    probe.until(is_down).await;
    fake.tell(json!({"do": "refuse", "status": 0})).await;
    fake.received("orderbooks").await;
    probe.status(&FeedStatus::Live).await;
    probe.end().await;
}

#[tokio::test]
async fn only_what_changed_is_subscribed_and_left() {
    let (mut fake, probe) = live(&["AAPL"]).await;
    probe.want(wanted(&["AAPL", "MSFT"], &[]));
    let more = fake.received("\"subscribe\"").await;
    assert!(more.contains("MSFT") && !more.contains("AAPL"), "{more}");
    probe.want(wanted(&["MSFT"], &[]));
    let less = fake.received("unsubscribe").await;
    assert!(less.contains("AAPL") && !less.contains("MSFT"), "{less}");
    probe.end().await;
}

#[tokio::test]
async fn a_wrong_key_is_refused_in_words_that_do_not_hold_it() {
    let fake = Fake::start("alpaca").await;
    let stream = Box::new(AlpacaStream::stocks(&config(&fake, "wrong-secret")));
    let mut probe = Probe::start(stream, patient(), wanted(&["AAPL"], &[]));
    let (code, detail) = refusal(&mut probe).await;
    assert_eq!(code, "402");
    assert!(detail.contains("does not know this key") && !detail.contains("PKGOOD") && !detail.contains("wrong-secret"), "{detail}");
    probe.end().await;
}

#[rstest]
#[case(400, "does not understand")]
#[case(401, "does not know this key")]
#[case(405, "more symbols than")]
#[case(408, "no access")]
#[case(409, "plan is too small")]
#[case(410, "does not offer")]
#[tokio::test]
async fn what_will_not_change_is_refused(#[case] code: u16, #[case] words: &str) {
    let (mut fake, mut probe) = live(&["AAPL"]).await;
    fake.tell(json!({"do": "error", "code": code, "msg": "words of its own"})).await;
    let (said, detail) = refusal(&mut probe).await;
    assert!(said == code.to_string() && detail.contains(words) && detail.contains("words of its own"), "{said}: {detail}");
    probe.end().await;
}

#[rstest]
#[case(404)]
#[case(407)]
#[case(500)]
#[tokio::test]
async fn what_a_new_connection_heals_is_healed(#[case] code: u16) {
    let (mut fake, mut probe) = live(&["AAPL"]).await;
    fake.tell(json!({"do": "error", "code": code, "msg": "slow client"})).await;
    probe.until(is_down).await;
    fake.received("\"subscribe\"").await;
    hears_a_trade(&mut fake, &mut probe, "101.25").await;
    probe.end().await;
}

#[tokio::test]
async fn more_symbols_than_the_plan_has_are_refused() {
    let names: Vec<String> = (0..31).map(|n| format!("S{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (_fake, mut probe) = live(&names).await;
    assert_eq!(refusal(&mut probe).await.0, "405");
    probe.end().await;
}

/// The provider holds a broken connection for a while; somebody else's it holds for good.
#[tokio::test]
async fn a_taken_connection_is_waited_for_and_then_given_up() {
    let mut fake = Fake::start("alpaca").await;
    fake.tell(json!({"do": "occupy", "times": 3})).await;
    fake.event("done").await;
    let mut probe = Probe::start(Box::new(stocks(&fake)), patient(), wanted(&["AAPL"], &[]));
    for _ in 0..3 {
        let down = probe.until(is_down).await;
        assert!(format!("{down:?}").contains("another connection is open"), "{down:?}");
    }
    probe.status(&FeedStatus::Live).await;
    // Once it had been let in, the tries are counted anew.
    fake.tell(json!({"do": "occupy", "times": 5})).await;
    fake.tell(json!({"do": "drop"})).await;
    probe.status(&FeedStatus::Live).await;
    fake.tell(json!({"do": "occupy", "times": 100})).await;
    fake.tell(json!({"do": "drop"})).await;
    let (code, detail) = refusal(&mut probe).await;
    assert!(code == "406" && detail.contains("another connection is open"), "{detail}");
    probe.end().await;
}

#[tokio::test]
async fn a_forced_disconnect_is_followed_by_key_and_subscriptions() {
    let (mut fake, mut probe) = live(&["AAPL"]).await;
    for price in ["101.25", "102.25"] {
        fake.tell(json!({"do": "drop"})).await;
        probe.until(is_down).await;
        fake.received("\"auth\"").await;
        assert!(fake.received("\"subscribe\"").await.contains("AAPL"));
        hears_a_trade(&mut fake, &mut probe, price).await;
    }
    probe.end().await;
}

#[tokio::test]
async fn a_silent_connection_is_replaced() {
    let mut fake = Fake::start("alpaca").await;
    let mut probe = Probe::start(Box::new(stocks(&fake)), impatient(), wanted(&["AAPL"], &[]));
    fake.received("\"subscribe\"").await;
    fake.tell(json!({"do": "freeze"})).await;
    probe.status(&FeedStatus::Silent).await;
    fake.received("\"subscribe\"").await;
    probe.end().await;
}

#[tokio::test]
async fn pings_are_answered_while_the_market_sleeps() {
    let (mut fake, probe) = live(&["AAPL"]).await;
    fake.tell(json!({"do": "ping"})).await;
    assert_eq!(fake.event("pong").await["text"], "fake");
    probe.end().await;
}

#[tokio::test]
async fn garbage_is_survived_and_costs_no_neighbour() {
    let (mut fake, mut probe) = live(&["AAPL"]).await;
    let trade = r#"{"T":"t","S":"AAPL","p":1.25,"s":1,"t":"2026-11-20T15:00:00Z"}"#;
    let own = [
        r#"[{"T":"t"}]"#,
        r#"[{"T":5}]"#,
        r#"[{"T":"t","S":"AAPL","p":"NaN","s":1,"t":"2026-11-20T15:00:00Z"}]"#,
        r#"[{"T":"t","S":"AAPL","p":1e9999,"s":1,"t":"2026-11-20T15:00:00Z"}]"#,
        r#"[{"T":"t","S":"AAPL","p":-1,"s":1,"t":"2026-11-20T15:00:00Z"}]"#,
        r#"[{"T":"t","S":"AAPL","p":1,"s":1,"t":"noon"}]"#,
        r#"[{"T":"q","S":"AAPL","bp":[],"t":"2026-11-20T15:00:00Z"}]"#,
        r#"[{"T":"zz","S":"AAPL"}]"#,
        r#"[{"T":"success","msg":"well done"}]"#,
        r#"[{"T":"error","code":99999999,"msg":"?"}]"#,
    ];
    send_garbage(&mut fake, &own).await;
    fake.tell(json!({"do": "send", "text": format!("[{{\"T\":\"q\"}},5,{trade}]")})).await;
    probe.event(is_trade_at("1.25")).await;
    is_still_the_first_connection(&mut fake).await;
    probe.end().await;
}

#[test]
fn no_key_is_ever_shown() {
    let keys = KeyPair { id: Key::new("PKGOOD"), secret: Key::new(SECRET) };
    let config = AlpacaConfig::new(Tape::Sip, keys);
    let shown = format!("{config:?} {:?}", Said::Status(FeedStatus::Live));
    assert!(!shown.contains(SECRET) && !shown.contains("PKGOOD"), "{shown}");
}
