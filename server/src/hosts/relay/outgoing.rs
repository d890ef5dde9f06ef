//! What the owner has heard and not told the other hosts yet. The newest touch and day of each instrument, its prints up to a
//! bound: under load what is older is left out, never queued.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use speedtrade::{
    instrument::Symbol,
    market::{Bar, BookChange, DayStats, MarketEvent, Quote, Touch, Trade},
    time::Timestamp,
};

use super::wire::{LEVELS, News};
use crate::{
    clock::Clock,
    market::{
        Market, Told,
        feeds::{FeedKind, FeedStatus, Sink},
    },
};

/// Prints of one instrument between two messages; the oldest go.
const PRINTS_MAX: usize = 64;
const MINUTES_MAX: usize = 4;

#[derive(Debug, Default)]
struct Piece {
    touch: Option<Touch>,
    day: Option<DayStats>,
    prints: VecDeque<Trade>,
    minutes: VecDeque<Bar>,
}

#[derive(Debug)]
struct Pending {
    pieces: BTreeMap<Symbol, Piece>,
    /// Their depth changed.
    books: BTreeSet<Symbol>,
    status: FeedStatus,
    heard_at: Timestamp,
}

/// Passes on to the board what the feed hears, and remembers it for the others. Bounded by the catalog.
pub(super) struct Outgoing {
    board: Arc<dyn Sink>,
    clock: Clock,
    pending: Mutex<Pending>,
}

impl Outgoing {
    pub(super) fn new(board: Arc<dyn Sink>, clock: Clock) -> Self {
        let pending = Pending { pieces: BTreeMap::new(), books: BTreeSet::new(), status: FeedStatus::Idle, heard_at: Timestamp::EPOCH };
        Self { board, clock, pending: Mutex::new(pending) }
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn line(&self) -> (FeedStatus, Timestamp) {
        let pending = self.lock();
        (pending.status.clone(), pending.heard_at)
    }

    /// What is to be told now, and nothing is kept of it. `books` are those that somebody looks at elsewhere; `None` leaves them
    /// for the next time.
    pub(super) fn take(&self, market: &Market, books: Option<&BTreeSet<Symbol>>) -> News {
        let (pieces, changed) = {
            let mut pending = self.lock();
            let changed = if books.is_some() { std::mem::take(&mut pending.books) } else { BTreeSet::new() };
            (std::mem::take(&mut pending.pieces), changed)
        };
        let mut news: News =
            pieces.into_iter().flat_map(|(symbol, piece)| piece.events().map(move |event| (symbol.clone(), event))).collect();
        let looked_at = changed.into_iter().filter(|symbol| books.is_some_and(|books| books.contains(symbol)));
        news.extend(looked_at.filter_map(|symbol| Some((symbol.clone(), book(market, &symbol)?))));
        news
    }

    /// Somebody elsewhere begins to look: what is known of these is told, for the provider may be quiet. A touch only while it
    /// is known to hold; false when one would hold again with the next sign of life.
    pub(super) fn restate<'a>(&self, market: &Market, feed: FeedKind, symbols: impl IntoIterator<Item = &'a Symbol>) -> bool {
        let mut is_all = true;
        for symbol in symbols {
            let Some(id) = market.catalog().find_exact(symbol) else { continue };
            let told = market.told(id).filter(|told| told.feed == feed);
            let mut pending = self.lock();
            pending.books.insert(symbol.clone());
            let Some(Told { quote, is_confirmed, .. }) = told else { continue };
            let piece = pending.pieces.entry(symbol.clone()).or_default();
            // As old as what still holds may be: clocks differ, and what the feed tells next must not seem older.
            let time = quote.touched_at.max(quote.time.plus_micros(-Quote::FRESH_US / 2));
            let touch = Touch { bid: quote.bid, ask: quote.ask, bid_size: quote.bid_size, ask_size: quote.ask_size, time };
            let day = DayStats {
                last: quote.price,
                prev_close: Some(quote.prev_close),
                open: quote.open,
                high: quote.high,
                low: quote.low,
                volume: quote.volume,
                time,
            };
            if is_confirmed {
                piece.touch(touch);
            }
            piece.day(day);
            is_all &= is_confirmed || !market.is_confirmed(id);
        }
        is_all
    }
}

fn book(market: &Market, symbol: &Symbol) -> Option<MarketEvent> {
    let book = market.book(market.catalog().find_exact(symbol)?);
    let change = if book.is_known() { BookChange::Snapshot { bids: book.bids(LEVELS), asks: book.asks(LEVELS) } } else { BookChange::Lost };
    Some(MarketEvent::Book(change))
}

impl Piece {
    fn note(&mut self, event: &MarketEvent) {
        match event {
            MarketEvent::Trade(trade) => keep(&mut self.prints, *trade, PRINTS_MAX),
            MarketEvent::Touch(touch) => self.touch(*touch),
            MarketEvent::Day(day) => self.day(*day),
            MarketEvent::Minute(bar) => keep(&mut self.minutes, *bar, MINUTES_MAX),
            MarketEvent::Book(_) => {}
        }
    }

    /// The newest counts, as on the board: a snapshot may come after what was told since.
    fn touch(&mut self, touch: Touch) {
        if self.touch.is_none_or(|before| touch.time >= before.time) {
            self.touch = Some(touch);
        }
    }

    fn day(&mut self, day: DayStats) {
        if self.day.is_none_or(|before| day.time >= before.time) {
            self.day = Some(day);
        }
    }

    /// The day first: prints after it count on top.
    fn events(self) -> impl Iterator<Item = MarketEvent> {
        let day = self.day.map(MarketEvent::Day).into_iter();
        let prints = self.prints.into_iter().map(MarketEvent::Trade);
        let minutes = self.minutes.into_iter().map(MarketEvent::Minute);
        day.chain(prints).chain(minutes).chain(self.touch.map(MarketEvent::Touch))
    }
}

fn keep<T>(kept: &mut VecDeque<T>, new: T, max: usize) {
    if kept.len() == max {
        kept.pop_front();
    }
    kept.push_back(new);
}

impl Sink for Outgoing {
    fn event(&self, feed: FeedKind, symbol: &Symbol, event: MarketEvent) {
        let piece = if let MarketEvent::Book(_) = event { None } else { Some(event.clone()) };
        // First the board: a book is told as it stands there.
        self.board.event(feed, symbol, event);
        let mut pending = self.lock();
        pending.heard_at = self.clock.now();
        match piece {
            Some(event) => pending.pieces.entry(symbol.clone()).or_default().note(&event),
            None => drop(pending.books.insert(symbol.clone())),
        }
    }

    fn status(&self, feed: FeedKind, status: FeedStatus) {
        self.lock().status = status.clone();
        self.board.status(feed, status);
    }

    fn heard(&self, feed: FeedKind) {
        self.lock().heard_at = self.clock.now();
        self.board.heard(feed);
    }
}

#[cfg(test)]
mod tests {
    use speedtrade::time::SECOND_US;

    use super::*;
    use crate::market::{Routes, SimConfig};

    const FEED: FeedKind = FeedKind::Binance;

    fn touch(bid: &str, time: Timestamp) -> MarketEvent {
        let [bid, ask] = [bid, "70000"].map(|text| text.parse().expect("a price"));
        let size = "1".parse().expect("a quantity");
        MarketEvent::Touch(Touch { bid, ask, bid_size: size, ask_size: size, time })
    }

    fn bids(news: &News) -> Vec<String> {
        let bid =
            |(_, event): &(Symbol, MarketEvent)| if let MarketEvent::Touch(touch) = event { Some(touch.bid.to_string()) } else { None };
        news.iter().filter_map(bid).collect()
    }

    #[test]
    fn who_comes_late_is_told_what_holds_and_not_a_snapshot_that_came_after_it() {
        let clock = Clock::manual(Timestamp::from_micros(SECOND_US * 1_000_000));
        let market = Market::new(SimConfig::default(), Routes { crypto: vec![FEED], ..Routes::default() }, clock.clone());
        let symbol: Symbol = "BTC/USD".parse().expect("a symbol");
        let _look = market.interest().look(market.catalog().find_exact(&symbol).expect("it is listed"), false);
        market.follow_interest(clock.now());
        let outgoing = Outgoing::new(market.sink(), clock.clone());
        let (now, old) = (clock.now(), clock.now().plus_micros(-60 * SECOND_US));
        outgoing.status(FEED, FeedStatus::Live);
        outgoing.event(FEED, &symbol, touch("64000", now));
        let trade = Trade { price: "64000".parse().expect("a price"), qty: "1".parse().expect("a quantity"), time: now, taker: None };
        outgoing.event(FEED, &symbol, MarketEvent::Trade(trade));
        outgoing.event(FEED, &symbol, touch("100", old));
        assert_eq!(bids(&outgoing.take(&market, None)), ["64000.00"]);

        outgoing.event(FEED, &symbol, touch("100", old));
        assert!(outgoing.restate(&market, FEED, [&symbol]));
        assert_eq!(bids(&outgoing.take(&market, None)), ["64000.00"]);

        clock.advance_micros(60 * SECOND_US);
        assert!(!outgoing.restate(&market, FEED, [&symbol]), "nothing was heard for a minute: whether it holds is not known yet");
        assert_eq!(bids(&outgoing.take(&market, None)), Vec::<String>::new());
        outgoing.heard(FEED);
        assert!(outgoing.restate(&market, FEED, [&symbol]));
        assert_eq!(bids(&outgoing.take(&market, None)), ["64000.00"]);
    }
}
