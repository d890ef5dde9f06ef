//! Open and closed orders, and trades, in pages of fifty, newest first.

use serde_json::{Map, Value, json};

use super::{Trouble, names, view};
use crate::{
    exchange::{
        Exchange,
        order::{Order, Trade},
    },
    http::Request,
};

const PAGE: usize = 50;

fn has_trades(request: &Request) -> bool {
    request.param("trades") == Some("true")
}

fn is_asked_for(order: &Order, request: &Request) -> bool {
    request.param("cl_ord_id").is_none_or(|id| id == order.asked.client_id)
        && request.number::<i64>("userref").is_none_or(|userref| order.asked.extra["userref"] == userref)
}

fn shown<'a>(exchange: &Exchange, orders: impl Iterator<Item = &'a Order>, request: &Request) -> Value {
    let one = |order: &Order| (order.venue_id.clone(), view::order(exchange, order, has_trades(request)));
    Value::Object(orders.map(one).collect::<Map<_, _>>())
}

pub fn open(exchange: &Exchange, request: &Request) -> Value {
    let open = exchange.orders.values().rev().filter(|order| order.is_open() && exchange.is_visible(order));
    json!({"open": shown(exchange, open.filter(|order| is_asked_for(order, request)), request)})
}

/// A border of the range: seconds, or the id of an order or trade.
fn border(exchange: &Exchange, request: &Request, name: &str) -> Option<i64> {
    let text = request.param(name)?;
    let order = || exchange.by_venue_id(text).map(|order| order.created_us);
    let trade = || exchange.trades.iter().find(|trade| names::txid('T', trade.id) == text).map(|trade| trade.at_us);
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let micros = format!("{part:0<6}").get(..6).and_then(|part| part.parse::<i64>().ok());
    whole.parse::<i64>().ok().zip(micros).map(|(whole, part)| whole * 1_000_000 + part).or_else(order).or_else(trade)
}

/// In the range, from the offset on.
fn page<'a, T>(found: impl Iterator<Item = &'a T>, at: fn(&T) -> i64, exchange: &Exchange, request: &Request) -> (Vec<&'a T>, usize) {
    let (start, end) = (border(exchange, request, "start"), border(exchange, request, "end"));
    let is_inside = |one: &&T| start.is_none_or(|start| at(one) > start) && end.is_none_or(|end| at(one) <= end);
    let all: Vec<&T> = found.filter(is_inside).collect();
    let count = all.len();
    (all.into_iter().skip(request.number("ofs").unwrap_or(0)).take(PAGE).collect(), count)
}

pub fn closed(exchange: &Exchange, request: &Request) -> Value {
    let closed = exchange.orders.values().rev().filter(|order| !order.is_open() && exchange.is_visible(order));
    let (page, count) = page(closed.filter(|order| is_asked_for(order, request)), |order| order.updated_us, exchange, request);
    json!({"closed": shown(exchange, page.into_iter(), request), "count": count})
}

pub fn query(exchange: &Exchange, request: &Request) -> Result<Value, Trouble> {
    let ids: Vec<&str> = request.param("txid").unwrap_or_default().split(',').take(PAGE).collect();
    let found: Vec<&Order> = match request.param("cl_ord_id") {
        Some(client_id) => exchange.by_client_id(client_id).into_iter().collect(),
        None => ids.iter().filter_map(|id| exchange.by_venue_id(id)).collect(),
    };
    let visible: Vec<&Order> = found.into_iter().filter(|order| exchange.is_visible(order)).collect();
    if visible.is_empty() {
        return Err("EOrder:Unknown order");
    }
    Ok(shown(exchange, visible.into_iter(), request))
}

fn shown_trades<'a>(exchange: &Exchange, trades: impl Iterator<Item = &'a Trade>) -> Value {
    let one = |trade: &Trade| (names::txid('T', trade.id), view::trade(exchange, trade));
    Value::Object(trades.map(one).collect::<Map<_, _>>())
}

pub fn trades(exchange: &Exchange, request: &Request) -> Value {
    let all = exchange.trades.iter().rev().filter(|trade| !trade.is_busted);
    let (page, count) = page(all, |trade| trade.at_us, exchange, request);
    json!({"trades": shown_trades(exchange, page.into_iter()), "count": count})
}

pub fn query_trades(exchange: &Exchange, request: &Request) -> Result<Value, Trouble> {
    let ids: Vec<&str> = request.param("txid").unwrap_or_default().split(',').take(PAGE).collect();
    let found: Vec<&Trade> = exchange.trades.iter().filter(|trade| ids.contains(&names::txid('T', trade.id).as_str())).collect();
    if found.is_empty() { Err("EQuery:Unknown trade") } else { Ok(shown_trades(exchange, found.into_iter())) }
}
