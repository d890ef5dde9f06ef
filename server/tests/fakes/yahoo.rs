//! A chart service like Yahoo's: one question over REST, and a status for whoever does not look like a browser.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::provider::{Provider, Reply, Say, query_value};

#[derive(Default)]
pub struct Yahoo;

impl Provider for Yahoo {
    fn opened(&mut self, _: u64, _: &str) -> Vec<Say> {
        vec![Say::Close(1008, "no stream here".to_owned())]
    }

    fn received(&mut self, _: u64, _: &str) -> Vec<Say> {
        Vec::new()
    }

    fn asked(&mut self, path: &str, query: &str, headers: &HeaderMap) -> Reply {
        let agent = headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !agent.starts_with("Mozilla/") {
            return Reply { status: 429, body: "Too Many Requests\r\n".to_owned() };
        }
        if let Some("BRK-B" | "BTC-USD") = path.strip_prefix("/v8/finance/chart/") {
            return Reply { status: 200, body: chart(query).to_string() };
        }
        let error = json!({"code": "Not Found", "description": "No data found, symbol may be delisted"});
        Reply { status: 404, body: json!({"chart": {"result": null, "error": error}}).to_string() }
    }

    fn told(&mut self, command: &Value) -> Vec<Say> {
        panic!("unknown command {command}")
    }
}

/// Trading days that begin at 14:30, the second with a hole in it.
fn chart(query: &str) -> Value {
    let number = |name: &str| query_value(query, name).and_then(|text| text.parse::<i64>().ok()).expect("a number");
    assert_eq!(query_value(query, "interval"), Some("1d"), "only days are faked");
    let days: Vec<i64> = (number("period1") / 86_400..=number("period2") / 86_400).collect();
    let times = days.iter().map(|day| day * 86_400 + 52_200).filter(|time| *time < number("period2"));
    let times: Vec<i64> = times.collect();
    let column =
        |base: f64| -> Vec<Value> { times.iter().enumerate().map(|(nth, _)| if nth == 1 { Value::Null } else { json!(base) }).collect() };
    let quote = json!({"open": column(74.059_997_558_593_75), "high": column(75.150_001_525_878_9), "low": column(73.797_501),
        "close": column(75.087_501_525_878_9), "volume": column(135_480_400.0)});
    json!({"chart": {"result": [{"meta": {"currency": "USD", "symbol": "X", "dataGranularity": "1d"}, "timestamp": times,
        "indicators": {"quote": [quote]}}], "error": null}})
}
