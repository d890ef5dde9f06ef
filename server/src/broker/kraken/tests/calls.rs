//! What leaves for each call: path, form, nonce and signature.

use std::collections::BTreeMap;

use serde_json::json;
use speedtrade::order::{OrderKind, Side, TimeInForce};

use super::{
    super::super::{CancelError, Connector as _, Frozen, StreamEnd, SubmitError, form, recorder::Recorder},
    CLIENT_ID, NOW, kraken, limit, name, order, qty, told_id,
};

fn one_order(id: &str, client_id: &str) -> serde_json::Value {
    json!({id: {"status": "open", "opentm": NOW.seconds(), "cl_ord_id": client_id, "vol": "1", "vol_exec": "0",
        "descr": {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "2", "price2": "0"}, "trades": ["T-1", "T-2"]}})
}

fn result(result: &serde_json::Value) -> String {
    json!({"error": [], "result": result}).to_string()
}

fn told(body: &str) -> BTreeMap<String, String> {
    form::decode(body).into_iter().collect()
}

#[tokio::test]
async fn an_order_leaves_once_as_it_was_frozen_with_nonce_and_deadline() {
    let venue = Recorder::answering(&[(200, &result(&json!({"descr": {"order": "buy"}, "txid": ["OU22CG-KLAF2-FWUDD7"]})))]).await;
    let kraken = kraken(&venue.base);
    let frozen = kraken.freeze(&order("BTC/USD", Side::Buy, OrderKind::Market, qty("1"), TimeInForce::Day)).expect("taken");
    let report = kraken.submit(&frozen, NOW).await.expect("accepted");
    assert_eq!((report.venue_id.as_str(), report.client_id.as_deref()), ("OU22CG-KLAF2-FWUDD7", Some(CLIENT_ID)));
    let seen = venue.seen();
    assert_eq!((seen.len(), seen[0].method.as_str(), seen[0].target.as_str()), (1, "POST", "/0/private/AddOrder"));
    let deadline = "deadline=2024-03-09T12%3A53%3A50.000Z";
    assert_eq!(seen[0].body, format!("nonce={}&{}&{deadline}", NOW.micros(), frozen.body));
    assert_eq!(seen[0].headers["api-key"], "KRAKENAPIKEY");
    assert_eq!(seen[0].headers["api-sign"].len(), 88);
}

#[tokio::test]
async fn nothing_is_sent_twice_whatever_is_answered() {
    for (status, body) in [(200, r#"{"error":["EAPI:Invalid nonce"]}"#), (200, "?"), (302, ""), (429, ""), (500, ""), (503, "")] {
        let venue = Recorder::answering(&[(status, body), (200, r#"{"error":[],"result":{"txid":["O"]}}"#)]).await;
        let frozen = Frozen { path: "/0/private/AddOrder".to_owned(), body: "pair=XBTUSD".to_owned() };
        assert!(kraken(&venue.base).submit(&frozen, NOW).await.is_err());
        assert_eq!(venue.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn an_order_that_could_not_leave_is_known_not_to_have_left() {
    let frozen = Frozen { path: "/0/private/AddOrder".to_owned(), body: String::new() };
    let error = kraken("http://127.0.0.1:1").submit(&frozen, NOW).await.expect_err("nobody is there");
    assert!(matches!(error, SubmitError::NotSent { .. }), "{error:?}");
}

#[tokio::test]
async fn nonces_of_questions_at_once_arrive_in_their_order() {
    let answers = vec![(200, r#"{"error":[],"result":{}}"#); 8];
    let venue = Recorder::answering(&answers).await;
    let kraken = kraken(&venue.base);
    futures::future::join_all((0..8).map(|_| kraken.holdings())).await;
    let nonces: Vec<i64> = venue.seen().iter().map(|seen| told(&seen.body)["nonce"].parse().expect("a number")).collect();
    assert_eq!(nonces, (0..8).map(|i| NOW.micros() + i).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_cancel_names_the_order_by_either_name() {
    let done = result(&json!({"count": 1}));
    let venue = Recorder::answering(&[(200, &done), (200, &done), (200, &result(&json!({"count": 0})))]).await;
    let kraken = kraken(&venue.base);
    assert_eq!(kraken.cancel(&name(Some("OF7S76-H2IMS-N2ML4U"))).await, Ok(()));
    assert_eq!(kraken.cancel(&name(None)).await, Ok(()));
    assert_eq!(kraken.cancel(&name(None)).await, Err(CancelError::NotOpen));
    let seen = venue.seen();
    assert_eq!(seen[0].target, "/0/private/CancelOrder");
    assert_eq!(seen[0].body, format!("nonce={}&txid=OF7S76-H2IMS-N2ML4U", NOW.micros()));
    assert_eq!(told(&seen[1].body)["cl_ord_id"], told_id());
}

#[tokio::test]
async fn a_client_id_is_looked_for_among_open_orders_and_then_among_closed_ones() {
    let (none, stranger) = (result(&json!({"open": {}})), result(&json!({"closed": one_order("O-1", "another"), "count": 1})));
    let found = result(&json!({"closed": one_order("O-2", &told_id()), "count": 1}));
    let venue = Recorder::answering(&[(200, &none), (200, &found), (200, &none), (200, &stranger)]).await;
    let kraken = kraken(&venue.base);
    let order = kraken.find_order(&name(None)).await.expect("answered").expect("there");
    assert_eq!((order.venue_id.as_str(), order.client_id.as_deref()), ("O-2", Some(CLIENT_ID)));
    assert_eq!(kraken.find_order(&name(None)).await, Ok(None), "a filter that was not kept finds no stranger");
    let seen = venue.seen();
    assert_eq!((seen[0].target.as_str(), seen[1].target.as_str()), ("/0/private/OpenOrders", "/0/private/ClosedOrders"));
    assert_eq!(told(&seen[1].body)["start"], (NOW.seconds() - 300).to_string());
}

#[tokio::test]
async fn an_order_that_kraken_does_not_know_is_none_and_trouble_is_trouble() {
    let unknown = json!({"error": ["EOrder:Unknown order"]}).to_string();
    let venue = Recorder::answering(&[(200, &unknown), (200, r#"{"error":["EService:Busy"]}"#)]).await;
    let kraken = kraken(&venue.base);
    assert_eq!(kraken.find_order(&name(Some("O-1"))).await, Ok(None));
    assert!(kraken.find_order(&name(Some("O-1"))).await.is_err());
}

#[tokio::test]
async fn closed_orders_are_read_to_their_last_page() {
    let page = |from: usize, count: usize| -> String {
        let orders = (from..from + count).map(|i| (format!("O-{i:03}"), one_order("x", "another")["x"].clone()));
        result(&json!({"closed": orders.collect::<serde_json::Map<_, _>>()}))
    };
    let venue = Recorder::answering(&[(200, &result(&json!({"open": {}}))), (200, &page(0, 50)), (200, &page(50, 7))]).await;
    assert_eq!(kraken(&venue.base).orders_since(NOW, &[]).await.expect("answered").len(), 57);
    let offsets: Vec<_> = venue.seen()[1..].iter().map(|seen| told(&seen.body)["ofs"].clone()).collect();
    assert_eq!(offsets, ["0", "50"]);
}

#[tokio::test]
async fn executions_of_an_order_are_asked_for_by_their_names() {
    let trade = json!({"ordertxid": "O-1", "pair": "XXBTZUSD", "time": NOW.seconds(), "type": "buy", "price": "2", "vol": "1", "fee": "0"});
    let trades = result(&json!({"T-2": trade, "T-1": trade}));
    let venue = Recorder::answering(&[(200, &result(&one_order("O-1", &told_id()))), (200, &trades)]).await;
    let executions = kraken(&venue.base).executions_of(&name(Some("O-1"))).await.expect("answered");
    assert_eq!(executions.iter().map(|e| e.exec_id.as_str()).collect::<Vec<_>>(), ["T-1", "T-2"]);
    assert_eq!(told(&venue.seen()[1].body)["txid"], "T-1,T-2");
}

#[tokio::test]
async fn a_change_is_told_with_its_new_terms_under_the_old_names() {
    let amended = result(&json!({"amend_id": "A-1"}));
    let venue = Recorder::answering(&[(200, &amended), (200, &result(&one_order("O-1", &told_id())))]).await;
    let new = order("BTC/USD", Side::Buy, limit("2.5"), qty("3"), TimeInForce::Gtc);
    let report = kraken(&venue.base).replace(&name(Some("O-1")), &new, NOW).await.expect("changed");
    assert_eq!((report.venue_id.as_str(), report.client_id.as_deref()), ("O-1", Some(CLIENT_ID)));
    assert_eq!((report.kind, report.qty), (Some(limit("2.5")), "3".parse().ok()));
}

#[tokio::test]
async fn a_key_without_the_right_to_the_stream_is_refused() {
    let venue = Recorder::answering(&[(200, r#"{"error":["EGeneral:Permission denied"]}"#)]).await;
    let (events, _heard) = tokio::sync::mpsc::channel(1);
    assert!(matches!(kraken(&venue.base).listen(&events).await, StreamEnd::Refused { .. }));
}

#[tokio::test]
async fn the_time_is_asked_for() {
    let venue = Recorder::answering(&[(200, r#"{"error":[],"result":{"unixtime":1688669448,"rfc1123":"x"}}"#)]).await;
    assert_eq!(kraken(&venue.base).server_time().await.map(speedtrade::time::Timestamp::seconds), Ok(1_688_669_448));
    assert_eq!((venue.seen()[0].method.as_str(), venue.seen()[0].target.as_str()), ("GET", "/0/public/Time"));
}
