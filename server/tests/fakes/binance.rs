//! Binance spot: combined streams, the depth of a real little book with its update ids, and the REST questions around it.
//!
//! Commands: `levels` (`symbol`, `bids`, `asks`: pairs of texts, said to subscribers) · `skip` (the same, but never said: a
//! gap) · `trade` · `touch` · `ticker` · `shutdown`.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::provider::{Provider, Reply, Say, query_value};

/// The documented rule; one more within a second ends the connection.
const MESSAGES_A_SECOND: usize = 5;
const STREAMS_MAX: usize = 1_024;
/// 2024-08-09T00:00:00Z, in milliseconds.
const NOW_MS: u64 = 1_723_161_600_000;
/// The oldest bar there is: 3,000 minutes before.
const LISTED_MS: u64 = NOW_MS - 3_000 * 60_000;

#[derive(Default)]
pub struct Binance {
    clients: BTreeMap<u64, Client>,
    books: BTreeMap<String, FakeBook>,
}

#[derive(Default)]
struct Client {
    streams: BTreeSet<String>,
    said_at: Vec<Instant>,
}

struct FakeBook {
    last_id: u64,
    bids: BTreeMap<String, String>,
    asks: BTreeMap<String, String>,
}

impl Default for FakeBook {
    fn default() -> Self {
        Self { last_id: 1_000, bids: BTreeMap::new(), asks: BTreeMap::new() }
    }
}

impl FakeBook {
    /// Sets levels, and the ids of the change: its first and its last.
    fn set(&mut self, command: &Value) -> (u64, u64) {
        for (side, name) in [(&mut self.bids, "bids"), (&mut self.asks, "asks")] {
            for level in command[name].as_array().into_iter().flatten() {
                let (price, qty) = (text(&level[0]), text(&level[1]));
                if qty.trim_matches(['0', '.']).is_empty() {
                    side.remove(&price);
                } else {
                    side.insert(price, qty);
                }
            }
        }
        let first = self.last_id + 1;
        self.last_id += 3;
        (first, self.last_id)
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Binance {
    /// Wrapped as the combined stream wraps it, if the newest client has subscribed.
    fn publish(&self, stream: &str, data: &Value) -> Vec<Say> {
        let newest = self.clients.last_key_value();
        let is_subscribed = newest.is_some_and(|(_, client)| client.streams.contains(stream));
        is_subscribed.then(|| Say::Text(format!(r#"{{"stream":"{stream}","data":{data}}}"#))).into_iter().collect()
    }

    fn depth(&mut self, command: &Value, is_said: bool) -> Vec<Say> {
        let symbol = text(&command["symbol"]);
        let (first, last) = self.books.entry(symbol.clone()).or_default().set(command);
        if !is_said {
            return Vec::new();
        }
        let list = |name: &str| if command[name].is_null() { json!([]) } else { command[name].clone() };
        let data = json!({"e": "depthUpdate", "E": NOW_MS, "s": symbol, "U": first, "u": last, "b": list("bids"), "a": list("asks")});
        self.publish(&format!("{}@depth@100ms", symbol.to_lowercase()), &data)
    }

    fn control(&mut self, connection: u64, request: &Value) -> Vec<Say> {
        let client = self.clients.entry(connection).or_default();
        let id = &request["id"];
        let streams: Vec<String> = request["params"].as_array().into_iter().flatten().map(text).collect();
        match request["method"].as_str() {
            Some("SUBSCRIBE") => client.streams.extend(streams),
            Some("UNSUBSCRIBE") => client.streams.retain(|stream| !streams.contains(stream)),
            _ => return vec![Say::Text(json!({"error": {"code": 2, "msg": "Invalid request: unknown variant"}, "id": id}).to_string())],
        }
        if client.streams.len() > STREAMS_MAX {
            return vec![Say::Close(1008, "Too many streams".to_owned())];
        }
        vec![Say::Text(json!({"result": null, "id": id}).to_string())]
    }
}

impl Provider for Binance {
    fn opened(&mut self, connection: u64, path: &str) -> Vec<Say> {
        assert!(path.starts_with("/stream"), "{path}");
        self.clients.insert(connection, Client::default());
        Vec::new()
    }

    fn received(&mut self, connection: u64, text: &str) -> Vec<Say> {
        let client = self.clients.entry(connection).or_default();
        client.said_at.retain(|at| at.elapsed() < Duration::from_secs(1));
        client.said_at.push(Instant::now());
        if client.said_at.len() > MESSAGES_A_SECOND {
            return vec![Say::Close(1008, "Too many requests".to_owned())];
        }
        match serde_json::from_str(text) {
            Ok(request) => self.control(connection, &request),
            Err(error) => vec![Say::Text(json!({"error": {"code": 3, "msg": format!("Invalid JSON: {error}")}}).to_string())],
        }
    }

    fn asked(&mut self, path: &str, query: &str, _: &HeaderMap) -> Reply {
        let symbol = query_value(query, "symbol").unwrap_or_default();
        match path {
            "/api/v3/depth" => match self.books.get(symbol) {
                Some(book) => {
                    let side = |levels: &BTreeMap<String, String>| levels.iter().map(|(p, q)| json!([p, q])).collect::<Vec<_>>();
                    let (bids, asks) = (side(&book.bids), side(&book.asks));
                    fine(&json!({"lastUpdateId": book.last_id, "bids": bids, "asks": asks}))
                }
                None => invalid_symbol(),
            },
            "/api/v3/klines" => fine(&klines(query)),
            "/api/v3/ticker/24hr" => tickers(query),
            _ => Reply { status: 404, body: String::new() },
        }
    }

    fn told(&mut self, command: &Value) -> Vec<Say> {
        let symbol = command["symbol"].as_str().unwrap_or_default().to_owned();
        let stream = |name: &str| format!("{}@{name}", symbol.to_lowercase());
        match command["do"].as_str() {
            Some("levels") => self.depth(command, true),
            Some("skip") => self.depth(command, false),
            Some("trade") => {
                let data = json!({"e": "trade", "E": NOW_MS + 1, "s": symbol, "t": 12_345, "p": command["price"], "q": command["qty"],
                    "T": NOW_MS, "m": command["buyer_is_maker"], "M": true});
                self.publish(&stream("trade"), &data)
            }
            Some("touch") => {
                let data = json!({"u": 400_900_217_u64, "s": symbol, "b": command["bid"], "B": "31.21000000", "a": command["ask"],
                    "A": "40.66000000"});
                self.publish(&stream("bookTicker"), &data)
            }
            Some("ticker") => {
                let data = json!({"e": "24hrTicker", "E": NOW_MS, "s": symbol, "p": "0.0015", "P": "250.00", "w": "0.0018",
                    "x": "60000.10", "c": command["last"], "Q": "10", "b": "0.0024", "B": "10", "a": "0.0026", "A": "100",
                    "o": "60100.00000000", "h": "62000.00000000", "l": "59000.50000000", "v": "12345.67800000", "q": "18", "O": 0,
                    "C": NOW_MS, "F": 0, "L": 18_150, "n": 18_151});
                self.publish(&stream("ticker"), &data)
            }
            Some("shutdown") => vec![Say::Text(json!({"e": "serverShutdown", "E": NOW_MS}).to_string())],
            _ => panic!("unknown command {command}"),
        }
    }
}

fn fine(body: &Value) -> Reply {
    Reply { status: 200, body: body.to_string() }
}

fn invalid_symbol() -> Reply {
    Reply { status: 400, body: r#"{"code":-1121,"msg":"Invalid symbol."}"#.to_owned() }
}

/// Bars of minutes whose open is the number of the minute, so that a test knows each.
fn klines(query: &str) -> Value {
    let number = |name: &str| query_value(query, name).and_then(|text| text.parse::<u64>().ok());
    // Only minutes are faked; of anything longer there is no past.
    if query_value(query, "interval") != Some("1m") {
        return json!([]);
    }
    let limit = usize::try_from(number("limit").unwrap_or(500)).expect("small").min(1_000);
    let from = number("startTime").unwrap_or(LISTED_MS).max(LISTED_MS).div_ceil(60_000);
    let to = number("endTime").unwrap_or(NOW_MS).min(NOW_MS) / 60_000;
    let bar = |minute: u64| {
        let open = minute - LISTED_MS / 60_000 + 1;
        json!([
            minute * 60_000,
            format!("{open}.00000000"),
            format!("{}.50000000", open + 1),
            format!("{open}.00000000"),
            format!("{}.00000000", open + 1),
            "2.50000000",
            minute * 60_000 + 59_999,
            "100.0",
            7,
            "1.0",
            "50.0",
            "0"
        ])
    };
    (from..=to).take(limit).map(bar).collect()
}

fn tickers(query: &str) -> Reply {
    let wanted =
        query_value(query, "symbols").unwrap_or_default().replace("%5B", "[").replace("%5D", "]").replace("%22", "\"").replace("%2C", ",");
    let symbols: Vec<String> = serde_json::from_str(&wanted).unwrap_or_default();
    let known = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
    if symbols.iter().any(|symbol| !known.contains(&symbol.as_str())) {
        return invalid_symbol();
    }
    let ticker = |symbol: &String| {
        json!({"symbol": symbol, "priceChange": "1", "priceChangePercent": "1", "weightedAvgPrice": "1", "prevClosePrice": "99.5",
            "lastPrice": "101.00000000", "lastQty": "1", "bidPrice": "100.90000000", "bidQty": "3", "askPrice": "101.10000000",
            "askQty": "4", "openPrice": "100.00000000", "highPrice": "102.00000000", "lowPrice": "98.00000000", "volume": "5000.5",
            "quoteVolume": "1", "openTime": NOW_MS - 86_400_000, "closeTime": NOW_MS, "firstId": 1, "lastId": 2, "count": 2})
    };
    fine(&symbols.iter().map(ticker).collect())
}
