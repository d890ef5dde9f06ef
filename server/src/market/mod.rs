//! The market as the host sees it: what is listed, the newest quote of each, its depth and tape, and who tells all that.
//!
//! An asset type is either simulated or told by live feeds; every quote says which. Knows no order, no account and no
//! connection of a client.

mod asked;
mod board;
mod cache;
mod catalog;
pub mod feeds;
mod history;
mod hub;
mod interest;
mod listening;
mod live;
mod sessions;
mod sim;
mod simulated;
mod source;
mod steps;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use futures::future::BoxFuture;

use speedtrade::{
    instrument::AssetType,
    market::{Bar, Book, Calendar, Quote, Timeframe, Trade},
    money::Price,
    screener::Screen,
    time::{DAY_US, Timestamp},
    wire::QuoteView,
};
use tokio::sync::{Mutex, watch};

use crate::clock::Clock;
use asked::Asked;
use board::Board;
use sim::ANCHOR_DAY;
use simulated::Simulated;

pub use board::{FeedHealth, FeedReport, Routes, Told};
pub use catalog::{Catalog, CatalogError, Fault, InstrumentId, InstrumentsError};
pub use history::{DAILY_DAYS, INTRADAY_SESSIONS, Wanted as WantedBars};
pub use hub::{Frame, Hub};
pub use interest::{Interest, Look};
pub use source::Source;

/// Levels a side of a simulated book.
const SIMULATED_LEVELS: usize = 20;
const SIMULATED_PRINTS: usize = 100;

/// How far a reader has read an instrument's tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TapeCursor(u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimConfig {
    pub seed: u64,
    /// When stocks trade; crypto always does.
    pub calendar: Calendar,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self { seed: 7, calendar: Calendar::AlwaysOpen }
    }
}

/// Cheap to clone; all clones are the same market.
#[derive(Debug, Clone)]
pub struct Market(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: SimConfig,
    clock: Clock,
    catalog: Arc<Catalog>,
    simulated: Simulated,
    /// From what a simulated quote is computed until it is published.
    stepping: Mutex<()>,
    board: Arc<Board>,
    hub: Hub,
    interest: Interest,
    /// What each live feed is asked for.
    asked: Vec<Asked>,
    feeds: watch::Sender<Vec<FeedReport>>,
    past: OnceLock<Arc<dyn Past>>,
}

/// Who knows the bars of what live feeds serve.
pub trait Past: std::fmt::Debug + Send + Sync {
    /// As `Market::bars`. What can't be had is missing, and said in the log.
    fn bars(&self, id: InstrumentId, wanted: WantedBars) -> BoxFuture<'_, Vec<Bar>>;
}

impl Market {
    /// The built-in market, with the quotes of the clock's now already in the hub.
    pub fn simulated(config: SimConfig, clock: Clock) -> Self {
        Self::new(config, Routes::default(), clock)
    }

    /// Of what the program lists by itself.
    pub fn new(config: SimConfig, routes: Routes, clock: Clock) -> Self {
        Self::of(Arc::new(Catalog::embedded()), config, routes, clock)
    }

    /// What a feed serves begins with the prices of the table, which are old and say so.
    pub fn of(catalog: Arc<Catalog>, config: SimConfig, routes: Routes, clock: Clock) -> Self {
        let simulated = Simulated::new(config.seed, &catalog, config.calendar, clock.now());
        let first = catalog.ids().map(|id| match routes.of(catalog.get(id).asset_type) {
            [] => (simulated.quote(id), Source::Simulated),
            [_, ..] => (reference(catalog.traits(id).price), Source::Reference),
        });
        let hub = Hub::new(&catalog, first);
        let asked = routes.feeds().into_iter().map(|feed| Asked::new(feed, routes.symbols_max(feed))).collect();
        let board = Arc::new(Board::new(catalog.clone(), clock.clone(), routes));
        let interest = Interest::new(catalog.len());
        let feeds = watch::Sender::new(board.lines.reports(clock.now()));
        let stepping = Mutex::default();
        Self(Arc::new(Inner { config, clock, catalog, simulated, stepping, board, hub, interest, asked, feeds, past: OnceLock::new() }))
    }

    pub fn is_simulated(&self, id: InstrumentId) -> bool {
        self.routes().of(self.0.catalog.get(id).asset_type).is_empty()
    }

    /// The instruments that a screen lets through now, in its order.
    pub fn screen(&self, screen: &Screen) -> Vec<InstrumentId> {
        let rows = screen.select(&self.0.hub.table());
        rows.into_iter().map(|row| InstrumentId::nth(row as usize)).collect()
    }

    pub fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    pub fn calendar(&self, id: InstrumentId) -> Calendar {
        match (self.0.catalog.get(id).asset_type, self.routes().stocks.is_empty()) {
            (AssetType::Crypto, _) => Calendar::AlwaysOpen,
            (AssetType::Stock, true) => self.0.config.calendar,
            (AssetType::Stock, false) => Calendar::Nyse,
        }
    }

    pub fn is_open(&self, id: InstrumentId, now: Timestamp) -> bool {
        self.calendar(id).is_open(now)
    }

    /// The newest quote. Of a live feed its time is when it was last known to hold.
    pub fn quote(&self, id: InstrumentId) -> Quote {
        self.told(id).map_or_else(|| self.0.hub.quote(id), |told| told.quote)
    }

    pub fn quote_view(&self, id: InstrumentId, now: Timestamp) -> QuoteView {
        let quote = self.quote(id);
        let view = QuoteView::new(self.0.catalog.get(id), &quote, self.0.hub.source(id).as_str(), now);
        view.with_usual(&quote, &self.0.catalog.listed(id))
    }

    /// Depth, best first; empty while it is not known.
    pub fn book(&self, id: InstrumentId) -> Book {
        if !self.is_simulated(id) {
            return self.0.board.book(id);
        }
        simulated::book(id, self.0.catalog.get(id).tick, &self.quote(id), SIMULATED_LEVELS)
    }

    /// The newest `count` prints, oldest first.
    pub fn tape(&self, id: InstrumentId, count: usize) -> Vec<Trade> {
        let (_, mut prints) = self.tape_after(id, TapeCursor::default());
        prints.drain(..prints.len().saturating_sub(count));
        prints
    }

    /// The prints since the cursor, as far as they are kept, oldest first; and the cursor after them.
    pub fn tape_after(&self, id: InstrumentId, cursor: TapeCursor) -> (TapeCursor, Vec<Trade>) {
        if !self.is_simulated(id) {
            let (printed, prints) = self.0.board.tape(id, cursor.0);
            return (TapeCursor(printed), prints);
        }
        let after = i64::try_from(cursor.0).unwrap_or(i64::MAX);
        let (second, prints) = self.0.simulated.tape(id, self.calendar(id), &self.quote(id), after, SIMULATED_PRINTS);
        (TapeCursor(u64::try_from(second).unwrap_or_default()), prints)
    }

    /// The minutes that were folded from a live feed's prints, oldest first.
    pub fn live_minutes(&self, id: InstrumentId, from: Timestamp) -> Vec<Bar> {
        self.0.board.minutes(id, from)
    }

    /// The bars that start in `from..=to`, oldest first: the newest `limit` of them. Without `to` the last one is the
    /// forming bar, and it closes at the price of the latest quote.
    pub async fn bars(
        &self,
        id: InstrumentId,
        timeframe: Timeframe,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        limit: usize,
    ) -> Vec<Bar> {
        let wanted = WantedBars { timeframe, from, to, limit };
        if !self.is_simulated(id) {
            let Some(past) = self.0.past.get() else { return Vec::new() };
            return past.bars(id, wanted).await;
        }
        let _turn = self.0.simulated.histories.acquire().await.expect("the semaphore is never closed");
        let market = self.clone();
        let made = tokio::task::spawn_blocking(move || market.bars_now(id, &wanted)).await;
        made.unwrap_or_else(|error| {
            tracing::error!(%error, "bars could not be made");
            Vec::new()
        })
    }

    fn bars_now(&self, id: InstrumentId, wanted: &WantedBars) -> Vec<Bar> {
        self.refine_one(id);
        self.0.simulated.bars(id, self.calendar(id), self.quote(id), wanted)
    }

    /// Once, at the start: where bars of live instruments come from. Without it there are none.
    pub fn set_past(&self, past: Arc<dyn Past>) {
        if self.0.past.set(past).is_err() {
            tracing::error!("the past of live instruments was set twice");
        }
    }

    /// What the simulated market showed as the price at that time; while closed, the last one before.
    pub fn price_at(&self, id: InstrumentId, at: Timestamp) -> Price {
        self.0.simulated.price_at(id, self.calendar(id), at)
    }
}

/// The table's price as of its day, with nothing bid or offered.
fn reference(price: Price) -> Quote {
    Quote::still(price, Timestamp::from_micros(ANCHOR_DAY * DAY_US))
}
