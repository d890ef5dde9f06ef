//! `trade_updates`: greet, listen, and what happens to orders from then on. Nothing is told again.

use serde_json::{Value, json};

use super::view;
use crate::{
    exchange::{
        Exchange,
        order::{Event, Status, What},
    },
    venue::{Credentials, Say},
    write::{plain, uuid},
};

#[derive(Default)]
pub struct Client {
    is_known: bool,
    pub is_listening: bool,
}

fn say(value: &Value) -> Say {
    Say::Binary(value.to_string())
}

impl Client {
    pub fn received(&mut self, credentials: &Credentials, text: &str) -> Vec<Say> {
        let request: Value = serde_json::from_str(text).unwrap_or_default();
        match request["action"].as_str() {
            Some(action @ ("authenticate" | "auth")) => {
                let data = if request["data"].is_object() { &request["data"] } else { &request };
                let told = |long: &str, short: &str| data[long].as_str().or_else(|| data[short].as_str()).map(str::to_owned);
                let is_right = told("key_id", "key").as_ref() == Some(&credentials.key)
                    && told("secret_key", "secret").as_ref() == Some(&credentials.secret);
                self.is_known = is_right;
                let status = if is_right { "authorized" } else { "unauthorized" };
                vec![say(&json!({"stream": "authorization", "data": {"status": status, "action": action}}))]
            }
            Some("listen") if !self.is_known => {
                vec![say(&json!({"stream": "authorization", "data": {"status": "unauthorized", "action": "listen"}}))]
            }
            Some("listen") => {
                let streams = &request["data"]["streams"];
                self.is_listening = streams.as_array().is_some_and(|list| list.contains(&json!("trade_updates")));
                let heard: &[&str] = if self.is_listening { &["trade_updates"] } else { &[] };
                vec![say(&json!({"stream": "listening", "data": {"streams": heard}}))]
            }
            _ => vec![Say::Close(1008, "unknown action")],
        }
    }
}

pub fn update(exchange: &Exchange, event: &Event) -> Vec<Say> {
    let Event::Order { what, order, at_us } = event else { return Vec::new() };
    let name = match what {
        What::New => "new",
        What::Trade(_) if order.status == Status::Filled => "fill",
        What::Trade(_) => "partial_fill",
        What::Canceled => "canceled",
        What::Expired if view::status(order) == "canceled" => "canceled",
        What::Expired => "expired",
        What::Replaced => "replaced",
        What::Amended => "restated",
        What::Bust(_) => "trade_bust",
    };
    let execution = match what {
        What::Trade(trade) | What::Bust(trade) => Some(trade),
        What::New | What::Canceled | What::Expired | What::Replaced | What::Amended => None,
    };
    let mut data = json!({"event": name, "timestamp": view::time(*at_us), "order": view::order(exchange, order, true)});
    data["execution_id"] =
        json!(execution.map_or_else(|| uuid("e8ec1111", u64::try_from(*at_us / 1000).unwrap_or_default()), view::execution_id));
    if let Some(trade) = execution {
        data["price"] = json!(plain(trade.price));
        data["qty"] = json!(plain(trade.qty));
        data["position_qty"] = json!(plain(exchange.funds.get(exchange.instrument_of(order).base).total()));
    }
    vec![say(&json!({"stream": "trade_updates", "data": data}))]
}
