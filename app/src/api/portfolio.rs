//! What the signed-in trader holds and is worth.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use speedtrade::{
    portfolio::EquityPoint,
    wire::{AlertView, FillView, OrderView, PortfolioView, PositionView, QuoteView},
};

use super::{ApiError, CurveRange, Json, watching::WatchlistsSnapshot};
#[cfg(feature = "ssr")]
use super::{
    OrderFilter, OrderStatusFilter,
    context::{backend, require_user},
};
#[cfg(feature = "ssr")]
use crate::backend::Backend;
#[cfg(feature = "ssr")]
use speedtrade::ids::UserId;

/// Orders of either list of a desk.
#[cfg(feature = "ssr")]
const DESK_ORDERS: usize = 50;
#[cfg(feature = "ssr")]
const DESK_FILLS: usize = 50;
#[cfg(feature = "ssr")]
const DASHBOARD_ALERTS: usize = 8;
#[cfg(feature = "ssr")]
const MOVERS_EACH: usize = 4;

/// One consistent look at the account: what every page refreshes after an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    pub portfolio: PortfolioView,
    pub positions: Vec<PositionView>,
    pub open_orders: Vec<OrderView>,
    /// Open and closed, newest first.
    pub recent_orders: Vec<OrderView>,
    pub fills: Vec<FillView>,
}

/// Everything the dashboard opens with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DashboardSnapshot {
    pub desk: Desk,
    pub curve: Vec<EquityPoint>,
    pub movers: Vec<QuoteView>,
    pub watchlists: WatchlistsSnapshot,
    /// Armed ones, newest first.
    pub alerts: Vec<AlertView>,
}

#[server(name = ReadDesk, input = Json, output = Json)]
pub async fn desk() -> Result<Desk, ApiError> {
    let user = require_user()?;
    Ok(desk_of(&backend()?, user.id).await?)
}

#[cfg(feature = "ssr")]
pub(super) async fn dashboard(backend: &Backend, user: UserId) -> Result<DashboardSnapshot, ApiError> {
    let desk = desk_of(backend, user).await?;
    let curve = backend.trading.equity_curve(user, CurveRange::Month).await.unwrap_or_default();
    let movers = super::market::movers(backend, MOVERS_EACH);
    let watchlists = super::watching::watchlists(backend, user, None).await?;
    let alerts = backend.watching.alerts(user, Some(String::new()), DASHBOARD_ALERTS).await?;
    Ok(DashboardSnapshot { desk, curve, movers, watchlists, alerts })
}

#[server(name = ReadEquityCurve, input = Json, output = Json)]
pub async fn equity_curve(range: CurveRange) -> Result<Vec<EquityPoint>, ApiError> {
    let user = require_user()?;
    Ok(backend()?.trading.equity_curve(user.id, range).await?)
}

/// Sells all of a position at the market.
#[server(input = Json, output = Json)]
pub async fn close_position(symbol: String) -> Result<OrderView, ApiError> {
    let user = require_user()?;
    Ok(backend()?.trading.close_position(user.id, symbol, None, None).await?)
}

#[cfg(feature = "ssr")]
pub(super) async fn desk_of(backend: &Backend, user: UserId) -> Result<Desk, speedtrade::wire::Problem> {
    let orders = |status| OrderFilter { status, limit: Some(DESK_ORDERS), ..OrderFilter::default() };
    let trading = &backend.trading;
    Ok(Desk {
        portfolio: trading.portfolio(user).await?,
        positions: trading.positions(user).await?,
        open_orders: trading.list_orders(user, orders(OrderStatusFilter::Open)).await?.items,
        recent_orders: trading.list_orders(user, orders(OrderStatusFilter::All)).await?.items,
        fills: trading.list_fills(user, DESK_FILLS).await?,
    })
}
