//! Orders and trades as Kraken writes them over REST: numbers as text, times in seconds with a fraction.

use rust_decimal::Decimal;
use serde_json::{Number, Value, json};

use super::names;
use crate::{
    exchange::{
        Exchange,
        order::{Kind, Order, Status, Trade, Trail},
        submit::is_immediate,
    },
    write::plain,
};

/// A number on the wire that is no text.
pub fn number(text: &str) -> Value {
    text.parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}

pub fn seconds(us: i64) -> Value {
    number(&format!("{}.{:06}", us / 1_000_000, us % 1_000_000))
}

pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Market => "market",
        Kind::Limit => "limit",
        Kind::Stop => "stop-loss",
        Kind::StopLimit => "stop-loss-limit",
        Kind::TakeProfit => "take-profit",
        Kind::TakeProfitLimit => "take-profit-limit",
        Kind::TrailingStop => "trailing-stop",
    }
}

pub fn status(order: &Order) -> &'static str {
    match order.status {
        Status::Held => "pending",
        Status::New | Status::PartiallyFilled => "open",
        Status::Filled => "closed",
        Status::Canceled | Status::Replaced => "canceled",
        Status::Expired if is_immediate(order.asked.tif) || order.is_market() => "canceled",
        Status::Expired => "expired",
    }
}

/// Price and second price, as the kinds of orders use them.
fn prices(order: &Order) -> (String, String) {
    let shown = |price: Option<Decimal>| price.map_or_else(|| "0".to_owned(), plain);
    match (order.asked.kind, order.asked.trail) {
        (Kind::TrailingStop, Some(Trail::Price(distance))) => (format!("+{}", plain(distance)), shown(None)),
        (Kind::TrailingStop, Some(Trail::Percent(percent))) => (format!("+{}%", plain(percent)), shown(None)),
        (Kind::Market | Kind::Limit | Kind::TrailingStop, _) => (shown(order.asked.limit), shown(None)),
        (Kind::Stop | Kind::TakeProfit, _) => (shown(order.stop), shown(None)),
        (Kind::StopLimit | Kind::TakeProfitLimit, _) => (shown(order.stop), shown(order.asked.limit)),
    }
}

pub fn description(exchange: &Exchange, order: &Order) -> String {
    let pair = names::pair_altname(exchange.instrument_of(order));
    let (price, second) = prices(order);
    let start = format!("{} {:.8} {pair} @ {}", order.asked.side.lower(), order.qty, kind(order.asked.kind));
    match order.asked.kind {
        Kind::Market => start,
        Kind::Limit | Kind::Stop | Kind::TakeProfit | Kind::TrailingStop => format!("{start} {price}"),
        Kind::StopLimit | Kind::TakeProfitLimit => format!("{start} {price} -> limit {second}"),
    }
}

pub fn order(exchange: &Exchange, order: &Order, has_trades: bool) -> Value {
    let asked = &order.asked;
    let (price, second) = prices(order);
    let client_id = (!asked.client_id.is_empty()).then_some(&asked.client_id);
    let mut shown = json!({
        "refid": null, "userref": asked.extra["userref"], "cl_ord_id": client_id, "status": status(order),
        "opentm": seconds(order.created_us), "starttm": 0, "expiretm": asked.expires_ms.map_or(0, |ms| ms / 1000),
        "descr": {"pair": names::pair_altname(exchange.instrument_of(order)), "type": asked.side.lower(),
            "ordertype": kind(asked.kind), "price": price, "price2": second, "leverage": "none",
            "order": description(exchange, order), "close": ""},
        "vol": format!("{:.8}", order.qty), "vol_exec": format!("{:.8}", order.filled), "cost": plain(order.cost),
        "fee": plain(order.fee), "price": plain(order.average().unwrap_or_default()),
        "stopprice": plain(order.stop.unwrap_or_default()), "limitprice": plain(asked.limit.unwrap_or_default()), "misc": "",
        "oflags": if asked.post_only { "fciq,post" } else { "fciq" }, "trigger": "last", "margin": false,
    });
    if !order.is_open() {
        shown["closetm"] = seconds(order.updated_us);
        shown["reason"] = if order.status == Status::Filled { Value::Null } else { json!("User requested") };
    }
    if has_trades {
        shown["trades"] = exchange.trades_of(order.id).map(|trade| names::txid('T', trade.id)).collect();
    }
    shown
}

pub fn trade(exchange: &Exchange, trade: &Trade) -> Value {
    let order = exchange.order(trade.order);
    json!({
        "ordertxid": order.venue_id, "postxid": names::txid('P', trade.id), "pair": names::pair(exchange.instrument_of(order)),
        "time": seconds(trade.at_us), "type": trade.side.lower(), "ordertype": kind(order.asked.kind), "price": plain(trade.price),
        "cost": plain(trade.qty * trade.price), "fee": plain(trade.fee), "vol": format!("{:.8}", trade.qty), "margin": "0.00000",
        "leverage": "0", "misc": "", "trade_id": trade.id, "maker": trade.is_maker,
    })
}
