//! Orders and fills as Coinbase writes them.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    exchange::{
        Exchange,
        order::{Kind, Order, Side, Status, Tif, Trade},
        submit::is_immediate,
    },
    write::{micros, plain, uuid},
};

pub fn status(order: &Order) -> &'static str {
    match order.status {
        Status::Held => "QUEUED",
        Status::New | Status::PartiallyFilled => "OPEN",
        Status::Filled => "FILLED",
        Status::Canceled | Status::Replaced => "CANCELLED",
        Status::Expired if is_immediate(order.asked.tif) || order.is_market() => "CANCELLED",
        Status::Expired => "EXPIRED",
    }
}

/// Capital words for REST; the stream says `Limit`.
pub fn kind(order: &Order) -> &'static str {
    let configuration = order.asked.extra.get("order_configuration");
    if configuration.is_some_and(Value::is_null) {
        return "UNKNOWN_ORDER_TYPE";
    }
    match configuration.and_then(Value::as_object).and_then(|one| one.keys().next()).map(String::as_str) {
        Some("trigger_bracket_gtc" | "trigger_bracket_gtd") => return "BRACKET",
        Some("twap_limit_gtd") => return "TWAP",
        Some(_) | None => {}
    }
    match order.asked.kind {
        Kind::Market => "MARKET",
        Kind::Limit => "LIMIT",
        Kind::Stop | Kind::StopLimit | Kind::TakeProfit | Kind::TakeProfitLimit | Kind::TrailingStop => "STOP_LIMIT",
    }
}

pub fn tif(order: &Order) -> &'static str {
    match order.asked.tif {
        Tif::Ioc => "IMMEDIATE_OR_CANCEL",
        Tif::Fok => "FILL_OR_KILL",
        Tif::Gtd => "GOOD_UNTIL_DATE_TIME",
        Tif::Day | Tif::Gtc | Tif::Opg | Tif::Cls => "GOOD_UNTIL_CANCELLED",
    }
}

pub fn trigger(order: &Order) -> &'static str {
    match (order.asked.stop, order.is_triggered) {
        (None, _) => "INVALID_ORDER_TYPE",
        (Some(_), false) => "STOP_PENDING",
        (Some(_), true) => "STOP_TRIGGERED",
    }
}

/// What was asked for, with price and size as they are after edits. What was placed elsewhere tells its own, or the plainest.
fn configuration(order: &Order) -> Value {
    let told = order.asked.extra.get("order_configuration").cloned();
    let mut configuration = told.unwrap_or_else(|| {
        let (size, limit, stop) = (plain(order.qty), order.asked.limit.map(plain), order.stop.map(plain));
        match order.asked.kind {
            Kind::Market => json!({"market_market_ioc": {"base_size": size}}),
            Kind::Limit => json!({"limit_limit_gtc": {"base_size": size, "limit_price": limit, "post_only": false}}),
            Kind::Stop | Kind::StopLimit | Kind::TakeProfit | Kind::TakeProfitLimit | Kind::TrailingStop => {
                json!({"stop_limit_stop_limit_gtc": {"base_size": size, "limit_price": limit, "stop_price": stop}})
            }
        }
    });
    for one in configuration.as_object_mut().into_iter().flat_map(|outer| outer.values_mut()) {
        if let (Some(limit), true) = (order.asked.limit, one["limit_price"].is_string()) {
            one["limit_price"] = json!(plain(limit));
        }
        if one["base_size"].is_string() {
            one["base_size"] = json!(plain(order.qty));
        }
    }
    configuration
}

/// In percent.
pub fn completion(order: &Order) -> String {
    if order.qty.is_zero() { "0".to_owned() } else { plain((order.filled / order.qty * Decimal::ONE_HUNDRED).round_dp(2)) }
}

/// With fees, what it cost or brought.
pub fn after_fees(order: &Order) -> Decimal {
    match order.asked.side {
        Side::Buy => order.cost + order.fee,
        Side::Sell => order.cost - order.fee,
    }
}

pub fn order(exchange: &Exchange, order: &Order) -> Value {
    let fills = exchange.trades_of(order.id).count();
    let last = exchange.trades_of(order.id).next_back().map(|trade| micros(trade.at_us));
    json!({
        "order_id": order.venue_id, "product_id": order.asked.symbol, "user_id": uuid("05e40000", 1),
        "order_configuration": configuration(order), "side": order.asked.side.upper(),
        "client_order_id": order.asked.client_id, "status": status(order), "time_in_force": tif(order),
        "created_time": micros(order.created_us), "completion_percentage": completion(order), "filled_size": plain(order.filled),
        "average_filled_price": plain(order.average().unwrap_or_default()), "fee": "", "number_of_fills": fills.to_string(),
        "filled_value": plain(order.cost), "pending_cancel": false, "size_in_quote": order.asked.notional.is_some(),
        "total_fees": plain(order.fee), "size_inclusive_of_fees": order.asked.notional.is_some(),
        "total_value_after_fees": plain(after_fees(order)), "trigger_status": trigger(order), "order_type": kind(order),
        "reject_reason": "REJECT_REASON_UNSPECIFIED", "settled": !order.is_open(), "product_type": "SPOT", "reject_message": "",
        "cancel_message": if order.status == Status::Canceled { "User requested cancel" } else { "" },
        "order_placement_source": "RETAIL_ADVANCED", "outstanding_hold_amount": plain(order.hold), "is_liquidation": false,
        "last_fill_time": last, "edit_history": [], "leverage": "", "margin_type": "UNKNOWN_MARGIN_TYPE",
        "retail_portfolio_id": uuid("90470000", 1), "originating_order_id": "", "attached_order_id": "",
    })
}

pub fn fill(exchange: &Exchange, trade: &Trade) -> Value {
    let at = micros(trade.at_us);
    json!({
        "entry_id": uuid("e4740000", trade.id), "trade_id": uuid("74ade000", trade.id),
        "order_id": exchange.order(trade.order).venue_id, "trade_time": at, "trade_type": "FILL", "price": plain(trade.price),
        "size": plain(trade.qty), "commission": plain(trade.fee), "product_id": trade.symbol, "sequence_timestamp": at,
        "liquidity_indicator": if trade.is_maker { "MAKER" } else { "TAKER" }, "size_in_quote": false,
        "user_id": uuid("05e40000", 1), "side": trade.side.upper(), "retail_portfolio_id": uuid("90470000", 1),
    })
}
