//! Cases as they stand in DIR, and their wishes in our words. A wish that we have no word for is told by the words we lack.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};
use speedtrade::{
    instrument::{AssetType, Symbol},
    money::Qty,
    order::{Amount, Exits, OrderClass, OrderKind, Side, TimeInForce},
    time::Timestamp,
};

use super::facts::{decimal, text};
use crate::{
    broker::{OrderName, VenueOrder},
    net::{Key, KeyPair},
};

/// Short enough for every venue.
const CLIENT_ID: &str = "oracle";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cases {
    #[serde(default)]
    pub(super) fixed_time_ms: i64,
    #[serde(default)]
    credentials: BTreeMap<String, String>,
    #[serde(rename = "cases")]
    pub(super) all: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Case {
    pub(super) method: String,
    /// Of a request; answers have a source.
    #[serde(default)]
    description: String,
    #[serde(default)]
    source: String,
    pub(super) input: Vec<Value>,
    #[serde(default)]
    pub(super) http_method: String,
    #[serde(default)]
    pub(super) url: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<String>,
    pub(super) jwt: Option<Value>,
    http_response: Option<Box<RawValue>>,
    #[serde(default)]
    pub(super) parsed_response: Value,
    pub(super) ccxt_error: Option<String>,
}

/// `SPEEDTRADE_ORACLE` is DIR.
pub(super) fn read<T: DeserializeOwned>(name: &str) -> T {
    let folder = std::env::var_os("SPEEDTRADE_ORACLE").expect("SPEEDTRADE_ORACLE names the folder of the cases");
    let path = PathBuf::from(folder).join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Cases {
    pub(super) fn keys(&self) -> KeyPair {
        let key = |name: &str| Key::new(self.credentials.get(name).map_or("none", String::as_str));
        KeyPair { id: key("apiKey"), secret: key("secret") }
    }
}

impl Case {
    /// What tells it from the others of its method.
    pub(super) fn about(&self) -> &str {
        if self.source.is_empty() { &self.description } else { &self.source }
    }

    /// The venue's words, digit by digit.
    pub(super) fn answer(&self) -> &str {
        self.http_response.as_ref().expect("a case of an answer").get()
    }

    pub(super) fn answer_value(&self) -> Value {
        serde_json::from_str(self.answer()).expect("JSON")
    }

    pub(super) fn text(&self, at: usize) -> Option<String> {
        self.input.get(at).filter(|value| !value.is_null()).map(text)
    }

    pub(super) fn number(&self, at: usize) -> Option<i64> {
        self.input.get(at)?.as_i64()
    }

    pub(super) fn since(&self, at: usize) -> Timestamp {
        self.number(at).map_or(Timestamp::EPOCH, Timestamp::from_millis)
    }

    pub(super) fn symbol(&self, at: usize) -> Symbol {
        self.text(at).map_or_else(|| symbol("BTC/USD"), |pair| symbol(&pair))
    }

    /// What stands behind the plain inputs.
    fn params(&self) -> BTreeMap<String, Value> {
        let last = self.input.last().and_then(Value::as_object);
        last.map(|params| params.iter().map(|(name, value)| (name.clone(), value.clone())).collect()).unwrap_or_default()
    }

    /// Of the order whose name the venue gave stands at `id`, or the one with a client id of its own.
    pub(super) fn name(&self, id: usize, pair: usize) -> OrderName {
        let client_id = self.params().get("clientOrderId").map_or_else(|| CLIENT_ID.to_owned(), text);
        OrderName { client_id, venue_id: self.text(id), symbol: self.symbol(pair), sent_at: Timestamp::EPOCH }
    }

    /// The order whose symbol stands at `at`.
    pub(super) fn order(&self, at: usize) -> Result<VenueOrder, String> {
        let cost = self.method == "createMarketBuyOrderWithCost";
        let mut order = VenueOrder {
            // A venue that repeats the client id repeats ours.
            client_id: self.parsed_response.get("clientOrderId").map_or_else(|| CLIENT_ID.to_owned(), text),
            symbol: self.symbol(at),
            asset_type: AssetType::Crypto,
            side: if cost { Side::Buy } else { self.text(at + 2).and_then(|side| side.parse().ok()).expect("a side") },
            kind: OrderKind::Market,
            amount: if cost { dollars(&self.input[at + 1]) } else { Amount::Qty(Qty::ZERO) },
            time_in_force: TimeInForce::Gtc,
            extended_hours: false,
            class: OrderClass::Simple,
            exits: Exits::default(),
        };
        let params = self.params();
        if !cost {
            order.amount = if let Some(cost) = params.get("cost") { dollars(cost) } else { units(&self.input[at + 3]) };
            order.kind = self.kind(at, &params);
        }
        let mut lacking = Vec::new();
        for (name, value) in &params {
            match (name.as_str(), text(value).to_ascii_lowercase().parse()) {
                ("clientOrderId", _) => order.client_id = text(value),
                ("timeInForce", Ok(word)) => order.time_in_force = word,
                ("cost" | "stopLossPrice" | "triggerPrice", _) => {}
                (name, _) => lacking.push(name),
            }
        }
        if lacking.is_empty() { Ok(order) } else { Err(format!("no word for {}", lacking.join(", "))) }
    }

    fn kind(&self, at: usize, params: &BTreeMap<String, Value>) -> OrderKind {
        let price = |value: &Value| digits(value).parse().expect("a price");
        let stop_price = params.get("stopLossPrice").or(params.get("triggerPrice")).map(price);
        match (self.text(at + 1).as_deref(), stop_price) {
            (Some("limit"), None) => OrderKind::Limit { limit_price: price(&self.input[at + 4]) },
            (Some("limit"), Some(stop_price)) => OrderKind::StopLimit { stop_price, limit_price: price(&self.input[at + 4]) },
            (_, Some(stop_price)) => OrderKind::Stop { stop_price },
            (_, None) => OrderKind::Market,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.method, self.about())
    }
}

/// Without an exponent.
fn digits(value: &Value) -> String {
    decimal(&text(value)).expect("a number").to_string()
}

fn units(value: &Value) -> Amount {
    Amount::Qty(digits(value).parse().expect("a quantity"))
}

fn dollars(value: &Value) -> Amount {
    Amount::Notional(digits(value).parse().expect("dollars"))
}

/// Ours are against the dollar, whatever stands for it there.
fn symbol(pair: &str) -> Symbol {
    let base = pair.split('/').next().unwrap_or_default();
    format!("{base}/USD").parse().expect("a symbol")
}
