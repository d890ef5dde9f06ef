//! What leaves for each call: method, path, parameters, and a token for exactly that.

use jsonwebtoken::decode_header;
use serde_json::{Value, json};
use speedtrade::order::{OrderKind, Side, TimeInForce};

use super::{
    super::super::{CancelError, Connector as _, Frozen, SubmitError, VenueError, recorder::Recorder},
    CLIENT_ID, NOW, coinbase, limit, name, order, qty,
};

const EMPTY: &str = r#"{"orders":[],"fills":[],"has_next":false,"cursor":""}"#;

fn an_order(id: &str, client_id: &str) -> String {
    json!({"order_id": id, "product_id": "BTC-USD", "client_order_id": client_id, "side": "BUY", "status": "OPEN",
        "order_configuration": {"limit_limit_gtc": {"base_size": "1", "limit_price": "2"}}})
    .to_string()
}

#[tokio::test]
async fn an_order_leaves_once_as_it_was_frozen() {
    let venue = Recorder::answering(&[(200, r#"{"success":true,"success_response":{"order_id":"o-1"}}"#)]).await;
    let coinbase = coinbase(&venue.base);
    let frozen = coinbase.freeze(&order("BTC/USD", Side::Buy, OrderKind::Market, qty("1"), TimeInForce::Day)).expect("taken");
    let report = coinbase.submit(&frozen, NOW).await.expect("accepted");
    assert_eq!((report.venue_id.as_str(), report.client_id.as_deref()), ("o-1", Some(CLIENT_ID)));
    let seen = venue.seen();
    assert_eq!((seen.len(), seen[0].method.as_str(), seen[0].target.as_str()), (1, "POST", "/api/v3/brokerage/orders"));
    assert_eq!(seen[0].body, frozen.body);
    let token = seen[0].headers["authorization"].to_str().expect("text").strip_prefix("Bearer ").expect("a bearer").to_owned();
    assert!(decode_header(&token).expect("a header").nonce.is_some());
}

#[tokio::test]
async fn nothing_is_sent_twice_whatever_is_answered() {
    for status in [200, 302, 400, 408, 429, 500, 503] {
        let venue = Recorder::answering(&[(status, "?"), (200, r#"{"success":true}"#)]).await;
        let frozen = Frozen { path: "/api/v3/brokerage/orders".to_owned(), body: "{}".to_owned() };
        assert!(coinbase(&venue.base).submit(&frozen, NOW).await.is_err());
        assert_eq!(venue.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn an_order_that_could_not_leave_is_known_not_to_have_left() {
    let frozen = Frozen { path: "/api/v3/brokerage/orders".to_owned(), body: "{}".to_owned() };
    let error = coinbase("http://127.0.0.1:1").submit(&frozen, NOW).await.expect_err("nobody is there");
    assert!(matches!(error, SubmitError::NotSent { .. }), "{error:?}");
}

#[tokio::test]
async fn a_cancel_names_the_order_by_coinbases_name() {
    let venue = Recorder::answering(&[(200, r#"{"results":[{"success":true,"order_id":"a"}]}"#)]).await;
    assert_eq!(coinbase(&venue.base).cancel(&name(Some("a"))).await, Ok(()));
    let seen = venue.seen();
    assert_eq!((seen[0].target.as_str(), seen[0].body.as_str()), ("/api/v3/brokerage/orders/batch_cancel", r#"{"order_ids":["a"]}"#));
}

#[tokio::test]
async fn a_cancel_of_an_order_without_a_name_looks_it_up_first() {
    let orders = format!(r#"{{"orders":[{}],"has_next":false}}"#, an_order("o-9", CLIENT_ID));
    let venue = Recorder::answering(&[(200, &orders), (200, r#"{"results":[{"success":true,"order_id":"o-9"}]}"#)]).await;
    assert_eq!(coinbase(&venue.base).cancel(&name(None)).await, Ok(()));
    assert_eq!(venue.seen()[1].body, r#"{"order_ids":["o-9"]}"#);
    let silent = Recorder::answering(&[(503, "")]).await;
    assert!(matches!(coinbase(&silent.base).cancel(&name(None)).await, Err(CancelError::NotSent { .. })));
}

#[tokio::test]
async fn an_order_is_asked_for_by_its_name_and_404_means_there_is_none() {
    let told = format!(r#"{{"order":{}}}"#, an_order("9fd0cadc", CLIENT_ID));
    let venue = Recorder::answering(&[(200, &told), (404, "{}"), (500, "")]).await;
    let coinbase = coinbase(&venue.base);
    assert_eq!(coinbase.find_order(&name(Some("9fd0cadc"))).await.expect("answered").map(|o| o.venue_id).as_deref(), Some("9fd0cadc"));
    assert_eq!(coinbase.find_order(&name(Some("9fd0cadc"))).await, Ok(None));
    assert!(matches!(coinbase.find_order(&name(Some("9fd0cadc"))).await, Err(VenueError::Unavailable { .. })));
    assert_eq!(venue.seen()[0].target, "/api/v3/brokerage/orders/historical/9fd0cadc");
}

#[tokio::test]
async fn a_client_id_is_looked_for_page_after_page_among_what_was_placed_since() {
    let first = format!(r#"{{"orders":[{}],"has_next":true,"cursor":"c 2"}}"#, an_order("o-1", "another"));
    let second = format!(r#"{{"orders":[{}],"has_next":false,"cursor":""}}"#, an_order("o-2", CLIENT_ID));
    let venue = Recorder::answering(&[(200, &first), (200, &second), (200, EMPTY)]).await;
    let coinbase = coinbase(&venue.base);
    assert_eq!(coinbase.find_order(&name(None)).await.expect("answered").map(|o| o.venue_id).as_deref(), Some("o-2"));
    assert_eq!(coinbase.find_order(&name(None)).await, Ok(None));
    let start = "start_date=2024-03-09T15%3A55%3A00.000Z&product_ids=BTC-USD&limit=250";
    let targets: Vec<_> = venue.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets[0], format!("/api/v3/brokerage/orders/historical/batch?{start}"));
    assert_eq!(targets[1], format!("/api/v3/brokerage/orders/historical/batch?{start}&cursor=c+2"));
}

#[tokio::test]
async fn open_orders_are_asked_for_with_those_that_wait() {
    let open = format!(r#"{{"orders":[{}],"has_next":false}}"#, an_order("o-1", CLIENT_ID));
    let venue = Recorder::answering(&[(200, EMPTY), (200, &open)]).await;
    assert_eq!(coinbase(&venue.base).open_orders().await.expect("answered").len(), 1);
    let targets: Vec<_> = venue.seen().into_iter().map(|seen| seen.target).collect();
    assert!(targets[0].ends_with("?order_status=PENDING&order_status=QUEUED&order_status=CANCEL_QUEUED&limit=250"), "{targets:?}");
    assert!(targets[1].ends_with("?order_status=OPEN&limit=250"), "{targets:?}");
}

#[tokio::test]
async fn fills_are_asked_for_by_order_or_by_time() {
    let venue = Recorder::answering(&[(200, EMPTY), (200, EMPTY)]).await;
    let coinbase = coinbase(&venue.base);
    assert_eq!(coinbase.executions_of(&name(Some("o-1"))).await, Ok(Vec::new()));
    assert_eq!(coinbase.executions_since(NOW, &[]).await, Ok(Vec::new()));
    let targets: Vec<_> = venue.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets[0], "/api/v3/brokerage/orders/historical/fills?order_ids=o-1&limit=250");
    assert_eq!(targets[1], "/api/v3/brokerage/orders/historical/fills?start_sequence_timestamp=2024-03-09T16%3A00%3A00.000Z&limit=250");
}

#[tokio::test]
async fn a_change_is_told_with_its_new_terms_under_the_old_names() {
    let told = format!(r#"{{"order":{}}}"#, an_order("o-1", CLIENT_ID));
    let venue = Recorder::answering(&[(200, r#"{"success":true,"errors":[]}"#), (200, &told)]).await;
    let new = order("BTC/USD", Side::Buy, limit("2.5"), qty("3"), TimeInForce::Gtc);
    let report = coinbase(&venue.base).replace(&name(Some("o-1")), &new, NOW).await.expect("changed");
    assert_eq!((report.venue_id.as_str(), report.client_id.as_deref()), ("o-1", Some(CLIENT_ID)));
    assert_eq!((report.kind, report.qty), (Some(limit("2.5")), "3".parse().ok()));
    let body: Value = serde_json::from_str(&venue.seen()[0].body).expect("JSON");
    assert_eq!(body, json!({"order_id": "o-1", "price": "2.5", "size": "3"}));
}

#[tokio::test]
async fn the_time_is_asked_for() {
    let venue = Recorder::answering(&[(200, r#"{"iso":"x","epochSeconds":"1710000000","epochMillis":"1710000000123"}"#)]).await;
    assert_eq!(coinbase(&venue.base).server_time().await.map(speedtrade::time::Timestamp::micros), Ok(1_710_000_000_123_000));
    assert_eq!(venue.seen()[0].target, "/api/v3/brokerage/time");
}
