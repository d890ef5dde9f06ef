//! Orders, positions and fills as Alpaca writes them: numbers as text, times with nine digits.

use chrono::{DateTime, SecondsFormat};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    exchange::{
        Exchange,
        order::{Class, Kind, Order, Side, Status, Tif, Trade, Trail},
        submit::is_immediate,
    },
    write::{plain, uuid},
};

pub fn time(us: i64) -> String {
    DateTime::from_timestamp_micros(us).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Nanos, true)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Market => "market",
        Kind::Limit | Kind::TakeProfitLimit => "limit",
        Kind::Stop | Kind::TakeProfit => "stop",
        Kind::StopLimit => "stop_limit",
        Kind::TrailingStop => "trailing_stop",
    }
}

fn tif(tif: Tif) -> &'static str {
    match tif {
        Tif::Day => "day",
        Tif::Gtc | Tif::Gtd => "gtc",
        Tif::Ioc => "ioc",
        Tif::Fok => "fok",
        Tif::Opg => "opg",
        Tif::Cls => "cls",
    }
}

pub fn status(order: &Order) -> &'static str {
    let waits_in_pair = order.parent.is_some() && order.stop.is_some() && !order.is_triggered;
    match order.status {
        Status::Held => "held",
        Status::New if waits_in_pair => "held",
        Status::New => "new",
        Status::PartiallyFilled => "partially_filled",
        Status::Filled => "filled",
        Status::Canceled => "canceled",
        Status::Expired if is_immediate(order.asked.tif) => "canceled",
        Status::Expired => "expired",
        Status::Replaced => "replaced",
    }
}

fn class(order: &Order, exchange: &Exchange) -> &'static str {
    let class = order.parent.map_or(order.asked.class, |parent| exchange.order(parent).asked.class);
    match class {
        Class::Simple => "simple",
        Class::Bracket => "bracket",
        Class::Oco => "oco",
        Class::Oto => "oto",
    }
}

pub fn asset_id(exchange: &Exchange, symbol: &str) -> String {
    let at = exchange.profile.instruments.iter().position(|one| one.symbol == symbol).unwrap_or_default();
    uuid("a55e7000", at as u64)
}

pub fn asset_class(exchange: &Exchange, symbol: &str) -> &'static str {
    if exchange.instrument(symbol).is_some_and(|one| one.is_stock) { "us_equity" } else { "crypto" }
}

pub fn order(exchange: &Exchange, order: &Order, is_nested: bool) -> Value {
    let asked = &order.asked;
    let ended = |is_so: bool| is_so.then(|| time(order.updated_us));
    let (trail_price, trail_percent) = match asked.trail {
        Some(Trail::Price(price)) => (Some(plain(price)), None),
        Some(Trail::Percent(percent)) => (None, Some(plain(percent))),
        None => (None, None),
    };
    let status = status(order);
    let legs = (is_nested && !order.legs.is_empty())
        .then(|| order.legs.iter().map(|leg| self::order(exchange, exchange.order(*leg), false)).collect::<Vec<_>>());
    let name = |id: Option<u64>| id.map(exchange.profile.order_id);
    json!({
        "id": order.venue_id, "client_order_id": asked.client_id,
        "created_at": time(order.created_us), "updated_at": time(order.updated_us), "submitted_at": time(order.created_us),
        "filled_at": ended(status == "filled"), "expired_at": ended(status == "expired"),
        "canceled_at": ended(status == "canceled"), "failed_at": null, "replaced_at": ended(status == "replaced"),
        "replaced_by": name(order.replaced_by), "replaces": name(asked.replaces),
        "asset_id": asset_id(exchange, &asked.symbol), "symbol": asked.symbol,
        "asset_class": asset_class(exchange, &asked.symbol),
        "notional": asked.notional.map(plain), "qty": asked.qty.map(plain), "filled_qty": plain(order.filled),
        "filled_avg_price": order.average().map(plain),
        "order_class": class(order, exchange), "order_type": kind(asked.kind), "type": kind(asked.kind),
        "side": asked.side.lower(), "position_intent": if asked.side == Side::Buy { "buy_to_open" } else { "sell_to_close" },
        "time_in_force": tif(asked.tif), "limit_price": asked.limit.map(plain), "stop_price": order.stop.map(plain),
        "status": status, "extended_hours": asked.extra["extended_hours"].as_bool().unwrap_or(false), "legs": legs,
        "trail_percent": trail_percent, "trail_price": trail_price, "hwm": null, "subtag": null, "source": "access_key",
    })
}

/// Filled of the order when the trade was done.
pub fn cumulative(exchange: &Exchange, trade: &Trade) -> Decimal {
    exchange.trades_of(trade.order).filter(|other| other.id <= trade.id).map(|other| other.qty).sum()
}

pub fn execution_id(trade: &Trade) -> String {
    uuid("e8ec0000", trade.id)
}

/// Sorts by time, and names the execution.
pub fn activity_id(trade: &Trade) -> String {
    let at = DateTime::from_timestamp_micros(trade.at_us).unwrap_or_default().format("%Y%m%d%H%M%S%3f");
    format!("{at}::{}", execution_id(trade))
}

pub fn activity(exchange: &Exchange, trade: &Trade) -> Value {
    let order = exchange.order(trade.order);
    let cumulative = cumulative(exchange, trade);
    let leaves = (order.qty - cumulative).max(Decimal::ZERO);
    let is_last = leaves.is_zero();
    json!({
        "id": activity_id(trade), "activity_type": "FILL", "transaction_time": time(trade.at_us),
        "type": if is_last { "fill" } else { "partial_fill" }, "price": plain(trade.price), "qty": plain(trade.qty),
        "side": trade.side.lower(), "symbol": trade.symbol, "leaves_qty": plain(leaves), "order_id": order.venue_id,
        "cum_qty": plain(cumulative), "order_status": if is_last { "filled" } else { "partially_filled" },
    })
}

pub fn position(exchange: &Exchange, symbol: &str) -> Option<Value> {
    let instrument = exchange.instrument(symbol)?;
    let holding = exchange.funds.get(instrument.base);
    let qty = holding.total();
    if qty.is_zero() {
        return None;
    }
    let price = exchange.touch(symbol).bid;
    let (value, gain) = (qty * price, qty * price - holding.cost);
    let share = if holding.cost.is_zero() { Decimal::ZERO } else { (gain / holding.cost).round_dp(6) };
    Some(json!({
        "asset_id": asset_id(exchange, symbol), "symbol": symbol.replace('/', ""),
        "exchange": if instrument.is_stock { "NASDAQ" } else { "CRYPTO" }, "asset_class": asset_class(exchange, symbol),
        "asset_marginable": instrument.is_stock, "qty": plain(qty), "qty_available": plain(holding.free),
        "avg_entry_price": plain(holding.average_entry()), "side": "long", "market_value": plain(value),
        "cost_basis": plain(holding.cost), "unrealized_pl": plain(gain), "unrealized_plpc": plain(share),
        "unrealized_intraday_pl": plain(gain), "unrealized_intraday_plpc": plain(share), "current_price": plain(price),
        "lastday_price": plain(price), "change_today": "0",
    }))
}
