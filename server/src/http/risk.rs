//! `/risk`: the limits an account trades by, its kill switch and its gate.

use axum::{Json, extract::State};
use serde::Deserialize;
use speedtrade::{risk::RiskLimits, wire::RiskView};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{AccountQuery, Asked, Body},
    identity::Caller,
    problem::{Failure, SignedInChange, SignedInQuery},
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(find)).routes(routes!(set_limits)).routes(routes!(set_halted)).routes(routes!(open_gate))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Halted {
    /// True cancels every open order and refuses new ones.
    is_halted: bool,
}

/// The rules of the account.
#[utoipa::path(get, path = "/api/v1/risk", tag = "risk", params(AccountQuery), responses((status = 200, description = "The rules", body = RiskView), SignedInQuery))]
async fn find(State(state): State<AppState>, caller: Caller, Asked(query): Asked<AccountQuery>) -> Result<Json<RiskView>, Failure> {
    Ok(Json(state.trading.risk(query.owner(&caller)?).await?))
}

/// Replaces all limits; what is left out is no limit.
#[utoipa::path(put, path = "/api/v1/risk/limits", tag = "risk", params(AccountQuery), request_body = RiskLimits,
    responses((status = 200, description = "The rules", body = RiskView), SignedInChange))]
async fn set_limits(
    State(state): State<AppState>,
    caller: Caller,
    Asked(query): Asked<AccountQuery>,
    Body(limits): Body<RiskLimits>,
) -> Result<Json<RiskView>, Failure> {
    Ok(Json(state.trading.set_limits(query.owner(&caller)?, limits).await?))
}

/// The kill switch.
#[utoipa::path(put, path = "/api/v1/risk/halt", tag = "risk", params(AccountQuery), request_body = Halted,
    responses((status = 200, description = "The rules", body = RiskView), SignedInChange))]
async fn set_halted(
    State(state): State<AppState>,
    caller: Caller,
    Asked(query): Asked<AccountQuery>,
    Body(wanted): Body<Halted>,
) -> Result<Json<RiskView>, Failure> {
    Ok(Json(state.trading.set_halted(query.owner(&caller)?, wanted.is_halted).await?))
}

/// Opens an account again that its executions had closed.
#[utoipa::path(delete, path = "/api/v1/risk/gate", tag = "risk", params(AccountQuery),
    responses((status = 200, description = "The rules", body = RiskView), SignedInChange))]
async fn open_gate(State(state): State<AppState>, caller: Caller, Asked(query): Asked<AccountQuery>) -> Result<Json<RiskView>, Failure> {
    Ok(Json(state.trading.open_gate(query.owner(&caller)?).await?))
}
