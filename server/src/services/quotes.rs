//! Reading the market: instruments, quotes, screens and bars by the symbols that people type.

use speedtrade::{
    instrument::Instrument,
    market::{Bar, Timeframe},
    order::FieldError,
    screener::{Screen, ScreenQuery},
    time::Timestamp,
    wire::{InstrumentView, Page, QuoteView},
};

use super::ServiceError;
use crate::{clock::Clock, market::Market};

pub use crate::market::{Hub, InstrumentId};

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
        let screen = Screen::parse(query).map_err(ServiceError::Invalid)?;
        let now = self.clock.now();
        let quotes = self.market.catalog().ids().map(|id| self.market.quote_view(id, now));
        let mut matches: Vec<_> = quotes.filter(|quote| screen.matches(quote)).collect();
        matches.sort_by(|a, b| screen.compare(a, b));
        let end = offset.saturating_add(limit);
        let next_cursor = (end < matches.len()).then(|| end.to_string());
        Ok(Page { items: matches.into_iter().skip(offset).take(limit).collect(), next_cursor })
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

    pub fn sectors(&self) -> Vec<String> {
        self.market.catalog().sectors()
    }
}
