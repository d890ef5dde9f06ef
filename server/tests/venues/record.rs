//! What came in, kept before it is decided how to fail: tests compare it with what the desk meant to send.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    exchange::{
        Exchange,
        order::{Kind, Order, Status, Trade},
    },
    venue::Call,
};

pub struct Submission {
    pub call: Call,
    pub client_id: Option<String>,
    pub body: Value,
    pub at_ms: i64,
    pub fault: Option<String>,
    pub processed: bool,
    pub status: Option<u16>,
    pub answer: Option<String>,
}

#[derive(Default)]
pub struct Record {
    pub submissions: Vec<Submission>,
    pub calls: BTreeMap<Call, u64>,
}

impl Record {
    pub fn report(&self, exchange: &Exchange) -> Value {
        let calls: BTreeMap<&str, u64> = self.calls.iter().map(|(call, count)| (call.name(), *count)).collect();
        let funds: BTreeMap<&String, Value> =
            exchange.funds.0.iter().map(|(asset, one)| (asset, json!({"free": one.free, "held": one.held}))).collect();
        json!({
            "submissions": self.submissions.iter().map(submission).collect::<Vec<_>>(),
            "orders": exchange.orders.values().map(order).collect::<Vec<_>>(),
            "trades": exchange.trades.iter().map(|one| trade(exchange, one)).collect::<Vec<_>>(),
            "balances": funds,
            "calls": calls,
        })
    }
}

fn submission(one: &Submission) -> Value {
    json!({"call": one.call.name(), "client_id": one.client_id, "body": one.body, "at_ms": one.at_ms, "fault": one.fault,
        "processed": one.processed, "status": one.status, "answer": one.answer})
}

fn order(one: &Order) -> Value {
    json!({"id": one.venue_id, "client_id": one.asked.client_id, "symbol": one.asked.symbol, "side": one.asked.side.lower(),
        "type": kind(one.asked.kind), "qty": one.qty, "notional": one.asked.notional, "limit": one.asked.limit, "stop": one.stop,
        "status": status(one.status), "filled": one.filled.normalize(), "cost": one.cost.normalize(), "fee": one.fee,
        "is_external": one.asked.is_external, "created_us": one.created_us})
}

fn trade(exchange: &Exchange, one: &Trade) -> Value {
    let order = exchange.order(one.order);
    json!({"id": one.id, "order_id": order.venue_id, "client_id": order.asked.client_id, "symbol": one.symbol, "side": one.side.lower(),
        "qty": one.qty, "price": one.price, "fee": one.fee, "fee_asset": one.fee_asset, "is_busted": one.is_busted})
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Market => "market",
        Kind::Limit => "limit",
        Kind::Stop => "stop",
        Kind::StopLimit => "stop_limit",
        Kind::TakeProfit => "take_profit",
        Kind::TakeProfitLimit => "take_profit_limit",
        Kind::TrailingStop => "trailing_stop",
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Held => "held",
        Status::New => "new",
        Status::PartiallyFilled => "partially_filled",
        Status::Filled => "filled",
        Status::Canceled => "canceled",
        Status::Expired => "expired",
        Status::Replaced => "replaced",
    }
}
