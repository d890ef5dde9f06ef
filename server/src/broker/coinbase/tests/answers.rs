//! What Coinbase answers, in our words, and what its refusals mean.

use axum::http::{HeaderMap, StatusCode};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;
use speedtrade::order::{OrderKind, Side, TimeInForce};

use super::{
    super::{
        super::{CancelError, SubmitError, VenueError, VenueStatus, http::Answer},
        convert, errors, freeze, wire,
    },
    CLIENT_ID, NOW, limit, order, qty, stop_limit,
};

fn answer(status: u16, body: &str) -> Answer {
    Answer { status: StatusCode::from_u16(status).expect("a status"), headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
}

fn read_order(changes: &serde_json::Value) -> super::super::super::OrderReport {
    let mut told = json!({
        "order_id": "o-1", "product_id": "BTC-USD", "client_order_id": CLIENT_ID, "side": "BUY", "status": "OPEN",
        "order_configuration": {"limit_limit_gtc": {"base_size": "0.001", "limit_price": "10000.00", "post_only": false}},
        "created_time": "2026-05-31T09:59:59.123456Z", "filled_size": "0", "average_filled_price": "0", "total_fees": "0",
        "last_fill_time": null, "reject_message": "", "cancel_message": "", "time_in_force": "GOOD_UNTIL_CANCELLED",
    });
    for (name, value) in changes.as_object().expect("an object") {
        told[name] = value.clone();
    }
    convert::order(&serde_json::from_str::<wire::Order>(&told.to_string()).expect("an order")).expect("a side")
}

#[test]
fn an_order_is_read_with_its_terms_and_sums() {
    let report = read_order(&json!({"filled_size": "0.0004", "average_filled_price": "9999.5", "total_fees": "0.023998"}));
    assert_eq!((report.venue_id.as_str(), report.client_id.as_deref()), ("o-1", Some(CLIENT_ID)));
    assert_eq!(report.symbol, Some("BTC/USD".parse().expect("a symbol")));
    assert_eq!((report.side, report.kind, report.time_in_force), (Side::Buy, Some(limit("10000")), Some(TimeInForce::Gtc)));
    assert_eq!((report.qty, report.filled_qty), ("0.001".parse().ok(), "0.0004".parse().expect("a quantity")));
    assert_eq!(report.avg_price, "9999.5".parse().ok());
    assert_eq!((report.fees[0].asset.as_str(), report.fees[0].amount.to_string()), ("USD", "0.023998".to_owned()));
    assert_eq!(report.created_at.map(|at| at.micros() % 1_000_000), Some(123_456));
}

#[rstest]
#[case("PENDING", VenueStatus::Pending)]
#[case("QUEUED", VenueStatus::Pending)]
#[case("OPEN", VenueStatus::Open)]
#[case("CANCEL_QUEUED", VenueStatus::Canceling)]
#[case("EDIT_QUEUED", VenueStatus::Open)]
#[case("FILLED", VenueStatus::Filled)]
#[case("CANCELLED", VenueStatus::Canceled)]
#[case("EXPIRED", VenueStatus::Expired)]
#[case("FAILED", VenueStatus::Rejected)]
#[case("UNKNOWN_ORDER_STATUS", VenueStatus::Pending)]
#[case("SOMETHING_NEW", VenueStatus::Pending)]
fn a_status_that_is_not_listed_ends_nothing(#[case] word: &str, #[case] status: VenueStatus) {
    assert_eq!(read_order(&json!({"status": word})).status, status);
}

#[rstest]
#[case(json!({"market_market_ioc": {"quote_size": "10"}}), Some(OrderKind::Market), Some(TimeInForce::Ioc))]
#[case(json!({"market_market_fok": {"base_size": "10"}}), Some(OrderKind::Market), Some(TimeInForce::Fok))]
#[case(json!({"sor_limit_ioc": {"base_size": "1", "limit_price": "2"}}), Some(limit("2")), Some(TimeInForce::Ioc))]
#[case(json!({"limit_limit_fok": {"base_size": "1", "limit_price": "2"}}), Some(limit("2")), Some(TimeInForce::Fok))]
#[case(json!({"limit_limit_gtd": {"base_size": "1", "limit_price": "2", "end_time": "2027-01-01T00:00:00Z"}}), Some(limit("2")), None)]
#[case(json!({"stop_limit_stop_limit_gtc": {"base_size": "1", "limit_price": "2", "stop_price": "3"}}), Some(stop_limit("3", "2")), Some(TimeInForce::Gtc))]
#[case(json!({"trigger_bracket_gtc": {"base_size": "1", "limit_price": "2", "stop_trigger_price": "1"}}), Some(limit("2")), None)]
#[case(json!({"something_new": "1"}), None, None)]
#[case(json!({}), None, None)]
fn terms_are_read_from_each_configuration(
    #[case] configuration: serde_json::Value,
    #[case] kind: Option<OrderKind>,
    #[case] time: Option<TimeInForce>,
) {
    let report = read_order(&json!({"order_configuration": configuration}));
    assert_eq!((report.kind, report.time_in_force), (kind, time));
}

#[rstest]
#[case::told(json!({"order_configuration": {"trigger_bracket_gtd": {"base_size": "1.5"}}, "side": "SELL"}), Some("1.5"))]
#[case::held(json!({"order_configuration": null, "side": "SELL", "filled_size": "0.5", "outstanding_hold_amount": "1"}), Some("1.5"))]
#[case::held_in_dollars(json!({"order_configuration": null, "side": "BUY", "outstanding_hold_amount": "100"}), None)]
fn a_quantity_is_read_from_what_the_answer_has(#[case] told: serde_json::Value, #[case] qty: Option<&str>) {
    assert_eq!(read_order(&told).qty, qty.map(|qty| qty.parse().expect("a quantity")));
}

#[test]
fn an_order_in_dollars_has_no_quantity() {
    let report = read_order(&json!({"order_configuration": {"market_market_ioc": {"quote_size": "10.00"}}, "product_id": "BTC-USDC"}));
    assert_eq!((report.qty, report.notional, report.symbol), (None, "10".parse().ok(), None));
}

#[test]
fn an_accepted_order_is_told_from_what_was_sent() {
    let frozen = freeze::order(&order("BTC/USD", Side::Sell, limit("10000"), qty("0.001"), TimeInForce::Day)).expect("taken");
    let body = r#"{"success":true,"success_response":{"order_id":"11111-00000-000000","product_id":"BTC-USD","side":"SELL",
        "client_order_id":"x"},"order_configuration":{}}"#;
    let id = errors::submitted(&answer(200, body)).expect("accepted").expect("named");
    let report = convert::accepted(&frozen, &id, NOW).expect("readable");
    assert_eq!((report.venue_id.as_str(), report.client_id.as_deref()), ("11111-00000-000000", Some(CLIENT_ID)));
    assert_eq!((report.side, report.status, report.kind), (Side::Sell, VenueStatus::Pending, Some(limit("10000"))));
    assert_eq!((report.qty, report.filled_qty.is_zero()), ("0.001".parse().ok(), true));
}

#[rstest]
#[case(200, r#"{"success":false,"failure_reason":"UNKNOWN_FAILURE_REASON","error_response":{"error":"INSUFFICIENT_FUND","message":"Insufficient balance in source account","preview_failure_reason":"PREVIEW_INSUFFICIENT_FUND"}}"#, "INSUFFICIENT_FUND")]
#[case(200, r#"{"success":false,"error_response":{"error":"UNKNOWN_FAILURE_REASON","preview_failure_reason":"PREVIEW_INVALID_BASE_SIZE_TOO_SMALL"}}"#, "INVALID_BASE_SIZE_TOO_SMALL")]
#[case(
    200,
    r#"{"success":false,"error_response":{"error":"UNKNOWN_FAILURE_REASON","new_order_failure_reason":"INVALID_LIMIT_PRICE_POST_ONLY"}}"#,
    "INVALID_LIMIT_PRICE_POST_ONLY"
)]
#[case(200, r#"{"success":false,"errors":[{"edit_failure_reason":"ONLY_OPEN_ORDERS_CAN_BE_EDITED"}]}"#, "ONLY_OPEN_ORDERS_CAN_BE_EDITED")]
#[case(400, r#"{"error":"INVALID_ARGUMENT","message":"order_configuration is required"}"#, "INVALID_ARGUMENT")]
#[case(401, "Unauthorized", "http_401")]
#[case(403, r#"{"error":"PERMISSION_DENIED","message":"Missing required scopes"}"#, "PERMISSION_DENIED")]
#[case(422, "", "http_422")]
fn a_listed_refusal_is_definite(#[case] status: u16, #[case] body: &str, #[case] expected: &str) {
    let error = errors::submitted(&answer(status, body)).expect_err("refused");
    assert!(matches!(&error, SubmitError::Rejected { code, .. } if code == expected), "{error:?}");
}

#[rstest]
#[case(200, r#"{"success":false,"error_response":{"error":"UNKNOWN_FAILURE_REASON"}}"#)]
#[case(200, r#"{"success":false,"error_response":{"error":"A_REASON_OF_TOMORROW"}}"#)]
#[case(200, r#"{"success":false}"#)]
#[case(200, r#"{"success":tru"#)]
#[case(200, "<html>")]
#[case(404, "")]
#[case(408, "")]
#[case(418, "")]
#[case(429, r#"{"errors":[{"id":"rate_limit_exceeded","message":"Too many requests"}]}"#)]
#[case(500, "")]
#[case(503, r#"{"error":"unknown"}"#)]
#[case(302, "")]
fn anything_else_is_unknown(#[case] status: u16, #[case] body: &str) {
    let error = errors::submitted(&answer(status, body)).expect_err("not accepted");
    assert!(matches!(error, SubmitError::Unknown { .. }), "{error:?}");
}

#[rstest]
#[case(200, r#"{"success":false,"error_response":{"error":"DUPLICATE_CLIENT_ORDER_ID"}}"#)]
#[case(400, r#"{"error":"DUPLICATE_CLIENT_ORDER_ID","message":"the client's id is taken"}"#)]
fn a_repeated_client_id_proves_that_its_order_exists(#[case] status: u16, #[case] body: &str) {
    assert_eq!(errors::submitted(&answer(status, body)), Err(SubmitError::Exists));
}

#[rstest]
#[case(r#"{"results":[{"success":true,"failure_reason":"UNKNOWN_CANCEL_FAILURE_REASON","order_id":"0000-00000"}]}"#, Ok(()))]
#[case(r#"{"results":[{"success":false,"failure_reason":"DUPLICATE_CANCEL_REQUEST","order_id":"o"}]}"#, Ok(()))]
#[case(r#"{"results":[{"success":false,"failure_reason":"UNKNOWN_CANCEL_ORDER","order_id":"o"}]}"#, Err("not open"))]
#[case(r#"{"results":[{"success":false,"failure_reason":"ORDER_IS_FULLY_FILLED","order_id":"o"}]}"#, Err("not open"))]
#[case(r#"{"results":[{"success":false,"failure_reason":"NOT_ALLOWED_TO_CANCEL","order_id":"o"}]}"#, Err("refused"))]
#[case(r#"{"results":[{"success":false,"failure_reason":"UNKNOWN_CANCEL_FAILURE_REASON","order_id":"o"}]}"#, Err("unknown"))]
#[case(r#"{"results":[]}"#, Err("unknown"))]
#[case("nonsense", Err("unknown"))]
fn a_cancel_is_told_by_its_result(#[case] body: &str, #[case] expected: Result<(), &str>) {
    let told = errors::canceled(&answer(200, body)).map_err(|error| match error {
        CancelError::NotOpen => "not open",
        CancelError::Refused { .. } => "refused",
        CancelError::Unknown { .. } => "unknown",
        CancelError::NotSent { .. } => "not sent",
    });
    assert_eq!(told, expected);
}

#[test]
fn a_question_says_whether_the_key_the_pace_or_the_venue_is_to_blame() {
    let told = |status| errors::question(&answer(status, "")).expect_err("refused");
    assert!(matches!(told(401), VenueError::Unauthorized { .. }));
    assert!(matches!(told(429), VenueError::RateLimited { .. }));
    assert!(matches!(told(400), VenueError::Refused { .. }));
    assert!(matches!(told(502), VenueError::Unavailable { .. }));
}

#[test]
fn fills_in_dollars_become_units_and_corrections_are_none() {
    let json = |size: &str, in_quote: bool, kind: &str| {
        let fill = json!({"trade_id": "t-1", "order_id": "o-1", "trade_time": "2026-05-31T09:59:59Z", "trade_type": kind, "price": "10000",
            "size": size, "size_in_quote": in_quote, "commission": "1.25", "product_id": "BTC-USD", "side": "BUY", "liquidity_indicator": "MAKER"});
        convert::fill(&serde_json::from_str(&fill.to_string()).expect("a fill"))
    };
    let plain = json("0.001", false, "FILL").expect("a fill");
    assert_eq!((plain.qty.to_string(), plain.is_maker, plain.fees[0].amount.to_string()), ("0.001".into(), Some(true), "1.25".into()));
    assert_eq!(json("10", true, "FILL").expect("a fill").qty.to_string(), "0.001");
    assert_eq!(json("0.001", false, "REVERSAL"), None);
}

#[test]
fn wallets_of_one_asset_are_summed_and_empty_ones_left_out() {
    let json = r#"[{"currency":"BTC","available_balance":{"value":"1.2","currency":"BTC"},"hold":{"value":"0.3","currency":"BTC"},"type":"ACCOUNT_TYPE_CRYPTO"},
        {"currency":"BTC","available_balance":{"value":"1","currency":"BTC"},"hold":null},
        {"currency":"BTC","available_balance":{"value":"9","currency":"BTC"},"type":"ACCOUNT_TYPE_VAULT"},
        {"currency":"ETH","available_balance":{"value":"0","currency":"ETH"},"hold":{"value":"0","currency":"ETH"}},
        {"currency":"USD","available_balance":{"value":"50.5","currency":"USD"}}]"#;
    let holdings = convert::holdings(&serde_json::from_str::<Vec<wire::Account>>(json).expect("accounts"));
    let told: Vec<_> = holdings.iter().map(|h| (h.asset.as_str(), h.symbol.is_some(), h.total.to_string(), h.locked.to_string())).collect();
    assert_eq!(told, [("BTC", true, "2.5".into(), "0.3".into()), ("USD", false, "50.5".into(), "0".into())]);
}

#[test]
fn rules_are_those_of_pairs_against_the_dollar() {
    let json = |id: &str, disabled: bool| {
        let product = json!({"product_id": id, "base_increment": "0.00000001", "quote_increment": "0.01", "price_increment": "0.01",
            "base_min_size": "0.00000001", "base_max_size": "3400", "quote_min_size": "1", "is_disabled": disabled});
        convert::rules(&serde_json::from_str(&product.to_string()).expect("a product"))
    };
    let rules = json("BTC-USD", false).expect("a pair");
    assert_eq!((rules.code.as_str(), rules.tick.to_string(), rules.lot.to_string()), ("BTC-USD", "0.01".into(), "0.00000001".into()));
    assert_eq!((rules.notional_min.to_string(), rules.is_tradable), ("1.00".into(), true));
    assert!(!json("BTC-USD", true).expect("a pair").is_tradable);
    assert_eq!(json("BTC-USDC", false), None);
}

#[test]
fn a_key_that_may_transfer_may_withdraw() {
    let json = r#"{"can_view":true,"can_trade":true,"can_transfer":true,"portfolio_uuid":"p-1","portfolio_type":"DEFAULT"}"#;
    let identity = convert::identity(serde_json::from_str(json).expect("permissions"));
    assert_eq!((identity.account.as_str(), identity.may_trade, identity.may_withdraw), ("p-1", true, Some(true)));
    assert!(identity.notes.is_empty());
}

proptest! {
    #[test]
    fn any_answer_is_read_without_panic(status in 200_u16..600, body in ".{0,80}", field in "[a-z_]{1,12}", value in "[-0-9eE.]{0,40}") {
        for body in [body, format!(r#"{{"success":false,"{field}":"{value}","error_response":{{"error":"{value}"}}}}"#)] {
            let answer = answer(status, &body);
            let _ = (errors::submitted(&answer), errors::canceled(&answer), errors::question(&answer), errors::pause(&answer));
        }
    }

    #[test]
    fn any_numbers_of_an_order_are_read_without_panic(a in "[-0-9eE.]{0,40}", b in "[-0-9eE.]{0,40}", product in ".{0,24}", word in ".{0,12}") {
        let told = json!({"order_id": "o", "product_id": product, "side": "SELL", "status": word, "filled_size": a, "average_filled_price": b,
            "total_fees": a, "created_time": word, "order_configuration": {"limit_limit_gtc": {"base_size": a, "limit_price": b}}});
        if let Ok(order) = serde_json::from_str::<wire::Order>(&told.to_string()) {
            let _ = convert::order(&order);
        }
        let told = json!({"order_id": "o", "product_id": product, "order_side": "BUY", "status": word, "cumulative_quantity": a,
            "leaves_quantity": b, "avg_price": a, "total_fees": b, "order_type": "LIMIT", "limit_price": b});
        if let Ok(order) = serde_json::from_str::<wire::UserOrder>(&told.to_string()) {
            let _ = convert::user_order(&order);
        }
    }
}
