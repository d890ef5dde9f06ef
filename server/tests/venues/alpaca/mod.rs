//! Alpaca's trading API: `/v2/*` with two headers for a key, and `trade_updates` in binary frames on `/stream`.
//!
//! The stock market is always open here.

mod account;
mod orders;
mod stream;
mod view;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    exchange::{
        ClientIdRule, Exchange, FeeAsset, Profile,
        funds::Funds,
        instrument::{ALPACA, coins, decimal, stocks},
        order::{Event, Refusal},
    },
    http::{Reply, Request},
    venue::{Call, Credentials, Say, Venue},
    write::{plain, uuid},
};

const PER_MINUTE: u64 = 200;

pub struct Alpaca {
    credentials: Credentials,
    clients: BTreeMap<u64, stream::Client>,
}

impl Alpaca {
    pub fn new(credentials: Option<Credentials>) -> Self {
        let dummy = || Credentials { key: "PKFAKEVENUE".to_owned(), secret: "fake-venue-alpaca-secret".to_owned() };
        Self { credentials: credentials.unwrap_or_else(dummy), clients: BTreeMap::new() }
    }
}

fn order_id(number: u64) -> String {
    uuid("0a1b2c3d", number)
}

fn own_client_id(number: u64) -> String {
    uuid("c0ffee00", number)
}

pub fn error(status: u16, code: u64, message: &str) -> Reply {
    Reply::json(status, &json!({"code": code, "message": message}))
}

fn not_found(what: &str) -> Reply {
    error(404, 40_410_000, &format!("order not found for {what}"))
}

fn refused(exchange: &Exchange, refusal: Refusal, asked: &Value) -> Reply {
    let text = |name: &str| asked[name].as_str().map_or_else(|| asked[name].to_string(), str::to_owned);
    match refusal {
        Refusal::UnknownSymbol => error(422, 42_210_000, &format!("asset \"{}\" not found", text("symbol"))),
        Refusal::NoQty => error(422, 40_010_001, "qty or notional is required"),
        Refusal::TooLarge => error(422, 42_210_000, "qty or price is too large"),
        Refusal::BadQtyStep => error(422, 42_210_000, "qty increment does not fulfill minimum trade increment"),
        Refusal::BelowMinimum => error(422, 42_210_000, "qty must be > 0 and >= the minimal order size"),
        Refusal::BelowNotional => error(403, 40_310_000, "cost basis must be >= minimal amount of order 1"),
        Refusal::BadPriceTick => {
            let name = if asked["limit_price"].is_null() { "stop_price" } else { "limit_price" };
            let price = text(name);
            error(422, 42_210_000, &format!("invalid {name} {price}. sub-penny increment does not fulfill minimum pricing criteria"))
        }
        Refusal::MissingPrice => error(422, 40_010_001, "this type of order requires a price"),
        Refusal::InsufficientFunds { asset, needed, free } => insufficient(exchange, &text("symbol"), &asset, needed, free),
        Refusal::DuplicateClientId(_) => error(422, 40_010_001, "client_order_id must be unique"),
        Refusal::BadClientId => error(422, 40_010_001, "client_order_id must be no more than 128 characters"),
        Refusal::WouldCross => error(422, 42_210_000, "the order would cross"),
        Refusal::UnknownOrder => not_found("it"),
        Refusal::NotOpen(id) => error(422, 42_210_000, &format!("order is already in \"{}\" state", view::status(exchange.order(id)))),
    }
}

fn insufficient(exchange: &Exchange, symbol: &str, asset: &str, needed: Decimal, free: Decimal) -> Reply {
    let is_stock = exchange.instrument(symbol).is_some_and(|one| one.is_stock);
    let (needed, available) = (plain(needed), plain(free));
    let told = |message: &str| json!({"code": 40_310_000, "message": message, "symbol": asset, "available": available});
    Reply::json(
        403,
        &match asset {
            "USD" if is_stock => {
                json!({"code": 40_310_000, "message": "insufficient buying power", "buying_power": available, "cost_basis": needed})
            }
            _ if is_stock => told(&format!("insufficient qty available for order (requested: {needed}, available: {available})")),
            _ => told(&format!("insufficient balance for {asset} (requested: {needed}, available: {available})")),
        },
    )
}

impl Venue for Alpaca {
    fn profile(&self) -> Profile {
        let mut instruments = stocks();
        instruments.extend(coins(ALPACA, "USD", |base, quote| format!("{base}/{quote}")));
        Profile {
            instruments,
            funds: Funds::of(&[("USD", "100000")]),
            client_ids: ClientIdRule::UniqueForever,
            fee_asset: FeeAsset::Received,
            maker: decimal("0.0015"),
            taker: decimal("0.0025"),
            order_id,
            own_client_id,
        }
    }

    fn credentials(&self) -> Value {
        json!({"key": self.credentials.key, "secret": self.credentials.secret})
    }

    fn call(&self, request: &Request) -> Call {
        match request.route() {
            ("POST", "/v2/orders") => Call::Place,
            ("DELETE", path) if path.starts_with("/v2/orders") => Call::Cancel,
            ("DELETE", path) if path.starts_with("/v2/positions") => Call::Place,
            ("PATCH", path) if path.starts_with("/v2/orders/") => Call::Replace,
            ("GET", "/v2/orders") => Call::List,
            ("GET", path) if path.starts_with("/v2/orders") => Call::Get,
            ("GET", path) if path.starts_with("/v2/account/activities") => Call::Fills,
            ("GET", path) if path == "/v2/account" || path.starts_with("/v2/positions") => Call::Balances,
            ("GET", path) if path.starts_with("/v2/assets") => Call::Instruments,
            ("GET", "/v2/clock" | "/v2/calendar") => Call::Time,
            _ => Call::Other,
        }
    }

    fn client_id(&self, request: &Request) -> Option<String> {
        request.json["client_order_id"].as_str().map(str::to_owned)
    }

    fn answer(&mut self, exchange: &mut Exchange, request: &Request) -> Reply {
        let (key, secret) = (request.header("apca-api-key-id"), request.header("apca-api-secret-key"));
        if key != self.credentials.key || secret != self.credentials.secret {
            return Reply::json(if key.is_empty() { 401 } else { 403 }, &json!({"message": "forbidden."}));
        }
        let reply = orders::answer(exchange, request).or_else(|| account::answer(exchange, request));
        reply.unwrap_or_else(|| error(404, 40_410_000, "endpoint not found"))
    }

    fn refuse(&self, code: &str) -> Reply {
        let number = code.parse::<u64>().unwrap_or(42_210_000);
        let status = if number == 40_010_001 { 422 } else { u16::try_from(number / 100_000).unwrap_or(422) };
        let message = match number {
            40_010_001 => "client_order_id must be unique",
            40_310_000 => "insufficient buying power",
            40_110_000 => "request is not authorized",
            _ => code,
        };
        error(status, number, message)
    }

    fn limited(&self, status: u16, retry_after: u64) -> Reply {
        error(status, 42_910_000, "rate limit exceeded").with("retry-after", retry_after.to_string())
    }

    fn per_minute(&self) -> u64 {
        PER_MINUTE
    }

    fn limit_headers(&self, used: u64, now_ms: i64) -> Vec<(&'static str, String)> {
        let reset = (now_ms / 60_000 + 1) * 60;
        vec![
            ("x-ratelimit-limit", PER_MINUTE.to_string()),
            ("x-ratelimit-remaining", PER_MINUTE.saturating_sub(used).to_string()),
            ("x-ratelimit-reset", reset.to_string()),
            ("x-request-id", format!("{now_ms:032x}")),
        ]
    }

    fn has_stream(&self, path: &str) -> bool {
        path == "/stream"
    }

    fn opened(&mut self, connection: u64) -> Vec<Say> {
        self.clients.insert(connection, stream::Client::default());
        Vec::new()
    }

    fn received(&mut self, _exchange: &mut Exchange, connection: u64, text: &str) -> Vec<Say> {
        self.clients.entry(connection).or_default().received(&self.credentials, text)
    }

    fn closed(&mut self, connection: u64) {
        self.clients.remove(&connection);
    }

    fn heartbeat(&mut self, _exchange: &Exchange, _connection: u64) -> Vec<Say> {
        Vec::new()
    }

    fn publish(&mut self, exchange: &Exchange, connection: u64, event: &Event) -> Vec<Say> {
        let is_listening = self.clients.get(&connection).is_some_and(|client| client.is_listening);
        if is_listening { stream::update(exchange, event) } else { Vec::new() }
    }
}

/// A number that may come as text.
fn number(value: &Value) -> Result<Option<Decimal>, Reply> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    text.parse().map(Some).map_err(|_| error(422, 40_010_001, &format!("cannot read the number {text:?}")))
}
