//! Coinbase Advanced Trade: `/api/v3/brokerage/*` with a fresh JWT for each question, and the `user` channel on `/ws-user` (or on `/`).
//!
//! `trigger_bracket` orders and the alias `BTC-USDC` are not known here.

mod account;
mod auth;
mod market;
mod orders;
mod place;
mod stream;
mod view;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    exchange::{
        ClientIdRule, Exchange, FeeAsset, Profile,
        funds::Funds,
        instrument::{COINBASE, coins, decimal},
        order::Event,
    },
    http::{Reply, Request},
    keys,
    venue::{Call, Credentials, Say, Venue},
    write::uuid,
};

const ROOT: &str = "/api/v3/brokerage";
const PER_MINUTE: u64 = 1_800;
const PER_SECOND: u64 = 30;

pub struct Coinbase {
    credentials: Credentials,
    clients: BTreeMap<u64, stream::Client>,
}

impl Coinbase {
    pub fn new(credentials: Option<Credentials>) -> Self {
        let key = "organizations/00000000-0000-4000-8000-00000000fa4e/apiKeys/00000000-0000-4000-8000-000000000001";
        let dummy = || Credentials { key: key.to_owned(), secret: keys::new_p256() };
        Self { credentials: credentials.unwrap_or_else(dummy), clients: BTreeMap::new() }
    }
}

fn trouble(status: u16, error: &str, message: &str) -> Reply {
    Reply::json(status, &json!({"error": error, "error_details": message, "message": message}))
}

/// A refusal of an order comes with status 200.
fn failure(error: &str, message: &str) -> Value {
    json!({"success": false, "failure_reason": "UNKNOWN_FAILURE_REASON", "order_id": "", "error_response": {
        "error": error, "message": message, "error_details": "", "preview_failure_reason": format!("PREVIEW_{error}")}})
}

impl Venue for Coinbase {
    fn profile(&self) -> Profile {
        Profile {
            instruments: coins(COINBASE, "USD", |base, quote| format!("{base}-{quote}")),
            funds: Funds::of(&[("USD", "100000"), ("BTC", "1"), ("ETH", "10"), ("SOL", "0"), ("DOGE", "0")]),
            client_ids: ClientIdRule::ReturnsFirst,
            fee_asset: FeeAsset::Quote,
            maker: decimal("0.004"),
            taker: decimal("0.006"),
            order_id: |number| uuid("c01bba5e", number),
            own_client_id: |number| uuid("c0ffee00", number),
        }
    }

    fn credentials(&self) -> Value {
        json!({"key": self.credentials.key, "secret": self.credentials.secret})
    }

    fn call(&self, request: &Request) -> Call {
        let Some(path) = request.path.strip_prefix(ROOT) else { return Call::Other };
        match (request.method.as_str(), path) {
            ("POST", "/orders") => Call::Place,
            ("POST", "/orders/batch_cancel") => Call::Cancel,
            ("POST", "/orders/edit") => Call::Replace,
            ("GET", "/orders/historical/batch") => Call::List,
            ("GET", "/orders/historical/fills") => Call::Fills,
            ("GET", path) if path.starts_with("/orders/historical/") => Call::Get,
            ("GET", path) if path.starts_with("/accounts") => Call::Balances,
            ("GET", path) if path.contains("/product") => Call::Instruments,
            ("GET", "/key_permissions") => Call::Permissions,
            ("GET", "/time") => Call::Time,
            _ => Call::Other,
        }
    }

    fn client_id(&self, request: &Request) -> Option<String> {
        request.json["client_order_id"].as_str().map(str::to_owned)
    }

    fn answer(&mut self, exchange: &mut Exchange, request: &Request) -> Reply {
        let Some(path) = request.path.strip_prefix(ROOT) else { return trouble(404, "NOT_FOUND", "no such endpoint") };
        if let Some(reply) = market::public(exchange, path, request) {
            return reply;
        }
        let now_s = exchange.now_ms() / 1000;
        if !auth::is_request_signed(&self.credentials, request, now_s) {
            return Reply { status: 401, headers: vec![("content-type", "text/plain".to_owned())], body: "Unauthorized".to_owned() };
        }
        let reply = orders::answer(exchange, path, request).or_else(|| account::answer(exchange, path, request));
        reply.unwrap_or_else(|| trouble(404, "NOT_FOUND", "no such endpoint"))
    }

    fn refuse(&self, code: &str) -> Reply {
        match code.parse::<u16>() {
            Ok(status) => trouble(status, "unknown", "refused by command"),
            Err(_) => Reply::ok(&failure(code, "refused by command")),
        }
    }

    fn limited(&self, status: u16, retry_after: u64) -> Reply {
        let body = json!({"errors": [{"id": "rate_limit_exceeded", "message": "Too many requests"}]});
        Reply::json(status, &body).with("retry-after", retry_after.to_string())
    }

    fn per_minute(&self) -> u64 {
        PER_MINUTE
    }

    fn limit_headers(&self, used: u64, _now_ms: i64) -> Vec<(&'static str, String)> {
        let remaining = PER_SECOND.saturating_sub(used % PER_SECOND);
        vec![
            ("x-ratelimit-limit", PER_SECOND.to_string()),
            ("x-ratelimit-remaining", remaining.to_string()),
            ("x-ratelimit-reset", "1".to_owned()),
        ]
    }

    fn has_stream(&self, path: &str) -> bool {
        matches!(path, "/ws-user" | "/")
    }

    fn opened(&mut self, connection: u64) -> Vec<Say> {
        self.clients.insert(connection, stream::Client::default());
        Vec::new()
    }

    fn received(&mut self, exchange: &mut Exchange, connection: u64, text: &str) -> Vec<Say> {
        self.clients.entry(connection).or_default().received(&self.credentials, exchange, text)
    }

    fn closed(&mut self, connection: u64) {
        self.clients.remove(&connection);
    }

    fn heartbeat(&mut self, exchange: &Exchange, connection: u64) -> Vec<Say> {
        self.clients.get_mut(&connection).and_then(|client| client.heartbeat(exchange)).into_iter().collect()
    }

    fn publish(&mut self, exchange: &Exchange, connection: u64, event: &Event) -> Vec<Say> {
        self.clients.get_mut(&connection).and_then(|client| client.update(exchange, event)).into_iter().collect()
    }
}
