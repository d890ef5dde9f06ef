//! Massive's stream: greeting, key, subscriptions by difference, and what its states mean.
//! Must never say the key in anything but its one message.

use std::{collections::HashMap, time::Duration};

use serde_json::{json, value::RawValue};
use speedtrade::{instrument::Symbol, market::MarketEvent, time::Timestamp};

use super::{
    MassiveConfig,
    convert::{self, Class},
    wire,
};
use crate::market::feeds::{
    Change, Context, Endpoint, FeedKind, Habits, Heard, Key, Protocol, Rate, Undecodable,
    frames::{each, parse, reconnect, refused},
};

/// Symbols of one message.
const SYMBOLS_A_MESSAGE: usize = 100;
/// After a connection broke, the provider may hold it for a while; only after this many tries somebody else has it.
const TRIES_WHILE_TAKEN: u32 = 6;

pub struct MassiveStream {
    url: String,
    key: Key,
    class: Class,
    /// Symbols by their names here, since the connection opened. Bounded by the catalog.
    known: HashMap<String, Symbol>,
    tries_while_taken: u32,
}

impl MassiveStream {
    pub fn stocks(config: &MassiveConfig) -> Self {
        Self::new(config, "stocks", Class::Stocks)
    }

    pub fn crypto(config: &MassiveConfig) -> Self {
        Self::new(config, "crypto", Class::Crypto)
    }

    fn new(config: &MassiveConfig, market: &str, class: Class) -> Self {
        let url = format!("{}/{market}", config.ws);
        Self { url, key: config.key.clone(), class, known: HashMap::new(), tries_while_taken: 0 }
    }

    /// Stocks and crypto have connections of their own; a symbol of the other one is left out.
    pub fn serves(&self, symbol: &Symbol) -> bool {
        convert::class(symbol) == self.class
    }

    fn say(&self, action: &str, symbols: &[Symbol], context: &mut Context<'_>) {
        let channels = match self.class {
            Class::Stocks => ["T", "Q", "AM"],
            Class::Crypto => ["XT", "XQ", "XA"],
        };
        let served: Vec<String> = symbols.iter().filter(|symbol| self.serves(symbol)).map(convert::stream_name).collect();
        for some in served.chunks(SYMBOLS_A_MESSAGE) {
            let of_one = |name: &String| channels.map(|channel| format!("{channel}.{name}")).join(",");
            let params = some.iter().map(of_one).collect::<Vec<_>>().join(",");
            context.out.send(json!({"action": action, "params": params}).to_string());
        }
    }

    fn read(&mut self, element: &RawValue, context: &mut Context<'_>) -> Result<Heard, Undecodable> {
        let head: wire::Head = serde_json::from_str(element.get())?;
        if head.ev == "status" {
            return self.state(head.status.as_deref().unwrap_or_default(), head.message.as_deref().unwrap_or_default(), context);
        }
        let Some(symbol) = head.sym.as_deref().or(head.pair.as_deref()).and_then(|name| self.known.get(name)) else {
            // What was just unsubscribed may still be on its way.
            return Ok(Heard::Fine);
        };
        let event = match &*head.ev {
            "T" | "XT" => convert::trade(&parse(element)?, self.class).map(MarketEvent::Trade),
            "Q" | "XQ" => convert::touch(&parse(element)?, self.class).map(MarketEvent::Touch),
            "AM" | "XA" => convert::minute(&parse(element)?).map(MarketEvent::Minute),
            _ => return Ok(Heard::Unknown),
        };
        if let Some(event) = event {
            context.event(FeedKind::Massive, symbol, event);
        }
        Ok(Heard::Fine)
    }

    fn state(&mut self, status: &str, said: &str, context: &mut Context<'_>) -> Result<Heard, Undecodable> {
        match status {
            "connected" => {
                context.out.send(json!({"action": "auth", "params": self.key.expose()}).to_string());
                Ok(Heard::Fine)
            }
            "auth_success" => {
                self.tries_while_taken = 0;
                Ok(Heard::Ready)
            }
            "success" => Ok(Heard::Fine),
            "auth_failed" => Ok(refused(status, "Massive does not know this key", said)),
            "not_authorized" => Ok(refused(status, "the Massive plan is too small for this data", said)),
            "auth_timeout" => Ok(reconnect("Massive got the key too late", said)),
            "max_connections" => Ok(self.taken(said)),
            "error" => self.error(said),
            _ => Ok(Heard::Unknown),
        }
    }

    fn taken(&mut self, said: &str) -> Heard {
        self.tries_while_taken += 1;
        let words = "another connection is open with this Massive key; its plan allows one";
        if self.tries_while_taken > TRIES_WHILE_TAKEN { refused("max_connections", words, said) } else { reconnect(words, said) }
    }

    /// It has one word for all errors, so its sentences tell them apart.
    fn error(&mut self, said: &str) -> Result<Heard, Undecodable> {
        let words = said.to_ascii_lowercase();
        let holds = |some: &[&str]| some.iter().any(|word| words.contains(word));
        if holds(&["connections"]) {
            return Ok(self.taken(said));
        }
        if holds(&["not authorized", "don't have access", "not entitled", "entitlement", "your plan", "upgrade"]) {
            return Ok(refused("not_entitled", "the Massive plan is too small for this data", said));
        }
        if holds(&["slow", "internal"]) {
            return Ok(reconnect("Massive ended this connection", said));
        }
        Err(Undecodable { reason: format!("Massive says: {}", said.chars().take(160).collect::<String>()) })
    }
}

impl Protocol for MassiveStream {
    fn kind(&self) -> FeedKind {
        FeedKind::Massive
    }

    fn endpoint(&self, _: Timestamp) -> Endpoint {
        Endpoint { url: self.url.clone(), headers: Vec::new() }
    }

    fn habits(&self) -> Habits {
        Habits {
            rate: Rate::per_second(5),
            frame_max: 8 << 20,
            // Stocks sleep at night.
            speaks_every: None,
            age_max: Duration::from_hours(24),
        }
    }

    /// The provider greets first.
    fn opened(&mut self, _: &mut Context<'_>) -> Heard {
        self.known.clear();
        Heard::Fine
    }

    fn subscribe(&mut self, change: &Change, context: &mut Context<'_>) {
        self.say("unsubscribe", &change.quotes_removed, context);
        self.known.extend(change.quotes_added.iter().map(|symbol| (convert::stream_name(symbol), symbol.clone())));
        self.say("subscribe", &change.quotes_added, context);
    }

    fn decode(&mut self, frame: &str, context: &mut Context<'_>) -> Result<Heard, Undecodable> {
        each(frame, |element| self.read(element, context))
    }
}
