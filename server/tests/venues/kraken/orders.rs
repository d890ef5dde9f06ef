//! Placing an order.

use chrono::DateTime;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Trouble, names, refused, view};
use crate::{
    exchange::{
        Exchange,
        order::{Kind, NewOrder, Order, Side, Tif, Trail},
    },
    http::Request,
};

/// Of free text; a UUID may be longer, with its hyphens or without.
const CLIENT_ID_MAX: usize = 18;

pub fn add(exchange: &mut Exchange, request: &Request) -> Result<Value, Trouble> {
    check_deadline(exchange, request)?;
    let asked = read(exchange, request)?;
    if request.param("validate") == Some("true") {
        exchange.check(&asked).map_err(|refusal| refused(&refusal))?;
        return Ok(json!({"descr": {"order": format!("{} {}", asked.side.lower(), view::kind(asked.kind))}}));
    }
    let id = exchange.submit(asked).map_err(|refusal| refused(&refusal))?;
    let order = exchange.order(id);
    let client_id = &order.asked.client_id;
    let mut result = json!({"descr": {"order": view::description(exchange, order)}, "txid": [order.venue_id]});
    if !client_id.is_empty() {
        result["cl_ord_id"] = json!(client_id);
    }
    Ok(result)
}

/// A client may say until when its request is worth anything.
pub fn check_deadline(exchange: &Exchange, request: &Request) -> Result<(), Trouble> {
    let Some(text) = request.param("deadline") else { return Ok(()) };
    let deadline = DateTime::parse_from_rfc3339(text).map_err(|_| "EGeneral:Invalid arguments:deadline")?;
    if deadline.timestamp_millis() < exchange.now_ms() { Err("EService:Deadline elapsed") } else { Ok(()) }
}

fn read(exchange: &Exchange, request: &Request) -> Result<NewOrder, Trouble> {
    let symbol = names::find(exchange, request.param("pair").unwrap_or_default()).ok_or("EQuery:Unknown asset pair")?.symbol.clone();
    let side = match request.param("type") {
        Some("buy") => Side::Buy,
        Some("sell") => Side::Sell,
        _ => return Err("EGeneral:Invalid arguments:type"),
    };
    let kind = match request.param("ordertype") {
        Some("market") => Kind::Market,
        Some("limit") => Kind::Limit,
        Some("stop-loss") => Kind::Stop,
        Some("stop-loss-limit") => Kind::StopLimit,
        Some("take-profit") => Kind::TakeProfit,
        Some("take-profit-limit") => Kind::TakeProfitLimit,
        Some("trailing-stop") => Kind::TrailingStop,
        _ => return Err("EGeneral:Invalid arguments:ordertype"),
    };
    let mut asked = NewOrder::new(&symbol, side, kind);
    let flags: Vec<&str> = request.param("oflags").unwrap_or_default().split(',').collect();
    let volume = decimal(request, "volume")?;
    if flags.contains(&"viqc") {
        asked.notional = volume;
    } else {
        asked.qty = volume;
    }
    asked.post_only = flags.contains(&"post");
    match kind {
        Kind::Market => {}
        Kind::Limit => asked.limit = decimal(request, "price")?,
        Kind::Stop | Kind::TakeProfit => asked.stop = decimal(request, "price")?,
        Kind::StopLimit | Kind::TakeProfitLimit => {
            asked.stop = decimal(request, "price")?;
            asked.limit = decimal(request, "price2")?;
        }
        Kind::TrailingStop => asked.trail = trail(request.param("price").unwrap_or_default()),
    }
    asked.tif = match request.param("timeinforce").map(str::to_ascii_uppercase).as_deref() {
        None | Some("GTC") => Tif::Gtc,
        Some("IOC") => Tif::Ioc,
        Some("FOK") => Tif::Fok,
        Some("GTD") => Tif::Gtd,
        Some(_) => return Err("EGeneral:Invalid arguments:timeinforce"),
    };
    asked.expires_ms = expiry(exchange, request)?;
    asked.client_id = client_id(request)?;
    asked.extra = json!({"userref": request.number::<i64>("userref")});
    Ok(asked)
}

pub fn decimal(request: &Request, name: &str) -> Result<Option<Decimal>, Trouble> {
    request.param(name).map(str::parse).transpose().map_err(|_| "EGeneral:Invalid arguments")
}

fn client_id(request: &Request) -> Result<String, Trouble> {
    let id = request.param("cl_ord_id").unwrap_or_default();
    let is_exclusive = id.is_empty() || request.param("userref").is_none();
    let is_uuid = [32, 36].contains(&id.len()) && uuid::Uuid::parse_str(id).is_ok();
    if (id.len() <= CLIENT_ID_MAX || is_uuid) && is_exclusive { Ok(id.to_owned()) } else { Err("EGeneral:Invalid arguments:cl_ord_id") }
}

/// `+5%` or `+100`.
fn trail(price: &str) -> Option<Trail> {
    let distance = price.strip_prefix('+')?;
    match distance.strip_suffix('%') {
        Some(percent) => percent.parse().ok().map(Trail::Percent),
        None => distance.parse().ok().map(Trail::Price),
    }
}

/// Seconds since 1970, or from now on with a plus.
fn expiry(exchange: &Exchange, request: &Request) -> Result<Option<i64>, Trouble> {
    let wrong = "EGeneral:Invalid arguments:expiretm";
    match request.param("expiretm") {
        None | Some("0") => Ok(None),
        Some(text) => match text.strip_prefix('+') {
            Some(after) => after.parse::<i64>().map(|after| Some(exchange.now_ms() + after * 1000)).map_err(|_| wrong),
            None => text.parse::<i64>().map(|at| Some(at * 1000)).map_err(|_| wrong),
        },
    }
}

/// By `txid`, else by the client's id.
pub fn find<'a>(exchange: &'a Exchange, request: &Request) -> Option<&'a Order> {
    match request.param("txid") {
        Some(txid) => exchange.by_venue_id(txid),
        None => exchange.by_client_id(request.param("cl_ord_id")?),
    }
}
