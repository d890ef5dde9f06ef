//! Alpaca's stream: greeting, key, subscriptions by difference, and what each of its errors means.
//! Must never say the key in anything but its one message.

use std::{collections::HashMap, time::Duration};

use serde_json::{json, value::RawValue};
use speedtrade::{
    instrument::{AssetType, Symbol},
    market::MarketEvent,
};

use super::{AlpacaConfig, convert, wire};
use crate::market::feeds::{
    Change, Context, Endpoint, FeedKind, Habits, Heard, KeyPair, Protocol, Rate, Undecodable,
    frames::{each, parse, reconnect, refused},
};

/// Symbols of one message; a longer one could be more than the provider reads at once.
const SYMBOLS_A_MESSAGE: usize = 200;
/// After a connection broke, the provider may hold it for a while; only after this many tries somebody else has it.
const TRIES_WHILE_TAKEN: u32 = 6;

pub struct AlpacaStream {
    url: String,
    keys: KeyPair,
    is_crypto: bool,
    /// Symbols by their names, since the connection opened. Bounded by the catalog.
    known: HashMap<String, Symbol>,
    tries_while_taken: u32,
}

impl AlpacaStream {
    pub fn stocks(config: &AlpacaConfig) -> Self {
        Self::new(format!("{}/v2/{}", config.ws, config.tape.as_str()), config.keys.clone(), false)
    }

    pub fn crypto(config: &AlpacaConfig) -> Self {
        Self::new(format!("{}/v1beta3/crypto/us", config.ws), config.keys.clone(), true)
    }

    fn new(url: String, keys: KeyPair, is_crypto: bool) -> Self {
        Self { url, keys, is_crypto, known: HashMap::new(), tries_while_taken: 0 }
    }

    /// Stocks and crypto have connections of their own; a symbol of the other one is left out.
    pub fn serves(&self, symbol: &Symbol) -> bool {
        (AssetType::of_symbol(symbol) == AssetType::Crypto) == self.is_crypto
    }

    fn say(&self, action: &str, quotes: &[Symbol], books: &[Symbol], context: &mut Context<'_>) {
        let served = |symbols: &[Symbol]| symbols.iter().filter(|s| self.serves(s)).map(|s| s.as_str().to_owned()).collect::<Vec<_>>();
        for some in served(quotes).chunks(SYMBOLS_A_MESSAGE) {
            let message = json!({"action": action, "trades": some, "quotes": some, "bars": some, "dailyBars": some});
            context.out.send(message.to_string());
        }
        // Stocks have no depth here.
        let books = if self.is_crypto { served(books) } else { Vec::new() };
        for some in books.chunks(SYMBOLS_A_MESSAGE) {
            context.out.send(json!({"action": action, "orderbooks": some}).to_string());
        }
    }

    fn read(&mut self, element: &RawValue, context: &mut Context<'_>) -> Result<Heard, Undecodable> {
        let head: wire::Head = serde_json::from_str(element.get())?;
        match &*head.kind {
            "success" => Ok(self.succeeded(head.msg.as_deref().unwrap_or_default(), context)),
            "error" => Ok(self.failed(head.code.unwrap_or_default(), head.msg.as_deref().unwrap_or_default())),
            "t" | "q" | "b" | "d" | "o" => self.data(&head, element, context),
            // The whole list of what is subscribed; corrections, halts and bands, which come along with trades of stocks.
            "subscription" | "c" | "x" | "l" | "s" | "u" | "i" => Ok(Heard::Fine),
            _ => Ok(Heard::Unknown),
        }
    }

    fn data(&self, head: &wire::Head<'_>, element: &RawValue, context: &Context<'_>) -> Result<Heard, Undecodable> {
        let Some(symbol) = head.symbol.as_deref().and_then(|symbol| self.known.get(symbol)) else { return Ok(Heard::Fine) };
        let event = match &*head.kind {
            "t" => convert::trade(&parse(element)?).map(MarketEvent::Trade),
            "q" => convert::touch(&parse(element)?).map(MarketEvent::Touch),
            "b" => convert::bar(&parse(element)?).map(MarketEvent::Minute),
            "d" => convert::running_day(&parse(element)?).map(MarketEvent::Day),
            _ => Some(MarketEvent::Book(convert::book(&parse(element)?))),
        };
        if let Some(event) = event {
            context.event(FeedKind::Alpaca, symbol, event);
        }
        Ok(Heard::Fine)
    }

    fn succeeded(&mut self, message: &str, context: &mut Context<'_>) -> Heard {
        match message {
            "connected" => {
                let (key, secret) = (self.keys.id.expose(), self.keys.secret.expose());
                context.out.send(json!({"action": "auth", "key": key, "secret": secret}).to_string());
                Heard::Fine
            }
            "authenticated" => {
                self.tries_while_taken = 0;
                Heard::Ready
            }
            _ => Heard::Unknown,
        }
    }

    fn failed(&mut self, code: u16, said: &str) -> Heard {
        let no = |words: &str| refused(&code.to_string(), words, said);
        match code {
            400 => no("Alpaca does not understand what the desk says"),
            401 | 402 => no("Alpaca does not know this key, or its secret is another one"),
            403 => Heard::Fine,
            405 => no("more symbols than the Alpaca plan allows are looked at; the free plan has 30"),
            406 => {
                self.tries_while_taken += 1;
                let words = "another connection is open with this Alpaca key; its plan allows one";
                if self.tries_while_taken > TRIES_WHILE_TAKEN { no(words) } else { reconnect(words, said) }
            }
            408 => no("this Alpaca account has no access to data of version 2"),
            409 => no("the Alpaca plan is too small for this data; choose IEX, or take the larger plan"),
            410 => no("Alpaca does not offer this kind of subscription here"),
            404 => reconnect("Alpaca got the key too late", said),
            407 => reconnect("the desk read too slowly, and Alpaca dropped what it missed", said),
            _ => reconnect("Alpaca has a trouble of its own", said),
        }
    }
}

impl Protocol for AlpacaStream {
    fn kind(&self) -> FeedKind {
        FeedKind::Alpaca
    }

    fn endpoint(&self, _: speedtrade::time::Timestamp) -> Endpoint {
        Endpoint { url: self.url.clone(), headers: Vec::new() }
    }

    fn habits(&self) -> Habits {
        Habits {
            rate: Rate::per_second(5),
            frame_max: 8 << 20,
            // Stocks sleep at night, and the least traded coins all day.
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
        self.say("unsubscribe", &change.quotes_removed, &change.books_removed, context);
        for symbol in change.quotes_added.iter().chain(&change.books_added) {
            self.known.insert(symbol.as_str().to_owned(), symbol.clone());
        }
        self.say("subscribe", &change.quotes_added, &change.books_added, context);
    }

    fn decode(&mut self, frame: &str, context: &mut Context<'_>) -> Result<Heard, Undecodable> {
        each(frame, |element| self.read(element, context))
    }
}
