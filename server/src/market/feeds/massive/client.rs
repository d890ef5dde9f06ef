//! Massive's REST side: aggregates, page by page and newest first, and what each ticker is now.
//! The key goes along as a header alone, and only to the address of the configuration, wherever the next page is said to be.

use axum::http::StatusCode;
use speedtrade::{
    instrument::Symbol,
    market::{Bar, MarketEvent, Timeframe},
};

use super::{
    MassiveConfig,
    convert::{self, Class},
    wire,
};
use crate::market::feeds::{Asked, BarRange, FeedError, FeedKind, History, Rest, align, pages};

/// Bars of which a page is made, the provider's limit.
const PAGE: usize = 50_000;
/// Tickers of one question, so that its address stays short.
const TICKERS_AT_ONCE: usize = 100;

#[derive(Debug, Clone)]
pub struct MassiveHistory {
    rest: Rest,
}

/// Path and query of a page.
#[derive(Clone)]
struct Page {
    path: String,
    query: Vec<(String, String)>,
}

impl MassiveHistory {
    pub fn new(config: &MassiveConfig) -> Result<Self, FeedError> {
        let bearer = format!("Bearer {}", config.key.expose());
        Ok(Self { rest: Rest::new(&config.rest, &[("authorization", &bearer)], explain)? })
    }

    async fn read_bars(&self, symbol: &Symbol, range: BarRange) -> Result<Vec<Bar>, FeedError> {
        let Some(asked) = align::to_ask(range) else { return Ok(Vec::new()) };
        let limit = align::count(asked);
        let (multiplier, span, parts) = parts(asked.timeframe);
        let (ticker, from, to) = (convert::rest_name(symbol), asked.from.millis(), asked.to.millis());
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let first = Page {
            path: format!("/v2/aggs/ticker/{ticker}/range/{multiplier}/{span}/{from}/{to}"),
            query: vec![
                pair("adjusted", "true".to_owned()),
                pair("sort", "desc".to_owned()),
                pair("limit", limit.saturating_mul(parts).clamp(1, PAGE).to_string()),
            ],
        };
        Ok(align::fit(pages(first, limit, |page| self.page(page)).await?, range))
    }

    async fn page(&self, page: Page) -> Result<(Vec<Bar>, Option<Page>), FeedError> {
        let query: Vec<(&str, String)> = page.query.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let answer: wire::Aggregates = self.rest.get(&page.path, &query).await?.json()?;
        let next = answer.next_url.as_deref().filter(|url| !url.is_empty()).map(following).transpose()?;
        Ok((answer.results.iter().filter_map(convert::bar).collect(), next))
    }

    async fn read_snapshots(&self, symbols: &[Symbol]) -> Result<Vec<(Symbol, Vec<MarketEvent>)>, FeedError> {
        let mut found = Vec::with_capacity(symbols.len());
        for class in [Class::Stocks, Class::Crypto] {
            let path = match class {
                Class::Stocks => "/v2/snapshot/locale/us/markets/stocks/tickers",
                Class::Crypto => "/v2/snapshot/locale/global/markets/crypto/tickers",
            };
            let of_class: Vec<_> = symbols.iter().filter(|s| convert::class(s) == class).map(|s| (convert::rest_name(s), s)).collect();
            for some in of_class.chunks(TICKERS_AT_ONCE) {
                let tickers = some.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",");
                let answer: wire::Snapshots = self.rest.get(path, &[("tickers", tickers)]).await?.json()?;
                for snapshot in answer.tickers {
                    let symbol = some.iter().find(|(name, _)| *name == snapshot.ticker);
                    found.extend(symbol.map(|(_, symbol)| ((*symbol).clone(), convert::snapshot(&snapshot, class))));
                }
            }
        }
        Ok(found)
    }
}

impl History for MassiveHistory {
    fn kind(&self) -> FeedKind {
        FeedKind::Massive
    }

    fn bars<'a>(&'a self, symbol: &'a Symbol, range: BarRange) -> Asked<'a, Vec<Bar>> {
        Box::pin(self.read_bars(symbol, range))
    }

    fn snapshots<'a>(&'a self, symbols: &'a [Symbol]) -> Asked<'a, Vec<(Symbol, Vec<MarketEvent>)>> {
        Box::pin(self.read_snapshots(symbols))
    }
}

/// Multiplier and span, and of how many of the provider's own bars one is made. Weeks are made of days.
const fn parts(timeframe: Timeframe) -> (u32, &'static str, usize) {
    match timeframe {
        Timeframe::M1 => (1, "minute", 1),
        Timeframe::M5 => (5, "minute", 5),
        Timeframe::M15 => (15, "minute", 15),
        Timeframe::H1 => (1, "hour", 60),
        Timeframe::D1 | Timeframe::W1 => (1, "day", 1),
    }
}

/// Only the path and the query of the next page count; a key in it is dropped.
fn following(url: &str) -> Result<Page, FeedError> {
    let url = reqwest::Url::parse(url).map_err(|_| FeedError::Decode { detail: "the next page has no address".to_owned() })?;
    let query = url.query_pairs().filter(|(name, _)| name != "apiKey").map(|(name, value)| (name.into_owned(), value.into_owned()));
    Ok(Page { path: url.path().to_owned(), query: query.collect() })
}

/// A plan that is too small is a 403 with a word of its own.
pub(super) fn explain(status: StatusCode, body: &str) -> Option<FeedError> {
    let failure: wire::Failure = serde_json::from_str(body).ok()?;
    let said = failure.message.or(failure.error).unwrap_or_default();
    let detail = said.chars().take(200).collect();
    match (status.as_u16(), &*failure.status) {
        (403, "NOT_AUTHORIZED") => Some(FeedError::PlanTooSmall { detail }),
        (401 | 403, _) => Some(FeedError::Unauthorized { detail }),
        _ => None,
    }
}
