//! Cancelling, and the two ways of changing an order.

use serde_json::{Value, json};

use super::{NO_ORDER, NO_SYMBOL, Trouble, orders, refused, view};
use crate::{
    exchange::{Exchange, change::Changes, order::OrderId},
    http::{Reply, Request},
};

const UNKNOWN: Trouble = Trouble(400, -2011, "Unknown order sent.");

pub fn one(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let id = orders::find(exchange, request, "orderId", "origClientOrderId").map(|order| order.id).ok_or(UNKNOWN)?;
    cancel(exchange, id, request.param("newClientOrderId"))?;
    Ok(Reply::ok(&view::canceled(exchange.order(id))))
}

fn cancel(exchange: &mut Exchange, id: OrderId, name: Option<&str>) -> Result<(), Trouble> {
    if let Some(name) = name {
        exchange.order_mut(id).asked.extra = json!({"cancel_id": name});
    }
    exchange.cancel(id).map_err(|refusal| refused(&refusal))
}

pub fn all(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let symbol = request.param("symbol").ok_or(NO_SYMBOL)?;
    exchange.instrument(symbol).ok_or(NO_SYMBOL)?;
    let open = exchange.orders.values().filter(|order| order.is_open() && order.asked.symbol == symbol);
    let open: Vec<OrderId> = open.map(|order| order.id).collect();
    if open.is_empty() {
        return Err(UNKNOWN);
    }
    exchange.cancel_all(&open);
    Ok(Reply::ok(&open.iter().map(|id| view::canceled(exchange.order(*id))).collect()))
}

/// Cancels one and places another; each half can fail by itself.
#[expect(clippy::unnecessary_wraps, reason = "one of many answers, most of which can fail")]
pub fn replace(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let found = orders::find(exchange, request, "cancelOrderId", "cancelOrigClientOrderId").map(|order| order.id);
    let canceled = found.ok_or(UNKNOWN).and_then(|id| {
        cancel(exchange, id, request.param("cancelNewClientOrderId"))?;
        Ok(view::canceled(exchange.order(id)))
    });
    let is_stopped = canceled.is_err() && request.param("cancelReplaceMode") != Some("ALLOW_FAILURE");
    let placed = (!is_stopped).then(|| {
        let id = orders::submit(exchange, request)?;
        Ok(view::placed(exchange, exchange.order(id), orders::length(request)))
    });
    let outcome = |result: &Result<Value, Trouble>| if result.is_ok() { "SUCCESS" } else { "FAILURE" };
    let told = |result: Result<Value, Trouble>| result.unwrap_or_else(Trouble::value);
    let goods = u8::from(canceled.is_ok()) + u8::from(placed.as_ref().is_some_and(Result::is_ok));
    let data = json!({
        "cancelResult": outcome(&canceled), "newOrderResult": placed.as_ref().map_or("NOT_ATTEMPTED", outcome),
        "cancelResponse": told(canceled), "newOrderResponse": placed.map(told),
    });
    Ok(match goods {
        2 => Reply::ok(&data),
        1 => Reply::json(409, &json!({"code": -2021, "msg": "Order cancel-replace partially failed.", "data": data})),
        _ => Reply::json(400, &json!({"code": -2022, "msg": "Order cancel-replace failed.", "data": data})),
    })
}

/// Less of the same order, which keeps its place.
pub fn amend(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let order = orders::find(exchange, request, "orderId", "origClientOrderId").ok_or(NO_ORDER)?;
    let (id, old) = (order.id, order.qty);
    let qty: rust_decimal::Decimal =
        request.number("newQty").ok_or(Trouble(400, -1102, "Mandatory parameter 'newQty' was not sent, was empty/null, or malformed."))?;
    if qty >= old {
        return Err(Trouble(400, -2038, "The requested quantity is not less than the current one."));
    }
    exchange.amend(id, &Changes { qty: Some(qty), ..Changes::default() }).map_err(|refusal| refused(&refusal))?;
    let order = exchange.order(id);
    let mut shown = view::order(order);
    shown["origClientOrderId"] = json!(order.asked.client_id);
    shown["qty"] = json!(view::text(order.qty));
    Ok(Reply::ok(&json!({"transactTime": order.updated_us / 1000, "executionId": order.updated_us, "amendedOrder": shown})))
}
