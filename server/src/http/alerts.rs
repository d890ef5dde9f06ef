//! `/alerts`: a user's alerts and what they fired. What belongs to somebody else does not exist.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use speedtrade::{
    alert::{AlertChange, AlertTicket},
    ids::AlertId,
    wire::{AlertView, FiringView, Page},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Asked, Body, IdPath, limit},
    identity::Caller,
    problem::{Failure, SignedInChange, SignedInQuery},
    state::AppState,
};
use crate::services::alerts::AlertFilter;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(firings)).routes(routes!(find, change, delete))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    #[param(example = "AAPL")]
    symbol: Option<String>,
    /// `armed`, `triggered`, `expired` or `off`; all when absent.
    status: Option<String>,
    /// 1 to 500, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FiringsQuery {
    /// Only of this alert.
    alert_id: Option<String>,
    /// 1 to 500, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Alerts, newest first.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", params(ListQuery),
    responses((status = 200, description = "One page", body = Page<AlertView>), SignedInQuery))]
async fn list(State(state): State<AppState>, caller: Caller, Asked(query): Asked<ListQuery>) -> Result<Json<Page<AlertView>>, Failure> {
    let limit = Some(limit(query.limit.as_deref())?);
    let filter = AlertFilter { symbol: query.symbol, status: query.status, limit, cursor: query.cursor };
    Ok(Json(state.alerts.list(caller.id(), &filter).await?))
}

/// Makes an alert; it watches from now on. A user has at most 1,000.
#[utoipa::path(post, path = "/api/v1/alerts", tag = "alerts", request_body = AlertTicket,
    responses((status = 201, description = "The alert", body = AlertView), SignedInChange))]
async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Body(ticket): Body<AlertTicket>,
) -> Result<(StatusCode, Json<AlertView>), Failure> {
    Ok((StatusCode::CREATED, Json(state.alerts.create(caller.id(), &ticket).await?)))
}

/// What fired, newest first; also of alerts that are deleted.
#[utoipa::path(get, path = "/api/v1/alerts/firings", tag = "alerts", params(FiringsQuery),
    responses((status = 200, description = "One page", body = Page<FiringView>), SignedInQuery))]
async fn firings(
    State(state): State<AppState>,
    caller: Caller,
    Asked(query): Asked<FiringsQuery>,
) -> Result<Json<Page<FiringView>>, Failure> {
    let limit = Some(limit(query.limit.as_deref())?);
    Ok(Json(state.alerts.list_firings(caller.id(), query.alert_id.as_deref(), limit, query.cursor.as_deref()).await?))
}

/// One alert.
#[utoipa::path(get, path = "/api/v1/alerts/{id}", tag = "alerts", params(("id" = AlertId, Path)),
    responses((status = 200, description = "The alert", body = AlertView), SignedInQuery))]
async fn find(State(state): State<AppState>, caller: Caller, IdPath(id): IdPath<AlertId>) -> Result<Json<AlertView>, Failure> {
    Ok(Json(state.alerts.find(caller.id(), id).await?))
}

/// Changes an alert, turns it off or arms it again. New terms begin anew.
#[utoipa::path(patch, path = "/api/v1/alerts/{id}", tag = "alerts", params(("id" = AlertId, Path)), request_body = AlertChange,
    responses((status = 200, description = "The alert", body = AlertView), SignedInChange))]
async fn change(
    State(state): State<AppState>,
    caller: Caller,
    IdPath(id): IdPath<AlertId>,
    Body(change): Body<AlertChange>,
) -> Result<Json<AlertView>, Failure> {
    Ok(Json(state.alerts.change(caller.id(), id, &change).await?))
}

/// Deletes an alert. What it fired stays in the history.
#[utoipa::path(delete, path = "/api/v1/alerts/{id}", tag = "alerts", params(("id" = AlertId, Path)),
    responses((status = 204, description = "Deleted"), SignedInChange))]
async fn delete(State(state): State<AppState>, caller: Caller, IdPath(id): IdPath<AlertId>) -> Result<StatusCode, Failure> {
    state.alerts.delete(caller.id(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
