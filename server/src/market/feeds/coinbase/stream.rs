//! Coinbase's stream: one channel a message, heartbeats always, and a count of messages that shows what was missed.
//! Must never show a book after a gap before it came anew.

use std::{collections::HashMap, time::Duration};

use serde::Deserialize;
use serde_json::{json, value::RawValue};
use speedtrade::{instrument::Symbol, market::MarketEvent, time::Timestamp};

use super::{CoinbaseConfig, convert, wire};
use crate::market::feeds::{
    Change, Context, Endpoint, FeedKind, Habits, Heard, Protocol, Rate, Undecodable,
    frames::{reconnect, refused},
};

/// Products of one message.
const PRODUCTS_A_MESSAGE: usize = 100;

pub struct CoinbaseStream {
    url: String,
    /// By product, since the connection opened. Bounded by the catalog.
    known: HashMap<String, Symbol>,
    /// Products whose depth is subscribed.
    books: Vec<String>,
    sequence: Option<u64>,
    /// The newest trade of each product, to tell those of a snapshot that were heard before. Bounded by the catalog.
    newest_trades: HashMap<String, u64>,
}

impl CoinbaseStream {
    pub fn new(config: &CoinbaseConfig) -> Self {
        Self { url: config.ws.clone(), known: HashMap::new(), books: Vec::new(), sequence: None, newest_trades: HashMap::new() }
    }

    fn say(action: &str, channel: &str, products: &[String], context: &mut Context<'_>) {
        for some in products.chunks(PRODUCTS_A_MESSAGE) {
            context.out.send(json!({"type": action, "product_ids": some, "channel": channel}).to_string());
        }
    }

    /// False when the message is older than one that was read: then it says nothing new.
    fn count(&mut self, number: Option<u64>, context: &mut Context<'_>) -> bool {
        let (Some(number), Some(last)) = (number, self.sequence) else {
            self.sequence = number.or(self.sequence);
            return true;
        };
        if number <= last {
            return false;
        }
        self.sequence = Some(number);
        if number > last + 1 {
            tracing::info!(missed = number - last - 1, "messages of Coinbase are missing; its books are fetched anew");
            for symbol in self.books.iter().filter_map(|product| self.known.get(product)) {
                context.book_lost(FeedKind::Coinbase, symbol);
            }
            Self::say("unsubscribe", "level2", &self.books, context);
            Self::say("subscribe", "level2", &self.books, context);
        }
        true
    }

    fn tickers(&self, events: &RawValue, time: Timestamp, context: &Context<'_>) -> Result<Heard, Undecodable> {
        for ticker in parse::<Vec<wire::TickerEvent>>(events)?.iter().flat_map(|event| &event.tickers) {
            let Some(symbol) = self.known.get(&*ticker.product_id) else { continue };
            if let Some(day) = convert::day(ticker, time) {
                context.event(FeedKind::Coinbase, symbol, MarketEvent::Day(day));
            }
            if let Some(touch) = convert::touch(ticker, time) {
                context.event(FeedKind::Coinbase, symbol, MarketEvent::Touch(touch));
            }
        }
        Ok(Heard::Fine)
    }

    /// Newest first in each event. A snapshot repeats the past: of a product heard for the first time only its newest counts.
    fn trades(&mut self, events: &RawValue, context: &Context<'_>) -> Result<Heard, Undecodable> {
        for event in parse::<Vec<wire::TradesEvent>>(events)? {
            let mut trades: Vec<_> = event.trades.iter().filter_map(|t| Some((t.id.parse::<u64>().ok()?, t))).collect();
            trades.sort_by_key(|(id, _)| *id);
            if event.kind == wire::Kind::Snapshot {
                for (id, trade) in trades.iter().rev() {
                    self.is_news(&trade.product_id, id.saturating_sub(1), false);
                }
            }
            for (id, trade) in trades {
                if !self.is_news(&trade.product_id, id, true) {
                    continue;
                }
                if let (Some(symbol), Some(trade)) = (self.known.get(&*trade.product_id), convert::trade(trade)) {
                    context.event(FeedKind::Coinbase, symbol, MarketEvent::Trade(trade));
                }
            }
        }
        Ok(Heard::Fine)
    }

    /// Remembers the trade when it is the first of its product or, if `is_counted`, newer than the last one.
    fn is_news(&mut self, product: &str, id: u64, is_counted: bool) -> bool {
        let Some(newest) = self.newest_trades.get_mut(product) else {
            let is_known = self.known.contains_key(product);
            if is_known {
                self.newest_trades.insert(product.to_owned(), id);
            }
            return is_known;
        };
        let is_newer = is_counted && id > *newest;
        if is_newer {
            *newest = id;
        }
        is_newer
    }

    fn depth(&self, events: &RawValue, context: &Context<'_>) -> Result<Heard, Undecodable> {
        for event in parse::<Vec<wire::DepthEvent>>(events)? {
            if let Some(symbol) = self.known.get(&*event.product_id) {
                context.event(FeedKind::Coinbase, symbol, MarketEvent::Book(convert::book(&event)));
            }
        }
        Ok(Heard::Fine)
    }
}

fn parse<'a, T: Deserialize<'a>>(events: &'a RawValue) -> Result<T, Undecodable> {
    Ok(serde_json::from_str(events.get())?)
}

fn failed(said: &str) -> Result<Heard, Undecodable> {
    let words = said.to_ascii_lowercase();
    if words.contains("authenticat") || words.contains("permission") {
        return Ok(refused("not_allowed", "Coinbase does not give this data without a key", said));
    }
    if words.contains("too many") || words.contains("rate limit") || words.contains("slow") {
        return Ok(reconnect("Coinbase finds the desk too fast or too slow", said));
    }
    // One product it does not know, for instance: the others go on.
    Err(Undecodable { reason: format!("Coinbase says: {}", said.chars().take(160).collect::<String>()) })
}

fn products(symbols: &[Symbol]) -> Vec<String> {
    symbols.iter().filter_map(convert::product).collect()
}

impl Protocol for CoinbaseStream {
    fn kind(&self) -> FeedKind {
        FeedKind::Coinbase
    }

    fn endpoint(&self, _: Timestamp) -> Endpoint {
        Endpoint { url: self.url.clone(), headers: Vec::new() }
    }

    fn habits(&self) -> Habits {
        Habits {
            rate: Rate::per_second(8),
            // The whole book of bitcoin has tens of thousands of levels.
            frame_max: 32 << 20,
            // Heartbeats come every second.
            speaks_every: Some(Duration::from_secs(10)),
            age_max: Duration::from_hours(24),
        }
    }

    /// Something must be subscribed within five seconds, and channels that are quiet are closed: heartbeats are neither late
    /// nor quiet.
    fn opened(&mut self, context: &mut Context<'_>) -> Heard {
        self.known.clear();
        self.books.clear();
        self.sequence = None;
        context.out.send(json!({"type": "subscribe", "channel": "heartbeats"}).to_string());
        Heard::Ready
    }

    fn subscribe(&mut self, change: &Change, context: &mut Context<'_>) {
        for symbol in change.quotes_added.iter().chain(&change.books_added) {
            self.known.extend(convert::product(symbol).map(|product| (product, symbol.clone())));
        }
        let (added, removed) = (products(&change.books_added), products(&change.books_removed));
        self.books.retain(|product| !removed.contains(product));
        Self::say("unsubscribe", "level2", &removed, context);
        for channel in ["ticker", "market_trades"] {
            Self::say("unsubscribe", channel, &products(&change.quotes_removed), context);
            Self::say("subscribe", channel, &products(&change.quotes_added), context);
        }
        Self::say("subscribe", "level2", &added, context);
        self.books.extend(added);
    }

    fn decode(&mut self, frame: &str, context: &mut Context<'_>) -> Result<Heard, Undecodable> {
        let envelope: wire::Envelope = serde_json::from_str(frame)?;
        if envelope.kind.as_deref() == Some("error") {
            return failed(envelope.message.as_deref().unwrap_or_default());
        }
        if !self.count(envelope.sequence_num, context) {
            return Ok(Heard::Fine);
        }
        let time = envelope.timestamp.map_or(context.now, |moment| moment.0);
        let events = || envelope.events.ok_or_else(|| Undecodable { reason: "a message without events".to_owned() });
        match envelope.channel.as_deref() {
            Some("ticker" | "ticker_batch") => self.tickers(events()?, time, context),
            Some("market_trades") => self.trades(events()?, context),
            Some("l2_data") => self.depth(events()?, context),
            Some("heartbeats" | "subscriptions") => Ok(Heard::Fine),
            Some(_) | None => Ok(Heard::Unknown),
        }
    }
}
