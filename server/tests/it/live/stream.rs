//! Streams that tell nothing, clocks that jump, and keys that may do too much: when an account is read anew, and when it takes
//! no new orders.

use std::{sync::Arc, time::Duration};

use rstest::rstest;
use serde_json::{Value, json};
use server::clock::Clock;
use speedtrade::{time::SECOND_US, venue::Venue};

use super::{BRIEF, LiveDesk, eventually, quick};
use crate::databases::Kind;

/// Questions for the venue's time: one belongs to each reading of everything.
fn readings(desk: &mut LiveDesk) -> u64 {
    desk.venue.report()["calls"]["time"].as_u64().unwrap_or_default()
}

async fn read_again(desk: &mut LiveDesk, before: u64) {
    eventually(BRIEF, async || if readings(desk) > before { Ok(()) } else { Err("the account was not read again".to_owned()) }).await;
    desk.ready().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_silent_while_orders_change_is_opened_again() {
    let mut desk = LiveDesk::new(Venue::Alpaca).await;
    desk.align().await;
    let resting = desk.resting().await;
    desk.venue.tell(&json!({"do": "stream", "kind": "silence"}));
    let before = readings(&mut desk);
    desk.venue.tell(&json!({"do": "fill", "order_id": resting["external_order_id"]}));
    desk.until(&resting["id"], &["filled"]).await;
    read_again(&mut desk, before).await;
    desk.venue.tell(&json!({"do": "stream", "kind": "ok"}));
    let told = readings(&mut desk);
    let placed = desk.app.order(&desk.session, &desk.ticket("buy", "market", None)).await;
    desk.until(&placed["id"], &["filled"]).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(readings(&mut desk), told, "a stream that tells is left alone");
    desk.assert_books_are_true().await;
}

#[rstest]
#[case::slept(60)]
#[case::set_back(-60)]
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_read_again_when_the_clock_jumps_and_takes_no_orders_meanwhile(#[case] seconds: i64) {
    let venue = super::FakeVenue::start(Venue::Alpaca);
    let clock = Clock::Set(Arc::default());
    let mut desk = LiveDesk::at(venue, Kind::Sqlite, quick(Venue::Alpaca), clock.clone()).await;
    desk.align().await;
    let before = readings(&mut desk);
    desk.venue.tell(&json!({"do": "freeze", "lose": false}));
    clock.advance_micros(seconds * SECOND_US);
    desk.health_until("reconciling", BRIEF).await;
    let ticket = desk.ticket("buy", "limit", Some(&desk.low()));
    let answer = desk.app.post("/api/v1/orders", Some(&desk.session), &ticket).await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    desk.venue.tell(&json!({"do": "thaw"}));
    read_again(&mut desk, before).await;
    // The account's lease has to be renewed, too, on a clock that went forward.
    let placed = eventually(BRIEF, async || {
        let answer = desk.app.post("/api/v1/orders", Some(&desk.session), &ticket).await;
        if answer.status == 201 { Ok(answer.json()) } else { Err(format!("no orders are taken: {}", answer.text)) }
    });
    let placed = placed.await;
    desk.until(&placed["id"], &["new"]).await;
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_withdraw_by_now_takes_no_new_orders_until_it_may_not() {
    let mut desk = LiveDesk::new(Venue::Coinbase).await;
    desk.align().await;
    let placed = desk.resting().await;
    let verify = format!("/api/v1/accounts/{}/verify", desk.account);
    desk.venue.tell(&json!({"do": "set", "withdraw_permission": true}));
    let answer = desk.app.post(&verify, Some(&desk.session), &Value::Null).await;
    assert_eq!(answer.problem(), (422, "key_may_withdraw".to_owned()));
    let refused = desk.health_until("refused", BRIEF).await;
    assert!(
        refused["reason"].as_str().is_some_and(|words| words.contains("may withdraw") && words.contains("replace the key")),
        "{refused}"
    );
    let answer = desk.app.post("/api/v1/orders", Some(&desk.session), &desk.ticket("buy", "limit", Some(&desk.low()))).await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(answer.text.contains("may withdraw"), "{}", answer.text);
    let id = placed["id"].as_str().expect("an id");
    assert_eq!(desk.app.delete(&format!("/api/v1/orders/{id}"), Some(&desk.session)).await.status, 204);
    desk.until(&placed["id"], &["canceled"]).await;
    desk.venue.tell(&json!({"do": "set", "withdraw_permission": false}));
    let answer = desk.app.post(&verify, Some(&desk.session), &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    desk.ready().await;
    desk.resting().await;
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_tells_whole_seconds_is_no_clock_that_is_behind() {
    let desk = LiveDesk::new(Venue::Kraken).await;
    assert_eq!(desk.health().await["clock_skew_ms"], 0);
}
