//! `user` and `heartbeats`: every message is numbered, and an order tells its sums, never its single fills.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{auth, view};
use crate::{
    exchange::{
        Exchange,
        order::{Event, Order, Status},
    },
    venue::{Credentials, Say},
    write::{micros, plain, uuid},
};

const SNAPSHOT: usize = 50;

#[derive(Default)]
pub struct Client {
    hears_heartbeats: bool,
    hears_user: bool,
    /// None is every product.
    products: BTreeSet<String>,
    sequence: u64,
    beats: u64,
}

impl Client {
    pub fn received(&mut self, credentials: &Credentials, exchange: &Exchange, text: &str) -> Vec<Say> {
        let request: Value = serde_json::from_str(text).unwrap_or_default();
        let now_s = exchange.now_ms() / 1000;
        let is_known = request["jwt"].as_str().is_some_and(|token| auth::is_stream_signed(credentials, token, now_s));
        let is_wanted = match request["type"].as_str() {
            Some("subscribe") => true,
            Some("unsubscribe") => false,
            _ => return vec![failure("unknown type")],
        };
        match request["channel"].as_str() {
            Some("heartbeats") => self.hears_heartbeats = is_wanted,
            Some("user") if !is_known => return vec![failure("authentication failure"), Say::Close(1008, "authentication failure")],
            Some("user") => {
                self.hears_user = is_wanted;
                let named = request["product_ids"].as_array().into_iter().flatten().filter_map(Value::as_str);
                self.products = named.map(str::to_owned).collect();
            }
            _ => return vec![failure("channel is not known here")],
        }
        let mut says = vec![self.subscriptions(exchange)];
        if request["channel"] == "user" && is_wanted {
            says.extend(self.snapshot(exchange));
        }
        says
    }

    fn subscriptions(&mut self, exchange: &Exchange) -> Say {
        let mut list = json!({});
        if self.hears_user {
            list["user"] = if self.products.is_empty() { json!([uuid("05e40000", 1)]) } else { json!(self.products) };
        }
        if self.hears_heartbeats {
            list["heartbeats"] = json!(["heartbeats"]);
        }
        self.say(exchange, "subscriptions", &json!([{"subscriptions": list}]))
    }

    /// Open orders, fifty a message; one message at least.
    fn snapshot(&mut self, exchange: &Exchange) -> Vec<Say> {
        let open: Vec<Value> =
            exchange.orders.values().filter(|order| order.is_open() && self.is_of(order)).map(|order| shown(exchange, order)).collect();
        let mut pages: Vec<&[Value]> = open.chunks(SNAPSHOT).collect();
        if pages.last().is_none_or(|last| last.len() == SNAPSHOT) {
            pages.push(&[]);
        }
        pages.into_iter().map(|page| self.say(exchange, "user", &json!([{"type": "snapshot", "orders": page}]))).collect()
    }

    fn is_of(&self, order: &Order) -> bool {
        self.products.is_empty() || self.products.contains(&order.asked.symbol)
    }

    pub fn update(&mut self, exchange: &Exchange, event: &Event) -> Option<Say> {
        let Event::Order { order, .. } = event else { return None };
        if !self.hears_user || !self.is_of(order) {
            return None;
        }
        Some(self.say(exchange, "user", &json!([{"type": "update", "orders": [shown(exchange, order)]}])))
    }

    pub fn heartbeat(&mut self, exchange: &Exchange) -> Option<Say> {
        if !self.hears_heartbeats {
            return None;
        }
        self.beats += 1;
        let event = json!([{"current_time": micros(exchange.now_us()), "heartbeat_counter": self.beats.to_string()}]);
        Some(self.say(exchange, "heartbeats", &event))
    }

    fn say(&mut self, exchange: &Exchange, channel: &str, events: &Value) -> Say {
        let number = self.sequence;
        self.sequence += 1;
        Say::json(&json!({"channel": channel, "client_id": "", "timestamp": micros(exchange.now_us()), "sequence_num": number,
            "events": events}))
    }
}

fn failure(message: &str) -> Say {
    Say::json(&json!({"type": "error", "message": message}))
}

fn shown(exchange: &Exchange, order: &Order) -> Value {
    let fills = exchange.trades_of(order.id).count();
    let kind = match view::kind(order) {
        "MARKET" => "Market",
        "LIMIT" => "Limit",
        "BRACKET" => "Bracket",
        "TWAP" => "Twap",
        "UNKNOWN_ORDER_TYPE" => "Unknown",
        _ => "Stop Limit",
    };
    json!({
        "order_id": order.venue_id, "client_order_id": order.asked.client_id, "product_id": order.asked.symbol,
        "order_side": order.asked.side.upper(), "order_type": kind, "status": view::status(order),
        "time_in_force": view::tif(order), "cumulative_quantity": plain(order.filled),
        "leaves_quantity": plain(order.remaining()), "avg_price": plain(order.average().unwrap_or_default()),
        "total_fees": plain(order.fee), "filled_value": plain(order.cost), "number_of_fills": fills.to_string(),
        "completion_percentage": view::completion(order), "total_value_after_fees": plain(view::after_fees(order)),
        "creation_time": micros(order.created_us), "end_time": "0001-01-01T00:00:00Z", "start_time": "0001-01-01T00:00:00Z",
        "post_only": order.asked.post_only, "product_type": "SPOT", "reject_reason": "",
        "cancel_reason": if order.status == Status::Canceled { "User requested cancel" } else { "" },
        "outstanding_hold_amount": plain(order.hold), "trigger_status": view::trigger(order),
        "limit_price": order.asked.limit.map(plain).unwrap_or_default(),
        "stop_price": order.stop.map(plain).unwrap_or_default(), "retail_portfolio_id": uuid("90470000", 1),
        "contract_expiry_type": "UNKNOWN_CONTRACT_EXPIRY_TYPE", "risk_managed_by": "UNKNOWN_RISK_MANAGEMENT_TYPE",
    })
}
