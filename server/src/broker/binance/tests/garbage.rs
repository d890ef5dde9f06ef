//! Whatever is told: an answer or an error, never a panic.

use axum::http::{HeaderMap, StatusCode};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Bytes;

use super::answers::event;
use crate::{
    broker::{
        binance::{convert, errors, stream::read, wire},
        http::Answer,
    },
    net::Names,
};

fn anything() -> impl Strategy<Value = Value> {
    let number = select(vec![
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(0),
        json!("1e28"),
        json!("-79228162514264337593543950335"),
    ]);
    let word = "[A-Z0-9.e/-]{0,30}".prop_map(Value::from);
    prop_oneof![number, word, Just(Value::Null), Just(json!([])), Just(json!({})), Just(json!(true))]
}

fn everywhere(text: &str) {
    let names = Names::default();
    let _ = read(&Bytes::from(text.to_owned()), &names);
    let _ = serde_json::from_str::<wire::Order>(text).map(|order| convert::order(&order, &names));
    let _ = serde_json::from_str::<wire::Trade>(text).map(|trade| convert::trade(&trade, &names));
    let _ = serde_json::from_str::<wire::Account>(text).map(|account| convert::holdings(&account, &names));
    let _ = serde_json::from_str::<wire::Instrument>(text).map(|instrument| convert::rules(&instrument, &names));
    for status in [200_u16, 400, 403, 409, 418, 429, 500] {
        let status = StatusCode::from_u16(status).expect("a status");
        let answer = Answer { status, headers: HeaderMap::new(), body: text.as_bytes().to_vec() };
        let _ = (errors::of_order(&answer), errors::of_cancel(&answer), errors::of_question(&answer));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_not(text in "\\PC{0,200}") {
        everywhere(&text);
    }

    #[test]
    fn a_report_with_anything_in_a_field_is_read_or_a_gap(field in "[a-zA-Z]", value in anything()) {
        let event = event(&json!({ field: value, "x": "TRADE" }));
        everywhere(&event.to_string());
        everywhere(&json!({"subscriptionId": 0, "event": event}).to_string());
    }

    #[test]
    fn an_order_with_anything_in_a_field_is_read_or_not(
        field in select(vec!["symbol", "orderId", "price", "origQty", "executedQty", "cummulativeQuoteQty", "status", "fills", "transactTime"]),
        value in anything(),
        exchanged in anything(),
    ) {
        let mut order = json!({
            "symbol": "BTCUSDT", "orderId": 1, "clientOrderId": "a", "price": "1", "origQty": "1", "executedQty": "0.00000001",
            "status": "NEW", "type": "LIMIT", "side": "BUY", "fills": [{"tradeId": 1, "price": "1", "qty": "1", "commission": "1", "commissionAsset": "BNB"}],
        });
        order["cummulativeQuoteQty"] = exchanged;
        order[field] = value;
        everywhere(&order.to_string());
    }

    #[test]
    fn a_balance_of_anything_is_told_or_left_out(free in anything(), locked in anything()) {
        everywhere(&json!({"uid": 1, "canTrade": true, "balances": [{"asset": "BTC", "free": free, "locked": locked}]}).to_string());
    }
}
