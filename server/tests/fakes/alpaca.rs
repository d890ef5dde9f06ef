//! Alpaca's data streams (stocks and crypto) and its bars and snapshots over REST, with one key that is right.
//!
//! Commands: `trade` · `quote` · `bar` · `day` · `book` (each with `symbol` and the fields of the message, said to subscribers)
//! · `error` (`code`, `msg`) · `occupy` (`times`: so many more greetings find the account's one connection taken).

use std::collections::{BTreeMap, BTreeSet};

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::provider::{Provider, Reply, Say, query_value};

const KEY: &str = "PKGOOD";
const SECRET: &str = "alpaca-secret";
/// The free plan.
const SYMBOLS_MAX: usize = 30;
const CHANNELS: [&str; 5] = ["trades", "quotes", "bars", "dailyBars", "orderbooks"];
/// The newest minute there is: 2026-11-20T15:00:00Z.
const NEWEST_MINUTE: i64 = 1_795_186_800 / 60;
/// Bars of one page, whatever was asked for: two pages are soon needed.
const PAGE: i64 = 40;

#[derive(Default)]
pub struct Alpaca {
    clients: BTreeMap<u64, Client>,
    occupied: u64,
}

#[derive(Default)]
struct Client {
    is_known: bool,
    lists: BTreeMap<&'static str, BTreeSet<String>>,
}

fn success(message: &str) -> Say {
    Say::Text(json!([{"T": "success", "msg": message}]).to_string())
}

fn error(code: u64, message: &str) -> Say {
    Say::Text(json!([{"T": "error", "code": code, "msg": message}]).to_string())
}

impl Alpaca {
    fn greet(&mut self, connection: u64, request: &Value) -> Vec<Say> {
        if self.occupied > 0 {
            self.occupied -= 1;
            return vec![error(406, "connection limit exceeded"), Say::Close(1000, String::new())];
        }
        let client = self.clients.entry(connection).or_default();
        if client.is_known {
            return vec![error(403, "already authenticated")];
        }
        if request["key"] != KEY || request["secret"] != SECRET {
            return vec![error(402, "auth failed"), Say::Close(1000, String::new())];
        }
        client.is_known = true;
        vec![success("authenticated")]
    }

    fn change(&mut self, connection: u64, request: &Value, is_added: bool) -> Vec<Say> {
        let client = self.clients.entry(connection).or_default();
        if !client.is_known {
            return vec![error(401, "not authenticated")];
        }
        let mut lists = client.lists.clone();
        for channel in CHANNELS {
            let symbols = request[channel].as_array().into_iter().flatten().map(|symbol| symbol.as_str().expect("a symbol").to_owned());
            let list = lists.entry(channel).or_default();
            for symbol in symbols {
                if is_added {
                    list.insert(symbol);
                } else {
                    list.remove(&symbol);
                }
            }
        }
        if lists.get("trades").is_some_and(|trades| trades.len() > SYMBOLS_MAX) {
            return vec![error(405, "symbol limit exceeded")];
        }
        client.lists = lists;
        let mut answer = Map::from_iter([("T".to_owned(), json!("subscription"))]);
        answer.extend(client.lists.iter().map(|(channel, list)| ((*channel).to_owned(), json!(list))));
        vec![Say::Text(json!([answer]).to_string())]
    }

    /// The message as it was commanded, if the newest client has subscribed to it.
    fn publish(&self, channel: &str, kind: &str, command: &Value) -> Vec<Say> {
        let symbol = command["symbol"].as_str().expect("a symbol");
        let newest = self.clients.last_key_value();
        if !newest.is_some_and(|(_, client)| client.lists.get(channel).is_some_and(|list| list.contains(symbol))) {
            return Vec::new();
        }
        let mut message = Map::from_iter([("T".to_owned(), json!(kind)), ("S".to_owned(), json!(symbol))]);
        let fields = command.as_object().expect("an object").iter().filter(|(name, _)| *name != "do" && *name != "symbol");
        message.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        vec![Say::Text(json!([message]).to_string())]
    }
}

impl Provider for Alpaca {
    fn opened(&mut self, connection: u64, path: &str) -> Vec<Say> {
        assert!(["/v2/iex", "/v2/sip", "/v1beta3/crypto/us"].contains(&path), "{path}");
        self.clients.insert(connection, Client::default());
        vec![success("connected")]
    }

    fn received(&mut self, connection: u64, text: &str) -> Vec<Say> {
        let Ok(request) = serde_json::from_str::<Value>(text) else { return vec![error(400, "invalid syntax")] };
        match request["action"].as_str() {
            Some("auth") => self.greet(connection, &request),
            Some("subscribe") => self.change(connection, &request, true),
            Some("unsubscribe") => self.change(connection, &request, false),
            _ => vec![error(400, "invalid syntax")],
        }
    }

    fn asked(&mut self, path: &str, query: &str, headers: &HeaderMap) -> Reply {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if header("apca-api-key-id") != Some(KEY) || header("apca-api-secret-key") != Some(SECRET) {
            return Reply { status: 403, body: r#"{"message": "forbidden."}"#.to_owned() };
        }
        let symbols = query_value(query, "symbols").unwrap_or_default().replace("%2F", "/").replace("%2C", ",");
        let body = match path {
            "/v2/stocks/bars" => match query_value(query, "adjustment") {
                Some("split") => bars(query, &symbols),
                _ => return Reply { status: 400, body: r#"{"message":"unadjusted"}"#.to_owned() },
            },
            "/v1beta3/crypto/us/bars" => bars(query, &symbols),
            "/v2/stocks/snapshots" => snapshots(&symbols),
            "/v1beta3/crypto/us/snapshots" => json!({"snapshots": snapshots(&symbols)}),
            _ => return Reply { status: 404, body: String::new() },
        };
        Reply { status: 200, body: body.to_string() }
    }

    fn told(&mut self, command: &Value) -> Vec<Say> {
        match command["do"].as_str() {
            Some("trade") => self.publish("trades", "t", command),
            Some("quote") => self.publish("quotes", "q", command),
            Some("bar") => self.publish("bars", "b", command),
            Some("day") => self.publish("dailyBars", "d", command),
            Some("book") => self.publish("orderbooks", "o", command),
            Some("error") => vec![error(command["code"].as_u64().expect("a code"), command["msg"].as_str().expect("words"))],
            Some("occupy") => {
                self.occupied = command["times"].as_u64().expect("a number");
                Vec::new()
            }
            _ => panic!("unknown command {command}"),
        }
    }
}

/// Minutes, newest first, whose open is the number of minutes before the newest one, plus one.
fn bars(query: &str, symbol: &str) -> Value {
    let time = |name: &str| {
        let text = query_value(query, name).expect("a time").replace("%3A", ":");
        chrono::DateTime::parse_from_rfc3339(&text).expect("a time").timestamp()
    };
    assert_eq!((query_value(query, "sort"), query_value(query, "timeframe")), (Some("desc"), Some("1Min")));
    let limit = query_value(query, "limit").and_then(|text| text.parse::<i64>().ok()).expect("a limit").min(PAGE);
    let first = query_value(query, "page_token").map_or(NEWEST_MINUTE, |token| token.parse().expect("a token of ours"));
    let (oldest, newest) = ((time("start") + 59) / 60, (time("end") / 60).min(first));
    let bar = |minute: i64| {
        let open = NEWEST_MINUTE - minute + 1;
        let t = chrono::DateTime::from_timestamp(minute * 60, 0).expect("a time").format("%Y-%m-%dT%H:%M:%SZ").to_string();
        json!({"t": t, "o": open, "h": open + 2, "l": open, "c": open + 1, "v": 100, "n": 3, "vw": 1.5})
    };
    let page: Vec<Value> = (oldest..=newest).rev().take(usize::try_from(limit).expect("small")).map(bar).collect();
    let next = newest - i64::try_from(page.len()).expect("small");
    let token = (next >= oldest).then(|| next.to_string());
    json!({"bars": {symbol: page}, "next_page_token": token})
}

fn snapshots(symbols: &str) -> Value {
    let one = || {
        json!({"latestTrade": {"t": "2026-11-20T14:59:59.5Z", "p": 101.25, "s": 10, "c": ["@"], "i": 1, "x": "V", "z": "C"},
            "latestQuote": {"t": "2026-11-20T14:59:59.9Z", "bp": 101.2, "bs": 100, "ap": 101.3, "as": 200, "bx": "V", "ax": "V", "c": ["R"]},
            "minuteBar": null, "dailyBar": {"t": "2026-11-20T05:00:00Z", "o": 100, "h": 102.5, "l": 99.5, "c": 101.2, "v": 123_456},
            "prevDailyBar": {"t": "2026-11-19T05:00:00Z", "o": 98, "h": 100, "l": 97, "c": 99.75, "v": 1}})
    };
    let known = symbols.split(',').filter(|symbol| !symbol.starts_with("NONE"));
    Value::Object(known.map(|symbol| (symbol.to_owned(), one())).collect())
}
