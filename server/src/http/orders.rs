//! `/orders`: place, list, read and cancel. What belongs to somebody else does not exist.

use app::api::{OrderFilter, OrderStatusFilter};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use speedtrade::{
    ids::OrderId,
    order::{OrderChange, OrderStatus, OrderTicket},
    wire::{OrderView, Page, PreviewView},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Asked, Body, OrderPath, limit},
    identity::Caller,
    problem::{Failure, SignedInChange, SignedInQuery},
    rendered::Rendered,
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(place, list, cancel_all)).routes(routes!(preview)).routes(routes!(find, replace, cancel))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `open`, `closed` or `all` (default).
    status: Option<String>,
    #[param(example = "AAPL")]
    symbol: Option<String>,
    /// The paper account when absent.
    account_id: Option<String>,
    /// 1 to 500, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CancelQuery {
    /// Only the orders of this symbol.
    symbol: Option<String>,
    /// The paper account when absent.
    account_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CanceledOrder {
    id: OrderId,
    status: OrderStatus,
}

impl From<OrderView> for CanceledOrder {
    fn from(order: OrderView) -> Self {
        Self { id: order.id, status: order.status }
    }
}

/// Places an order. The same order with the same `client_order_id` again answers 200 with the first one.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", request_body = OrderTicket, responses(
    (status = 201, description = "Placed", body = OrderView),
    (status = 200, description = "Placed before, with this `client_order_id`", body = OrderView), SignedInChange))]
async fn place(State(state): State<AppState>, caller: Caller, Body(ticket): Body<OrderTicket>) -> Result<(StatusCode, Rendered), Failure> {
    let (order, is_new) = state.trading.place(caller.id(), ticket).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Rendered::of(&order)?))
}

/// What an order would come to now: estimate, fee, buying power, warnings. Places nothing.
#[utoipa::path(post, path = "/api/v1/orders/preview", tag = "orders", request_body = OrderTicket,
    responses((status = 200, description = "What it would come to", body = PreviewView), SignedInChange))]
async fn preview(State(state): State<AppState>, caller: Caller, Body(ticket): Body<OrderTicket>) -> Result<Json<PreviewView>, Failure> {
    Ok(Json(state.trading.preview(caller.id(), &ticket).await?))
}

/// Replaces an open order by another with the changed terms: a new id, the old order `replaced`. All or nothing.
#[utoipa::path(patch, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = OrderId, Path)), request_body = OrderChange,
    responses((status = 200, description = "The replacing order", body = OrderView), SignedInChange))]
async fn replace(
    State(state): State<AppState>,
    caller: Caller,
    OrderPath(id): OrderPath,
    Body(change): Body<OrderChange>,
) -> Result<Json<OrderView>, Failure> {
    Ok(Json(state.trading.replace(caller.id(), id, &change).await?))
}

/// Lists orders, newest first.
#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", params(ListQuery),
    responses((status = 200, description = "One page", body = Page<OrderView>), SignedInQuery))]
async fn list(State(state): State<AppState>, caller: Caller, Asked(query): Asked<ListQuery>) -> Result<Rendered, Failure> {
    let filter = OrderFilter {
        status: status(query.status.as_deref())?,
        symbol: query.symbol,
        limit: Some(limit(query.limit.as_deref())?),
        cursor: query.cursor,
    };
    let who = caller.owner(query.account_id.as_deref())?;
    Ok(state.trading.orders_json(who, &filter).await?.into())
}

/// One order with its fills and the other orders of its group.
#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = OrderId, Path)),
    responses((status = 200, description = "The order", body = OrderView), SignedInQuery))]
async fn find(State(state): State<AppState>, caller: Caller, OrderPath(id): OrderPath) -> Result<Json<OrderView>, Failure> {
    Ok(Json(state.trading.find_order(caller.id(), id).await?))
}

/// Cancels an open order; 409 `order_not_open` when it has closed.
#[utoipa::path(delete, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = OrderId, Path)),
    responses((status = 204, description = "Canceled"), SignedInChange))]
async fn cancel(State(state): State<AppState>, caller: Caller, OrderPath(id): OrderPath) -> Result<StatusCode, Failure> {
    state.trading.cancel(caller.id(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Cancels all open orders.
#[utoipa::path(delete, path = "/api/v1/orders", tag = "orders", params(CancelQuery),
    responses((status = 200, description = "The orders that were canceled", body = Vec<CanceledOrder>), SignedInChange))]
async fn cancel_all(
    State(state): State<AppState>,
    caller: Caller,
    Asked(query): Asked<CancelQuery>,
) -> Result<Json<Vec<CanceledOrder>>, Failure> {
    let canceled = state.trading.cancel_all(caller.owner(query.account_id.as_deref())?, query.symbol.as_deref()).await?;
    Ok(Json(canceled.into_iter().map(Into::into).collect()))
}

fn status(text: Option<&str>) -> Result<OrderStatusFilter, Failure> {
    match text {
        None | Some("all") => Ok(OrderStatusFilter::All),
        Some("open") => Ok(OrderStatusFilter::Open),
        Some("closed") => Ok(OrderStatusFilter::Closed),
        Some(_) => Err(Failure::field("status", "must be one of: open, closed, all")),
    }
}
