//! `/orders`: place, preview, edit, cancel, find, list, fills.

use chrono::DateTime;
use serde_json::{Value, json};

use super::{place, trouble, view};
use crate::{
    exchange::{
        Exchange,
        change::Changes,
        order::{Kind, Order, Refusal, Trade},
    },
    http::{Reply, Request},
};

const LIMIT: usize = 100;
const LIMIT_MAX: usize = 1_000;

pub fn answer(exchange: &mut Exchange, path: &str, request: &Request) -> Option<Reply> {
    Some(Reply::ok(&match (request.method.as_str(), path) {
        ("POST", "/orders") => place::place(exchange, &request.json),
        ("POST", "/orders/preview") => place::preview(exchange, &request.json),
        ("POST", "/orders/batch_cancel") => cancel(exchange, &request.json),
        ("POST", "/orders/edit") => edit(exchange, &request.json),
        ("GET", "/orders/historical/batch") => list(exchange, request),
        ("GET", "/orders/historical/fills") => fills(exchange, request),
        ("GET", path) => {
            let id = path.strip_prefix("/orders/historical/")?;
            let found = exchange.by_venue_id(id).filter(|order| exchange.is_visible(order));
            let Some(order) = found else { return Some(trouble(404, "NOT_FOUND", "order with this orderID was not found")) };
            json!({"order": view::order(exchange, order)})
        }
        _ => return None,
    }))
}

fn cancel(exchange: &mut Exchange, json: &Value) -> Value {
    let ids = json["order_ids"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let one = |id: &str| {
        let found = exchange.by_venue_id(id).map(|order| order.id).ok_or(Refusal::UnknownOrder);
        let reason = match found.and_then(|order| exchange.cancel(order)) {
            Ok(()) => "UNKNOWN_CANCEL_FAILURE_REASON",
            Err(_) => "UNKNOWN_CANCEL_ORDER",
        };
        json!({"success": reason == "UNKNOWN_CANCEL_FAILURE_REASON", "failure_reason": reason, "order_id": id})
    };
    json!({"results": ids.map(one).collect::<Vec<_>>()})
}

fn edit(exchange: &mut Exchange, json: &Value) -> Value {
    match try_edit(exchange, json) {
        Ok(()) => json!({"success": true, "errors": []}),
        Err(reason) => json!({"success": false, "errors": [{"edit_failure_reason": reason}]}),
    }
}

fn try_edit(exchange: &mut Exchange, json: &Value) -> Result<(), &'static str> {
    let order = exchange.by_venue_id(json["order_id"].as_str().unwrap_or_default()).ok_or("ORDER_NOT_FOUND")?;
    if order.asked.kind != Kind::Limit {
        return Err("ONLY_LIMIT_ORDER_EDITS_SUPPORTED");
    }
    let id = order.id;
    let changes = Changes { qty: place::number(&json["size"])?, limit: place::number(&json["price"])?, ..Changes::default() };
    exchange.amend(id, &changes).map_err(|refusal| match refusal {
        Refusal::NotOpen(_) => "CANNOT_EDIT_TO_BELOW_FILLED_SIZE",
        Refusal::BelowMinimum | Refusal::BelowNotional | Refusal::BadQtyStep | Refusal::TooLarge => "INVALID_EDITED_SIZE",
        Refusal::BadPriceTick => "INVALID_EDITED_PRICE",
        Refusal::InsufficientFunds { .. } => "INSUFFICIENT_FUND",
        Refusal::UnknownSymbol
        | Refusal::NoQty
        | Refusal::MissingPrice
        | Refusal::DuplicateClientId(_)
        | Refusal::BadClientId
        | Refusal::WouldCross
        | Refusal::UnknownOrder => "REJECTED",
    })
}

/// All values of a name that can come more than once, or of its singular.
fn named<'a>(request: &'a Request, many: &str, one: &str) -> Vec<&'a str> {
    request.pairs.iter().filter(|(name, _)| name == many || name == one).map(|(_, value)| value.as_str()).collect()
}

fn time(request: &Request, name: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(request.param(name)?).ok().map(|time| time.timestamp_micros())
}

/// The page that the cursor names, and the cursor of the next one; empty at the end.
fn page<T>(found: Vec<T>, request: &Request) -> (Vec<T>, String) {
    let begin = request.number::<usize>("cursor").unwrap_or(0);
    let limit = request.number::<usize>("limit").unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let next = if found.len() > begin + limit { (begin + limit).to_string() } else { String::new() };
    (found.into_iter().skip(begin).take(limit).collect(), next)
}

fn list(exchange: &Exchange, request: &Request) -> Value {
    let (products, statuses) = (named(request, "product_ids", "product_id"), named(request, "order_status", "order_status"));
    let (start, end) = (time(request, "start_date"), time(request, "end_date"));
    let is_wanted = |order: &&Order| {
        exchange.is_visible(order)
            && (products.is_empty() || products.contains(&order.asked.symbol.as_str()))
            && (statuses.is_empty() || statuses.contains(&view::status(order)))
            && start.is_none_or(|start| order.created_us >= start)
            && end.is_none_or(|end| order.created_us < end)
    };
    let found: Vec<&Order> = exchange.orders.values().rev().filter(is_wanted).collect();
    let (page, cursor) = page(found, request);
    let orders: Vec<Value> = page.into_iter().map(|order| view::order(exchange, order)).collect();
    json!({"orders": orders, "sequence": "0", "has_next": !cursor.is_empty(), "cursor": cursor})
}

fn fills(exchange: &Exchange, request: &Request) -> Value {
    let (products, orders) = (named(request, "product_ids", "product_id"), named(request, "order_ids", "order_id"));
    let (start, end) = (time(request, "start_sequence_timestamp"), time(request, "end_sequence_timestamp"));
    let is_wanted = |trade: &&Trade| {
        !trade.is_busted
            && (products.is_empty() || products.contains(&trade.symbol.as_str()))
            && (orders.is_empty() || orders.contains(&exchange.order(trade.order).venue_id.as_str()))
            && start.is_none_or(|start| trade.at_us >= start)
            && end.is_none_or(|end| trade.at_us < end)
    };
    let found: Vec<&Trade> = exchange.trades.iter().rev().filter(is_wanted).collect();
    let (page, cursor) = page(found, request);
    json!({"fills": page.into_iter().map(|trade| view::fill(exchange, trade)).collect::<Vec<_>>(), "cursor": cursor})
}
