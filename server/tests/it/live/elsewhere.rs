//! What was placed elsewhere is shown, once, as what it is.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use server::clock::Clock;
use speedtrade::venue::Venue;

use super::{BRIEF, LiveDesk, eventually, quick};
use crate::databases::Kind;

/// Orders that were not placed here, without what was there at the start.
async fn external(desk: &LiveDesk) -> Vec<Value> {
    let path = format!("/api/v1/orders?limit=500&account_id={}", desk.account);
    let orders = desk.app.get(&path, Some(&desk.session)).await.json();
    let is_wanted = |order: &&Value| {
        let is_moved_in = order["client_order_id"].as_str().is_some_and(|name| name.starts_with("transfer-"));
        order["is_external"] == true && !is_moved_in
    };
    orders["items"].as_array().expect("orders").iter().filter(is_wanted).cloned().collect()
}

/// Waits for so many of them.
async fn external_until(desk: &LiveDesk, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let look = async || {
        let found = external(desk).await;
        if fits(&found) { Ok(found) } else { Err(format!("they did not come: {found:?}")) }
    };
    eventually(BRIEF, look).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_traded_at_binance_while_the_stream_was_down_is_found_in_a_symbol_that_nobody_knew() {
    let mut desk = LiveDesk::new(Venue::Binance).await;
    desk.align_to("DOGE/USD").await;
    desk.venue.tell(&json!({"do": "stream", "kind": "silence"}));
    for side in ["buy", "sell"] {
        desk.venue.tell(&json!({"do": "external", "symbol": "DOGEUSDT", "side": side, "type": "market", "qty": "100"}));
    }
    desk.venue.tell(&json!({"do": "stream", "kind": "ok"}));
    desk.venue.tell(&json!({"do": "stream", "kind": "drop"}));
    let found = external_until(&desk, |found| found.iter().filter(|order| order["status"] == "filled").count() == 2).await;
    assert!(found.iter().all(|order| order["symbol"] == "DOGE/USD"), "{found:?}");
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_legs_of_a_bracket_at_alpaca_are_orders_of_their_own_and_there_once() {
    let mut desk = LiveDesk::new(Venue::Alpaca).await;
    desk.align().await;
    desk.venue.tell(&json!({"do": "stream", "kind": "silence"}));
    desk.venue.tell(&json!({"do": "external", "symbol": "AAPL", "side": "buy", "type": "market", "qty": "2",
        "take_profit": "900", "stop_loss": "10"}));
    let family = |found: &[Value]| found.len() == 3 && found.iter().filter(|order| order["status"] == "filled").count() == 1;
    external_until(&desk, family).await;
    desk.venue.tell(&json!({"do": "stream", "kind": "ok"}));
    desk.venue.tell(&json!({"do": "stream", "kind": "drop"}));
    tokio::time::sleep(desk_poll() * 2).await;
    let found = external_until(&desk, family).await;
    let mut kinds: Vec<_> = found.iter().map(|order| (order["side"].clone(), order["type"].clone())).collect();
    kinds.sort_by_key(|(side, kind)| format!("{side} {kind}"));
    assert_eq!(kinds, [(json!("buy"), json!("market")), (json!("sell"), json!("limit")), (json!("sell"), json!("stop"))]);
    desk.assert_books_are_true().await;
}

/// Long after the parent: no list from a time on shows the legs.
#[tokio::test(flavor = "multi_thread")]
async fn the_open_legs_of_a_bracket_from_before_the_account_was_connected_are_shown() {
    let mut venue = super::FakeVenue::start(Venue::Alpaca);
    venue.tell(&json!({"do": "external", "symbol": "AAPL", "side": "buy", "type": "market", "qty": "2",
        "take_profit": "900", "stop_loss": "10"}));
    let desk = LiveDesk::at(venue, Kind::Sqlite, quick(Venue::Alpaca), Clock::System).await;
    let found = external_until(&desk, |found| found.len() == 2).await;
    assert!(found.iter().all(|order| order["side"] == "sell" && order["qty"] == "2"), "{found:?}");
    desk.assert_books_are_true().await;
}

#[rstest]
#[case::told_by_the_stream("ok")]
#[case::found_in_the_lists("silence")]
#[tokio::test(flavor = "multi_thread")]
async fn orders_of_coinbase_that_we_have_no_word_for_are_shown_with_their_quantity_and_price(#[case] stream: &str) {
    let mut desk = LiveDesk::new(Venue::Coinbase).await;
    desk.align().await;
    desk.venue.tell(&json!({"do": "stream", "kind": stream}));
    let order = |configuration: Value| {
        json!({"do": "external", "symbol": "BTC-USD", "side": "sell", "type": "limit", "qty": "0.01", "limit": "900000",
            "extra": {"order_configuration": configuration}})
    };
    let bracket = json!({"trigger_bracket_gtc": {"base_size": "0.01", "limit_price": "900000", "stop_trigger_price": "100"}});
    let twap = json!({"twap_limit_gtd": {"base_size": "0.01", "quote_size": "", "limit_price": "900000", "number_buckets": "5"}});
    for configuration in [bracket, twap, Value::Null] {
        desk.venue.tell(&order(configuration));
    }
    let found = external_until(&desk, |found| found.len() == 3).await;
    for order in &found {
        assert_eq!((&order["qty"], &order["status"]), (&json!("0.01"), &json!("new")), "{order}");
    }
    // Of the last one the lists have no price.
    let limits = found.iter().filter(|order| order["type"] == "limit" && order["limit_price"] == "900000.00").count();
    assert_eq!(limits, if stream == "ok" { 3 } else { 2 }, "{found:?}");
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_tells_no_quantity_is_shown_among_the_discrepancies_until_it_is_gone() {
    let mut desk = LiveDesk::new(Venue::Coinbase).await;
    desk.align().await;
    desk.venue.tell(&json!({"do": "stream", "kind": "silence"}));
    let placed = desk.venue.tell(&json!({"do": "external", "symbol": "BTC-USD", "side": "buy", "type": "limit", "qty": "0.01",
        "limit": "100", "extra": {"order_configuration": null}}));
    let asset = json!(format!("order {}", placed["order_id"].as_str().expect("a name")));
    desk.discrepancies_until(|found| found.iter().any(|one| one["asset"] == asset)).await;
    desk.venue.tell(&json!({"do": "cancel", "order_id": placed["order_id"]}));
    desk.discrepancies_until(|found| found.iter().all(|one| one["asset"] != asset)).await;
    assert!(external(&desk).await.is_empty());
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_rests_at_binance_with_a_price_is_no_market_order() {
    let mut desk = LiveDesk::new(Venue::Binance).await;
    desk.align().await;
    desk.venue.tell(&json!({"do": "external", "symbol": "BTCUSDT", "side": "sell", "type": "take_profit_limit", "qty": "0.01",
        "limit": "899000", "stop": "900000"}));
    let found = external_until(&desk, |found| found.len() == 1).await;
    let terms = (&found[0]["type"], &found[0]["limit_price"], &found[0]["stop_price"]);
    assert_eq!(terms, (&json!("stop_limit"), &json!("899000.00"), &json!("900000.00")), "{found:?}");
    desk.assert_books_are_true().await;
}

fn desk_poll() -> Duration {
    quick(Venue::Alpaca).poll
}
