//! The account's stream, frame by frame: what was told once is remembered, what was not is a gap.

use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    super::{
        super::listening::Reader as _,
        super::{ExecutionReport, OrderReport, StreamEnd, VenueEvent, VenueStatus},
        stream::Reader,
    },
    CLIENT_ID, Clock, NOW, limit, stop_limit, tag, told_id,
};

fn reader() -> Reader {
    Reader::new(tag(), Clock::manual(NOW))
}

fn read(reader: &mut Reader, frame: &Value) -> Vec<VenueEvent> {
    reader.read(frame.to_string().as_bytes()).expect("no end")
}

fn executions(number: u64, data: &Value) -> Value {
    json!({"channel": "executions", "type": "update", "data": data, "sequence": number})
}

fn placed(changes: &Value) -> Value {
    let mut told = json!({
        "order_id": "OK4GJX-KSTLS-7DZZO5", "cl_ord_id": told_id(), "symbol": "BTC/USD", "order_qty": 0.5, "cum_qty": 0.0, "cum_cost": 0,
        "time_in_force": "gtc", "exec_type": "pending_new", "side": "sell", "order_type": "limit", "limit_price": 26500.4,
        "order_status": "pending_new", "timestamp": "2024-03-09T12:53:21.123456Z",
    });
    for (name, value) in changes.as_object().expect("an object") {
        told[name] = value.clone();
    }
    told
}

fn change(kind: &str, changes: &Value) -> Value {
    let mut told = json!({"order_id": "OK4GJX-KSTLS-7DZZO5", "exec_type": kind, "timestamp": "2024-03-09T12:53:25Z"});
    for (name, value) in changes.as_object().expect("an object") {
        told[name] = value.clone();
    }
    told
}

fn trade() -> Value {
    change(
        "trade",
        &json!({"exec_id": "TJQ3XF-TKHHB-6VTIFN", "trade_id": 7, "last_qty": 0.2, "last_price": 26501, "cum_qty": 0.2,
        "liquidity_ind": "m", "fees": [{"asset": "USD", "qty": 8.48032}], "order_status": "partially_filled"}),
    )
}

fn order(event: &VenueEvent) -> &OrderReport {
    if let VenueEvent::Order(order) = event { order } else { panic!("{event:?}") }
}

fn execution(event: &VenueEvent) -> &ExecutionReport {
    if let VenueEvent::Execution(execution) = event { execution } else { panic!("{event:?}") }
}

#[test]
fn it_listens_when_executions_are_confirmed_and_says_so_once() {
    let mut reader = reader();
    let confirmed = |channel: &str| json!({"method": "subscribe", "success": true, "result": {"channel": channel}, "req_id": 1});
    assert_eq!(read(&mut reader, &json!({"channel": "status", "type": "update", "data": [{"system": "online"}]})), []);
    assert_eq!(read(&mut reader, &confirmed("balances")), []);
    assert_eq!(read(&mut reader, &confirmed("executions")), [VenueEvent::Listening]);
    assert_eq!(read(&mut reader, &confirmed("executions")), []);
    assert_eq!(read(&mut reader, &json!({"channel": "heartbeat"})), [VenueEvent::Heartbeat]);
}

#[test]
fn a_refused_token_ends_it_for_good_and_a_busy_venue_does_not() {
    let end = |error: &str| reader().read(json!({"method": "subscribe", "success": false, "error": error}).to_string().as_bytes());
    assert!(matches!(end("ESession:Invalid session"), Err(StreamEnd::Refused { .. })));
    assert!(matches!(end("EService:Unavailable"), Err(StreamEnd::Dropped { .. })));
}

#[test]
fn an_order_is_told_from_its_beginning_to_its_end() {
    let mut reader = reader();
    let events = read(&mut reader, &executions(1, &json!([placed(&json!({}))])));
    let first = order(&events[0]);
    assert_eq!((first.client_id.as_deref(), first.kind, first.status), (Some(CLIENT_ID), Some(limit("26500.4")), VenueStatus::Pending));
    let events = read(&mut reader, &executions(2, &json!([change("new", &json!({"order_status": "new"}))])));
    assert_eq!((order(&events[0]).status, order(&events[0]).qty), (VenueStatus::Open, "0.5".parse().ok()));

    let events = read(&mut reader, &executions(3, &json!([trade()])));
    let executed = execution(&events[0]);
    assert_eq!((executed.exec_id.as_str(), executed.client_id.as_deref()), ("TJQ3XF-TKHHB-6VTIFN", Some(CLIENT_ID)));
    assert_eq!(
        (executed.symbol.clone(), executed.qty.to_string(), executed.price.to_string()),
        ("BTC/USD".parse().ok(), "0.2".into(), "26501.00".into())
    );
    assert_eq!((executed.fees[0].amount.to_string(), executed.is_maker), ("8.48032".into(), Some(true)));
    assert_eq!((order(&events[1]).status, order(&events[1]).filled_qty.to_string()), (VenueStatus::Open, "0.2".into()));

    let events =
        read(&mut reader, &executions(4, &json!([change("canceled", &json!({"order_status": "canceled", "reason": "User requested"}))])));
    let last = order(&events[0]);
    assert_eq!(
        (last.status, last.filled_qty.to_string(), last.reason.as_deref()),
        (VenueStatus::Canceled, "0.2".into(), Some("User requested"))
    );
}

#[test]
fn the_last_trade_does_not_end_what_is_told_of_an_order() {
    let mut reader = reader();
    read(&mut reader, &executions(1, &json!([placed(&json!({}))])));
    let mut last = trade();
    last["order_status"] = json!("filled");
    assert!(matches!(read(&mut reader, &executions(2, &json!([last]))).as_slice(), [VenueEvent::Execution(_), VenueEvent::Order(_)]));
    let events = read(&mut reader, &executions(3, &json!([change("filled", &json!({}))])));
    assert_eq!(order(&events[0]).status, VenueStatus::Filled);
}

#[test]
fn an_amendment_changes_the_terms_and_not_the_state() {
    let mut reader = reader();
    read(&mut reader, &executions(1, &json!([placed(&json!({"order_status": "new", "exec_type": "new"}))])));
    let events = read(&mut reader, &executions(2, &json!([change("amended", &json!({"order_qty": 0.7, "limit_price": 26000}))])));
    let amended = order(&events[0]);
    assert_eq!((amended.status, amended.qty, amended.kind), (VenueStatus::Open, "0.7".parse().ok(), Some(limit("26000"))));
}

#[test]
fn a_stop_is_told_with_its_trigger() {
    let told = placed(&json!({"order_type": "stop-loss-limit", "triggers": {"reference": "last", "price": 27000, "price_type": "static"}}));
    let events = read(&mut reader(), &executions(1, &json!([told])));
    assert_eq!(order(&events[0]).kind, Some(stop_limit("27000", "26500.4")));
}

#[test]
fn a_change_of_an_order_that_was_never_told_is_a_gap() {
    let mut reader = reader();
    assert_eq!(read(&mut reader, &executions(1, &json!([change("filled", &json!({}))]))), [VenueEvent::Gap]);
    assert_eq!(read(&mut reader, &executions(2, &json!([trade()])))[0], VenueEvent::Gap);
}

#[test]
fn a_missing_message_of_a_channel_is_a_gap() {
    let mut reader = reader();
    read(&mut reader, &executions(1, &json!([])));
    let balances =
        json!({"channel": "balances", "type": "update", "sequence": 9, "data": [{"asset": "BTC", "type": "trade", "amount": 1}]});
    assert_eq!(read(&mut reader, &balances), []);
    assert_eq!(read(&mut reader, &executions(2, &json!([]))), []);
    assert_eq!(read(&mut reader, &executions(4, &json!([]))), [VenueEvent::Gap]);
}

#[test]
fn deposits_and_withdrawals_move_holdings() {
    let moved =
        |kind: &str| json!({"channel": "balances", "type": "update", "sequence": 1, "data": [{"asset": "USD", "type": kind, "amount": 5}]});
    assert_eq!(read(&mut reader(), &moved("deposit")), [VenueEvent::Holdings]);
    assert_eq!(read(&mut reader(), &moved("withdrawal")), [VenueEvent::Holdings]);
}

#[rstest]
#[case(r#"{"channel":"executions","data":[{"exec_type":7}]}"#)]
#[case(r#"{"channel":"executions","data":"#)]
#[case("\u{0}")]
fn what_can_not_be_read_is_a_gap(#[case] frame: &str) {
    assert_eq!(reader().read(frame.as_bytes()), Ok(vec![VenueEvent::Gap]));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = reader().read(&bytes);
    }

    #[test]
    fn any_execution_is_read_without_panic(a in "[-0-9eE.]{0,40}", word in ".{0,12}", number in any::<u64>()) {
        let told = placed(&json!({"cum_qty": a, "last_qty": a, "order_status": word, "order_type": word, "timestamp": word, "exec_type": "trade"}));
        let _ = reader().read(executions(number, &json!([told])).to_string().as_bytes());
    }
}
