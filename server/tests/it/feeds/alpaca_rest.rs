//! Alpaca's bars and snapshots over REST, against the fake.

use serde_json::json;
use server::market::feeds::{FeedError, History as _, alpaca::AlpacaHistory};
use speedtrade::market::MarketEvent;

use super::{
    alpaca::{SECRET, config},
    fake::Fake,
    probe::symbol,
    vendor::{assert_minutes, minutes},
};

fn history(fake: &Fake) -> AlpacaHistory {
    AlpacaHistory::new(&config(fake, SECRET)).expect("an address")
}

#[tokio::test]
async fn bars_come_page_by_page_and_oldest_first() {
    let mut fake = Fake::start("alpaca").await;
    let bars = history(&fake).bars(&symbol("AAPL"), minutes(99, 1_000)).await.expect("answers");
    assert_minutes(&bars, 100, |nth| nth + 1);
    let query = fake.event("asked").await["query"].as_str().expect("a query").to_owned();
    assert!(query.contains("feed=iex") && query.contains("limit=100") && !query.contains("page_token"), "{query}");
    for _ in 0..2 {
        assert!(fake.event("asked").await["query"].as_str().expect("a query").contains("page_token="));
    }
    let newest = history(&fake).bars(&symbol("BTC/USD"), minutes(5_000, 45)).await.expect("answers");
    assert_minutes(&newest, 45, |nth| nth + 1);
    assert_eq!(fake.event("asked").await["path"], "/v1beta3/crypto/us/bars");
}

#[tokio::test]
async fn snapshots_leave_out_what_is_unknown() {
    let fake = Fake::start("alpaca").await;
    let symbols = ["AAPL", "NONE", "BTC/USD"].map(symbol);
    let found = history(&fake).snapshots(&symbols).await.expect("answers");
    assert_eq!(found.iter().map(|(symbol, _)| symbol.as_str()).collect::<Vec<_>>(), ["AAPL", "BTC/USD"]);
    let MarketEvent::Day(day) = found[0].1[0] else { panic!("{found:?}") };
    assert_eq!((day.last.to_string(), day.prev_close.expect("told").to_string()), ("101.25".into(), "99.75".into()));
    assert!(matches!(found[0].1[1], MarketEvent::Touch(_)) && found[0].1.len() == 2, "{found:?}");
}

#[tokio::test]
async fn refusals_of_history_have_a_meaning() {
    let mut fake = Fake::start("alpaca").await;
    let wrong = AlpacaHistory::new(&config(&fake, "wrong-secret")).expect("an address");
    let error = wrong.bars(&symbol("AAPL"), minutes(5, 5)).await.expect_err("a wrong key");
    assert!(matches!(&error, FeedError::Unauthorized { .. }) && !format!("{error:?} {wrong:?}").contains("wrong-secret"), "{error:?}");
    let body = r#"{"message":"subscription does not permit querying recent SIP data"}"#;
    fake.answer("/v2/stocks/bars", 403, json!({}), body).await;
    let error = history(&fake).bars(&symbol("AAPL"), minutes(5, 5)).await;
    assert!(matches!(error, Err(FeedError::PlanTooSmall { .. })), "{error:?}");
    fake.answer("/v2/stocks/bars", 200, json!({}), r#"{"bars":{"AAPL":[{"t":1}]}}"#).await;
    let error = history(&fake).bars(&symbol("AAPL"), minutes(5, 5)).await;
    assert!(matches!(error, Err(FeedError::Decode { .. })), "{error:?}");
}
