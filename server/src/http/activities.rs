//! `/fills` and `/activities`: what happened to an account, newest first.

use axum::{Json, extract::State};
use serde::Deserialize;
use speedtrade::wire::{ActivityView, FillView, Page};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Asked, limit},
    identity::Caller,
    problem::{Failure, SignedInQuery},
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(fills)).routes(routes!(activities))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// The paper account when absent.
    account_id: Option<String>,
    /// 1 to 500, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Executions.
#[utoipa::path(get, path = "/api/v1/fills", tag = "portfolio", params(PageQuery),
    responses((status = 200, description = "One page", body = Page<FillView>), SignedInQuery))]
async fn fills(State(state): State<AppState>, caller: Caller, Asked(query): Asked<PageQuery>) -> Result<Json<Page<FillView>>, Failure> {
    let limit = limit(query.limit.as_deref())?;
    Ok(Json(state.trading.list_fills(caller.owner(query.account_id.as_deref())?, Some(limit), query.cursor.as_deref()).await?))
}

/// Deposits and executions, with what each moved.
#[utoipa::path(get, path = "/api/v1/activities", tag = "portfolio", params(PageQuery),
    responses((status = 200, description = "One page", body = Page<ActivityView>), SignedInQuery))]
async fn activities(
    State(state): State<AppState>,
    caller: Caller,
    Asked(query): Asked<PageQuery>,
) -> Result<Json<Page<ActivityView>>, Failure> {
    let limit = limit(query.limit.as_deref())?;
    Ok(Json(state.trading.list_activities(caller.owner(query.account_id.as_deref())?, Some(limit), query.cursor.as_deref()).await?))
}
