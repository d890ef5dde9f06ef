//! `/market`: quotes, screens, search and charts. Anybody may read them; every quote names its source.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use speedtrade::{
    instrument::AssetType,
    market::{Bar, Timeframe},
    screener::ScreenQuery,
    time::Timestamp,
    wire::{InstrumentView, QuoteView},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Asked, SymbolPath, limit, limit_up_to},
    problem::{Failure, Public},
    state::AppState,
};
use crate::services::quotes::BarRange;

const SEARCH_DEFAULT: usize = 10;
const SEARCH_MAX: usize = 50;
const TEXT_LENGTH_MAX: usize = 64;
const BARS_DEFAULT: usize = 300;
const BARS_MAX: usize = 1_000;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(quote)).routes(routes!(search)).routes(routes!(chart)).routes(routes!(under_100))
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
    /// 1 to 1000, 300 when absent: the newest ones.
    limit: Option<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Under100Query {
    /// `all` (default), `stock` or `crypto`.
    asset_type: Option<String>,
    /// Default 100.
    max_price: Option<String>,
    min_price: Option<String>,
    sector: Option<String>,
    /// Units traded today.
    min_volume: Option<String>,
    change_pct_min: Option<String>,
    change_pct_max: Option<String>,
    exchange: Option<String>,
    /// Today's volume as a percentage of a usual day's.
    rel_volume_pct_min: Option<String>,
    /// Where the price is in the day's range: 0 at its low, 100 at its high.
    range_pct_min: Option<String>,
    range_pct_max: Option<String>,
    /// Standard deviation of a year's returns, in percent.
    volatility_pct_min: Option<String>,
    volatility_pct_max: Option<String>,
    /// `true`: parts of a unit can be bought; `false`: they can't.
    fractionable: Option<String>,
    /// Dollars: at least one whole unit can be bought with them.
    cash: Option<String>,
    /// Part of the symbol or the name.
    q: Option<String>,
    /// `symbol` (default), `name`, `price`, `change_pct`, `volume`, `rel_volume_pct`, `range_pct` or `volatility_pct`; a
    /// leading `-` is descending.
    sort: Option<String>,
    /// 1 to 500, 50 when absent: stocks and crypto together.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Under100 {
    stocks: Vec<QuoteView>,
    crypto: Vec<QuoteView>,
    next_cursor: Option<String>,
}

/// The newest quote.
#[utoipa::path(get, path = "/market/quote/{symbol}", tag = "market", params(("symbol" = String, Path, example = "BTC-USD")),
    responses((status = 200, description = "The quote", body = QuoteView), Public), security(()))]
async fn quote(State(state): State<AppState>, SymbolPath(symbol): SymbolPath) -> Result<Json<QuoteView>, Failure> {
    Ok(Json(state.quotes.quote(&symbol)?))
}

/// Instruments by part of their symbol or name.
#[utoipa::path(get, path = "/market/search", tag = "market", params(SearchQuery),
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
#[utoipa::path(get, path = "/market/chart/{symbol}", tag = "market", params(("symbol" = String, Path, example = "BTC-USD"), ChartQuery),
    responses((status = 200, description = "Bars", body = Vec<Bar>), Public), security(()))]
async fn chart(
    State(state): State<AppState>,
    SymbolPath(symbol): SymbolPath,
    Asked(query): Asked<ChartQuery>,
) -> Result<Json<Vec<Bar>>, Failure> {
    let timeframe = query.timeframe.as_deref().map_or(Ok(Timeframe::D1), str::parse);
    let range = BarRange {
        timeframe: timeframe.map_err(|e| Failure::field("timeframe", e))?,
        from: time("from", query.from.as_deref())?,
        to: time("to", query.to.as_deref())?,
        limit: limit_up_to(query.limit.as_deref(), BARS_DEFAULT, BARS_MAX)?,
    };
    Ok(Json(state.quotes.bars(&symbol, range).await?))
}

/// Everything under a price, 100 dollars unless another is given.
#[utoipa::path(get, path = "/market/under-100", tag = "market", params(Under100Query),
    responses((status = 200, description = "One page of quotes, in the order asked for", body = Under100), Public), security(()))]
async fn under_100(State(state): State<AppState>, Asked(query): Asked<Under100Query>) -> Result<Json<Under100>, Failure> {
    let limit = limit(query.limit.as_deref())?;
    let offset =
        query.cursor.as_deref().map_or(Ok(0), str::parse).map_err(|_| Failure::field("cursor", "is not one that was given out"))?;
    let page = state.quotes.screen(&query.into(), offset, limit)?;
    let (stocks, crypto) = page.items.into_iter().partition(|quote| quote.asset_type == AssetType::Stock);
    Ok(Json(Under100 { stocks, crypto, next_cursor: page.next_cursor }))
}

impl From<Under100Query> for ScreenQuery {
    fn from(query: Under100Query) -> Self {
        Self {
            asset_type: query.asset_type,
            max_price: query.max_price,
            min_price: query.min_price,
            sector: query.sector,
            min_volume: query.min_volume,
            change_pct_min: query.change_pct_min,
            change_pct_max: query.change_pct_max,
            exchange: query.exchange,
            rel_volume_pct_min: query.rel_volume_pct_min,
            range_pct_min: query.range_pct_min,
            range_pct_max: query.range_pct_max,
            volatility_pct_min: query.volatility_pct_min,
            volatility_pct_max: query.volatility_pct_max,
            fractionable: query.fractionable,
            cash: query.cash,
            q: query.q,
            sort: query.sort,
        }
    }
}

fn time(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Failure> {
    text.map(Timestamp::parse_rfc3339).transpose().map_err(|e| Failure::field(name, e))
}
