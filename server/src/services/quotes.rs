//! Reading the market: instruments, quotes, screens and bars by the symbols that people type.

use speedtrade::{
    instrument::{AssetType, Instrument},
    market::{Bar, Timeframe},
    order::FieldError,
    screener::{Screen, ScreenQuery},
    time::Timestamp,
    wire::{BookView, FeedView, FeedsView, InstrumentView, Page, PrintView, ProviderView, QuoteView, ScreenUpdate},
};

use tokio::sync::watch;

use super::ServiceError;
use crate::{
    clock::Clock,
    market::{FeedHealth, FeedReport, Market, feeds::FeedKind},
};

pub use crate::market::{Hub, InstrumentId, Interest, Look, TapeCursor};

/// Which bars; the newest `limit` of them.
#[derive(Debug, Clone, Copy)]
pub struct BarRange {
    pub timeframe: Timeframe,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub limit: usize,
}

#[derive(Debug, Clone)]
pub struct Quotes {
    market: Market,
    clock: Clock,
}

impl Quotes {
    pub fn new(market: Market, clock: Clock) -> Self {
        Self { market, clock }
    }

    pub fn hub(&self) -> &Hub {
        self.market.hub()
    }

    /// The host's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether a price holds though it is old.
    pub fn is_confirmed(&self, id: InstrumentId) -> bool {
        self.market.is_confirmed(id)
    }

    pub fn find(&self, symbol: &str) -> Result<InstrumentId, ServiceError> {
        self.market.catalog().find(symbol).ok_or(ServiceError::UnknownSymbol)
    }

    pub fn get(&self, id: InstrumentId) -> &Instrument {
        self.market.catalog().get(id)
    }

    pub fn quote(&self, symbol: &str) -> Result<QuoteView, ServiceError> {
        Ok(self.market.quote_view(self.find(symbol)?, self.clock.now()))
    }

    pub fn search(&self, text: &str, limit: usize) -> Vec<InstrumentView> {
        let catalog = self.market.catalog();
        catalog.search(text, limit).into_iter().map(|id| catalog.get(id).into()).collect()
    }

    /// One page in the screen's order; the cursor is how many rows came before.
    pub fn screen(&self, query: &ScreenQuery, offset: usize, limit: usize) -> Result<Page<QuoteView>, ServiceError> {
        let found = self.found(query, offset, limit)?;
        let end = offset.saturating_add(limit);
        let next_cursor = (end < found.total).then(|| end.to_string());
        Ok(Page { items: found.rows, next_cursor })
    }

    /// The rows from `offset` on, at most `limit`, and how many match in all.
    pub fn found(&self, query: &ScreenQuery, offset: usize, limit: usize) -> Result<ScreenUpdate, ServiceError> {
        let screen = Screen::parse(query).map_err(ServiceError::Invalid)?;
        let now = self.clock.now();
        let ids = self.market.screen(&screen);
        let rows = ids.iter().skip(offset).take(limit).map(|id| self.market.quote_view(*id, now)).collect();
        Ok(ScreenUpdate { total: ids.len(), offset, rows })
    }

    pub fn exchanges(&self) -> Vec<String> {
        self.market.catalog().exchanges()
    }

    pub fn feeds(&self) -> Vec<FeedView> {
        let now = self.clock.now();
        self.market.feeds().into_iter().map(|report| feed_view(report, now)).collect()
    }

    /// The feeds by what they serve, and the providers of prices that the desk was started without.
    pub fn providers(&self) -> FeedsView {
        let (feeds, routes) = (self.feeds(), self.market.routes());
        let view = |kind: &FeedKind| feeds.iter().find(|feed| feed.feed == kind.as_str()).cloned();
        let chain = |asset_type| routes.of(asset_type).iter().filter_map(view).collect();
        let started = routes.feeds();
        let off = FeedKind::ALL.into_iter().filter(|kind| !kind.is_history_only() && !started.contains(kind)).map(|kind| {
            let serves = AssetType::ALL.into_iter().filter(|asset_type| kind.serves(*asset_type)).collect();
            ProviderView { feed: kind.as_str().to_owned(), serves }
        });
        let off = off.filter(|provider| !provider.serves.is_empty()).collect();
        FeedsView { stocks: chain(AssetType::Stock), crypto: chain(AssetType::Crypto), off }
    }

    pub fn interest(&self) -> &Interest {
        self.market.interest()
    }

    /// Depth, `levels` a side.
    pub fn book(&self, id: InstrumentId, levels: usize) -> BookView {
        let (quote, source) = (self.market.quote(id), self.hub().source(id));
        BookView::new(&self.get(id).symbol, &self.market.book(id), levels, quote.time, source.as_str())
    }

    /// The newest `count` prints, oldest first.
    pub fn prints(&self, id: InstrumentId, count: usize) -> Vec<PrintView> {
        self.market.tape(id, count).iter().map(PrintView::from).collect()
    }

    /// The prints since the cursor, which moves behind them.
    pub fn prints_after(&self, id: InstrumentId, cursor: &mut TapeCursor) -> Vec<PrintView> {
        let (after, prints) = self.market.tape_after(id, *cursor);
        *cursor = after;
        prints.iter().map(PrintView::from).collect()
    }

    /// Wakes when the health of a feed changes.
    pub fn feed_changes(&self) -> watch::Receiver<Vec<FeedReport>> {
        self.market.feed_changes()
    }

    pub async fn bars(&self, symbol: &str, range: BarRange) -> Result<Vec<Bar>, ServiceError> {
        let id = self.find(symbol)?;
        if let (Some(from), Some(to)) = (range.from, range.to)
            && from > to
        {
            return Err(ServiceError::Invalid(vec![FieldError::new("from", "must not be later than to")]));
        }
        Ok(self.market.bars(id, range.timeframe, range.from, range.to, range.limit).await)
    }

    /// What all prices are labelled with.
    pub fn source_label(&self) -> &'static str {
        let routes = self.market.routes();
        match (routes.stocks.is_empty(), routes.crypto.is_empty()) {
            (true, true) => "Simulated",
            (false, false) => "Live prices",
            (true, false) | (false, true) => "Some live prices",
        }
    }

    pub fn sectors(&self) -> Vec<String> {
        self.market.catalog().sectors()
    }
}

fn feed_view(report: FeedReport, now: Timestamp) -> FeedView {
    let health = match report.health {
        FeedHealth::Idle => "idle",
        FeedHealth::Connecting => "connecting",
        FeedHealth::Live => "live",
        FeedHealth::Silent => "silent",
        FeedHealth::Refused => "refused",
        FeedHealth::Down => "down",
    };
    FeedView {
        feed: report.feed.as_str().to_owned(),
        health: health.to_owned(),
        detail: report.detail,
        serves: report.serves,
        speaks_for: report.speaks_for,
        heard_at: report.heard_at.map(Timestamp::millis),
        silent_ms: report.heard_at.map(|at| (now.millis() - at.millis()).max(0)),
    }
}
