//! `/positions`: what is held, and closing it by market orders.

use axum::{Json, extract::State};
use serde::Deserialize;
use speedtrade::wire::{OrderView, PositionView};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{AccountQuery, Asked, SymbolPath},
    identity::Caller,
    problem::{Failure, SignedInChange, SignedInQuery},
    rendered::Rendered,
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, close_all)).routes(routes!(find, close))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CloseQuery {
    /// The paper account when absent.
    account_id: Option<String>,
    /// Units to sell; everything when neither is given.
    qty: Option<String>,
    /// More than 0 and at most 100.
    percentage: Option<String>,
}

/// Everything held, by symbol.
#[utoipa::path(get, path = "/api/v1/positions", tag = "positions", params(AccountQuery),
    responses((status = 200, description = "The positions", body = Vec<PositionView>), SignedInQuery))]
async fn list(State(state): State<AppState>, caller: Caller, Asked(query): Asked<AccountQuery>) -> Result<Rendered, Failure> {
    Ok(state.trading.positions_json(query.owner(&caller)?).await?.into())
}

/// One position; 404 when none of it is held.
#[utoipa::path(get, path = "/api/v1/positions/{symbol}", tag = "positions", params(("symbol" = String, Path, example = "BTC-USD"), AccountQuery),
    responses((status = 200, description = "The position", body = PositionView), SignedInQuery))]
async fn find(
    State(state): State<AppState>,
    caller: Caller,
    SymbolPath(symbol): SymbolPath,
    Asked(query): Asked<AccountQuery>,
) -> Result<Json<PositionView>, Failure> {
    Ok(Json(state.trading.position(query.owner(&caller)?, &symbol).await?))
}

/// Sells a position, or a part of it, by a market order.
#[utoipa::path(delete, path = "/api/v1/positions/{symbol}", tag = "positions",
    params(("symbol" = String, Path, example = "BTC-USD"), CloseQuery),
    responses((status = 200, description = "The closing order", body = OrderView), SignedInChange))]
async fn close(
    State(state): State<AppState>,
    caller: Caller,
    SymbolPath(symbol): SymbolPath,
    Asked(query): Asked<CloseQuery>,
) -> Result<Json<OrderView>, Failure> {
    Ok(Json(state.trading.close_position(caller.owner(query.account_id.as_deref())?, &symbol, query.qty, query.percentage).await?))
}

/// Sells, of every position, all or a percentage. All frees each from its open sell orders first.
#[utoipa::path(delete, path = "/api/v1/positions", tag = "positions", params(CloseQuery),
    responses((status = 200, description = "The closing orders", body = Vec<OrderView>), SignedInChange))]
async fn close_all(
    State(state): State<AppState>,
    caller: Caller,
    Asked(query): Asked<CloseQuery>,
) -> Result<Json<Vec<OrderView>>, Failure> {
    if query.qty.is_some() {
        return Err(Failure::field("qty", "a quantity needs a symbol: use DELETE /positions/{symbol}, or a percentage"));
    }
    Ok(Json(state.trading.close_all(caller.owner(query.account_id.as_deref())?, query.percentage).await?))
}
