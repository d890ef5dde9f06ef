//! Coinbase Advanced Trade: public channels with heartbeats and a count of messages, candles and products over REST.
//!
//! Commands: `ticker` (`product`, `price`) · `trades` (`product`, `type`, `trades`: id, price, size, side of the maker) ·
//! `depth` (`product`, `type`, `bids`, `asks`) · `lose` (a message is counted and never said) · `repeat` (the last one again)
//! · `error` (`message`) · `hush` (no heartbeats any more).

use std::collections::{BTreeMap, BTreeSet};

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::provider::{Provider, Reply, Say, query_value};

const TIME: &str = "2026-11-20T15:00:00.123456789Z";
/// The newest minute there is: 2026-11-20T15:00:00Z; the oldest is 1,000 before.
const NEWEST_MINUTE: i64 = 1_795_186_800 / 60;
const OLDEST_MINUTE: i64 = NEWEST_MINUTE - 1_000;
const CANDLES_MAX: i64 = 350;

#[derive(Default)]
pub struct Coinbase {
    connection: u64,
    sequence: u64,
    channels: BTreeMap<String, BTreeSet<String>>,
    last: String,
    is_hushed: bool,
}

impl Coinbase {
    fn say(&mut self, channel: &str, events: &Value) -> Vec<Say> {
        let number = self.sequence;
        self.sequence += 1;
        let text = json!({"channel": channel, "client_id": "", "timestamp": TIME, "sequence_num": number, "events": events});
        self.last = text.to_string();
        vec![Say::Text(self.last.clone())]
    }

    fn subscribed(&self, channel: &str, command: &Value) -> Option<String> {
        let product = command["product"].as_str().expect("a product").to_owned();
        self.channels.get(channel).is_some_and(|products| products.contains(&product)).then_some(product)
    }

    fn change(&mut self, request: &Value, is_added: bool) -> Vec<Say> {
        let channel = request["channel"].as_str().expect("one channel a message").to_owned();
        let products = request["product_ids"].as_array().into_iter().flatten().map(|product| product.as_str().expect("a text").to_owned());
        let list = self.channels.entry(channel.clone()).or_default();
        let mut fresh = Vec::new();
        for product in products {
            if is_added && list.insert(product.clone()) {
                fresh.push(product);
            } else if !is_added {
                list.remove(&product);
            }
        }
        let lists = json!([{"subscriptions": self.channels}]);
        let mut says = self.say("subscriptions", &lists);
        if channel == "level2" {
            for product in fresh {
                let event = json!([depth("snapshot", &product, &json!([["100.00", "1"]]), &json!([["101.00", "2"]]))]);
                says.extend(self.say("l2_data", &event));
            }
        }
        says
    }
}

fn depth(kind: &str, product: &str, bids: &Value, asks: &Value) -> Value {
    let side = |name: &'static str, levels: &Value| -> Vec<Value> {
        let level = |level: &Value| json!({"side": name, "event_time": TIME, "price_level": level[0], "new_quantity": level[1]});
        levels.as_array().into_iter().flatten().map(level).collect()
    };
    let updates = [side("bid", bids), side("offer", asks)].concat();
    json!({"type": kind, "product_id": product, "updates": updates})
}

impl Provider for Coinbase {
    fn opened(&mut self, connection: u64, path: &str) -> Vec<Say> {
        assert_eq!(path, "/");
        *self = Self { connection, is_hushed: self.is_hushed, ..Self::default() };
        Vec::new()
    }

    fn received(&mut self, connection: u64, text: &str) -> Vec<Say> {
        if connection != self.connection {
            return Vec::new();
        }
        let request: Value = serde_json::from_str(text).expect("JSON");
        match request["type"].as_str() {
            Some("subscribe") => self.change(&request, true),
            Some("unsubscribe") => self.change(&request, false),
            _ => vec![Say::Text(json!({"type": "error", "message": "failed to unmarshal message"}).to_string())],
        }
    }

    fn asked(&mut self, path: &str, query: &str, _: &HeaderMap) -> Reply {
        const PRODUCTS: &str = "/api/v3/brokerage/market/products";
        if path == PRODUCTS {
            let known = query.split('&').filter_map(|pair| pair.strip_prefix("product_ids=")).filter(|id| !id.starts_with("NONE"));
            let product = |id: &str| {
                json!({"product_id": id, "price": "1001", "price_percentage_change_24h": "0.1", "volume_24h": "123.5",
                    "volume_percentage_change_24h": "5", "base_increment": "0.00000001", "status": "online", "is_disabled": false})
            };
            return Reply { status: 200, body: json!({"products": known.map(product).collect::<Vec<_>>(), "num_products": 1}).to_string() };
        }
        match path.strip_prefix(PRODUCTS).and_then(|rest| rest.strip_suffix("/candles")) {
            Some("/BTC-USD") => candles(query),
            Some(_) => Reply { status: 404, body: r#"{"error":"NOT_FOUND","error_details":"","message":"no product"}"#.to_owned() },
            None => Reply { status: 404, body: String::new() },
        }
    }

    fn told(&mut self, command: &Value) -> Vec<Say> {
        match command["do"].as_str() {
            Some("ticker") => {
                let Some(product) = self.subscribed("ticker", command) else { return Vec::new() };
                let ticker = json!({"type": "ticker", "product_id": product, "price": command["price"], "volume_24_h": "16038.28770938",
                    "low_24_h": "98.5", "high_24_h": "111.25", "low_52_w": "1", "high_52_w": "200", "price_percent_chg_24_h": "10",
                    "best_bid": "109.99", "best_bid_quantity": "0.5", "best_ask": "110.01", "best_ask_quantity": "0.25"});
                self.say("ticker", &json!([{"type": "update", "tickers": [ticker]}]))
            }
            Some("trades") => {
                let Some(product) = self.subscribed("market_trades", command) else { return Vec::new() };
                let trade = |trade: &Value| json!({"product_id": product, "trade_id": trade[0], "price": trade[1], "size": trade[2], "side": trade[3], "time": TIME});
                let trades: Vec<Value> = command["trades"].as_array().into_iter().flatten().map(trade).collect();
                self.say("market_trades", &json!([{"type": command["type"], "trades": trades}]))
            }
            Some("depth") => {
                let Some(product) = self.subscribed("level2", command) else { return Vec::new() };
                let event = depth(command["type"].as_str().expect("a type"), &product, &command["bids"], &command["asks"]);
                self.say("l2_data", &json!([event]))
            }
            Some("lose") => {
                self.sequence += 1;
                Vec::new()
            }
            Some("repeat") => vec![Say::Text(self.last.clone())],
            Some("error") => vec![Say::Text(json!({"type": "error", "message": command["message"]}).to_string())],
            Some("hush") => {
                self.is_hushed = true;
                Vec::new()
            }
            _ => panic!("unknown command {command}"),
        }
    }

    fn heartbeat(&mut self) -> Vec<Say> {
        if self.is_hushed || !self.channels.contains_key("heartbeats") {
            return Vec::new();
        }
        self.say("heartbeats", &json!([{"current_time": "2026-11-20 15:00:00", "heartbeat_counter": self.sequence}]))
    }
}

/// Newest first; the open is the number of the minute, so that a test knows each.
fn candles(query: &str) -> Reply {
    let number = |name: &str| query_value(query, name).and_then(|text| text.parse::<i64>().ok()).expect("a number");
    let (from, to) = (number("start"), number("end"));
    let step = match query_value(query, "granularity") {
        Some("ONE_MINUTE") => 60,
        Some("ONE_HOUR") => 3_600,
        other => panic!("{other:?} is not faked"),
    };
    if (to - from) / step >= CANDLES_MAX || to / 60 > NEWEST_MINUTE {
        return Reply {
            status: 400,
            body: r#"{"error":"INVALID_ARGUMENT","message":"number of candles requested should be less than 350"}"#.to_owned(),
        };
    }
    let is_start = |minute: &i64| minute * 60 % step == 0;
    let candle = |minute: i64| {
        let open = minute - OLDEST_MINUTE + 1;
        json!({"start": (minute * 60).to_string(), "low": open.to_string(), "high": (open + 2).to_string(), "open": open.to_string(),
            "close": (open + 1).to_string(), "volume": "2.5"})
    };
    let minutes = ((from + 59) / 60).max(OLDEST_MINUTE)..=to / 60;
    let candles: Vec<Value> = minutes.rev().filter(is_start).map(candle).collect();
    Reply { status: 200, body: json!({"candles": candles}).to_string() }
}
