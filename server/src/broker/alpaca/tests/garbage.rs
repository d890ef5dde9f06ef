//! Whatever is told: an answer or an error, never a panic.

use axum::http::{HeaderMap, StatusCode};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Bytes;

use super::answers::order;
use crate::broker::{
    alpaca::{convert, errors, stream::read, wire},
    http::Answer,
};

fn anything() -> impl Strategy<Value = Value> {
    let number = select(vec![json!(-1), json!(i64::MAX), json!(1e300), json!(0), json!("1e28"), json!("-79228162514264337593543950335")]);
    let word = "[A-Z0-9.e/-]{0,30}".prop_map(Value::from);
    prop_oneof![number, word, Just(Value::Null), Just(json!([])), Just(json!({})), Just(json!(true))]
}

fn everywhere(text: &str) {
    let _ = read(&Bytes::from(text.to_owned()));
    let _ = serde_json::from_str::<wire::Order>(text).map(|order| convert::order(&order));
    let _ = serde_json::from_str::<wire::Activity>(text).map(|activity| convert::execution(&activity));
    let _ = serde_json::from_str::<wire::Account>(text).map(|account| (convert::cash(&account), convert::identity(&account)));
    let _ = serde_json::from_str::<wire::Position>(text).map(|position| convert::position(&position));
    let _ = serde_json::from_str::<wire::Asset>(text).map(|asset| (convert::stock_rules(&asset), convert::crypto_rules(&asset)));
    for status in [200_u16, 400, 403, 404, 422, 429, 500] {
        let status = StatusCode::from_u16(status).expect("a status");
        let answer = Answer { status, headers: HeaderMap::new(), body: text.as_bytes().to_vec() };
        let _ = (errors::of_order(&answer), errors::of_replacement(&answer), errors::of_cancel(&answer), errors::of_question(&answer));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_not(text in "\\PC{0,200}") {
        everywhere(&text);
    }

    #[test]
    fn an_order_with_anything_in_a_field_is_read_or_not(
        field in select(vec!["id", "symbol", "asset_class", "qty", "notional", "filled_qty", "filled_avg_price", "limit_price", "trail_percent", "type", "legs", "submitted_at", "commission"]),
        value in anything(),
        event in select(vec!["fill", "new", "order_cancel_rejected"]),
    ) {
        let order = order(&json!({ field: value, "type": "trailing_stop" }));
        everywhere(&order.to_string());
        everywhere(&json!({"stream": "trade_updates", "data": {"event": event, "order": order, "qty": value, "price": value}}).to_string());
    }

    #[test]
    fn a_position_or_asset_of_anything_is_told_or_left_out(symbol in anything(), qty in anything(), available in anything()) {
        let position = json!({"symbol": symbol, "asset_class": "crypto", "qty": qty, "qty_available": available});
        everywhere(&position.to_string());
        let asset = json!({"symbol": symbol, "status": "active", "tradable": true, "min_order_size": qty, "min_trade_increment": available, "price_increment": qty});
        everywhere(&asset.to_string());
    }
}

#[test]
fn legs_within_legs_end() {
    for depth in [1, 2, 30, 200] {
        let nested = (0..depth).fold(order(&json!({})).to_string(), |inner, _| {
            order(&json!({"legs": "inner"})).to_string().replace("\"inner\"", &format!("[{inner}]"))
        });
        everywhere(&nested);
    }
}
