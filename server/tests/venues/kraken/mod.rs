//! Kraken spot: `/0/public/*` and signed forms to `/0/private/*`, and the second WebSocket API on `/v2`.
//!
//! Answers come with status 200; what is wrong stands in `error`. The words for a client id that is taken are a guess.

mod account;
mod change;
mod history;
mod names;
mod orders;
mod public;
mod report;
mod stream;
mod view;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    exchange::{
        ClientIdRule, Exchange, FeeAsset, Profile,
        funds::Funds,
        instrument::{KRAKEN, coins, decimal},
        order::{Event, Refusal},
    },
    http::{Reply, Request},
    keys,
    venue::{Call, Credentials, Say, Venue},
};

const PER_MINUTE: u64 = 600;

/// What is told instead of a result.
pub type Trouble = &'static str;

pub struct Kraken {
    credentials: Credentials,
    /// The last one of the key; the next must be greater.
    nonce: u64,
    tokens: u64,
    clients: BTreeMap<u64, stream::Client>,
}

impl Kraken {
    pub fn new(credentials: Option<Credentials>) -> Self {
        // "a dummy secret of the fake venue" in base64.
        let secret = "YSBkdW1teSBzZWNyZXQgb2YgdGhlIGZha2UgdmVudWU=";
        let dummy = || Credentials { key: "FAKEVENUEKRAKENKEY".to_owned(), secret: secret.to_owned() };
        Self { credentials: credentials.unwrap_or_else(dummy), nonce: 0, tokens: 0, clients: BTreeMap::new() }
    }

    fn check(&mut self, request: &Request) -> Result<(), Trouble> {
        if request.header("api-key") != self.credentials.key {
            return Err("EAPI:Invalid key");
        }
        let text = |name: &str| request.param(name).map(str::to_owned);
        let nonce = text("nonce").or_else(|| request.json["nonce"].as_str().map(str::to_owned)).unwrap_or_default();
        let right = keys::kraken_signature(&self.credentials.secret, &request.path, &nonce, &request.body);
        if right.as_deref() != Some(request.header("api-sign")) {
            return Err("EAPI:Invalid signature");
        }
        match nonce.parse::<u64>() {
            Ok(nonce) if nonce > self.nonce => {
                self.nonce = nonce;
                Ok(())
            }
            _ => Err("EAPI:Invalid nonce"),
        }
    }

    fn private(&mut self, exchange: &mut Exchange, request: &Request, name: &str) -> Result<Value, Trouble> {
        self.check(request)?;
        match name {
            "GetWebSocketsToken" => {
                self.tokens += 1;
                Ok(json!({"token": stream::token(self.tokens), "expires": 900}))
            }
            "AddOrder" => orders::add(exchange, request),
            "AmendOrder" => change::amend(exchange, request),
            "CancelOrder" => change::cancel(exchange, request),
            "CancelAll" => Ok(change::cancel_all(exchange)),
            "CancelAllOrdersAfter" => Ok(change::cancel_all_after(exchange, request)),
            "OpenOrders" => Ok(history::open(exchange, request)),
            "ClosedOrders" => Ok(history::closed(exchange, request)),
            "QueryOrders" => history::query(exchange, request),
            "TradesHistory" => Ok(history::trades(exchange, request)),
            "QueryTrades" => history::query_trades(exchange, request),
            other => account::answer(exchange, other),
        }
    }
}

fn answered(result: Result<Value, Trouble>) -> Reply {
    Reply::ok(&match result {
        Ok(result) => json!({"error": [], "result": result}),
        Err(error) => json!({"error": [error]}),
    })
}

fn refused(refusal: &Refusal) -> Trouble {
    match refusal {
        Refusal::UnknownSymbol => "EQuery:Unknown asset pair",
        Refusal::NoQty | Refusal::BadQtyStep | Refusal::TooLarge => "EGeneral:Invalid arguments:volume",
        Refusal::BelowMinimum => "EOrder:Order minimum not met",
        Refusal::BelowNotional => "EOrder:Cost minimum not met",
        Refusal::BadPriceTick => "EOrder:Invalid price",
        Refusal::MissingPrice => "EGeneral:Invalid arguments:price",
        Refusal::InsufficientFunds { .. } => "EOrder:Insufficient funds",
        Refusal::DuplicateClientId(_) => "EOrder:Duplicate cl_ord_id",
        Refusal::BadClientId => "EGeneral:Invalid arguments:cl_ord_id",
        Refusal::WouldCross => "EOrder:Post only order",
        Refusal::UnknownOrder | Refusal::NotOpen(_) => "EOrder:Unknown order",
    }
}

impl Venue for Kraken {
    fn profile(&self) -> Profile {
        Profile {
            instruments: coins(KRAKEN, "USD", |base, quote| format!("{base}/{quote}")),
            funds: Funds::of(&[("USD", "100000"), ("BTC", "1"), ("ETH", "10"), ("SOL", "0"), ("DOGE", "0")]),
            client_ids: ClientIdRule::UniqueAmongOpen,
            fee_asset: FeeAsset::Quote,
            maker: decimal("0.0025"),
            taker: decimal("0.004"),
            order_id: |number| names::txid('O', number),
            own_client_id: |_| String::new(),
        }
    }

    fn credentials(&self) -> Value {
        json!({"key": self.credentials.key, "secret": self.credentials.secret})
    }

    fn call(&self, request: &Request) -> Call {
        match request.path.rsplit('/').next().unwrap_or_default() {
            "AddOrder" => Call::Place,
            "AmendOrder" => Call::Replace,
            "CancelOrder" | "CancelAll" => Call::Cancel,
            "QueryOrders" => Call::Get,
            "OpenOrders" | "ClosedOrders" => Call::List,
            "TradesHistory" | "QueryTrades" => Call::Fills,
            "Balance" | "BalanceEx" | "TradeBalance" => Call::Balances,
            "AssetPairs" | "Assets" => Call::Instruments,
            "Time" => Call::Time,
            "GetApiKeyInfo" | "WithdrawMethods" | "WithdrawAddresses" => Call::Permissions,
            "GetWebSocketsToken" => Call::Token,
            _ => Call::Other,
        }
    }

    fn client_id(&self, request: &Request) -> Option<String> {
        request.param("cl_ord_id").map(str::to_owned)
    }

    fn answer(&mut self, exchange: &mut Exchange, request: &Request) -> Reply {
        match request.path.split('/').collect::<Vec<_>>().as_slice() {
            ["", "0", "public", name] => answered(public::answer(exchange, name, request)),
            ["", "0", "private", name] => answered(self.private(exchange, request, name)),
            _ => Reply::json(404, &json!({"error": ["EGeneral:Unknown method"]})),
        }
    }

    fn refuse(&self, code: &str) -> Reply {
        Reply::ok(&json!({"error": [code]}))
    }

    fn limited(&self, status: u16, retry_after: u64) -> Reply {
        Reply::json(status, &json!({"error": ["EAPI:Rate limit exceeded"]})).with("retry-after", retry_after.to_string())
    }

    fn per_minute(&self) -> u64 {
        PER_MINUTE
    }

    /// Kraken tells of none.
    fn limit_headers(&self, _used: u64, _now_ms: i64) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn has_stream(&self, path: &str) -> bool {
        path == "/v2"
    }

    fn opened(&mut self, connection: u64) -> Vec<Say> {
        self.clients.insert(connection, stream::Client::default());
        vec![stream::online(connection)]
    }

    fn received(&mut self, exchange: &mut Exchange, connection: u64, text: &str) -> Vec<Say> {
        self.clients.entry(connection).or_default().received(exchange, self.tokens, text)
    }

    fn closed(&mut self, connection: u64) {
        self.clients.remove(&connection);
    }

    fn heartbeat(&mut self, _exchange: &Exchange, connection: u64) -> Vec<Say> {
        self.clients.get(&connection).and_then(stream::Client::heartbeat).into_iter().collect()
    }

    fn publish(&mut self, exchange: &Exchange, connection: u64, event: &Event) -> Vec<Say> {
        self.clients.get_mut(&connection).map(|client| client.told(exchange, event)).unwrap_or_default()
    }
}
