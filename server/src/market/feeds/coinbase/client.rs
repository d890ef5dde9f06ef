//! Coinbase's REST side without a key: candles, window after window into the past, and the last 24 hours of each product.

use axum::http::StatusCode;
use speedtrade::{
    instrument::Symbol,
    market::{Bar, MarketEvent, Timeframe},
    time::{MINUTE_US, Timestamp},
};

use super::{CoinbaseConfig, convert, wire};
use crate::{
    clock::Clock,
    market::feeds::{Asked, BarRange, FeedError, FeedKind, History, Rest, align, pages},
};

pub(super) const MARKET: &str = "/api/v3/brokerage/market/products";
/// Candles of one question; more are refused.
const WINDOW: usize = 300;
/// So many windows without a candle in a row: the product was not listed yet.
const EMPTY_WINDOWS_MAX: usize = 3;
const PRODUCTS_AT_ONCE: usize = 50;

#[derive(Clone)]
pub struct CoinbaseHistory {
    rest: Rest,
    clock: Clock,
}

/// Where the next window into the past ends, and how many before it held nothing.
#[derive(Clone, Copy)]
struct Window {
    to: Timestamp,
    empty: usize,
}

impl CoinbaseHistory {
    /// The clock, because Coinbase refuses windows of the future and does not say when it answered.
    pub fn new(config: &CoinbaseConfig, clock: Clock) -> Result<Self, FeedError> {
        Ok(Self { rest: Rest::new(&config.rest, &[], explain)?, clock })
    }

    async fn read_bars(&self, symbol: &Symbol, range: BarRange) -> Result<Vec<Bar>, FeedError> {
        let Some(product) = convert::product(symbol) else { return Ok(Vec::new()) };
        let past = |asked: BarRange| BarRange { to: asked.to.min(self.clock.now()), ..asked };
        let asked = align::to_ask(range).map(past).filter(|asked| asked.from <= asked.to);
        let Some(asked) = asked else { return Ok(Vec::new()) };
        let first = Window { to: asked.timeframe.bar_start(asked.to), empty: 0 };
        let bars = pages(first, align::count(asked), |window| self.window(&product, asked, window)).await?;
        Ok(align::fit(bars, range))
    }

    async fn window(&self, product: &str, asked: BarRange, window: Window) -> Result<(Vec<Bar>, Option<Window>), FeedError> {
        let step = asked.timeframe.step_us();
        let span = i64::try_from(WINDOW - 1).expect("small") * step;
        let start = window.to.plus_micros(-span).max(asked.from);
        let query = [
            ("granularity", granularity(asked.timeframe).to_owned()),
            ("start", start.seconds().to_string()),
            ("end", window.to.seconds().to_string()),
            ("limit", WINDOW.to_string()),
        ];
        let answer: wire::Candles = self.rest.get(&format!("{MARKET}/{product}/candles"), &query).await?.json()?;
        let bars: Vec<Bar> = answer.candles.iter().filter_map(convert::bar).collect();
        let empty = if bars.is_empty() { window.empty + 1 } else { 0 };
        let next = Window { to: start.plus_micros(-step), empty };
        let has_more = next.to >= asked.from && empty < EMPTY_WINDOWS_MAX;
        Ok((bars, has_more.then_some(next)))
    }

    async fn read_snapshots(&self, symbols: &[Symbol]) -> Result<Vec<(Symbol, Vec<MarketEvent>)>, FeedError> {
        let pairs: Vec<(String, &Symbol)> = symbols.iter().filter_map(|s| Some((convert::product(s)?, s))).collect();
        let mut found = Vec::with_capacity(pairs.len());
        for some in pairs.chunks(PRODUCTS_AT_ONCE) {
            let query: Vec<_> = some.iter().map(|(product, _)| ("product_ids", product.clone())).collect();
            let answer: wire::Products = self.rest.get(MARKET, &query).await?.json()?;
            for product in answer.products {
                let Some((_, symbol)) = some.iter().find(|(name, _)| *name == product.id) else { continue };
                let hours = self.last_hours(symbol).await?;
                let day = convert::product_day(&product, &hours, self.clock.now());
                found.extend(day.map(|day| ((*symbol).clone(), vec![MarketEvent::Day(day)])));
            }
        }
        Ok(found)
    }

    async fn last_hours(&self, symbol: &Symbol) -> Result<Vec<Bar>, FeedError> {
        let to = self.clock.now();
        let from = to.plus_micros(-24 * 60 * MINUTE_US);
        self.read_bars(symbol, BarRange { timeframe: Timeframe::H1, from, to, limit: 24 }).await
    }
}

impl History for CoinbaseHistory {
    fn kind(&self) -> FeedKind {
        FeedKind::Coinbase
    }

    fn bars<'a>(&'a self, symbol: &'a Symbol, range: BarRange) -> Asked<'a, Vec<Bar>> {
        Box::pin(self.read_bars(symbol, range))
    }

    fn snapshots<'a>(&'a self, symbols: &'a [Symbol]) -> Asked<'a, Vec<(Symbol, Vec<MarketEvent>)>> {
        Box::pin(self.read_snapshots(symbols))
    }
}

/// Weeks are made of days.
const fn granularity(timeframe: Timeframe) -> &'static str {
    match timeframe {
        Timeframe::M1 => "ONE_MINUTE",
        Timeframe::M5 => "FIVE_MINUTE",
        Timeframe::M15 => "FIFTEEN_MINUTE",
        Timeframe::H1 => "ONE_HOUR",
        Timeframe::D1 | Timeframe::W1 => "ONE_DAY",
    }
}

/// The status says enough.
fn explain(_: StatusCode, _: &str) -> Option<FeedError> {
    None
}
