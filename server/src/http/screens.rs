//! `/market/under-100`: screens, as pages of quotes and as a table for a spreadsheet.

use axum::{Json, extract::State, response::Response};
use serde::{Deserialize, Serialize};
use speedtrade::{instrument::AssetType, money::Percent, screener::ScreenQuery, wire::QuoteView};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Asked, limit as limit_of},
    problem::{Failure, Public},
    state::AppState,
    table_file::table_file,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(under_100)).routes(routes!(under_100_csv))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Under100Query {
    /// `all` (default), `stock` or `crypto`.
    asset_type: Option<String>,
    /// Default 100; `any` for no bound.
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
    /// 1 to 500, 50 when absent: stocks and crypto together. The table takes all unless told otherwise.
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

/// Everything under a price, 100 dollars unless another is given.
#[utoipa::path(get, path = "/api/v1/market/under-100", tag = "market", params(Under100Query),
    responses((status = 200, description = "One page of quotes, in the order asked for", body = Under100), Public), security(()))]
async fn under_100(State(state): State<AppState>, Asked(query): Asked<Under100Query>) -> Result<Json<Under100>, Failure> {
    let (limit, offset) = (limit_of(query.limit.as_deref())?, offset(query.cursor.as_deref())?);
    let page = state.quotes.screen(&query.into(), offset, limit)?;
    let (stocks, crypto) = page.items.into_iter().partition(|quote| quote.asset_type == AssetType::Stock);
    Ok(Json(Under100 { stocks, crypto, next_cursor: page.next_cursor }))
}

/// The same as a table: every match, or `limit` of them, in the order asked for.
#[utoipa::path(get, path = "/api/v1/market/under-100.csv", tag = "market", params(Under100Query),
    responses((status = 200, description = "One line for each quote", body = String, content_type = "text/csv"), Public), security(()))]
async fn under_100_csv(State(state): State<AppState>, Asked(query): Asked<Under100Query>) -> Result<Response, Failure> {
    let (limit, offset) = (query.limit.as_deref().map(|text| limit_of(Some(text))).transpose()?, offset(query.cursor.as_deref())?);
    let found = state.quotes.found(&query.into(), offset, limit.unwrap_or(usize::MAX))?;
    table_file("screen", written(&found.rows))
}

const COLUMNS: [&str; 18] = [
    "symbol",
    "name",
    "asset_type",
    "exchange",
    "sector",
    "price",
    "bid",
    "ask",
    "change",
    "change_pct",
    "prev_close",
    "open",
    "high",
    "low",
    "volume",
    "rel_volume_pct",
    "range_pct",
    "volatility_pct",
];

fn written(rows: &[QuoteView]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in rows {
        let maybe = |value: Option<Percent>| value.map(|value| value.to_string()).unwrap_or_default();
        writer.write_record([
            row.symbol.to_string(),
            plain(&row.name),
            row.asset_type.as_str().to_owned(),
            plain(&row.exchange),
            plain(&row.sector),
            row.price.to_string(),
            row.bid.to_string(),
            row.ask.to_string(),
            row.change.to_string(),
            row.change_pct.to_string(),
            row.prev_close.to_string(),
            row.open.to_string(),
            row.high.to_string(),
            row.low.to_string(),
            row.volume.to_string(),
            maybe(row.rel_volume_pct),
            maybe(row.range_pct),
            maybe(row.volatility_pct),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A spreadsheet takes a cell that begins with one of these for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn offset(cursor: Option<&str>) -> Result<usize, Failure> {
    cursor.map_or(Ok(0), str::parse).map_err(|_| Failure::field("cursor", "is not one that was given out"))
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
