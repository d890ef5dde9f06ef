//! Placing, canceling and listing the signed-in trader's orders.

use leptos::prelude::*;
use speedtrade::{
    ids::{AccountId, OrderId},
    order::{OrderChange, OrderTicket},
    wire::{OrderView, Page},
};

#[cfg(feature = "ssr")]
use super::context::{backend, require_user, require_who};
use super::{ApiError, Json, OrderFilter};

/// Sending a ticket again with the same `client_order_id` answers the order it made the first time.
#[server(input = Json, output = Json)]
pub async fn place_order(ticket: OrderTicket) -> Result<OrderView, ApiError> {
    // The ticket names its account.
    let (order, _is_new) = backend()?.trading.place(require_who(None)?, ticket).await?;
    Ok(order)
}

/// The order that replaces it; all or nothing.
#[server(input = Json, output = Json)]
pub async fn replace_order(id: OrderId, change: OrderChange) -> Result<OrderView, ApiError> {
    let user = require_user()?;
    Ok(backend()?.trading.replace(user.id, id, change).await?)
}

#[server(input = Json, output = Json)]
pub async fn cancel_order(id: OrderId) -> Result<OrderView, ApiError> {
    let user = require_user()?;
    Ok(backend()?.trading.cancel(user.id, id).await?)
}

/// Every open order, or those of one symbol; answers what was canceled.
#[server(input = Json, output = Json)]
pub async fn cancel_all(account: Option<AccountId>, symbol: Option<String>) -> Result<Vec<OrderView>, ApiError> {
    Ok(backend()?.trading.cancel_all(require_who(account)?, symbol).await?)
}

#[server(input = Json, output = Json)]
pub async fn list_orders(account: Option<AccountId>, filter: OrderFilter) -> Result<Page<OrderView>, ApiError> {
    Ok(backend()?.trading.list_orders(require_who(account)?, filter).await?)
}
