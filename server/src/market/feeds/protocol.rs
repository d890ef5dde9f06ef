//! What a provider's WebSocket protocol has to say for itself; the rest (connecting, waiting, trying again) is the
//! runner's. An implementation must never wait, sleep or read a clock: what it needs is in its `Context`.

use std::{collections::VecDeque, time::Duration};

use futures::future::BoxFuture;
use rand::RngCore;
use speedtrade::{
    instrument::Symbol,
    market::{BookChange, MarketEvent},
    time::Timestamp,
};

use super::{FeedError, FeedKind, Rate, Sink, Wanted};
use crate::net::Endpoint;

/// The habits of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// Messages the provider takes from us, pings among them.
    pub rate: Rate,
    /// Larger frames end the connection.
    pub frame_max: usize,
    /// A provider that is up and subscribed says something of substance (not a pong) at least this often. `None`: it may be
    /// quiet for hours, as stocks are at night.
    pub speaks_every: Option<Duration>,
    /// The provider ends older connections; ours is replaced before.
    pub age_max: Duration,
}

/// What `Wanted` has more and less than what is subscribed. Bounded by the catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    pub quotes_added: Vec<Symbol>,
    pub quotes_removed: Vec<Symbol>,
    pub books_added: Vec<Symbol>,
    pub books_removed: Vec<Symbol>,
}

impl Change {
    pub fn between(old: &Wanted, new: &Wanted) -> Self {
        Self {
            quotes_added: new.quotes.difference(&old.quotes).cloned().collect(),
            quotes_removed: old.quotes.difference(&new.quotes).cloned().collect(),
            books_added: new.books.difference(&old.books).cloned().collect(),
            books_removed: old.books.difference(&new.books).cloned().collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// The answer to a question a protocol asked over REST while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub symbol: Symbol,
    /// The protocol's own number of the question, to know an answer that comes too late.
    pub ticket: u64,
    pub answer: Result<Vec<u8>, FeedError>,
}

/// What the protocol wants done. Messages leave in order, as fast as the provider's rate allows.
#[derive(Default)]
pub struct Outbox {
    pub(super) messages: VecDeque<String>,
    pub(super) fetches: VecDeque<BoxFuture<'static, Fetched>>,
}

impl Outbox {
    /// More waiting messages end the connection, for it can't be kept in step. Changes are made only when none waits.
    pub const MESSAGES_MAX: usize = 4_096;
    /// More questions than this end the connection too; a protocol asks one for each book.
    pub const FETCHES_MAX: usize = 4_096;

    pub fn send(&mut self, text: String) {
        self.messages.push_back(text);
    }

    /// Asks over REST; a few at a time are on their way. The answer comes to `Protocol::fetched`.
    pub fn fetch(&mut self, question: BoxFuture<'static, Fetched>) {
        self.fetches.push_back(question);
    }

    pub(super) fn is_overfull(&self) -> bool {
        self.messages.len() > Self::MESSAGES_MAX || self.fetches.len() > Self::FETCHES_MAX
    }
}

/// What a protocol may reach while it works.
pub struct Context<'a> {
    /// When the frame came in. For events that carry no time of their own, and for signed messages.
    pub now: Timestamp,
    pub sink: &'a dyn Sink,
    pub out: &'a mut Outbox,
    /// For nonces.
    pub random: &'a mut dyn RngCore,
}

/// What a frame was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Data, a heartbeat, an acknowledgement.
    Fine,
    /// The greeting is over: subscriptions may be sent from now on.
    Ready,
    /// Well formed, but of a kind the decoder does not know. Counted and logged like garbage.
    Unknown,
    /// The provider says no, and will say no again: wrong key, plan too small.
    Refused { code: String, detail: String },
    /// This connection is of no more use: a gap, a polite good-bye, an error that a new connection heals.
    Reconnect { detail: String },
}

/// The frame is not what the provider documents. `reason` must not quote a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Undecodable {
    pub reason: String,
}

impl From<serde_json::Error> for Undecodable {
    fn from(error: serde_json::Error) -> Self {
        Self { reason: error.to_string() }
    }
}

pub trait Protocol: Send {
    fn kind(&self) -> FeedKind;

    /// Asked before each connection: an address may carry a fresh signature.
    fn endpoint(&self, now: Timestamp) -> Endpoint;

    fn habits(&self) -> Habits;

    /// A new connection is open, nothing is subscribed on it. `Ready` when subscriptions may follow at once.
    fn opened(&mut self, context: &mut Context<'_>) -> Heard;

    /// Subscribes and unsubscribes. Called once ready, and whenever `Wanted` changed and no message waits.
    fn subscribe(&mut self, change: &Change, context: &mut Context<'_>);

    /// One frame, text or binary that holds text. Events go to the sink as they are found.
    fn decode(&mut self, frame: &str, context: &mut Context<'_>) -> Result<Heard, Undecodable>;

    /// What keeps the connection when nothing was heard for a while. Default: a WebSocket ping.
    fn keepalive(&mut self) -> Keepalive {
        Keepalive::Ping
    }

    fn fetched(&mut self, fetched: Fetched, context: &mut Context<'_>) -> Heard {
        let _ = (fetched, context);
        Heard::Fine
    }

    /// The provider closed the connection with this code. Most say so when a new connection will do.
    fn closed(&self, code: u16, reason: &str) -> Heard {
        Heard::Reconnect { detail: format!("closed by the provider with code {code} {}", reason.chars().take(120).collect::<String>()) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keepalive {
    Ping,
    Text(String),
}

impl Context<'_> {
    pub fn event(&self, feed: FeedKind, symbol: &Symbol, event: MarketEvent) {
        self.sink.event(feed, symbol, event);
    }

    pub fn book_lost(&self, feed: FeedKind, symbol: &Symbol) {
        self.event(feed, symbol, MarketEvent::Book(BookChange::Lost));
    }
}
