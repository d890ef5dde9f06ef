//! Prices, instruments, screens and bars. Anyone may read them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use speedtrade::{
    instrument::Instrument,
    market::Timeframe,
    order::FieldError,
    wire::{AlertView, InstrumentView, QuoteView, ScreenUpdate},
};

use super::{ApiError, Bars, Json, portfolio::Desk, screens::SavedScreen};
#[cfg(feature = "ssr")]
use speedtrade::{ids::AccountId, screener::ScreenQuery};

#[cfg(feature = "ssr")]
use super::{
    context::{backend, find_user},
    portfolio::desk_of,
    screens,
};
#[cfg(feature = "ssr")]
use crate::{
    backend::{Backend, Who},
    chart::FIRST_TIMEFRAME,
};

/// Rows a screen opens with.
#[cfg(feature = "ssr")]
const SCREEN_PAGE: usize = 50;
/// Alerts of one chart.
#[cfg(feature = "ssr")]
const ALERTS_DRAWN: usize = 50;
/// Bars a chart is opened with.
pub const CHART_BARS: usize = 300;
/// Bars that are given at once.
pub const BARS_MAX: usize = 10_000;
#[cfg(feature = "ssr")]
const TICKER: [&str; 10] = ["AAPL", "MSFT", "NVDA", "AMZN", "GOOGL", "META", "TSLA", "BTC/USD", "ETH/USD", "SOL/USD"];

/// Everything the trade page opens with, in one answer. `desk` is absent for a visitor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TradeSnapshot {
    pub instrument: Instrument,
    pub quote: QuoteView,
    pub bars: Bars,
    pub desk: Option<Desk>,
    /// The trader's armed alerts of this symbol, newest first.
    pub alerts: Vec<AlertView>,
}

/// The first rows of a screen, with what its filter form offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScreenSnapshot {
    pub found: ScreenUpdate,
    /// What can't be read of the screen: then nothing is found.
    pub errors: Vec<FieldError>,
    pub sectors: Vec<String>,
    pub exchanges: Vec<String>,
    pub desk: Option<Desk>,
    /// The trader's own; none of a visitor.
    pub saved: Vec<SavedScreen>,
}

#[server(input = Json, output = Json)]
pub async fn search_symbols(q: String) -> Result<Vec<InstrumentView>, ApiError> {
    Ok(backend()?.market.search(&q, 8))
}

#[cfg(feature = "ssr")]
pub(super) async fn screen_snapshot(
    backend: &Backend,
    account: Option<AccountId>,
    query: &ScreenQuery,
) -> Result<ScreenSnapshot, ApiError> {
    let (found, errors) = match backend.market.screen(query, 0, SCREEN_PAGE) {
        Ok(found) => (found, Vec::new()),
        Err(problem) if problem.errors.is_empty() => return Err(problem.into()),
        Err(problem) => (ScreenUpdate { total: 0, offset: 0, rows: Vec::new() }, problem.errors),
    };
    let user = find_user();
    let (desk, saved) = match user {
        Some(user) => {
            (desk_of(backend, Who { user: user.id, account }).await.ok(), screens::list(backend, user.id).await.unwrap_or_default())
        }
        None => (None, Vec::new()),
    };
    Ok(ScreenSnapshot { found, errors, sectors: backend.market.sectors(), exchanges: backend.market.exchanges(), desk, saved })
}

#[server(name = ReadBars, input = Json, output = Json)]
pub async fn bars(symbol: String, timeframe: Timeframe, limit: usize) -> Result<Bars, ApiError> {
    Ok(Bars(backend()?.market.bars(&symbol, timeframe, limit.clamp(1, BARS_MAX)).await?))
}

/// About ten well-known symbols.
#[cfg(feature = "ssr")]
pub(super) fn ticker(backend: &Backend) -> Vec<QuoteView> {
    TICKER.iter().filter_map(|symbol| backend.market.quote(symbol).ok()).collect()
}

#[cfg(feature = "ssr")]
pub(super) async fn trade_snapshot(backend: &Backend, account: Option<AccountId>, symbol: &str) -> Result<TradeSnapshot, ApiError> {
    let (instrument, quote) = (backend.market.instrument(symbol)?, backend.market.quote(symbol)?);
    let bars = backend.market.bars(symbol, FIRST_TIMEFRAME, CHART_BARS).await.unwrap_or_default();
    let desk = match find_user() {
        Some(user) => Some(desk_of(backend, Who { user: user.id, account }).await?),
        None => None,
    };
    let alerts = match find_user() {
        Some(user) => backend.watching.alerts(user.id, Some(symbol.to_owned()), ALERTS_DRAWN).await?,
        None => Vec::new(),
    };
    Ok(TradeSnapshot { instrument, quote, bars: Bars(bars), desk, alerts })
}

/// The day's strongest and weakest, `each` of them.
#[cfg(feature = "ssr")]
pub(super) fn movers(backend: &Backend, each: usize) -> Vec<QuoteView> {
    let screen = |sort: &str| {
        let query =
            ScreenQuery { sort: Some(sort.to_owned()), max_price: Some(ScreenQuery::ANY_PRICE.to_owned()), ..ScreenQuery::default() };
        backend.market.screen(&query, 0, each).map(|found| found.rows).unwrap_or_default()
    };
    let mut movers = screen("-change_pct");
    movers.extend(screen("change_pct"));
    movers
}
