//! Venues that fail in the ways that made others buy twice.

use rstest::rstest;
use serde_json::json;
use server::services::live::Timing;
use speedtrade::{time::SECOND_US, venue::Venue};

use super::{LiveDesk, quick};
use crate::databases::Kind;

/// Orders that are not known yet: with more, what a venue lets through in a minute would end first. Kraken takes one question
/// after the other.
const fn at_once(venue: Venue) -> usize {
    if matches!(venue, Venue::Kraken) { 1 } else { 4 }
}

/// Orders of each fault and venue; the full size is 250.
fn size() -> usize {
    std::env::var("SPEEDTRADE_LIVE_ORDERS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_arrived_is_never_taken_for_lost(
    #[values(Venue::Alpaca, Venue::Binance, Venue::Coinbase, Venue::Kraken)] venue: Venue,
    #[values("timeout_after", "http_500_after", "reset_after", "bad_json_after")] fault: &str,
) {
    let mut desk = LiveDesk::new(venue).await;
    desk.align().await;
    let limit = desk.low();
    let mut placed: Vec<serde_json::Value> = Vec::new();
    let at_once = at_once(venue);
    for n in 0..size() + at_once {
        if let Some(order) = n.checked_sub(at_once).and_then(|first| placed.get(first)) {
            let known = desk.until(&order["id"], &["new", "rejected"]).await;
            assert_eq!(known["status"], "new", "an order that stands at the venue is not refused: {known}");
        }
        if n % 25 == 24 {
            desk.session = desk.app.sign_in_again("ann").await;
        }
        if n < size() {
            desk.venue.fault("place", fault, 1);
            placed.push(desk.app.order(&desk.session, &desk.ticket("buy", "limit", Some(&limit))).await);
        }
    }
    assert_eq!(desk.venue.orders().len(), placed.len(), "{}", desk.venue.report());
    desk.assert_books_are_true().await;
}

#[rstest]
#[case(Venue::Alpaca, "reject:40310000")]
#[case(Venue::Binance, "reject:-2010")]
#[case(Venue::Coinbase, "reject:INSUFFICIENT_FUND")]
#[case(Venue::Kraken, "reject:EOrder:Insufficient funds")]
#[tokio::test(flavor = "multi_thread")]
async fn a_definite_no_is_a_refusal_at_once(#[case] venue: Venue, #[case] fault: &str) {
    let mut desk = LiveDesk::new(venue).await;
    desk.align().await;
    let before = desk.portfolio().await;
    let limit = desk.low();
    for _ in 0..size() {
        desk.venue.fault("place", fault, 1);
        let placed = desk.app.order(&desk.session, &desk.ticket("buy", "limit", Some(&limit))).await;
        let refused = desk.until(&placed["id"], &["rejected", "new", "unknown"]).await;
        assert_eq!(refused["status"], "rejected", "{refused}");
        assert!(refused["reject_reason"].is_string(), "{refused}");
    }
    assert_eq!(desk.portfolio().await["buying_power"], before["buying_power"]);
    desk.assert_books_are_true().await;
}

#[rstest]
#[case(Venue::Alpaca)]
#[case(Venue::Binance)]
#[case(Venue::Coinbase)]
#[case(Venue::Kraken)]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_never_arrived_is_absent_only_after_the_rule(#[case] venue: Venue) {
    let mut desk = LiveDesk::new(venue).await;
    desk.align().await;
    let limit = desk.low();
    desk.venue.fault("place", "drop_before", 1);
    let placed = desk.app.order(&desk.session, &desk.ticket("buy", "limit", Some(&limit))).await;
    let unknown = desk.until(&placed["id"], &["unknown", "rejected"]).await;
    assert_eq!(unknown["status"], "unknown", "{unknown}");
    let absent = desk.until(&placed["id"], &["rejected", "new"]).await;
    assert_eq!((&absent["status"], &absent["reject_reason"]), (&json!("rejected"), &json!("It never reached the venue.")));
    assert_eq!(desk.venue.orders().len(), 0);
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_black_hole_is_said_to_be_unknown_within_two_seconds_and_ends_well() {
    let mut desk = LiveDesk::new(Venue::Alpaca).await;
    desk.align().await;
    desk.venue.tell(&json!({"do": "freeze", "lose": false}));
    let began = std::time::Instant::now();
    let placed = desk.app.order(&desk.session, &desk.ticket("buy", "limit", Some(&desk.low()))).await;
    desk.until(&placed["id"], &["unknown"]).await;
    assert!(began.elapsed().as_millis() < 2_000, "{:?}", began.elapsed());
    desk.venue.tell(&json!({"do": "thaw"}));
    desk.until(&placed["id"], &["new"]).await;
    assert_eq!(desk.venue.orders().len(), 1);
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_stays_unknown_is_shown_to_need_attention_until_it_is_known() {
    let timing = Timing { attention_after_us: SECOND_US, ..quick(Venue::Alpaca) };
    let mut desk = LiveDesk::with(Venue::Alpaca, Kind::Sqlite, timing).await;
    desk.align().await;
    desk.venue.fault("place", "http_500_after", 1);
    desk.venue.tell(&json!({"do": "set", "lookup_lag_ms": 600_000}));
    desk.venue.tell(&json!({"do": "stream", "kind": "silence"}));
    let placed = desk.app.order(&desk.session, &desk.ticket("buy", "market", None)).await;
    let waiting = desk.when(&placed["id"], |order| order["needs_attention"] == true).await;
    assert_eq!(waiting["status"], "unknown", "its money stays reserved: {waiting}");
    desk.venue.tell(&json!({"do": "set", "lookup_lag_ms": 0}));
    let known = desk.until(&placed["id"], &["filled", "rejected"]).await;
    assert_eq!((&known["status"], &known["needs_attention"]), (&json!("filled"), &json!(false)), "{known}");
    let told = known["timeline"].as_array().expect("a timeline");
    for event in ["placed", "sent", "no_answer", "filled", "known"] {
        assert!(told.iter().any(|moment| moment["event"] == event), "{event}: {known}");
    }
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_venue_counts_and_does_not_name_is_booked_once_before_and_after_it_is_named() {
    let timing = Timing { estimate_after_us: SECOND_US, ..quick(Venue::Binance) };
    let mut desk = LiveDesk::with(Venue::Binance, Kind::Sqlite, timing).await;
    desk.align().await;
    let resting = desk.resting().await;
    desk.venue.tell(&json!({"do": "set", "hide_trades": true}));
    desk.venue.tell(&json!({"do": "stream", "kind": "silence"}));
    desk.venue.tell(&json!({"do": "fill", "order_id": resting["external_order_id"], "qty": "0.004", "price": "19990"}));
    desk.venue.tell(&json!({"do": "fill", "order_id": resting["external_order_id"], "price": "19980"}));
    let counted = desk.until(&resting["id"], &["filled"]).await;
    assert_eq!((&counted["filled_qty"], counted["fills"].as_array().map(Vec::len)), (&json!("0.01"), Some(1)), "{counted}");
    desk.assert_books_are_true().await;
    desk.venue.tell(&json!({"do": "set", "hide_trades": false}));
    let named = desk.when(&resting["id"], |order| order["fills"].as_array().is_some_and(|fills| fills.len() == 2)).await;
    assert_eq!((&named["status"], &named["filled_qty"], &named["reject_reason"]), (&json!("filled"), &json!("0.01"), &json!(null)));
    // One coin was there before, and the venue keeps its fee in coins.
    let held = desk.positions().await.into_iter().find(|position| position["symbol"] == "BTC/USD").expect("held");
    assert_eq!(held["qty"], "1.00999", "{held}");
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fills_that_the_stream_swallowed_are_found() {
    let mut desk = LiveDesk::new(Venue::Binance).await;
    desk.align().await;
    let resting = desk.resting().await;
    desk.venue.tell(&json!({"do": "stream", "kind": "silence"}));
    desk.venue.tell(&json!({"do": "fill", "order_id": resting["external_order_id"], "qty": "0.004"}));
    desk.venue.tell(&json!({"do": "fill", "order_id": resting["external_order_id"]}));
    let filled = desk.until(&resting["id"], &["filled"]).await;
    assert_eq!(filled["filled_qty"], "0.01");
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_shown_with_both_numbers_and_taken_only_by_its_owner() {
    let mut desk = LiveDesk::new(Venue::Alpaca).await;
    let before = desk.portfolio().await;
    desk.venue.tell(&json!({"do": "balance", "asset": "USD", "amount": "-500"}));
    let path = format!("/api/v1/accounts/{}/discrepancies", desk.account);
    let found = desk.discrepancies_until(|found| !found.is_empty()).await;
    assert_eq!((&found[0]["asset"], &found[0]["ours"], &found[0]["theirs"]), (&json!("USD"), &json!("100000"), &json!("99500")));
    assert_eq!(desk.portfolio().await["cash"], before["cash"], "nothing is papered over");
    let stranger = desk.app.register("bob").await;
    let body = json!({"asset": "USD"});
    assert_eq!(desk.app.post(&path, Some(&stranger), &body).await.status, 404);
    let outdated = desk.app.post(&path, Some(&desk.session), &json!({"asset": "USD", "theirs": "99000"})).await;
    assert_eq!((outdated.status.as_u16(), &outdated.json()["code"]), (409, &json!("number_changed")));
    assert_eq!(desk.portfolio().await["cash"], before["cash"]);
    let body = json!({"asset": "USD", "theirs": "99500"});
    assert_eq!(desk.app.post(&path, Some(&desk.session), &body).await.status, 204);
    assert_eq!(desk.portfolio().await["cash"], "99500.00");
    assert_eq!(desk.app.get(&path, Some(&desk.session)).await.json(), json!([]));
    desk.assert_books_are_true().await;
}
