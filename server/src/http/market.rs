//! `/market`: quotes, depth, prints, search, charts and the health of feeds. Anybody may read them; every quote names its source.

use axum::{Json, extract::State, response::Response};
use serde::{Deserialize, Serialize};
use speedtrade::{
    instrument::Symbol,
    market::{Bar, Level, Timeframe},
    money::{Price, Qty},
    order::Side,
    time::Timestamp,
    wire::{BookView, FeedView, InstrumentView, PrintView, QuoteView},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Asked, SymbolPath, limit_up_to},
    problem::{Failure, Public},
    state::AppState,
    table_file::table_file,
};
use crate::services::{bars_csv, quotes::BarRange};

const SEARCH_DEFAULT: usize = 10;
const SEARCH_MAX: usize = 50;
const TEXT_LENGTH_MAX: usize = 64;
pub(super) const BARS_DEFAULT: usize = 300;
pub(super) const BARS_MAX: usize = 10_000;
const DEPTH_DEFAULT: usize = 20;
const DEPTH_MAX: usize = 100;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(quote))
        .routes(routes!(search))
        .routes(routes!(chart))
        .routes(routes!(chart_csv))
        .routes(routes!(book))
        .routes(routes!(trades))
        .routes(routes!(feeds))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// Part of a symbol or name; empty for the most traded.
    q: Option<String>,
    /// 1 to 50, 10 when absent.
    limit: Option<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ChartQuery {
    /// `1m`, `5m`, `15m`, `1h`, `1d` (default) or `1w`.
    timeframe: Option<String>,
    /// RFC 3339.
    from: Option<String>,
    /// RFC 3339; now when absent.
    to: Option<String>,
    /// 1 to 10000, 300 when absent: the newest ones.
    limit: Option<String>,
}

/// The newest quote.
#[utoipa::path(get, path = "/api/v1/market/quote/{symbol}", tag = "market", params(("symbol" = String, Path, example = "BTC-USD")),
    responses((status = 200, description = "The quote", body = QuoteView), Public), security(()))]
async fn quote(State(state): State<AppState>, SymbolPath(symbol): SymbolPath) -> Result<Json<QuoteView>, Failure> {
    Ok(Json(state.quotes.quote(&symbol)?))
}

/// Instruments by part of their symbol or name.
#[utoipa::path(get, path = "/api/v1/market/search", tag = "market", params(SearchQuery),
    responses((status = 200, description = "Best matches first", body = Vec<InstrumentView>), Public), security(()))]
async fn search(State(state): State<AppState>, Asked(query): Asked<SearchQuery>) -> Result<Json<Vec<InstrumentView>>, Failure> {
    let text = query.q.unwrap_or_default();
    if text.chars().count() > TEXT_LENGTH_MAX {
        return Err(Failure::field("q", "use at most 64 characters"));
    }
    let limit = limit_up_to(query.limit.as_deref(), SEARCH_DEFAULT, SEARCH_MAX)?;
    Ok(Json(state.quotes.search(&text, limit)))
}

/// Bars, oldest first; without `to` the last one is still forming.
#[utoipa::path(get, path = "/api/v1/market/chart/{symbol}", tag = "market", params(("symbol" = String, Path, example = "BTC-USD"), ChartQuery),
    responses((status = 200, description = "Bars", body = Vec<Bar>), Public), security(()))]
async fn chart(
    State(state): State<AppState>,
    SymbolPath(symbol): SymbolPath,
    Asked(query): Asked<ChartQuery>,
) -> Result<Json<Vec<Bar>>, Failure> {
    Ok(Json(state.quotes.bars(&symbol, query.range()?).await?))
}

/// The same as a table, which `speedtrade import-bars` reads.
#[utoipa::path(get, path = "/api/v1/market/chart/{symbol}/bars.csv", tag = "market", params(("symbol" = String, Path, example = "BTC-USD"), ChartQuery),
    responses((status = 200, description = "One line for each bar: t,o,h,l,c,v", body = String, content_type = "text/csv"), Public), security(()))]
async fn chart_csv(
    State(state): State<AppState>,
    SymbolPath(symbol): SymbolPath,
    Asked(query): Asked<ChartQuery>,
) -> Result<Response, Failure> {
    let range = query.range()?;
    let instrument = state.quotes.get(state.quotes.find(&symbol)?);
    let name = format!("{}-{}", instrument.symbol.slug(), range.timeframe.as_str());
    let bars = state.quotes.bars(&symbol, range).await?;
    table_file(&name, bars_csv::write(&bars))
}

impl ChartQuery {
    fn range(&self) -> Result<BarRange, Failure> {
        let timeframe = self.timeframe.as_deref().map_or(Ok(Timeframe::D1), str::parse);
        Ok(BarRange {
            timeframe: timeframe.map_err(|e| Failure::field("timeframe", e))?,
            from: time("from", self.from.as_deref())?,
            to: time("to", self.to.as_deref())?,
            limit: limit_up_to(self.limit.as_deref(), BARS_DEFAULT, BARS_MAX)?,
        })
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DepthQuery {
    /// Levels a side or prints: 1 to 100, 20 when absent.
    limit: Option<String>,
}

/// As on the socket, but for the form of the time.
#[derive(Debug, Serialize, ToSchema)]
struct Depth {
    symbol: Symbol,
    bids: Vec<Level>,
    asks: Vec<Level>,
    timestamp: Timestamp,
    source: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Print {
    price: Price,
    qty: Qty,
    /// The side that took; absent where the feed does not tell.
    side: Option<Side>,
    timestamp: Timestamp,
}

/// Depth, best first; empty where no feed tells it.
#[utoipa::path(get, path = "/api/v1/market/book/{symbol}", tag = "market", params(("symbol" = String, Path, example = "BTC-USD"), DepthQuery),
    responses((status = 200, description = "The book", body = Depth), Public), security(()))]
async fn book(
    State(state): State<AppState>,
    SymbolPath(symbol): SymbolPath,
    Asked(query): Asked<DepthQuery>,
) -> Result<Json<Depth>, Failure> {
    let levels = limit_up_to(query.limit.as_deref(), DEPTH_DEFAULT, DEPTH_MAX)?;
    let BookView { symbol, bids, asks, timestamp, source } = state.quotes.book(state.quotes.find(&symbol)?, levels);
    Ok(Json(Depth { symbol, bids, asks, timestamp: Timestamp::from_millis(timestamp), source }))
}

/// The newest public prints, oldest first.
#[utoipa::path(get, path = "/api/v1/market/trades/{symbol}", tag = "market", params(("symbol" = String, Path, example = "BTC-USD"), DepthQuery),
    responses((status = 200, description = "Prints", body = Vec<Print>), Public), security(()))]
async fn trades(
    State(state): State<AppState>,
    SymbolPath(symbol): SymbolPath,
    Asked(query): Asked<DepthQuery>,
) -> Result<Json<Vec<Print>>, Failure> {
    let count = limit_up_to(query.limit.as_deref(), DEPTH_DEFAULT, DEPTH_MAX)?;
    let prints = state.quotes.prints(state.quotes.find(&symbol)?, count);
    let print = |PrintView { price, qty, side, timestamp }| Print { price, qty, side, timestamp: Timestamp::from_millis(timestamp) };
    Ok(Json(prints.into_iter().map(print).collect()))
}

/// How the live feeds are; none where the whole market is simulated.
#[utoipa::path(get, path = "/api/v1/market/feeds", tag = "market",
    responses((status = 200, description = "Feeds", body = Vec<FeedView>), Public), security(()))]
async fn feeds(State(state): State<AppState>) -> Json<Vec<FeedView>> {
    Json(state.quotes.feeds())
}

fn time(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Failure> {
    text.map(Timestamp::parse_rfc3339).transpose().map_err(|e| Failure::field(name, e))
}
