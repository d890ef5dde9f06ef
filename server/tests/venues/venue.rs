//! What a protocol does: reads questions, answers them out of the exchange, tells its streams.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    exchange::{Exchange, Profile, order::Event},
    http::{Reply, Request},
};

/// What a question is about, for faults and counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    Place,
    Cancel,
    Replace,
    /// One order.
    Get,
    /// Many orders.
    List,
    Fills,
    Balances,
    Instruments,
    Time,
    Permissions,
    /// What opens a stream.
    Token,
    Other,
    /// Of a fault: each of them.
    Any,
}

impl Call {
    pub fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Cancel => "cancel",
            Self::Replace => "replace",
            Self::Get => "get",
            Self::List => "list",
            Self::Fills => "fills",
            Self::Balances => "balances",
            Self::Instruments => "instruments",
            Self::Time => "time",
            Self::Permissions => "permissions",
            Self::Token => "token",
            Self::Other => "other",
            Self::Any => "any",
        }
    }

    /// What the report keeps word for word.
    pub fn is_submission(self) -> bool {
        match self {
            Self::Place | Self::Cancel | Self::Replace => true,
            Self::Get
            | Self::List
            | Self::Fills
            | Self::Balances
            | Self::Instruments
            | Self::Time
            | Self::Permissions
            | Self::Token
            | Self::Other
            | Self::Any => false,
        }
    }
}

/// What is said to a connection.
#[derive(Debug, Clone)]
pub enum Say {
    Text(String),
    Binary(String),
    Ping,
    Close(u16, &'static str),
}

impl Say {
    pub fn json(value: &Value) -> Self {
        Self::Text(value.to_string())
    }
}

#[derive(Clone)]
pub struct Credentials {
    pub key: String,
    pub secret: String,
}

pub trait Venue: Send {
    fn profile(&self) -> Profile;

    /// What `listening` tells beside the port.
    fn credentials(&self) -> Value;

    fn call(&self, request: &Request) -> Call;

    /// The client's own name of the order that a submission is about, where it says one.
    fn client_id(&self, request: &Request) -> Option<String>;

    fn answer(&mut self, exchange: &mut Exchange, request: &Request) -> Reply;

    /// A refusal that was commanded, in this protocol's words.
    fn refuse(&self, code: &str) -> Reply;

    /// Too many questions: 429, or 418 for who does not listen.
    fn limited(&self, status: u16, retry_after: u64) -> Reply;

    /// How many questions a minute there may be.
    fn per_minute(&self) -> u64;

    fn limit_headers(&self, used: u64, now_ms: i64) -> Vec<(&'static str, String)>;

    /// Whether a stream can be opened at this path.
    fn has_stream(&self, path: &str) -> bool;

    fn opened(&mut self, connection: u64) -> Vec<Say>;

    fn received(&mut self, exchange: &mut Exchange, connection: u64, text: &str) -> Vec<Say>;

    fn closed(&mut self, connection: u64);

    /// Once a second.
    fn heartbeat(&mut self, exchange: &Exchange, connection: u64) -> Vec<Say>;

    fn publish(&mut self, exchange: &Exchange, connection: u64, event: &Event) -> Vec<Say>;
}

/// A submission without what differs at each attempt.
pub fn canonical(request: &Request) -> Value {
    const SIGNING: [&str; 4] = ["signature", "timestamp", "recvWindow", "nonce"];
    if request.json == Value::Null {
        let kept = request.params.iter().filter(|(name, _)| !SIGNING.contains(&name.as_str()));
        Value::Object(kept.map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Map<_, _>>())
    } else {
        request.json.clone()
    }
}
