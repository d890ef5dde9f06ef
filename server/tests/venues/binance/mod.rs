//! Binance spot: `/api/v3/*` with signed queries, and the user's events over the WebSocket API on `/ws-api/v3`.

mod account;
mod auth;
mod cancel;
mod market;
mod orders;
mod stream;
mod view;

use std::collections::BTreeMap;

use auth::Keys;
use serde_json::{Value, json};

use crate::{
    exchange::{
        ClientIdRule, Exchange, FeeAsset, Profile,
        funds::Funds,
        instrument::{BINANCE, coins, decimal},
        order::{Event, Refusal},
    },
    http::{Reply, Request},
    keys,
    venue::{Call, Credentials, Say, Venue},
};

const WEIGHT_PER_MINUTE: u64 = 6_000;
const PING_EVERY_S: i64 = 20;

/// HTTP status, code, words.
#[derive(Debug, Clone, Copy)]
pub struct Trouble(pub u16, pub i64, pub &'static str);

impl Trouble {
    fn value(self) -> Value {
        json!({"code": self.1, "msg": self.2})
    }
}

impl From<Trouble> for Reply {
    fn from(trouble: Trouble) -> Self {
        Self::json(trouble.0, &trouble.value())
    }
}

const NO_ORDER: Trouble = Trouble(400, -2013, "Order does not exist.");
const NO_SYMBOL: Trouble = Trouble(400, -1121, "Invalid symbol.");

pub struct Binance {
    keys: Keys,
    clients: BTreeMap<u64, stream::Client>,
}

impl Binance {
    pub fn new(credentials: Option<Credentials>) -> Self {
        let dummy = || Credentials { key: "fakevenuebinancekey".to_owned(), secret: "fakevenuebinancesecret".to_owned() };
        let ed25519 = Credentials { key: "fakevenuebinanceed25519key".to_owned(), secret: keys::new_ed25519() };
        Self { keys: Keys { main: credentials.unwrap_or_else(dummy), ed25519 }, clients: BTreeMap::new() }
    }
}

fn refused(refusal: &Refusal) -> Trouble {
    match refusal {
        Refusal::UnknownSymbol => NO_SYMBOL,
        Refusal::NoQty => Trouble(400, -1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."),
        Refusal::BadQtyStep | Refusal::BelowMinimum | Refusal::TooLarge => Trouble(400, -1013, "Filter failure: LOT_SIZE"),
        Refusal::BelowNotional => Trouble(400, -1013, "Filter failure: NOTIONAL"),
        Refusal::BadPriceTick => Trouble(400, -1013, "Filter failure: PRICE_FILTER"),
        Refusal::MissingPrice => Trouble(400, -1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."),
        Refusal::InsufficientFunds { .. } => Trouble(400, -2010, "Account has insufficient balance for requested action."),
        Refusal::DuplicateClientId(_) => Trouble(400, -2010, "Duplicate order sent."),
        Refusal::BadClientId => Trouble(400, -1100, "Illegal characters found in parameter 'newClientOrderId'."),
        Refusal::WouldCross => Trouble(400, -2010, "Order would immediately match and take."),
        Refusal::UnknownOrder | Refusal::NotOpen(_) => Trouble(400, -2011, "Unknown order sent."),
    }
}

impl Binance {
    fn private(&self, exchange: &mut Exchange, request: &Request) -> Option<Reply> {
        let answer: fn(&mut Exchange, &Request) -> Result<Reply, Trouble> = match request.route() {
            ("POST", "/api/v3/order") => orders::place,
            ("POST", "/api/v3/order/test") => orders::test,
            ("GET", "/api/v3/order") => orders::get,
            ("GET", "/api/v3/openOrders") => orders::open,
            ("GET", "/api/v3/allOrders") => orders::all,
            ("DELETE", "/api/v3/order") => cancel::one,
            ("DELETE", "/api/v3/openOrders") => cancel::all,
            ("POST", "/api/v3/order/cancelReplace") => cancel::replace,
            ("PUT", "/api/v3/order/amend/keepPriority") => cancel::amend,
            ("GET", "/api/v3/myTrades") => account::trades,
            ("GET", "/api/v3/account") => account::account,
            ("GET", "/api/v3/account/commission") => account::commission,
            ("GET", "/sapi/v1/account/apiRestrictions") => account::restrictions,
            _ => return None,
        };
        let reply = self.keys.check_request(request, exchange.now_ms()).and_then(|()| answer(exchange, request));
        Some(reply.unwrap_or_else(Reply::from))
    }
}

impl Venue for Binance {
    fn profile(&self) -> Profile {
        Profile {
            instruments: coins(BINANCE, "USDT", |base, quote| format!("{base}{quote}")),
            funds: Funds::of(&[("USDT", "100000"), ("BTC", "1"), ("ETH", "10"), ("SOL", "0"), ("DOGE", "0")]),
            client_ids: ClientIdRule::UniqueAmongOpen,
            fee_asset: FeeAsset::Received,
            maker: decimal("0.001"),
            taker: decimal("0.001"),
            order_id: |number| number.to_string(),
            own_client_id: |number| format!("x-FAKE{number}"),
        }
    }

    fn credentials(&self) -> Value {
        let (main, ed25519) = (&self.keys.main, &self.keys.ed25519);
        json!({"key": main.key, "secret": main.secret, "ed25519_key": ed25519.key, "ed25519_secret": ed25519.secret})
    }

    fn call(&self, request: &Request) -> Call {
        match request.route() {
            ("POST", "/api/v3/order") => Call::Place,
            ("DELETE", "/api/v3/order" | "/api/v3/openOrders") => Call::Cancel,
            ("POST", "/api/v3/order/cancelReplace") | ("PUT", "/api/v3/order/amend/keepPriority") => Call::Replace,
            ("GET", "/api/v3/order") => Call::Get,
            ("GET", "/api/v3/openOrders" | "/api/v3/allOrders") => Call::List,
            ("GET", "/api/v3/myTrades") => Call::Fills,
            ("GET", "/api/v3/account") => Call::Balances,
            ("GET", "/api/v3/exchangeInfo") => Call::Instruments,
            ("GET", "/api/v3/time") => Call::Time,
            ("GET", "/sapi/v1/account/apiRestrictions") => Call::Permissions,
            _ => Call::Other,
        }
    }

    fn client_id(&self, request: &Request) -> Option<String> {
        let name = if request.method == "POST" { "newClientOrderId" } else { "origClientOrderId" };
        request.param(name).map(str::to_owned)
    }

    fn answer(&mut self, exchange: &mut Exchange, request: &Request) -> Reply {
        let reply = market::answer(exchange, request).or_else(|| self.private(exchange, request));
        reply.unwrap_or_else(|| Reply::json(404, &json!({"code": -1000, "msg": "no such endpoint"})))
    }

    fn refuse(&self, code: &str) -> Reply {
        let number = code.parse().unwrap_or(-2010);
        let message = match number {
            -1007 => "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
            -1013 => "Filter failure: LOT_SIZE",
            -1021 => "Timestamp for this request is outside of the recvWindow.",
            -1022 => "Signature for this request is not valid.",
            -2011 => "Unknown order sent.",
            -2013 => "Order does not exist.",
            -2015 => "Invalid API-key, IP, or permissions for action.",
            _ => "Account has insufficient balance for requested action.",
        };
        let status = match number {
            -1007 => 408,
            -2015 => 401,
            _ => 400,
        };
        Trouble(status, number, message).into()
    }

    fn limited(&self, status: u16, retry_after: u64) -> Reply {
        let message = if status == 418 { "Way too much request weight used; IP banned." } else { "Too much request weight used." };
        Reply::from(Trouble(status, -1003, message)).with("retry-after", retry_after.to_string())
    }

    fn per_minute(&self) -> u64 {
        WEIGHT_PER_MINUTE
    }

    fn limit_headers(&self, used: u64, _now_ms: i64) -> Vec<(&'static str, String)> {
        vec![("x-mbx-used-weight", used.to_string()), ("x-mbx-used-weight-1m", used.to_string())]
    }

    fn has_stream(&self, path: &str) -> bool {
        path == "/ws-api/v3"
    }

    fn opened(&mut self, connection: u64) -> Vec<Say> {
        self.clients.insert(connection, stream::Client::default());
        Vec::new()
    }

    fn received(&mut self, exchange: &mut Exchange, connection: u64, text: &str) -> Vec<Say> {
        let client = self.clients.entry(connection).or_default();
        vec![client.received(&self.keys, exchange.now_ms(), text)]
    }

    fn closed(&mut self, connection: u64) {
        self.clients.remove(&connection);
    }

    fn heartbeat(&mut self, exchange: &Exchange, _connection: u64) -> Vec<Say> {
        if exchange.now_ms() / 1000 % PING_EVERY_S == 0 { vec![Say::Ping] } else { Vec::new() }
    }

    fn publish(&mut self, exchange: &Exchange, connection: u64, event: &Event) -> Vec<Say> {
        let subscription = self.clients.get(&connection).and_then(|client| client.subscription);
        subscription.map_or_else(Vec::new, |id| stream::told(exchange, event, id))
    }
}
