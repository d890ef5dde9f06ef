//! The channels `executions` and `balances` for who shows a token, with heartbeats and numbered messages.

use serde_json::{Value, json};

use super::report;
use crate::{
    exchange::{Exchange, order::Event},
    venue::Say,
    write::micros,
};

#[derive(Default)]
pub struct Client {
    executions: Option<u64>,
    balances: Option<u64>,
}

/// The token with this number.
pub fn token(number: u64) -> String {
    format!("fake-venue-token-{number}")
}

pub fn online(connection: u64) -> Say {
    let data = json!([{"system": "online", "api_version": "v2", "connection_id": connection, "version": "2.0.10"}]);
    Say::json(&json!({"channel": "status", "type": "update", "data": data}))
}

impl Client {
    /// `tokens` is how many have been given out.
    pub fn received(&mut self, exchange: &Exchange, tokens: u64, text: &str) -> Vec<Say> {
        let request: Value = serde_json::from_str(text).unwrap_or_default();
        let now = micros(exchange.now_us());
        let reply = |mut body: Value| {
            body["time_in"] = json!(now);
            body["time_out"] = json!(now);
            if let Some(id) = request.get("req_id") {
                body["req_id"] = id.clone();
            }
            Say::json(&body)
        };
        let (method, params) = (&request["method"], &request["params"]);
        let is_wanted = match method.as_str() {
            Some("ping") => return vec![reply(json!({"method": "pong"}))],
            Some("subscribe") => true,
            Some("unsubscribe") => false,
            _ => return vec![reply(json!({"method": method, "success": false, "error": "Unsupported method"}))],
        };
        let refuse = |error: &str| vec![reply(json!({"method": method, "success": false, "error": error}))];
        if !(1..=tokens).any(|number| params["token"] == token(number)) {
            return refuse("EAPI:Invalid token");
        }
        let mut says = vec![reply(json!({"method": method, "success": true, "result": {"channel": params["channel"], "snapshot": true}}))];
        match params["channel"].as_str() {
            Some("executions") => {
                self.executions = is_wanted.then_some(0);
                if is_wanted {
                    says.push(self.executions_say("snapshot", &report::snapshot(exchange, params)));
                }
            }
            Some("balances") => {
                self.balances = is_wanted.then_some(0);
                if is_wanted {
                    says.push(self.balances_say("snapshot", &report::balances(exchange)));
                }
            }
            _ => return refuse("Unsupported channel"),
        }
        says
    }

    fn executions_say(&mut self, kind: &str, data: &Value) -> Say {
        say("executions", kind, data, self.executions.get_or_insert(0))
    }

    fn balances_say(&mut self, kind: &str, data: &Value) -> Say {
        say("balances", kind, data, self.balances.get_or_insert(0))
    }

    pub fn heartbeat(&self) -> Option<Say> {
        self.executions.or(self.balances).map(|_| Say::json(&json!({"channel": "heartbeat"})))
    }

    pub fn told(&mut self, exchange: &Exchange, event: &Event) -> Vec<Say> {
        let mut says = Vec::new();
        if self.executions.is_some() {
            let reports = report::executions(exchange, event);
            says.extend(reports.into_iter().map(|one| self.executions_say("update", &json!([one]))));
        }
        if self.balances.is_some() {
            let changes = report::ledger(exchange, event);
            says.extend(changes.into_iter().map(|one| self.balances_say("update", &json!([one]))));
        }
        says
    }
}

fn say(channel: &str, kind: &str, data: &Value, sequence: &mut u64) -> Say {
    *sequence += 1;
    Say::json(&json!({"channel": channel, "type": kind, "data": data, "sequence": *sequence}))
}
