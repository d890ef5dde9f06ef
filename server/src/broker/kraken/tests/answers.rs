//! What Kraken answers, in our words, and what its errors mean.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER};
use proptest::prelude::*;
use rstest::rstest;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use speedtrade::order::{OrderKind, Side, TimeInForce};

use super::{
    super::{
        super::{CancelError, OrderReport, SubmitError, VenueError, VenueStatus, http::Answer},
        convert, errors, freeze, wire,
    },
    CLIENT_ID, NOW, limit, order, qty, stop, stop_limit, tag, told_id, usd,
};

fn answer(status: u16, body: &str) -> Answer {
    Answer { status: StatusCode::from_u16(status).expect("a status"), headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
}

fn refused(status: u16, body: &str) -> errors::Refusal {
    errors::result::<IgnoredAny>(&answer(status, body)).expect_err("refused")
}

fn said(error: &str) -> String {
    json!({"error": [error]}).to_string()
}

fn read_order(changes: &Value) -> OrderReport {
    let mut told = json!({
        "refid": null, "userref": 0, "cl_ord_id": told_id(), "status": "open", "opentm": 1_709_988_801.897_4, "starttm": 0, "expiretm": 0,
        "descr": {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30010.0", "price2": "0", "leverage": "none", "order": "", "close": ""},
        "vol": "1.25000000", "vol_exec": "0.37500000", "cost": "11253.7", "fee": "0.00000", "price": "30010.0", "stopprice": "0.00000",
        "limitprice": "0.00000", "misc": "", "oflags": "fciq", "trades": ["TZX2WP-XSEOP-FP7WYR"],
    });
    for (name, value) in changes.as_object().expect("an object") {
        told[name] = value.clone();
    }
    let order = serde_json::from_str::<wire::Order>(&told.to_string()).expect("an order");
    convert::order("OQCLML-BW3P3-BUCMWZ", &order, &tag(), NOW).expect("a side")
}

#[test]
fn an_order_is_read_with_its_terms_and_sums() {
    let report = read_order(&json!({"fee": "29.25"}));
    assert_eq!((report.venue_id.as_str(), report.client_id.as_deref()), ("OQCLML-BW3P3-BUCMWZ", Some(CLIENT_ID)));
    assert_eq!((report.symbol, report.side, report.kind), ("BTC/USD".parse().ok(), Side::Buy, Some(limit("30010"))));
    assert_eq!((report.qty, report.filled_qty), ("1.25".parse().ok(), "0.375".parse().expect("a quantity")));
    assert_eq!((report.avg_price, report.status), ("30010".parse().ok(), VenueStatus::Open));
    assert_eq!((report.fees[0].asset.as_str(), report.fees[0].amount.to_string()), ("USD", "29.25".to_owned()));
    assert_eq!(report.created_at.map(speedtrade::time::Timestamp::micros), Some(1_709_988_801_897_400));
}

#[rstest]
#[case("pending", VenueStatus::Pending)]
#[case("open", VenueStatus::Open)]
#[case("closed", VenueStatus::Filled)]
#[case("canceled", VenueStatus::Canceled)]
#[case("expired", VenueStatus::Expired)]
#[case("something-new", VenueStatus::Pending)]
fn a_status_that_is_not_listed_ends_nothing(#[case] word: &str, #[case] status: VenueStatus) {
    assert_eq!(read_order(&json!({"status": word})).status, status);
}

#[rstest]
#[case("market", "0", "0", Some(OrderKind::Market))]
#[case("limit", "50", "0", Some(limit("50")))]
#[case("stop-loss", "55", "0", Some(stop("55")))]
#[case("stop-loss-limit", "55", "54", Some(stop_limit("55", "54")))]
#[case("trailing-stop", "+5.0000%", "0", Some(stop("48")))]
#[case("take-profit", "60", "0", Some(stop("60")))]
#[case("take-profit-limit", "60", "61", Some(stop_limit("60", "61")))]
#[case("iceberg", "60", "0", Some(limit("60")))]
#[case("settle-position", "0", "0", None)]
fn a_kind_that_is_none_of_ours_is_the_nearest(
    #[case] word: &str,
    #[case] price: &str,
    #[case] price2: &str,
    #[case] kind: Option<OrderKind>,
) {
    let terms = json!({"pair": "XBTUSD", "type": "sell", "ordertype": word, "price": price, "price2": price2});
    let order = json!({"descr": terms, "stopprice": "48.0"});
    assert_eq!(read_order(&order).kind, kind);
}

#[test]
fn a_volume_in_dollars_is_no_quantity() {
    let report = read_order(&json!({"oflags": "viqc,fciq", "vol": "5.00000000", "cl_ord_id": null}));
    assert_eq!((report.qty, report.notional, report.client_id), (None, "5".parse().ok(), None));
}

#[rstest]
#[case(limit("50"), qty("0.1"), TimeInForce::Ioc)]
#[case(limit("50"), qty("0.1"), TimeInForce::Gtc)]
#[case(stop("50"), qty("0.1"), TimeInForce::Gtc)]
#[case(stop_limit("50", "49"), qty("0.1"), TimeInForce::Gtc)]
#[case(OrderKind::Market, qty("0.1"), TimeInForce::Gtc)]
#[case(OrderKind::Market, usd("5"), TimeInForce::Gtc)]
fn an_accepted_order_is_told_from_what_was_sent(#[case] kind: OrderKind, #[case] amount: super::Amount, #[case] time: TimeInForce) {
    let frozen = freeze::order(&order("LTC/USD", Side::Buy, kind, amount, time)).expect("taken");
    let report = convert::accepted(&frozen, "O-1", &tag(), NOW).expect("readable");
    assert_eq!((report.client_id.as_deref(), report.symbol, report.kind), (Some(CLIENT_ID), "LTC/USD".parse().ok(), Some(kind)));
    assert_eq!((report.time_in_force, report.status), (Some(time), VenueStatus::Pending));
    let told = report.qty.map(super::Amount::Qty).or(report.notional.map(super::Amount::Notional));
    assert_eq!(told, Some(amount));
}

#[rstest]
#[case("EOrder:Insufficient funds")]
#[case("EOrder:Order minimum not met")]
#[case("EOrder:Cost minimum not met")]
#[case("EOrder:Tick size check failed")]
#[case("EOrder:Orders limit exceeded")]
#[case("EOrder:Rate limit exceeded")]
#[case("EGeneral:Invalid arguments:volume")]
#[case("EGeneral:Invalid arguments:deadline")]
#[case("EGeneral:Permission denied")]
#[case("EAPI:Invalid key")]
#[case("EAPI:Invalid signature")]
#[case("EAPI:Invalid nonce")]
#[case("EAccount:Invalid permissions:BTC trading restricted")]
#[case("EQuery:Unknown asset pair")]
#[case("EService:Market in cancel_only mode")]
fn a_listed_error_is_a_definite_refusal(#[case] error: &str) {
    let refused = SubmitError::from(refused(200, &said(error)));
    assert!(matches!(&refused, SubmitError::Rejected { code, .. } if code == error), "{refused:?}");
}

#[rstest]
#[case(200, &said("EService:Unavailable"))]
#[case(200, &said("EService:Busy"))]
#[case(200, &said("EService:Deadline elapsed"))]
#[case(200, &said("EGeneral:Internal error"))]
#[case(200, &said("EAPI:Rate limit exceeded"))]
#[case(200, &said("EGeneral:Temporary lockout"))]
#[case(200, &said("EOrder:Insufficient fundsomething"))]
#[case(200, &said("EOrder:A word of tomorrow"))]
#[case(200, r#"{"error":[]}"#)]
#[case(200, r#"{"error":[],"result":7"#)]
#[case(200, "<html>")]
#[case(404, "")]
#[case(429, "")]
#[case(500, "")]
#[case(502, "<html>bad gateway</html>")]
#[case(520, "")]
fn anything_else_is_unknown(#[case] status: u16, #[case] body: &str) {
    let error = SubmitError::from(refused(status, body));
    assert!(matches!(error, SubmitError::Unknown { .. }), "{error:?}");
}

#[rstest]
#[case("EGeneral:Invalid arguments:cl_ord_id not unique")]
#[case("EOrder:Duplicate cl_ord_id")]
fn a_repeated_client_id_proves_that_its_order_exists(#[case] error: &str) {
    assert_eq!(SubmitError::from(refused(200, &said(error))), SubmitError::Exists);
}

#[test]
fn a_definite_error_counts_before_others_and_warnings_not_at_all() {
    let both = r#"{"error":["EService:Busy","EOrder:Insufficient funds"]}"#;
    assert!(matches!(SubmitError::from(refused(200, both)), SubmitError::Rejected { .. }));
    let warned = r#"{"error":["WDatabase:Slow"],"result":{"count":1}}"#;
    assert_eq!(errors::result::<wire::Canceled>(&answer(200, warned)).map(|canceled| canceled.count), Ok(1));
}

#[test]
fn a_wait_that_is_asked_for_is_passed_on() {
    let mut limited = answer(429, &said("EAPI:Rate limit exceeded"));
    limited.headers.insert(RETRY_AFTER, HeaderValue::from_static("30"));
    let refusal = errors::result::<IgnoredAny>(&limited).expect_err("refused");
    assert_eq!(refusal.pause(NOW).map(|wait| wait.as_secs()), Some(30));
    assert!(matches!(SubmitError::from(refusal), SubmitError::Unknown { retry_after: Some(wait), .. } if wait.as_secs() == 30));
    let throttled = refused(200, &said(&format!("EService:Throttled: {}", NOW.seconds() + 7)));
    assert_eq!(throttled.pause(NOW).map(|wait| wait.as_secs()), Some(7));
    assert_eq!(refused(200, &said("EOrder:Insufficient funds")).pause(NOW), None);
}

#[test]
fn a_cancel_of_what_is_not_open_says_so() {
    assert_eq!(CancelError::from(refused(200, &said("EOrder:Unknown order"))), CancelError::NotOpen);
    assert!(matches!(CancelError::from(refused(200, &said("EGeneral:Permission denied"))), CancelError::Refused { .. }));
    assert!(matches!(CancelError::from(refused(500, "")), CancelError::Unknown { .. }));
}

#[test]
fn a_question_says_whether_the_key_the_pace_or_the_venue_is_to_blame() {
    let told = |error: &str| VenueError::from(refused(200, &said(error)));
    assert!(matches!(told("EAPI:Invalid key"), VenueError::Unauthorized { .. }));
    assert!(matches!(told("EAPI:Rate limit exceeded"), VenueError::RateLimited { .. }));
    assert!(matches!(told("EService:Unavailable"), VenueError::Unavailable { .. }));
    assert!(matches!(told("EQuery:Unknown asset pair"), VenueError::Refused { .. }));
    assert!(matches!(VenueError::from(refused(200, "{")), VenueError::Decode { .. }));
}

#[test]
fn an_execution_is_read_by_its_own_name() {
    let json = r#"{"ordertxid":"OQCLML-BW3P3-BUCMWZ","postxid":"TKH2SE","pair":"XXBTZUSD","time":1688667796.8802,"type":"buy","ordertype":"limit",
        "price":"30010.00000","cost":"600.20000","fee":"0.96","vol":"0.02000000","margin":"0.00000","misc":"","trade_id":93748276,"maker":true}"#;
    let execution = convert::trade("THVRQM-33VKH-UCI7BS", &serde_json::from_str(json).expect("a trade")).expect("whole");
    assert_eq!((execution.exec_id.as_str(), execution.venue_order_id.as_str()), ("THVRQM-33VKH-UCI7BS", "OQCLML-BW3P3-BUCMWZ"));
    assert_eq!(
        (execution.symbol, execution.qty.to_string(), execution.price.to_string()),
        ("BTC/USD".parse().ok(), "0.02".into(), "30010.00".into())
    );
    assert_eq!((execution.is_maker, execution.time.micros()), (Some(true), 1_688_667_796_880_200));
}

#[test]
fn what_earns_by_itself_is_part_of_its_asset_and_nothing_of_zero_is_told() {
    let json = r#"{"ZUSD":{"balance":"25435.21","hold_trade":"8249.76"},"XXBT":{"balance":"1.2","hold_trade":"0.8"},"XBT.F":{"balance":"0.3"},
        "ETH2.S":{"balance":"5","hold_trade":"0"},"XXDG":{"balance":"0.00000000","hold_trade":"0"}}"#;
    let holdings = convert::holdings(&serde_json::from_str(json).expect("balances"));
    let told: Vec<_> = holdings.iter().map(|h| (h.asset.as_str(), h.symbol.is_some(), h.total.to_string(), h.locked.to_string())).collect();
    let expected = [
        ("BTC", true, "1.5".to_owned(), "0.8".to_owned()),
        ("ETH2.S", false, "5".to_owned(), "0".to_owned()),
        ("USD", false, "25435.21".to_owned(), "8249.76".to_owned()),
    ];
    assert_eq!(told, expected);
}

#[test]
fn rules_are_those_of_pairs_against_the_dollar() {
    let json = |quote: &str, status: &str| {
        let pair = json!({"altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": quote, "pair_decimals": 1, "lot_decimals": 8,
            "cost_decimals": 5, "ordermin": "0.0001", "costmin": "0.5", "tick_size": "0.1", "status": status});
        convert::rules(&serde_json::from_str(&pair.to_string()).expect("a pair"))
    };
    let rules = json("ZUSD", "online").expect("a pair");
    assert_eq!((rules.symbol.as_str(), rules.code.as_str(), rules.tick.to_string()), ("BTC/USD", "XBTUSD", "0.10".to_owned()));
    assert_eq!(
        (rules.lot.to_string(), rules.qty_min.to_string(), rules.notional_min.to_string()),
        ("0.00000001".into(), "0.0001".into(), "0.50".into())
    );
    assert!(rules.is_tradable && !json("ZUSD", "cancel_only").expect("a pair").is_tradable);
    assert_eq!(json("ZEUR", "online"), None);
}

#[test]
fn a_key_tells_its_rights_and_what_it_lacks() {
    let json = r#"{"api_key_name":"desk","permissions":["query-funds","modify-trades","withdraw-funds"],"ip_allowlist":["203.0.113.7"]}"#;
    let identity = convert::identity(&serde_json::from_str(json).expect("a key"), "0123456789abcdef");
    assert_eq!((identity.account.as_str(), identity.may_trade, identity.may_withdraw), ("key 0123456789abcdef", true, Some(true)));
    assert!(
        identity.notes.contains(&"restricted to 203.0.113.7".to_owned()) && identity.notes.contains(&"lacks create-ws-token".to_owned())
    );
}

proptest! {
    #[test]
    fn any_answer_is_read_without_panic(status in 200_u16..600, body in ".{0,80}", error in "E[A-Za-z: 0-9]{0,40}") {
        for body in [body, said(&error)] {
            if let Err(refusal) = errors::result::<wire::Placed>(&answer(status, &body)) {
                let _ = (refusal.pause(NOW), SubmitError::from(refusal.clone()), CancelError::from(refusal.clone()), VenueError::from(refusal));
            }
        }
    }

    #[test]
    fn any_numbers_are_read_without_panic(a in "[-0-9eE.]{0,40}", b in "[-0-9eE.]{0,40}", word in ".{0,12}", decimals in any::<u32>()) {
        let told = json!({"status": word, "opentm": a, "closetm": b, "cl_ord_id": word, "vol": a, "vol_exec": b, "price": a, "fee": b,
            "descr": {"pair": word, "type": "buy", "ordertype": "stop-loss-limit", "price": a, "price2": b}});
        if let Ok(order) = serde_json::from_str::<wire::Order>(&told.to_string()) {
            let _ = convert::order("O", &order, &tag(), NOW);
        }
        let pair = json!({"altname": word, "base": word, "quote": "ZUSD", "pair_decimals": decimals, "lot_decimals": decimals, "tick_size": a});
        if let Ok(pair) = serde_json::from_str::<wire::Pair>(&pair.to_string()) {
            let _ = convert::rules(&pair);
        }
        let trade = json!({"ordertxid": word, "pair": word, "time": a, "type": "sell", "price": b, "vol": a, "fee": b});
        if let Ok(trade) = serde_json::from_str::<wire::Trade>(&trade.to_string()) {
            let _ = convert::trade("T", &trade);
        }
        let balances = json!({"ZUSD": {"balance": a, "hold_trade": b}, "XXBT": {"balance": b}});
        if let Ok(balances) = serde_json::from_str::<wire::Balances>(&balances.to_string()) {
            let _ = convert::holdings(&balances);
        }
    }
}
