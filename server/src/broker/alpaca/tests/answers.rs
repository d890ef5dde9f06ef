//! What is told: answers, lists and the private stream.

use rstest::rstest;
use serde_json::{Value, json};
use speedtrade::{
    instrument::AssetType,
    order::{OrderKind, Side, TimeInForce},
};
use tokio_tungstenite::tungstenite::Bytes;

use super::{limit, stop, stop_limit};
use crate::broker::{
    Executed, OrderReport, VenueEvent, VenueStatus,
    alpaca::{
        convert,
        stream::{Read, read},
        wire,
    },
};

/// An order as the documents have it.
pub(super) fn order(changes: &Value) -> Value {
    let mut order = json!({
        "id": "61e69015-8549-4bfd-b9c3-01e75843f47d", "client_order_id": "st0001-01J", "created_at": "2021-03-16T18:38:01.942282Z",
        "updated_at": "2021-03-16T18:38:01.942282Z", "submitted_at": "2021-03-16T18:38:01.937734Z", "filled_at": null,
        "replaced_by": null, "replaces": null, "asset_id": "904837e3-3b76-47ec-b432-046db621571b", "symbol": "BTC/USD",
        "asset_class": "crypto", "notional": null, "qty": "0.001", "filled_qty": "0", "filled_avg_price": null, "order_class": "simple",
        "order_type": "market", "type": "market", "side": "buy", "time_in_force": "day", "limit_price": null, "stop_price": null,
        "status": "accepted", "extended_hours": false, "legs": null, "trail_percent": null, "trail_price": null, "hwm": null,
        "commission": 1.25,
    });
    for (field, value) in changes.as_object().expect("an object") {
        order[field] = value.clone();
    }
    order
}

fn told(changes: &Value) -> OrderReport {
    let order: wire::Order = serde_json::from_str(&order(changes).to_string()).expect("an order");
    convert::order(&order).expect("readable")
}

/// CCXT reads `open` from what is pending or open here, `closed` from filled, `canceled` from canceled and replaced.
#[rstest]
#[case("pending_new", VenueStatus::Pending)]
#[case("accepted", VenueStatus::Pending)]
#[case("accepted_for_bidding", VenueStatus::Pending)]
#[case("held", VenueStatus::Pending)]
#[case("new", VenueStatus::Open)]
#[case("partially_filled", VenueStatus::Open)]
#[case("done_for_day", VenueStatus::Open)]
#[case("pending_cancel", VenueStatus::Canceling)]
#[case("pending_replace", VenueStatus::Open)]
#[case("stopped", VenueStatus::Open)]
#[case("suspended", VenueStatus::Open)]
#[case("filled", VenueStatus::Filled)]
#[case("calculated", VenueStatus::Filled)]
#[case("canceled", VenueStatus::Canceled)]
#[case("expired", VenueStatus::Expired)]
#[case("replaced", VenueStatus::Replaced)]
#[case("rejected", VenueStatus::Rejected)]
fn every_status_has_a_meaning(#[case] word: &str, #[case] status: VenueStatus) {
    assert_eq!(told(&json!({"status": word})).status, status);
}

#[test]
fn an_order_is_read_as_ccxt_reads_it() {
    let report = told(&json!({"status": "partially_filled", "filled_qty": "0.0004", "filled_avg_price": "64000.5"}));
    assert_eq!(report.venue_id, "61e69015-8549-4bfd-b9c3-01e75843f47d");
    assert_eq!((report.client_id.as_deref(), report.symbol.as_ref().expect("told").as_str()), (Some("st0001-01J"), "BTC/USD"));
    assert_eq!((report.asset_type, report.side, report.kind), (AssetType::Crypto, Side::Buy, Some(OrderKind::Market)));
    assert_eq!(report.time_in_force, Some(TimeInForce::Day));
    assert_eq!((report.qty.expect("told").to_string(), report.filled_qty.to_string()), ("0.001".into(), "0.0004".into()));
    assert_eq!(report.avg_price.expect("told").to_string(), "64000.50");
    assert_eq!(report.created_at.expect("told").micros(), 1_615_919_881_937_734);
    let [fee] = report.fees.as_slice() else { panic!("{report:?}") };
    assert_eq!((fee.asset.as_str(), fee.amount.to_string().as_str()), ("USD", "1.25"));
}

#[rstest]
#[case(json!({"type": "limit", "limit_price": "5.50"}), Some(limit("5.5")))]
#[case(json!({"type": "stop", "stop_price": "5"}), Some(stop("5")))]
#[case(json!({"type": "stop_limit", "stop_price": "5", "limit_price": "4"}), Some(stop_limit("5", "4")))]
#[case(json!({"type": "limit"}), None)]
#[case(json!({"type": "peg"}), None)]
#[case(json!({"type": "peg", "limit_price": "5.50"}), Some(limit("5.5")))]
fn every_kind_is_read_with_its_prices(#[case] changes: Value, #[case] kind: Option<OrderKind>) {
    assert_eq!(told(&changes).kind, kind);
}

#[test]
fn legs_replacements_and_dollars_are_told() {
    let legs = json!([order(&json!({"id": "leg", "type": "limit", "limit_price": "9", "side": "sell", "status": "held"}))]);
    let report = told(&json!({"legs": legs, "replaced_by": "other", "status": "replaced", "qty": null, "notional": "10.5"}));
    assert_eq!((report.legs.len(), report.legs[0].status, report.legs[0].side), (1, VenueStatus::Pending, Side::Sell));
    assert_eq!((report.replaced_by.as_deref(), report.qty), (Some("other"), None));
    assert_eq!(report.notional.expect("told").to_string(), "10.50");
}

#[test]
fn an_execution_is_read_as_ccxt_reads_it() {
    let activity = json!({
        "id": "20221228071929579::ca2aafd0-1270-4b56-b0a9-85423b4a07c8", "activity_type": "FILL", "type": "fill", "price": "67.31",
        "transaction_time": "2022-12-28T12:19:29.579352Z", "qty": "0.07", "side": "sell", "symbol": "LTC/USD", "leaves_qty": "0",
        "order_id": "82eebcf7-6e66-4b7e-93f8-be0df0e4f12e", "cum_qty": "0.07", "order_status": "filled",
    });
    let activity: wire::Activity = serde_json::from_str(&activity.to_string()).expect("an activity");
    let execution = convert::execution(&activity).expect("readable");
    assert_eq!(execution.exec_id, "20221228071929579::ca2aafd0-1270-4b56-b0a9-85423b4a07c8");
    assert_eq!(execution.venue_order_id, "82eebcf7-6e66-4b7e-93f8-be0df0e4f12e");
    assert_eq!((execution.symbol.expect("told").as_str(), execution.side), ("LTC/USD", Side::Sell));
    assert_eq!((execution.qty.to_string(), execution.price.to_string()), ("0.07".into(), "67.31".into()));
    assert_eq!(execution.time.millis(), 1_672_229_969_579);
}

#[rstest]
#[case("BTCUSD", "crypto", "0.5", "0.2", "BTC", Some("BTC/USD"), "0.3")]
#[case("SHIB/USD", "crypto", "5", "5", "SHIB", Some("SHIB/USD"), "0")]
#[case("BTC/USDT", "crypto", "1", "1", "BTC/USDT", None, "0")]
#[case("BRK.B", "us_equity", "-3", "-1", "BRK.B", Some("BRK.B"), "2")]
fn a_position_is_an_asset_of_ours(
    #[case] symbol: &str,
    #[case] class: &str,
    #[case] qty: &str,
    #[case] available: &str,
    #[case] asset: &str,
    #[case] ours: Option<&str>,
    #[case] locked: &str,
) {
    let position = json!({"symbol": symbol, "asset_class": class, "qty": qty, "qty_available": available, "avg_entry_price": "10"});
    let position: wire::Position = serde_json::from_str(&position.to_string()).expect("a position");
    let holding = convert::position(&position).expect("readable");
    assert_eq!((holding.asset.as_str(), holding.symbol.as_ref().map(speedtrade::instrument::Symbol::as_str)), (asset, ours));
    assert_eq!((holding.total.to_string(), holding.locked.normalize().to_string()), (qty.to_owned(), locked.to_owned()));
}

fn account(changes: &Value) -> wire::Account {
    let mut account =
        json!({"account_number": "010203ABCD", "status": "ACTIVE", "currency": "USD", "cash": "-23140.2", "trading_blocked": false});
    for (field, value) in changes.as_object().expect("an object") {
        account[field] = value.clone();
    }
    serde_json::from_str(&account.to_string()).expect("an account")
}

#[test]
fn cash_may_be_borrowed_and_nothing_is_told_of_none() {
    let cash = convert::cash(&account(&json!({}))).expect("some");
    assert_eq!((cash.asset.as_str(), cash.total.to_string().as_str()), ("USD", "-23140.2"));
    assert_eq!(convert::cash(&account(&json!({"cash": "0"}))), None);
}

#[rstest]
#[case(json!({}), true, 0)]
#[case(json!({"trading_blocked": true}), false, 0)]
#[case(json!({"account_blocked": true}), false, 0)]
#[case(json!({"trade_suspended_by_user": true}), false, 1)]
#[case(json!({"status": "ACCOUNT_CLOSED"}), false, 1)]
fn an_account_says_whether_it_may_trade(#[case] changes: Value, #[case] may_trade: bool, #[case] notes: usize) {
    let identity = convert::identity(&account(&changes));
    assert_eq!((identity.account.as_str(), identity.may_trade, identity.notes.len()), ("010203ABCD", may_trade, notes));
    assert_eq!(identity.may_withdraw, Some(false));
}

#[test]
fn steps_finer_than_an_atom_are_an_atom() {
    let asset = json!({
        "symbol": "BTC/USD", "status": "active", "tradable": true, "min_order_size": "0.000014", "min_trade_increment": "0.000000001",
        "price_increment": "0.01",
    });
    let asset: wire::Asset = serde_json::from_str(&asset.to_string()).expect("an asset");
    let rules = convert::crypto_rules(&asset).expect("rules");
    assert_eq!([rules.lot.to_string(), rules.qty_min.to_string(), rules.tick.to_string()], ["0.00000001", "0.000014", "0.01"]);
    assert!(convert::stock_rules(&asset).is_some_and(|rules| rules.lot.to_string() == "1"));
}

fn frame(stream: &str, data: &Value) -> Read {
    read(&Bytes::from(json!({"stream": stream, "data": data}).to_string()))
}

fn update(event: &str, changes: &Value) -> Read {
    let data = json!({"event": event, "execution_id": "e1", "order": order(changes), "timestamp": "2021-03-16T18:39:00.5Z", "price": "64000.5", "qty": "0.0004"});
    frame("trade_updates", &data)
}

#[test]
fn the_stream_is_opened_in_two_steps() {
    assert_eq!(frame("authorization", &json!({"status": "authorized", "action": "authenticate"})), Read::Authorized);
    assert!(matches!(frame("authorization", &json!({"status": "unauthorized"})), Read::Refused(_)));
    assert_eq!(frame("listening", &json!({"streams": ["trade_updates"]})), Read::Event(VenueEvent::Listening));
    assert!(matches!(frame("listening", &json!({"streams": []})), Read::Refused(_)));
    assert_eq!(frame("account_updates", &json!({})), Read::Ignored);
    assert_eq!(read(&Bytes::from_static(b"\xff")), Read::Ignored);
}

#[rstest]
#[case("fill", true)]
#[case("partial_fill", true)]
#[case("new", false)]
#[case("canceled", false)]
#[case("replaced", false)]
#[case("restated", false)]
#[case("some day", false)]
fn only_executions_bring_one(#[case] event: &str, #[case] is_execution: bool) {
    let Read::Event(VenueEvent::Order(report)) = update(event, &json!({"status": "partially_filled", "filled_qty": "0.0004"})) else {
        panic!("no order")
    };
    let last = report.last.as_ref().map(|last: &Executed| (last.qty.to_string(), last.price.to_string(), last.time.millis()));
    assert_eq!(last, is_execution.then(|| ("0.0004".to_owned(), "64000.50".to_owned(), 1_615_919_940_500)));
}

/// Orders for several options at once have neither symbol nor side; the desk does not trade them.
#[test]
fn a_combination_of_options_is_passed_over() {
    let combination = json!({"order_class": "mleg", "symbol": null, "side": null, "asset_class": null});
    let order: wire::Order = serde_json::from_str(&order(&combination).to_string()).expect("an order");
    assert!(!convert::is_plain(&order) && convert::order(&order).is_err());
    assert_eq!(update("fill", &combination), Read::Event(VenueEvent::Heartbeat));
}

#[test]
fn a_refused_change_names_its_order_and_what_can_not_be_read_is_a_gap() {
    let refused = VenueEvent::ChangeRefused { venue_id: "61e69015-8549-4bfd-b9c3-01e75843f47d".to_owned() };
    assert_eq!(update("order_replace_rejected", &json!({})), Read::Event(refused.clone()));
    assert_eq!(update("order_cancel_rejected", &json!({})), Read::Event(refused));
    for broken in [json!({"status": "resting"}), json!({"side": "both"}), json!({"id": 1})] {
        assert_eq!(update("fill", &broken), Read::Event(VenueEvent::Gap), "{broken}");
    }
}
