//! A trader's watchlists and alerts: one question for each, whatever is changed, answered by what the page shows next.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use speedtrade::{
    alert::{AlertChange, AlertTicket},
    ids::{AlertId, WatchlistId},
    wire::{AlertView, FiringView, QuoteView, WatchlistView},
};

#[cfg(feature = "ssr")]
use super::context::{backend, require_user};
use super::{ApiError, Json};
#[cfg(feature = "ssr")]
use crate::backend::Backend;
#[cfg(feature = "ssr")]
use speedtrade::ids::UserId;

#[cfg(feature = "ssr")]
const ALERTS_SHOWN: usize = 500;
#[cfg(feature = "ssr")]
const FIRINGS_SHOWN: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WatchlistAction {
    Create(String),
    Rename(WatchlistId, String),
    /// The same symbols in another order.
    Order(WatchlistId, Vec<String>),
    Add(WatchlistId, String),
    Remove(WatchlistId, String),
    /// The symbols that a text names; words that are none are left out and named.
    Import(WatchlistId, String),
    Delete(WatchlistId),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlertAction {
    /// Nothing: only the newest state is wanted.
    Look,
    Create(AlertTicket),
    Change(AlertId, AlertChange),
    Delete(AlertId),
}

/// All lists, and the quotes of one of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WatchlistsSnapshot {
    pub lists: Vec<WatchlistView>,
    /// Of `lists`; `None` when there is none.
    pub shown: Option<WatchlistId>,
    /// In the order of the list.
    pub quotes: Vec<QuoteView>,
    /// What the change that was asked for has to tell.
    pub said: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsSnapshot {
    /// Newest first.
    pub alerts: Vec<AlertView>,
    pub firings: Vec<FiringView>,
}

#[server(input = Json, output = Json)]
pub async fn change_watchlist(change: WatchlistAction) -> Result<WatchlistsSnapshot, ApiError> {
    let (user, backend) = (require_user()?.id, backend()?);
    let changed = backend.watching.change_watchlist(user, change).await?;
    let snapshot = watchlists(&backend, user, changed.shown).await?;
    Ok(WatchlistsSnapshot { said: changed.said, ..snapshot })
}

#[server(input = Json, output = Json)]
pub async fn change_alert(change: AlertAction) -> Result<AlertsSnapshot, ApiError> {
    let (user, backend) = (require_user()?.id, backend()?);
    backend.watching.change_alert(user, change).await?;
    alerts(&backend, user).await
}

#[cfg(feature = "ssr")]
pub(super) async fn alerts(backend: &Backend, user: UserId) -> Result<AlertsSnapshot, ApiError> {
    let alerts = backend.watching.alerts(user, None, ALERTS_SHOWN).await?;
    Ok(AlertsSnapshot { alerts, firings: backend.watching.firings(user, FIRINGS_SHOWN).await? })
}

/// `wanted`, or the first list when there is no such one.
#[cfg(feature = "ssr")]
pub(super) async fn watchlists(backend: &Backend, user: UserId, wanted: Option<WatchlistId>) -> Result<WatchlistsSnapshot, ApiError> {
    let lists = backend.watching.watchlists(user).await?;
    let shown = lists.iter().find(|list| Some(list.id) == wanted).or(lists.first());
    let symbols = shown.map(|list| list.symbols.as_slice()).unwrap_or_default();
    let quotes = symbols.iter().filter_map(|symbol| backend.market.quote(symbol.as_str()).ok()).collect();
    let shown = shown.map(|list| list.id);
    Ok(WatchlistsSnapshot { lists, shown, quotes, said: None })
}
