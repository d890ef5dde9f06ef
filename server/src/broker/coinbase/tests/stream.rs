//! The account's stream, frame by frame.

use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use speedtrade::order::{OrderKind, TimeInForce};

use super::super::{
    super::{StreamEnd, VenueEvent, VenueStatus, listening::Reader as _},
    stream::Reader,
};

fn read(reader: &mut Reader, frame: &Value) -> Vec<VenueEvent> {
    reader.read(frame.to_string().as_bytes()).expect("no end")
}

fn subscriptions(number: u64, list: &Value) -> Value {
    json!({"channel": "subscriptions", "sequence_num": number, "events": [{"subscriptions": list}]})
}

fn user(number: u64, changes: &Value) -> Value {
    let mut order = json!({
        "order_id": "o-1", "client_order_id": "c-1", "product_id": "BTC-USD", "order_side": "BUY", "order_type": "Limit", "status": "OPEN",
        "time_in_force": "GOOD_UNTIL_CANCELLED", "limit_price": "10000", "stop_price": "", "cumulative_quantity": "0.4", "leaves_quantity": "0.6",
        "avg_price": "9999", "total_fees": "1.5", "creation_time": "2026-05-31T09:59:59Z", "reject_reason": "", "cancel_reason": "",
    });
    for (name, value) in changes.as_object().expect("an object") {
        order[name] = value.clone();
    }
    json!({"channel": "user", "sequence_num": number, "events": [{"type": "update", "orders": [order]}]})
}

fn only_order(events: &[VenueEvent]) -> &super::super::super::OrderReport {
    match events {
        [VenueEvent::Order(order)] => order,
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_listens_when_the_user_channel_is_confirmed_and_says_so_once() {
    let mut reader = Reader::default();
    assert_eq!(read(&mut reader, &subscriptions(0, &json!({"heartbeats": ["heartbeats"]}))), []);
    assert_eq!(read(&mut reader, &subscriptions(1, &json!({"heartbeats": ["heartbeats"], "user": ["u"]}))), [VenueEvent::Listening]);
    assert_eq!(read(&mut reader, &subscriptions(2, &json!({"user": ["u"]}))), []);
    assert_eq!(read(&mut reader, &json!({"channel": "heartbeats", "sequence_num": 3, "events": []})), [VenueEvent::Heartbeat]);
}

#[test]
fn an_order_is_told_with_its_sums() {
    let events = read(&mut Reader::default(), &user(0, &json!({})));
    let order = only_order(&events);
    assert_eq!(
        (order.status, order.filled_qty.to_string(), order.qty.map(|q| q.to_string())),
        (VenueStatus::Open, "0.4".into(), Some("1".into()))
    );
    assert_eq!((order.kind.and_then(OrderKind::limit_price), order.time_in_force), ("10000".parse().ok(), Some(TimeInForce::Gtc)));
    assert_eq!((order.avg_price, order.fees[0].amount.to_string()), ("9999".parse().ok(), "1.5".into()));
}

#[test]
fn what_is_left_of_an_ended_order_is_not_its_size() {
    let events = read(
        &mut Reader::default(),
        &user(0, &json!({"status": "CANCELLED", "leaves_quantity": "0", "cancel_reason": "User requested cancel"})),
    );
    let order = only_order(&events);
    assert_eq!((order.status, order.qty, order.reason.as_deref()), (VenueStatus::Canceled, None, Some("User requested cancel")));
}

#[test]
fn a_missing_message_is_a_gap() {
    let mut reader = Reader::default();
    read(&mut reader, &user(7, &json!({})));
    assert_eq!(read(&mut reader, &user(9, &json!({})))[0], VenueEvent::Gap);
    assert!(matches!(read(&mut reader, &user(10, &json!({}))).as_slice(), [VenueEvent::Order(_)]));
}

#[rstest]
#[case(r#"{"channel":"user","events":[{"orders":[{"order_id":7}]}]}"#)]
#[case(r#"{"channel":"user","events":[{"orders":[{"order_id":"o","product_id":"BTC-USD","order_side":"NEITHER","status":"OPEN"}]}]}"#)]
#[case(r#"{"channel":"user","events":"#)]
#[case("\u{0}")]
fn what_can_not_be_read_is_a_gap(#[case] frame: &str) {
    assert_eq!(Reader::default().read(frame.as_bytes()), Ok(vec![VenueEvent::Gap]));
}

#[test]
fn a_channel_that_was_not_asked_for_is_passed_over() {
    assert_eq!(read(&mut Reader::default(), &json!({"channel": "ticker", "sequence_num": 0, "events": [{}]})), []);
}

#[test]
fn a_refused_key_ends_it_for_good_and_other_errors_do_not() {
    let end = |message: &str| Reader::default().read(json!({"type": "error", "message": message}).to_string().as_bytes());
    assert!(matches!(end("authentication failure"), Err(StreamEnd::Refused { .. })));
    assert!(matches!(end("slow client"), Err(StreamEnd::Dropped { .. })));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Reader::default().read(&bytes);
    }

    #[test]
    fn any_user_event_is_read_without_panic(a in "[-0-9eE.]{0,40}", word in ".{0,12}", number in any::<u64>()) {
        let frame = user(number, &json!({"cumulative_quantity": a, "leaves_quantity": a, "status": word, "order_type": word}));
        let _ = Reader::default().read(frame.to_string().as_bytes());
    }
}
