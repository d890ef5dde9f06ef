//! `/v2/orders`: place, find, list, replace, cancel.

use serde_json::{Value, json};

use super::{error, not_found, number, refused, view};
use crate::{
    exchange::{
        Exchange,
        change::Changes,
        order::{Class, Kind, NewOrder, Order, Side, Tif, Trail},
    },
    http::{Reply, Request},
};

const CLIENT_ID_MAX: usize = 128;
const LIMIT: usize = 50;
const LIMIT_MAX: usize = 500;

pub fn answer(exchange: &mut Exchange, request: &Request) -> Option<Reply> {
    Some(match request.route() {
        ("POST", "/v2/orders") => place(exchange, &request.json).unwrap_or_else(|reply| reply),
        ("GET", "/v2/orders") => list(exchange, request),
        ("DELETE", "/v2/orders") => cancel_all(exchange),
        ("GET", "/v2/orders:by_client_order_id") => {
            let client_id = request.param("client_order_id").unwrap_or_default();
            shown(exchange, exchange.by_client_id(client_id), client_id, request)
        }
        (method, path) => {
            let id = path.strip_prefix("/v2/orders/")?;
            let found = exchange.by_venue_id(id);
            match (method, found.map(|order| order.id)) {
                ("GET", _) => shown(exchange, found, id, request),
                ("DELETE", Some(order)) => match exchange.cancel(order) {
                    Ok(()) => Reply::empty(204),
                    Err(refusal) => refused(exchange, refusal, &Value::Null),
                },
                ("PATCH", Some(order)) => replace(exchange, order, &request.json).unwrap_or_else(|reply| reply),
                ("DELETE" | "PATCH", None) => not_found(id),
                _ => return None,
            }
        }
    })
}

fn shown(exchange: &Exchange, order: Option<&Order>, id: &str, request: &Request) -> Reply {
    let visible = order.filter(|order| exchange.is_visible(order));
    let is_nested = request.param("nested") == Some("true");
    visible.map_or_else(|| not_found(id), |order| Reply::ok(&view::order(exchange, order, is_nested)))
}

pub fn place(exchange: &mut Exchange, json: &Value) -> Result<Reply, Reply> {
    let bad = |what: &str| error(422, 40_010_001, &format!("invalid {what}"));
    let side = match json["side"].as_str() {
        Some("buy") => Side::Buy,
        Some("sell") => Side::Sell,
        _ => return Err(bad("side")),
    };
    let class = match json["order_class"].as_str() {
        None | Some("" | "simple") => Class::Simple,
        Some("bracket") => Class::Bracket,
        Some("oco") => Class::Oco,
        Some("oto") => Class::Oto,
        Some(_) => return Err(bad("order_class")),
    };
    let mut asked = NewOrder::new(&symbol(exchange, json), side, kind(json, class).ok_or_else(|| bad("type"))?);
    asked.class = class;
    asked.tif = tif(&json["time_in_force"]).ok_or_else(|| bad("time_in_force"))?;
    json["client_order_id"].as_str().unwrap_or_default().clone_into(&mut asked.client_id);
    if asked.client_id.len() > CLIENT_ID_MAX {
        return Err(error(422, 40_010_001, "client_order_id must be no more than 128 characters"));
    }
    asked.qty = number(&json["qty"])?;
    asked.notional = number(&json["notional"])?;
    asked.limit = number(&json["limit_price"])?;
    asked.stop = number(&json["stop_price"])?;
    asked.trail = trail(json)?;
    asked.extra = json!({"extended_hours": json["extended_hours"].as_bool().unwrap_or(false)});
    check(exchange, &asked)?;
    let legs = legs(json, &mut asked)?;
    match exchange.submit_family(asked, legs) {
        Ok(id) => Ok(Reply::ok(&view::order(exchange, exchange.order(id), true))),
        Err(refusal) => Err(refused(exchange, refusal, json)),
    }
}

/// `BTCUSD` is the old name of `BTC/USD`.
fn symbol(exchange: &Exchange, json: &Value) -> String {
    let given = json["symbol"].as_str().unwrap_or_default();
    let found = exchange.profile.instruments.iter().find(|one| one.symbol == given || one.symbol.replace('/', "") == given);
    found.map_or_else(|| given.to_owned(), |one| one.symbol.clone())
}

fn kind(json: &Value, class: Class) -> Option<Kind> {
    match json["type"].as_str() {
        Some("market") => Some(Kind::Market),
        Some("limit") => Some(Kind::Limit),
        Some("stop") => Some(Kind::Stop),
        Some("stop_limit") => Some(Kind::StopLimit),
        Some("trailing_stop") => Some(Kind::TrailingStop),
        None if class == Class::Oco => Some(Kind::Limit),
        _ => None,
    }
}

fn tif(value: &Value) -> Option<Tif> {
    match value.as_str()? {
        "day" => Some(Tif::Day),
        "gtc" => Some(Tif::Gtc),
        "opg" => Some(Tif::Opg),
        "cls" => Some(Tif::Cls),
        "ioc" => Some(Tif::Ioc),
        "fok" => Some(Tif::Fok),
        _ => None,
    }
}

fn trail(json: &Value) -> Result<Option<Trail>, Reply> {
    let (price, percent) = (number(&json["trail_price"])?, number(&json["trail_percent"])?);
    Ok(price.map(Trail::Price).or(percent.map(Trail::Percent)))
}

/// What Alpaca asks beyond the rules of any market.
fn check(exchange: &Exchange, asked: &NewOrder) -> Result<(), Reply> {
    let invalid = |message: &str| Err(error(422, 42_210_000, message));
    let Some(instrument) = exchange.instrument(&asked.symbol) else { return Ok(()) };
    if !instrument.is_stock {
        if !matches!(asked.kind, Kind::Market | Kind::Limit | Kind::StopLimit) {
            return invalid("invalid order type for crypto order");
        }
        if !matches!(asked.tif, Tif::Gtc | Tif::Ioc) {
            return invalid("invalid crypto time_in_force");
        }
    }
    if asked.qty.is_some() && asked.notional.is_some() {
        return invalid("only one of qty or notional is accepted");
    }
    let is_fraction = asked.qty.is_some_and(|qty| !qty.fract().is_zero()) || asked.notional.is_some();
    if instrument.is_stock && is_fraction && asked.tif != Tif::Day {
        return invalid("fractional orders must be DAY orders");
    }
    if asked.extra["extended_hours"] == true && (asked.kind != Kind::Limit || !matches!(asked.tif, Tif::Day | Tif::Gtc)) {
        return invalid("extended hours order must be DAY or GTC limit orders");
    }
    Ok(())
}

/// The orders that take the profit and stop the loss; of an OCO the order itself takes the profit.
fn legs(json: &Value, asked: &mut NewOrder) -> Result<Vec<NewOrder>, Reply> {
    if asked.class == Class::Simple {
        return Ok(Vec::new());
    }
    let other = match (asked.class, asked.side) {
        (Class::Oco, side) => side,
        (_, Side::Buy) => Side::Sell,
        (_, Side::Sell) => Side::Buy,
    };
    let leg = |kind: Kind| NewOrder { tif: asked.tif, qty: asked.qty, ..NewOrder::new(&asked.symbol, other, kind) };
    let profit = number(&json["take_profit"]["limit_price"])?.map(|limit| NewOrder { limit: Some(limit), ..leg(Kind::Limit) });
    let loss_limit = number(&json["stop_loss"]["limit_price"])?;
    let loss_kind = if loss_limit.is_some() { Kind::StopLimit } else { Kind::Stop };
    let loss = number(&json["stop_loss"]["stop_price"])?;
    let loss = loss.map(|stop| NewOrder { stop: Some(stop), limit: loss_limit, ..leg(loss_kind) });
    match (asked.class, profit, loss) {
        (Class::Bracket, Some(profit), Some(loss)) => Ok(vec![profit, loss]),
        (Class::Oto, Some(leg), None) | (Class::Oto, None, Some(leg)) => Ok(vec![leg]),
        (Class::Oco, profit, Some(loss)) => {
            asked.limit = profit.and_then(|profit| profit.limit).or(asked.limit);
            Ok(vec![loss])
        }
        _ => Err(error(422, 42_210_000, "this order class requires take_profit and stop_loss")),
    }
}

fn replace(exchange: &mut Exchange, id: u64, json: &Value) -> Result<Reply, Reply> {
    let changes = Changes {
        qty: number(&json["qty"])?,
        limit: number(&json["limit_price"])?,
        stop: number(&json["stop_price"])?,
        trail: number(&json["trail"])?.map(|trail| match exchange.order(id).asked.trail {
            Some(Trail::Percent(_)) => Trail::Percent(trail),
            Some(Trail::Price(_)) | None => Trail::Price(trail),
        }),
        tif: tif(&json["time_in_force"]),
        client_id: json["client_order_id"].as_str().map(str::to_owned),
    };
    match exchange.replace(id, &changes) {
        Ok(new) => Ok(Reply::ok(&view::order(exchange, exchange.order(new), false))),
        Err(refusal) => Err(refused(exchange, refusal, json)),
    }
}

fn cancel_all(exchange: &mut Exchange) -> Reply {
    let open: Vec<u64> = exchange.orders.values().filter(|order| order.is_open()).map(|order| order.id).collect();
    exchange.cancel_all(&open);
    let one = |id: &u64| json!({"id": exchange.order(*id).venue_id, "status": 200});
    Reply::json(207, &Value::Array(open.iter().map(one).collect()))
}

fn list(exchange: &Exchange, request: &Request) -> Reply {
    let time = |name: &str| {
        let text = request.param(name)?;
        chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_micros())
    };
    let (after, until) = (time("after"), time("until"));
    let symbols: Vec<String> =
        request.param("symbols").map(|list| list.split(',').map(|s| s.replace('/', "")).collect()).unwrap_or_default();
    let is_nested = request.param("nested") == Some("true");
    let fits = |order: &&Order| {
        let is_of_status = match request.param("status") {
            Some("all") => true,
            Some("closed") => !order.is_open(),
            _ => order.is_open(),
        };
        is_of_status
            && exchange.is_visible(order)
            && after.is_none_or(|after| order.created_us > after)
            && until.is_none_or(|until| order.created_us < until)
            && (symbols.is_empty() || symbols.contains(&order.asked.symbol.replace('/', "")))
            && request.param("side").is_none_or(|side| side == order.asked.side.lower())
            && !(is_nested && order.parent.is_some())
    };
    let limit = request.number("limit").unwrap_or(LIMIT).min(LIMIT_MAX);
    let mut found: Vec<&Order> = exchange.orders.values().filter(fits).collect();
    if request.param("direction") != Some("asc") {
        found.reverse();
    }
    found.truncate(limit);
    Reply::ok(&found.into_iter().map(|order| view::order(exchange, order, is_nested)).collect())
}
