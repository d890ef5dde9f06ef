//! Placing, finding and listing orders.

use rust_decimal::Decimal;
use serde_json::json;

use super::{NO_ORDER, NO_SYMBOL, Trouble, refused, view};
use crate::{
    exchange::{
        Exchange,
        order::{Kind, NewOrder, Order, OrderId, Side, Tif, Trail},
    },
    http::{Reply, Request},
};

const CLIENT_ID_MAX: usize = 36;
const LIMIT: usize = 500;
const LIMIT_MAX: usize = 1_000;
const PLACES_MAX: u32 = 8;

pub fn place(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let id = submit(exchange, request)?;
    let count = exchange.orders.len().to_string();
    let body = view::placed(exchange, exchange.order(id), length(request));
    Ok(Reply::ok(&body).with("x-mbx-order-count-10s", count.clone()).with("x-mbx-order-count-1d", count))
}

pub fn length(request: &Request) -> &str {
    let usual = if matches!(request.param("type"), Some("MARKET" | "LIMIT")) { "FULL" } else { "ACK" };
    request.param("newOrderRespType").unwrap_or(usual)
}

pub fn test(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let asked = read(exchange, request)?;
    exchange.check(&asked).map_err(|refusal| refused(&refusal))?;
    Ok(Reply::ok(&json!({})))
}

pub fn submit(exchange: &mut Exchange, request: &Request) -> Result<OrderId, Trouble> {
    let asked = read(exchange, request)?;
    exchange.submit(asked).map_err(|refusal| refused(&refusal))
}

fn read(exchange: &Exchange, request: &Request) -> Result<NewOrder, Trouble> {
    let symbol =
        request.param("symbol").ok_or(Trouble(400, -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."))?;
    exchange.instrument(symbol).ok_or(NO_SYMBOL)?;
    let side = match request.param("side") {
        Some("BUY") => Side::Buy,
        Some("SELL") => Side::Sell,
        _ => return Err(Trouble(400, -1117, "Invalid side.")),
    };
    let is_trailing = request.param("trailingDelta").is_some();
    let kind = match request.param("type") {
        Some("MARKET") => Kind::Market,
        Some("LIMIT" | "LIMIT_MAKER") => Kind::Limit,
        Some("STOP_LOSS") if is_trailing => Kind::TrailingStop,
        Some("STOP_LOSS") => Kind::Stop,
        Some("STOP_LOSS_LIMIT") => Kind::StopLimit,
        Some("TAKE_PROFIT") => Kind::TakeProfit,
        Some("TAKE_PROFIT_LIMIT") => Kind::TakeProfitLimit,
        _ => return Err(Trouble(400, -1116, "Invalid orderType.")),
    };
    let mut asked = NewOrder::new(symbol, side, kind);
    asked.post_only = request.param("type") == Some("LIMIT_MAKER");
    let needs_tif = !asked.post_only && matches!(kind, Kind::Limit | Kind::StopLimit | Kind::TakeProfitLimit);
    asked.tif = match request.param("timeInForce") {
        Some("GTC") => Tif::Gtc,
        Some("IOC") => Tif::Ioc,
        Some("FOK") => Tif::Fok,
        Some(_) => return Err(Trouble(400, -1115, "Invalid timeInForce.")),
        None if needs_tif => {
            return Err(Trouble(400, -1102, "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed."));
        }
        None => Tif::Gtc,
    };
    asked.qty = number(request, "quantity")?;
    asked.notional = number(request, "quoteOrderQty")?;
    asked.limit = number(request, "price")?;
    asked.stop = number(request, "stopPrice")?;
    // In hundredths of a percent.
    asked.trail = number(request, "trailingDelta")?.map(|delta| Trail::Percent(delta / Decimal::ONE_HUNDRED));
    asked.client_id = client_id(request)?;
    check_stop(exchange, &asked)?;
    Ok(asked)
}

fn number(request: &Request, name: &str) -> Result<Option<Decimal>, Trouble> {
    let Some(text) = request.param(name) else { return Ok(None) };
    let number: Decimal = text.parse().map_err(|_| Trouble(400, -1100, "Illegal characters found in a parameter."))?;
    if number.normalize().scale() > PLACES_MAX {
        return Err(Trouble(400, -1111, "Parameter has too much precision."));
    }
    Ok(Some(number))
}

fn client_id(request: &Request) -> Result<String, Trouble> {
    let id = request.param("newClientOrderId").unwrap_or_default();
    let is_legal = id.len() <= CLIENT_ID_MAX && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/".contains(c));
    if is_legal { Ok(id.to_owned()) } else { Err(refused(&crate::exchange::order::Refusal::BadClientId)) }
}

fn check_stop(exchange: &Exchange, asked: &NewOrder) -> Result<(), Trouble> {
    let Some(stop) = asked.stop else { return Ok(()) };
    let touch = exchange.touch(&asked.symbol);
    let is_above = match (asked.kind, asked.side) {
        (Kind::TakeProfit | Kind::TakeProfitLimit, side) => side == Side::Sell,
        (_, side) => side == Side::Buy,
    };
    let is_met = if is_above { stop <= touch.ask } else { stop >= touch.bid };
    if is_met { Err(Trouble(400, -2010, "Stop price would trigger immediately.")) } else { Ok(()) }
}

/// The order that `orderId`, or else the client's id, names.
pub fn find<'a>(exchange: &'a Exchange, request: &Request, by_id: &str, by_client_id: &str) -> Option<&'a Order> {
    let symbol = request.param("symbol")?;
    let found = match request.number::<OrderId>(by_id) {
        Some(id) => exchange.orders.get(&id),
        None => exchange.by_client_id(request.param(by_client_id)?),
    };
    found.filter(|order| order.asked.symbol == symbol)
}

pub fn get(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let found = find(exchange, request, "orderId", "origClientOrderId").filter(|order| exchange.is_visible(order));
    found.map(|order| Reply::ok(&view::order(order))).ok_or(NO_ORDER)
}

pub fn open(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    if let Some(symbol) = request.param("symbol") {
        exchange.instrument(symbol).ok_or(NO_SYMBOL)?;
    }
    let is_wanted = |order: &&Order| {
        order.is_open() && exchange.is_visible(order) && request.param("symbol").is_none_or(|symbol| symbol == order.asked.symbol)
    };
    Ok(Reply::ok(&exchange.orders.values().filter(is_wanted).map(view::order).collect()))
}

/// The newest, or those from an id on.
pub fn all(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let symbol =
        request.param("symbol").ok_or(Trouble(400, -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."))?;
    exchange.instrument(symbol).ok_or(NO_SYMBOL)?;
    let (from, start, end) = (request.number::<OrderId>("orderId"), request.number::<i64>("startTime"), request.number::<i64>("endTime"));
    let is_wanted = |order: &&Order| {
        let at = order.created_us / 1000;
        order.asked.symbol == symbol
            && exchange.is_visible(order)
            && from.is_none_or(|from| order.id >= from)
            && start.is_none_or(|start| at >= start)
            && end.is_none_or(|end| at <= end)
    };
    let found: Vec<&Order> = exchange.orders.values().filter(is_wanted).collect();
    let page = page(&found, request, from.is_some() || start.is_some());
    Ok(Reply::ok(&page.iter().map(|order| view::order(order)).collect()))
}

/// As many as were asked for: the oldest where a beginning was named, else the newest.
pub fn page<'a, T>(found: &'a [T], request: &Request, is_from_start: bool) -> &'a [T] {
    let limit = request.number("limit").unwrap_or(LIMIT).min(LIMIT_MAX);
    let skipped = if is_from_start { 0 } else { found.len().saturating_sub(limit) };
    let (_, rest) = found.split_at(skipped);
    rest.split_at(rest.len().min(limit)).0
}
