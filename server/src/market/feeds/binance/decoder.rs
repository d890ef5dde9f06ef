//! From a frame's text to market events: the same code for the live stream, for replays and for the benchmark.
//! Knows no socket; must never keep a frame.

use std::collections::HashMap;

use speedtrade::{
    instrument::Symbol,
    market::{BookChange, MarketEvent},
    time::Timestamp,
};

use super::{
    Names,
    book::{DepthBook, Diff, Step},
    convert,
    wire::{self, Frame},
};
use crate::market::feeds::{FeedKind, Sink, Undecodable};

/// What a frame was, when it was no garbage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded {
    /// Events went to the sink, or it told nothing new.
    Data,
    /// Of an instrument nobody follows.
    Ignored,
    Unknown,
    /// The book of this pair (Binance's name) missed a change and needs a snapshot.
    Gap(String),
    Done {
        id: u64,
    },
    Failed {
        id: Option<u64>,
        code: i64,
        message: String,
    },
    Shutdown,
}

#[derive(Debug)]
pub struct Decoder {
    kind: FeedKind,
    names: Names,
    /// By Binance's name. Bounded by the catalog, or by what a recording holds.
    symbols: HashMap<String, Symbol>,
    books: HashMap<String, DepthBook>,
    follows_all: bool,
}

impl Decoder {
    pub fn new(kind: FeedKind, names: Names) -> Self {
        Self { kind, names, symbols: HashMap::new(), books: HashMap::new(), follows_all: false }
    }

    /// For recordings: whatever comes is followed. There is no snapshot to ask for, so a book begins empty with its first
    /// change and holds what changed since; after a gap it begins again.
    pub fn for_recording(kind: FeedKind, names: Names) -> Self {
        Self { follows_all: true, ..Self::new(kind, names) }
    }

    /// Binance's name, when it trades there.
    pub(super) fn follow(&mut self, symbol: &Symbol) -> Option<String> {
        let code = self.names.code(symbol)?;
        self.symbols.insert(code.clone(), symbol.clone());
        Some(code)
    }

    pub(super) fn code(&self, symbol: &Symbol) -> Option<String> {
        self.names.code(symbol)
    }

    pub(super) fn open_book(&mut self, code: &str) {
        self.books.insert(code.to_owned(), DepthBook::new());
    }

    pub(super) fn close_book(&mut self, code: &str) {
        self.books.remove(code);
    }

    pub(super) fn forget_all(&mut self) {
        self.symbols.clear();
        self.books.clear();
    }

    pub(super) fn book(&mut self, code: &str) -> Option<&mut DepthBook> {
        self.books.get_mut(code)
    }

    pub fn decode(&mut self, text: &str, now: Timestamp, sink: &dyn Sink) -> Result<Decoded, Undecodable> {
        let frame = wire::read(text)?;
        let (code, event) = match frame {
            Frame::Touch(ticker) => (ticker.code, convert::touch(&ticker, now)),
            Frame::Trade(trade) => (trade.code, Some(convert::trade(&trade))),
            Frame::Day(ticker) => (ticker.code, convert::day(&ticker)),
            Frame::Depth(depth) => return Ok(self.depth(depth, sink)),
            Frame::Done { id } => return Ok(Decoded::Done { id }),
            Frame::Failed { id, code, message } => return Ok(Decoded::Failed { id, code, message }),
            Frame::Shutdown => return Ok(Decoded::Shutdown),
            Frame::Unknown => return Ok(Decoded::Unknown),
        };
        if self.follows_all {
            self.meet(code);
        }
        let Some(symbol) = self.symbols.get(code) else { return Ok(Decoded::Ignored) };
        if let Some(event) = event {
            sink.event(self.kind, symbol, event);
        }
        Ok(Decoded::Data)
    }

    fn meet(&mut self, code: &str) {
        if !self.symbols.contains_key(code)
            && let Some(symbol) = self.names.symbol(code)
        {
            self.symbols.insert(code.to_owned(), symbol);
        }
    }

    fn depth(&mut self, depth: wire::Depth<'_>, sink: &dyn Sink) -> Decoded {
        let wire::Depth { code, first_id, last_id, bids, asks } = depth;
        if self.follows_all {
            self.meet(code);
            self.begin_book(code, first_id, sink);
        }
        let (Some(book), Some(symbol)) = (self.books.get_mut(code), self.symbols.get(code)) else { return Decoded::Ignored };
        match book.diff(Diff { first_id, last_id, bids, asks }) {
            Step::Nothing => Decoded::Data,
            Step::Change(change) => {
                sink.event(self.kind, symbol, MarketEvent::Book(change));
                Decoded::Data
            }
            Step::Gap => {
                sink.event(self.kind, symbol, MarketEvent::Book(BookChange::Lost));
                Decoded::Gap(code.to_owned())
            }
        }
    }

    /// An empty snapshot for a book of a recording that has none.
    fn begin_book(&mut self, code: &str, first_id: u64, sink: &dyn Sink) {
        let Some(symbol) = self.symbols.get(code) else { return };
        if self.books.get(code).is_none_or(DepthBook::is_waiting) {
            self.books.insert(code.to_owned(), DepthBook::from_nothing(first_id));
            let nothing = BookChange::Snapshot { bids: Vec::new(), asks: Vec::new() };
            sink.event(self.kind, symbol, MarketEvent::Book(nothing));
        }
    }
}
