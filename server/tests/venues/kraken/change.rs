//! Amending and cancelling.

use serde_json::{Value, json};

use super::{Trouble, names, orders, refused};
use crate::{
    exchange::{
        Exchange,
        change::Changes,
        order::{OrderId, Refusal},
    },
    http::Request,
    write::micros,
};

pub fn amend(exchange: &mut Exchange, request: &Request) -> Result<Value, Trouble> {
    orders::check_deadline(exchange, request)?;
    let id = orders::find(exchange, request).map(|order| order.id).ok_or(refused(&Refusal::UnknownOrder))?;
    let changes = Changes {
        qty: orders::decimal(request, "order_qty")?,
        limit: orders::decimal(request, "limit_price")?,
        stop: orders::decimal(request, "trigger_price")?,
        ..Changes::default()
    };
    exchange.amend(id, &changes).map_err(|refusal| refused(&refusal))?;
    let number = exchange.new_id();
    Ok(json!({"amend_id": names::txid('A', number)}))
}

pub fn cancel(exchange: &mut Exchange, request: &Request) -> Result<Value, Trouble> {
    let id = orders::find(exchange, request).map(|order| order.id).ok_or(refused(&Refusal::UnknownOrder))?;
    exchange.cancel(id).map_err(|refusal| refused(&refusal))?;
    Ok(json!({"count": 1, "pending": false}))
}

pub fn cancel_all(exchange: &mut Exchange) -> Value {
    let open: Vec<OrderId> = exchange.orders.values().filter(|order| order.is_open()).map(|order| order.id).collect();
    exchange.cancel_all(&open);
    json!({"count": open.len()})
}

/// All orders that are open now expire with the timer; zero takes it back.
pub fn cancel_all_after(exchange: &mut Exchange, request: &Request) -> Value {
    let now = exchange.now_ms();
    let timeout = request.number::<i64>("timeout").unwrap_or(0);
    let at = (timeout > 0).then_some(now + timeout * 1000);
    for order in exchange.orders.values_mut().filter(|order| order.is_open()) {
        order.asked.expires_ms = at;
    }
    let shown = |ms: i64| micros(ms * 1000);
    json!({"currentTime": shown(now), "triggerTime": at.map_or_else(|| "0".to_owned(), shown)})
}
