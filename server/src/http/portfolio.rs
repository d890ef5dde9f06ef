//! `/portfolio`: what the account is worth now and was worth before.

use app::api::CurveRange;
use axum::{Json, extract::State};
use serde::Deserialize;
use speedtrade::{
    portfolio::EquityPoint,
    wire::{OverviewView, PortfolioView},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{AccountQuery, Asked},
    identity::Caller,
    problem::{Failure, SignedIn, SignedInQuery},
    rendered::Rendered,
    state::AppState,
};
use crate::services::overview;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(portfolio)).routes(routes!(history)).routes(routes!(overview))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// The paper account when absent.
    account_id: Option<String>,
    /// `1D` (default), `1W`, `1M`, `3M`, `YTD`, `1Y` or `ALL`.
    range: Option<String>,
}

/// The account's worth.
#[utoipa::path(get, path = "/api/v1/portfolio", tag = "portfolio", params(AccountQuery),
    responses((status = 200, description = "Worth of the account", body = PortfolioView), SignedInQuery))]
async fn portfolio(State(state): State<AppState>, caller: Caller, Asked(query): Asked<AccountQuery>) -> Result<Rendered, Failure> {
    Ok(state.trading.portfolio_json(query.owner(&caller)?).await?.into())
}

/// All accounts side by side, with sums for each kind of money.
#[utoipa::path(get, path = "/api/v1/portfolio/accounts", tag = "portfolio",
    responses((status = 200, description = "Every account, and the sums of each kind of money", body = OverviewView), SignedIn))]
async fn overview(State(state): State<AppState>, caller: Caller) -> Result<Json<OverviewView>, Failure> {
    Ok(Json(overview::overview(&state.trading, &state.connections, caller.id()).await?))
}

/// The equity curve.
#[utoipa::path(get, path = "/api/v1/portfolio/history", tag = "portfolio", params(HistoryQuery),
    responses((status = 200, description = "Equity over time, oldest first", body = Vec<EquityPoint>), SignedInQuery))]
async fn history(
    State(state): State<AppState>,
    caller: Caller,
    Asked(query): Asked<HistoryQuery>,
) -> Result<Json<Vec<EquityPoint>>, Failure> {
    let range = query.range.map_or(Ok(CurveRange::default()), |text| text.parse());
    let range = range.map_err(|_| Failure::field("range", "must be one of: 1D, 1W, 1M, 3M, YTD, 1Y, ALL"))?;
    Ok(Json(state.trading.equity_curve(caller.owner(query.account_id.as_deref())?, range).await?))
}
