//! Reading an order out of its configuration, and saying why it is not taken.

use chrono::DateTime;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

use super::failure;
use crate::{
    exchange::{
        Exchange,
        order::{Kind, NewOrder, Refusal, Side, Tif},
    },
    write::uuid,
};

pub fn place(exchange: &mut Exchange, json: &Value) -> Value {
    let asked = match read(exchange, json) {
        Ok(asked) => asked,
        Err(error) => return failure(error, "the order cannot be read"),
    };
    let id = match exchange.submit(asked) {
        Ok(id) | Err(Refusal::DuplicateClientId(id)) => id,
        Err(refusal) => {
            let (error, message) = refused(&refusal);
            return failure(error, message);
        }
    };
    let order = exchange.order(id);
    json!({"success": true, "failure_reason": "UNKNOWN_FAILURE_REASON", "order_id": order.venue_id, "success_response": {
        "order_id": order.venue_id, "product_id": order.asked.symbol, "side": order.asked.side.upper(),
        "client_order_id": order.asked.client_id}, "order_configuration": json["order_configuration"]})
}

pub fn preview(exchange: &Exchange, json: &Value) -> Value {
    let mut named = json.clone();
    named["client_order_id"] = json!("preview");
    let checked = read(exchange, &named).and_then(|asked| {
        let nameless = NewOrder { client_id: String::new(), ..asked };
        exchange.check(&nameless).map_err(|refusal| refused(&refusal).0)
    });
    let errors: Vec<String> = checked.err().into_iter().map(|error| format!("PREVIEW_{error}")).collect();
    json!({"order_total": "0", "commission_total": "0", "errs": errors, "warning": [], "preview_id": uuid("94e71e44", 1)})
}

pub fn refused(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::UnknownSymbol => ("UNKNOWN_PRODUCT_ID", "no such product"),
        Refusal::NoQty | Refusal::MissingPrice => ("UNSUPPORTED_ORDER_CONFIGURATION", "size or price is missing"),
        Refusal::TooLarge => ("INVALID_SIZE", "Size or price is too large"),
        Refusal::BadQtyStep => ("INVALID_SIZE_PRECISION", "Size has too many decimals"),
        Refusal::BelowMinimum | Refusal::BelowNotional => ("INVALID_MINIMUM_SIZE", "Order size is below the minimum"),
        Refusal::BadPriceTick => ("INVALID_PRICE_PRECISION", "Price has too many decimals"),
        Refusal::InsufficientFunds { .. } => ("INSUFFICIENT_FUND", "Insufficient balance in source account"),
        Refusal::DuplicateClientId(_) => ("DUPLICATE_CLIENT_ORDER_ID", "the client's id is taken"),
        Refusal::BadClientId => ("INVALID_REQUEST", "client_order_id is invalid"),
        Refusal::WouldCross => ("INVALID_LIMIT_PRICE_POST_ONLY", "Limit price would cross the market"),
        Refusal::UnknownOrder | Refusal::NotOpen(_) => ("UNKNOWN_CANCEL_ORDER", "order not found"),
    }
}

fn read(exchange: &Exchange, json: &Value) -> Result<NewOrder, &'static str> {
    let side = match json["side"].as_str() {
        Some("BUY") => Side::Buy,
        Some("SELL") => Side::Sell,
        _ => return Err("INVALID_SIDE"),
    };
    let client_id = json["client_order_id"].as_str().filter(|id| !id.is_empty()).ok_or("INVALID_REQUEST")?;
    let (name, values) =
        json["order_configuration"].as_object().and_then(|one| one.iter().next()).ok_or("UNSUPPORTED_ORDER_CONFIGURATION")?;
    let (kind, tif) = match name.as_str() {
        "market_market_ioc" => (Kind::Market, Tif::Ioc),
        "market_market_fok" => (Kind::Market, Tif::Fok),
        "sor_limit_ioc" => (Kind::Limit, Tif::Ioc),
        "limit_limit_gtc" => (Kind::Limit, Tif::Gtc),
        "limit_limit_gtd" => (Kind::Limit, Tif::Gtd),
        "limit_limit_fok" => (Kind::Limit, Tif::Fok),
        "stop_limit_stop_limit_gtc" => (stop_kind(side, values)?, Tif::Gtc),
        "stop_limit_stop_limit_gtd" => (stop_kind(side, values)?, Tif::Gtd),
        _ => return Err("UNSUPPORTED_ORDER_CONFIGURATION"),
    };
    let mut asked = NewOrder::new(json["product_id"].as_str().unwrap_or_default(), side, kind);
    client_id.clone_into(&mut asked.client_id);
    asked.tif = tif;
    asked.qty = number(&values["base_size"])?;
    asked.notional = number(&values["quote_size"])?.map(|quote| without_fee(exchange, quote));
    asked.limit = number(&values["limit_price"])?;
    asked.stop = number(&values["stop_price"])?;
    asked.post_only = values["post_only"] == true;
    if tif == Tif::Gtd {
        let end = values["end_time"].as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        asked.expires_ms = Some(end.ok_or("INVALID_END_TIME")?.timestamp_millis());
    }
    asked.extra = json!({"order_configuration": json["order_configuration"]});
    Ok(asked)
}

fn stop_kind(side: Side, values: &Value) -> Result<Kind, &'static str> {
    let is_up = match values["stop_direction"].as_str() {
        Some("STOP_DIRECTION_STOP_UP") => true,
        Some("STOP_DIRECTION_STOP_DOWN") => false,
        _ => return Err("INVALID_REQUEST"),
    };
    Ok(if is_up == (side == Side::Buy) { Kind::StopLimit } else { Kind::TakeProfitLimit })
}

pub fn number(value: &Value) -> Result<Option<Decimal>, &'static str> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => text.parse().map(Some).map_err(|_| "INVALID_REQUEST"),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Err("INVALID_REQUEST"),
    }
}

/// An amount to be spent has the fee in it.
fn without_fee(exchange: &Exchange, quote: Decimal) -> Decimal {
    (quote / (Decimal::ONE + exchange.profile.taker)).round_dp_with_strategy(8, RoundingStrategy::ToZero)
}
