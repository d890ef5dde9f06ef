//! Massive's streams (stocks and crypto), its aggregates and snapshots over REST, with one key that is right.
//!
//! Commands: `say` (`channel` like `T.AAPL` and `event`, said to subscribers) · `status` (`status`, `message`) · `occupy`
//! (`times`: so many more greetings find the key's one connection taken).

use std::collections::{BTreeMap, BTreeSet};

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::provider::{Provider, Reply, Say, query_value};

const KEY: &str = "massive-secret";
/// The newest minute there is: 2026-11-20T15:00:00Z.
const NEWEST_MINUTE: i64 = 1_795_186_800 / 60;
/// Bars of one page, whatever was asked for: two pages are soon needed.
const PAGE: i64 = 40;

#[derive(Default)]
pub struct Massive {
    clients: BTreeMap<u64, Client>,
    occupied: u64,
}

#[derive(Default)]
struct Client {
    is_known: bool,
    is_crypto: bool,
    channels: BTreeSet<String>,
}

fn status(status: &str, message: &str) -> Say {
    Say::Text(json!([{"ev": "status", "status": status, "message": message}]).to_string())
}

impl Massive {
    fn greet(&mut self, connection: u64, key: &str) -> Vec<Say> {
        if self.occupied > 0 {
            self.occupied -= 1;
            return vec![status("max_connections", "Maximum number of connections exceeded."), Say::Close(1008, String::new())];
        }
        if key != KEY {
            return vec![status("auth_failed", "authentication failed"), Say::Close(1008, String::new())];
        }
        self.clients.entry(connection).or_default().is_known = true;
        vec![status("auth_success", "authenticated")]
    }

    fn change(&mut self, connection: u64, params: &str, is_added: bool) -> Vec<Say> {
        let client = self.clients.entry(connection).or_default();
        if !client.is_known {
            return vec![status("auth_failed", "not authenticated"), Say::Close(1008, String::new())];
        }
        let mut says = Vec::new();
        for channel in params.split(',') {
            let known: &[&str] = if client.is_crypto { &["XT.", "XQ.", "XA."] } else { &["T.", "Q.", "AM."] };
            if !known.iter().any(|name| channel.starts_with(name)) {
                says.push(status("error", &format!("unknown channel {channel}")));
                continue;
            }
            let words = if is_added { "subscribed to" } else { "unsubscribed from" };
            if is_added {
                client.channels.insert(channel.to_owned());
            } else {
                client.channels.remove(channel);
            }
            says.push(status("success", &format!("{words}: {channel}")));
        }
        says
    }
}

impl Provider for Massive {
    fn opened(&mut self, connection: u64, path: &str) -> Vec<Say> {
        assert!(["/stocks", "/crypto"].contains(&path), "{path}");
        self.clients.insert(connection, Client { is_crypto: path == "/crypto", ..Client::default() });
        vec![status("connected", "Connected Successfully")]
    }

    fn received(&mut self, connection: u64, text: &str) -> Vec<Say> {
        let request: Value = serde_json::from_str(text).expect("JSON");
        let params = request["params"].as_str().expect("a text");
        match request["action"].as_str() {
            Some("auth") => self.greet(connection, params),
            Some("subscribe") => self.change(connection, params, true),
            Some("unsubscribe") => self.change(connection, params, false),
            _ => vec![status("error", "unknown action")],
        }
    }

    fn asked(&mut self, path: &str, query: &str, headers: &HeaderMap) -> Reply {
        let key = headers.get("authorization").and_then(|value| value.to_str().ok());
        if key != Some(&format!("Bearer {KEY}")) {
            return Reply { status: 401, body: r#"{"status":"ERROR","request_id":"1","error":"Unknown API Key"}"#.to_owned() };
        }
        let tickers = query_value(query, "tickers").unwrap_or_default().replace("%3A", ":").replace("%2C", ",");
        let body = match path {
            "/v2/snapshot/locale/us/markets/stocks/tickers" => json!({"status": "OK", "tickers": snapshots(&tickers, false)}),
            "/v2/snapshot/locale/global/markets/crypto/tickers" => json!({"status": "OK", "tickers": snapshots(&tickers, true)}),
            _ => match path.strip_prefix("/v2/aggs/ticker/") {
                Some(rest) => aggregates(rest, query),
                None => return Reply { status: 404, body: String::new() },
            },
        };
        Reply { status: 200, body: body.to_string() }
    }

    fn told(&mut self, command: &Value) -> Vec<Say> {
        match command["do"].as_str() {
            Some("say") => {
                let channel = command["channel"].as_str().expect("a channel");
                let is_subscribed = self.clients.last_key_value().is_some_and(|(_, client)| client.channels.contains(channel));
                is_subscribed.then(|| Say::Text(json!([command["event"]]).to_string())).into_iter().collect()
            }
            Some("status") => {
                vec![status(command["status"].as_str().expect("a status"), command["message"].as_str().expect("words"))]
            }
            Some("occupy") => {
                self.occupied = command["times"].as_u64().expect("a number");
                Vec::new()
            }
            _ => panic!("unknown command {command}"),
        }
    }
}

/// `{ticker}/range/1/minute/{from}/{to}`, newest first; the open is the number of minutes before the newest one, plus one.
/// The next page is named by a whole address on another host, as with the real one behind its balancers.
fn aggregates(rest: &str, query: &str) -> Value {
    let parts: Vec<&str> = rest.split('/').collect();
    let [ticker, "range", "1", "minute", from, to] = parts.as_slice() else { panic!("{rest} is not faked") };
    assert_eq!(query_value(query, "sort"), Some("desc"));
    let minute = |text: &str, up: i64| (text.parse::<i64>().expect("milliseconds") + up) / 60_000;
    let (oldest, newest) = (minute(from, 59_999), minute(to, 0).min(NEWEST_MINUTE));
    let limit = query_value(query, "limit").and_then(|text| text.parse::<i64>().ok()).expect("a limit").min(PAGE);
    let bar = |minute: i64| {
        let open = NEWEST_MINUTE - minute + 1;
        json!({"t": minute * 60_000, "o": open, "h": open + 2, "l": open, "c": open + 1, "v": 642_646.0, "vw": 1.469, "n": 3})
    };
    let page: Vec<Value> = (oldest..=newest).rev().take(usize::try_from(limit).expect("small")).map(bar).collect();
    let next = newest - i64::try_from(page.len()).expect("small");
    let mut answer = json!({"ticker": ticker, "status": "OK", "adjusted": true, "resultsCount": page.len(), "results": page});
    if next >= oldest {
        let url = format!("https://api.example.invalid/v2/aggs/ticker/{ticker}/range/1/minute/{from}/{}", next * 60_000);
        answer["next_url"] = json!(format!("{url}?sort=desc&limit={limit}&cursor=bGltaXQ9Mg"));
    }
    answer
}

fn snapshots(tickers: &str, is_crypto: bool) -> Vec<Value> {
    let one = |ticker: &str| {
        let mut snapshot = json!({"ticker": ticker, "todaysChange": 1.5, "todaysChangePerc": 1.5, "updated": 1_795_186_800_000_000_000_i64,
            "day": {"o": 100, "h": 102.5, "l": 99.5, "c": 101.2, "v": 123_456, "vw": 101},
            "lastTrade": {"p": 101.25, "s": 10, "t": 1_795_186_799_500_000_000_i64, "c": [14, 41], "i": "1", "x": 4},
            "lastQuote": {"p": 101.2, "s": 3, "P": 101.3, "S": 22, "t": 1_795_186_799_900_000_000_i64},
            "min": {"av": 1, "c": 1, "h": 1, "l": 1, "o": 1, "v": 1, "vw": 1}, "prevDay": {"o": 98, "h": 100, "l": 97, "c": 99.75, "v": 1, "vw": 1}});
        if is_crypto {
            snapshot["lastTrade"] = json!({"p": 101.25, "s": 0.5, "t": 1_795_186_799_500_i64, "c": [2], "i": "1", "x": 4});
            snapshot.as_object_mut().expect("an object").remove("lastQuote");
        }
        snapshot
    };
    tickers.split(',').filter(|ticker| !ticker.starts_with("NONE")).map(one).collect()
}
