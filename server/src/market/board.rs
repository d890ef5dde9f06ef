//! What the live feeds said last of every instrument. Feeds write it from their tasks, without waiting; what is to be
//! shown is taken from it in one go.
//!
//! Must never mix two feeds in one quote, nor take an old touch for a confirmed one.

mod lines;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use speedtrade::{
    instrument::{AssetType, Symbol},
    market::{Bar, Book, Calendar, LiveQuote, MarketEvent, Minutes, Quote, Trade},
    time::Timestamp,
};
use tokio::sync::Notify;

use super::{
    Catalog, InstrumentId, Source,
    feeds::{FeedKind, FeedStatus, Sink},
};
use crate::clock::Clock;
use lines::Lines;

pub use lines::{FeedHealth, FeedReport};

/// Prints kept for each instrument; the oldest go.
const TAPE_MAX: usize = 100;

/// Which feeds serve an asset type, in the order in which they stand in for each other. Empty: the simulated market.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routes {
    pub stocks: Vec<FeedKind>,
    pub crypto: Vec<FeedKind>,
    /// Feeds whose plan allows only so many symbols. What is beyond has its price from snapshots, a minute old at most.
    pub symbols_max: Vec<(FeedKind, usize)>,
}

impl Routes {
    pub fn of(&self, asset_type: AssetType) -> &[FeedKind] {
        match asset_type {
            AssetType::Stock => &self.stocks,
            AssetType::Crypto => &self.crypto,
        }
    }

    pub fn is_simulated(&self) -> bool {
        self.stocks.is_empty() && self.crypto.is_empty()
    }

    pub(super) fn symbols_max(&self, feed: FeedKind) -> usize {
        self.symbols_max.iter().find(|(kind, _)| *kind == feed).map_or(usize::MAX, |(_, max)| *max)
    }

    /// Each feed once.
    pub fn feeds(&self) -> Vec<FeedKind> {
        let mut feeds: Vec<_> = self.stocks.iter().chain(&self.crypto).copied().collect();
        feeds.sort_unstable();
        feeds.dedup();
        feeds
    }
}

/// What a live feed said last of an instrument. All of one moment: an old price must never get a new time, nor another feed's
/// name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub feed: FeedKind,
    /// Its time is when it was last known to hold: now, as far as the feed was heard.
    pub quote: Quote,
    /// The feed is asked for every change, is heard, and has said nothing newer.
    pub is_confirmed: bool,
}

#[derive(Debug, Default)]
struct Slot {
    /// The feed whose words these are.
    feed: Option<FeedKind>,
    live: LiveQuote,
    /// The feeds that are asked to tell every change.
    asked: Vec<FeedKind>,
    /// It has told a touch since, on the connection that still stands.
    is_confirmed: bool,
    is_dirty: bool,
    minutes: Minutes,
    book: Book,
    tape: VecDeque<Trade>,
    /// Prints heard since the start, those that were forgotten too.
    printed: u64,
}

pub(super) struct Board {
    catalog: Arc<Catalog>,
    clock: Clock,
    slots: Vec<Mutex<Slot>>,
    /// Instruments with news; each at most once.
    dirty: Mutex<Vec<InstrumentId>>,
    pub(super) news: Notify,
    pub(super) lines: Lines,
}

impl std::fmt::Debug for Board {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Board").field("lines", &self.lines).finish_non_exhaustive()
    }
}

impl Board {
    pub(super) fn new(catalog: Arc<Catalog>, clock: Clock, routes: Routes) -> Self {
        let slots = catalog.ids().map(|_| Mutex::default()).collect();
        Self { catalog, clock, slots, dirty: Mutex::default(), news: Notify::new(), lines: Lines::new(routes) }
    }

    /// What a feed says replaces the last word, so a poisoned lock still holds sound values.
    fn slot(&self, id: InstrumentId) -> MutexGuard<'_, Slot> {
        self.slots[id.index()].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn dirty(&self) -> MutexGuard<'_, Vec<InstrumentId>> {
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The quotes that changed since the last time, with who says so.
    pub(super) fn take_changed(&self) -> Vec<(InstrumentId, Quote, Source)> {
        let changed = std::mem::take(&mut *self.dirty());
        let quote = |id: InstrumentId| {
            let mut slot = self.slot(id);
            slot.is_dirty = false;
            let feed = slot.feed?;
            Some((id, slot.live.quote()?, Source::Feed(feed)))
        };
        changed.into_iter().filter_map(quote).collect()
    }

    /// What its feed said last, published or not.
    pub(super) fn told(&self, id: InstrumentId, now: Timestamp) -> Option<Told> {
        let (feed, mut quote, is_confirmed) = {
            let slot = self.slot(id);
            (slot.feed?, slot.live.quote()?, slot.is_confirmed)
        };
        let is_confirmed = is_confirmed && self.lines.is_live(feed, now);
        if is_confirmed {
            quote.time = quote.time.max(self.lines.heard(feed));
        }
        Some(Told { feed, quote, is_confirmed })
    }

    /// As in `Told`, but for the health of the feed.
    pub(super) fn is_confirmed(&self, id: InstrumentId) -> bool {
        self.slot(id).is_confirmed
    }

    pub(super) fn book(&self, id: InstrumentId) -> Book {
        self.slot(id).book.clone()
    }

    /// The prints after the first `after` ones, as far as they are kept, oldest first; and how many there were in all.
    pub(super) fn tape(&self, id: InstrumentId, after: u64) -> (u64, Vec<Trade>) {
        let slot = self.slot(id);
        let missing = usize::try_from(slot.printed.saturating_sub(after)).unwrap_or(usize::MAX);
        (slot.printed, slot.tape.iter().skip(slot.tape.len().saturating_sub(missing)).copied().collect())
    }

    pub(super) fn minutes(&self, id: InstrumentId, from: Timestamp) -> Vec<Bar> {
        self.slot(id).minutes.since(from)
    }

    /// Whether this feed is asked for changes. When it is not, what it said last will not be corrected.
    pub(super) fn set_asked(&self, id: InstrumentId, feed: FeedKind, is_asked: bool) {
        let mut slot = self.slot(id);
        slot.asked.retain(|asked| *asked != feed);
        if is_asked {
            slot.asked.push(feed);
        }
        if slot.feed == Some(feed) {
            self.doubt(id, slot);
        }
    }

    /// The price does not hold any more, and whoever was told that it does is told so.
    fn doubt(&self, id: InstrumentId, mut slot: MutexGuard<'_, Slot>) {
        if std::mem::replace(&mut slot.is_confirmed, false) {
            self.note(id, slot);
        }
    }

    /// To be published with the next flush.
    fn note(&self, id: InstrumentId, mut slot: MutexGuard<'_, Slot>) {
        if !std::mem::replace(&mut slot.is_dirty, true) {
            drop(slot);
            self.dirty().push(id);
            self.news.notify_one();
        }
    }

    /// The day of coins is what their feed says it is, mostly the last 24 hours: it begins with no print.
    fn day_start(&self, id: InstrumentId, time: Timestamp) -> Timestamp {
        if self.catalog.is_crypto(id) { Timestamp::EPOCH } else { Calendar::Nyse.day_start(time) }
    }

    fn unconfirm_all(&self, feed: FeedKind) {
        for id in self.catalog.ids() {
            let mut slot = self.slot(id);
            if slot.feed == Some(feed) {
                slot.book = Book::default();
                self.doubt(id, slot);
            }
        }
    }
}

impl Slot {
    /// A feed may speak when it already does, or when the one that spoke before is not live.
    fn hears(&mut self, feed: FeedKind) {
        if self.feed != Some(feed) {
            let (minutes, asked) = (std::mem::take(&mut self.minutes), std::mem::take(&mut self.asked));
            *self = Self { feed: Some(feed), asked, is_dirty: self.is_dirty, minutes, ..Self::default() };
        }
    }

    fn print(&mut self, trade: &Trade) {
        self.minutes.trade(trade);
        if self.tape.len() == TAPE_MAX {
            self.tape.pop_front();
        }
        self.tape.push_back(*trade);
        self.printed += 1;
    }
}

/// When the event says it happened; a book's is not told.
fn time_of(event: &MarketEvent) -> Option<Timestamp> {
    match event {
        MarketEvent::Trade(trade) => Some(trade.time),
        MarketEvent::Touch(touch) => Some(touch.time),
        MarketEvent::Day(day) => Some(day.time),
        MarketEvent::Minute(bar) => Some(bar.t),
        MarketEvent::Book(_) => None,
    }
}

impl Sink for Board {
    fn event(&self, feed: FeedKind, symbol: &Symbol, event: MarketEvent) {
        let Some(id) = self.catalog.find_exact(symbol) else { return };
        let now = self.clock.now();
        self.lines.hear(feed, now);
        if !self.lines.may_speak(feed, self.catalog.get(id).asset_type, now) {
            return;
        }
        let day_start = self.day_start(id, time_of(&event).unwrap_or(now));
        let mut slot = self.slot(id);
        let was_confirmed = slot.is_confirmed;
        slot.hears(feed);
        slot.live.not_after(now);
        let is_late = matches!(&event, MarketEvent::Touch(touch) if slot.live.is_late(touch));
        let has_news = slot.live.apply(&event, day_start);
        slot.live.not_after(now);
        match &event {
            MarketEvent::Trade(trade) => slot.print(trade),
            // One of a snapshot may be old: only what is of now begins to hold. A crossed one says that the other is over.
            MarketEvent::Touch(touch) if !is_late => {
                let is_new = has_news && now.micros() - touch.time.micros() < Quote::FRESH_US;
                slot.is_confirmed = is_new && feed.tells_every_touch() && slot.asked.contains(&feed);
            }
            MarketEvent::Minute(bar) => slot.minutes.finished(bar),
            MarketEvent::Book(change) => slot.book.apply(change),
            // A snapshot that comes late: what was told since holds on.
            MarketEvent::Touch(_) | MarketEvent::Day(_) => {}
        }
        let is_book = matches!(event, MarketEvent::Book(_));
        if has_news || is_book || slot.is_confirmed != was_confirmed {
            self.note(id, slot);
        }
    }

    fn status(&self, feed: FeedKind, status: FeedStatus) {
        let is_live = status == FeedStatus::Live;
        self.lines.set(feed, status, self.clock.now());
        if !is_live {
            self.unconfirm_all(feed);
        }
    }

    fn heard(&self, feed: FeedKind) {
        self.lines.hear(feed, self.clock.now());
    }
}
