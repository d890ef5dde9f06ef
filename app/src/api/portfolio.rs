//! What the signed-in trader holds and is worth.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use speedtrade::{
    ids::AccountId,
    portfolio::EquityPoint,
    wire::{AlertView, FillView, OrderView, PortfolioView, PositionView, QuoteView},
};

use super::{ApiError, CurveRange, Json, watching::WatchlistsSnapshot};
#[cfg(feature = "ssr")]
use super::{
    OrderFilter, OrderStatusFilter,
    context::{backend, require_who},
};
#[cfg(feature = "ssr")]
use crate::backend::{Backend, Who};

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
    /// What the account's owner should look at among the accounts.
    #[serde(default)]
    pub trouble: Option<String>,
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
pub async fn desk(account: Option<AccountId>) -> Result<Desk, ApiError> {
    Ok(desk_of(&backend()?, require_who(account)?).await?)
}

#[cfg(feature = "ssr")]
pub(super) async fn dashboard(backend: &Backend, who: Who) -> Result<DashboardSnapshot, ApiError> {
    let user = who.user;
    let desk = desk_of(backend, who).await?;
    let curve = backend.trading.equity_curve(who, CurveRange::Month).await.unwrap_or_default();
    let movers = super::market::movers(backend, MOVERS_EACH);
    let watchlists = super::watching::watchlists(backend, user, None).await?;
    let alerts = backend.watching.alerts(user, Some(String::new()), DASHBOARD_ALERTS).await?;
    Ok(DashboardSnapshot { desk, curve, movers, watchlists, alerts })
}

#[server(name = ReadEquityCurve, input = Json, output = Json)]
pub async fn equity_curve(account: Option<AccountId>, range: CurveRange) -> Result<Vec<EquityPoint>, ApiError> {
    Ok(backend()?.trading.equity_curve(require_who(account)?, range).await?)
}

/// Sells all of a position at the market.
#[server(input = Json, output = Json)]
pub async fn close_position(account: Option<AccountId>, symbol: String) -> Result<OrderView, ApiError> {
    Ok(backend()?.trading.close_position(require_who(account)?, symbol, None, None).await?)
}

#[cfg(feature = "ssr")]
pub(super) async fn desk_of(backend: &Backend, who: Who) -> Result<Desk, speedtrade::wire::Problem> {
    let orders = |status| OrderFilter { status, limit: Some(DESK_ORDERS), ..OrderFilter::default() };
    let trading = &backend.trading;
    Ok(Desk {
        portfolio: trading.portfolio(who).await?,
        positions: trading.positions(who).await?,
        open_orders: trading.list_orders(who, orders(OrderStatusFilter::Open)).await?.items,
        recent_orders: trading.list_orders(who, orders(OrderStatusFilter::All)).await?.items,
        fills: trading.list_fills(who, DESK_FILLS).await?,
        trouble: backend.connections.trouble(who).await?,
    })
}
