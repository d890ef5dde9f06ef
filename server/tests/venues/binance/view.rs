//! Orders and fills as Binance writes them: eight decimals, milliseconds, capital words.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::exchange::{
    Exchange,
    order::{Kind, Order, Side, Status, Tif, Trade},
};

pub fn text(number: Decimal) -> String {
    format!("{:.8}", number.round_dp(8))
}

pub fn kind(order: &Order) -> &'static str {
    match order.asked.kind {
        Kind::Market => "MARKET",
        Kind::Limit if order.asked.post_only => "LIMIT_MAKER",
        Kind::Limit => "LIMIT",
        Kind::Stop | Kind::TrailingStop => "STOP_LOSS",
        Kind::StopLimit => "STOP_LOSS_LIMIT",
        Kind::TakeProfit => "TAKE_PROFIT",
        Kind::TakeProfitLimit => "TAKE_PROFIT_LIMIT",
    }
}

pub fn tif(tif: Tif) -> &'static str {
    match tif {
        Tif::Ioc => "IOC",
        Tif::Fok => "FOK",
        Tif::Day | Tif::Gtc | Tif::Gtd | Tif::Opg | Tif::Cls => "GTC",
    }
}

pub fn status(status: Status) -> &'static str {
    match status {
        Status::Held | Status::New => "NEW",
        Status::PartiallyFilled => "PARTIALLY_FILLED",
        Status::Filled => "FILLED",
        Status::Canceled | Status::Replaced => "CANCELED",
        Status::Expired => "EXPIRED",
    }
}

/// What every answer about an order has in common.
fn common(order: &Order) -> Map<String, Value> {
    let asked = &order.asked;
    let Value::Object(common) = json!({
        "symbol": asked.symbol, "orderId": order.id, "orderListId": -1, "clientOrderId": asked.client_id,
        "price": text(asked.limit.unwrap_or_default()), "origQty": text(order.qty), "executedQty": text(order.filled),
        "origQuoteOrderQty": text(asked.notional.unwrap_or_default()), "cummulativeQuoteQty": text(order.cost),
        "status": status(order.status), "timeInForce": tif(asked.tif), "type": kind(order), "side": asked.side.upper(),
        "workingTime": order.created_us / 1000, "selfTradePreventionMode": "EXPIRE_MAKER",
    }) else {
        unreachable!("an object")
    };
    common
}

pub fn order(order: &Order) -> Value {
    let mut shown = common(order);
    let more = json!({"stopPrice": text(order.stop.unwrap_or_default()), "icebergQty": text(Decimal::ZERO),
        "time": order.created_us / 1000, "updateTime": order.updated_us / 1000, "isWorking": true});
    shown.extend(more.as_object().expect("an object").clone());
    Value::Object(shown)
}

/// The answer to a placement, in one of its three lengths.
pub fn placed(exchange: &Exchange, order: &Order, length: &str) -> Value {
    let at = order.created_us / 1000;
    if length == "ACK" {
        return json!({"symbol": order.asked.symbol, "orderId": order.id, "orderListId": -1,
            "clientOrderId": order.asked.client_id, "transactTime": at});
    }
    let mut shown = common(order);
    shown.insert("transactTime".to_owned(), json!(at));
    if length == "FULL" {
        let fill = |trade: &Trade| {
            json!({"price": text(trade.price), "qty": text(trade.qty), "commission": text(trade.fee),
                "commissionAsset": trade.fee_asset, "tradeId": trade.id})
        };
        shown.insert("fills".to_owned(), exchange.trades_of(order.id).map(fill).collect());
    }
    Value::Object(shown)
}

/// The answer to a cancel has a name of its own and keeps the order's as the original.
pub fn canceled(order: &Order) -> Value {
    let mut shown = common(order);
    shown.insert("origClientOrderId".to_owned(), json!(order.asked.client_id));
    shown.insert("clientOrderId".to_owned(), json!(cancel_id(order)));
    shown.insert("transactTime".to_owned(), json!(order.updated_us / 1000));
    Value::Object(shown)
}

pub fn cancel_id(order: &Order) -> String {
    order.asked.extra["cancel_id"].as_str().map_or_else(|| format!("web_{}", order.id), str::to_owned)
}

pub fn trade(trade: &Trade) -> Value {
    json!({"symbol": trade.symbol, "id": trade.id, "orderId": trade.order, "orderListId": -1, "price": text(trade.price),
        "qty": text(trade.qty), "quoteQty": text(trade.qty * trade.price), "commission": text(trade.fee),
        "commissionAsset": trade.fee_asset, "time": trade.at_us / 1000, "isBuyer": trade.side == Side::Buy,
        "isMaker": trade.is_maker, "isBestMatch": true})
}
