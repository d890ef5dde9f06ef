//! Connections to those who know real prices. Each feed is a folder of the same shape (client, wire, convert, stream);
//! what leaves it is `MarketEvent`s. Must never know who looks at a price.

mod align;
pub mod alpaca;
pub mod binance;
mod budget;
pub mod coinbase;
mod error;
mod frames;
mod garbage;
mod halves;
mod history;
pub mod massive;
mod protocol;
pub mod replay;
mod rest;
mod runner;
mod session;
#[cfg(test)]
mod shared;
pub mod yahoo;

use std::collections::BTreeSet;

use speedtrade::{instrument::Symbol, market::MarketEvent};

pub use crate::net::{Endpoint, Key, KeyPair};

pub use budget::Rate;
pub use error::FeedError;
pub use halves::{halves, run_halves};
pub use history::{Asked, BarRange, History};
pub use protocol::{Change, Context, Fetched, Habits, Heard, Keepalive, Outbox, Protocol, Undecodable};
pub use rest::{Answer, Rest, pages};
pub use runner::{Runner, Timing};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FeedKind {
    Alpaca,
    Binance,
    Coinbase,
    Massive,
    Yahoo,
    Replay,
}

/// How a feed's connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedStatus {
    /// Nobody looks at anything of it, so it is not connected.
    Idle,
    /// On its way, for the first time or again.
    Connecting,
    Live,
    /// Up, but nothing came for too long; it is being replaced.
    Silent,
    /// The provider says no, in words for the person who runs the desk: wrong key, plan too small, too many connections.
    Refused {
        code: String,
        detail: String,
    },
    Down {
        detail: String,
    },
}

/// Where a feed puts what it hears. Called from the feed's task; keeps the newest value and never waits.
pub trait Sink: Send + Sync {
    fn event(&self, feed: FeedKind, symbol: &Symbol, event: MarketEvent);
    fn status(&self, feed: FeedKind, status: FeedStatus);
    /// Anything at all was heard, also a heartbeat: what was said before still holds.
    fn heard(&self, feed: FeedKind);
}

/// What somebody looks at now. A feed subscribes to the difference when it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Prices: trades and quotes.
    pub quotes: BTreeSet<Symbol>,
    /// Depth as well.
    pub books: BTreeSet<Symbol>,
}

impl Wanted {
    pub fn is_empty(&self) -> bool {
        self.quotes.is_empty() && self.books.is_empty()
    }
}
