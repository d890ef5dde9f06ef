//! Watchlists and alerts as pages ask for them.

use app::{
    api::watching::{AlertAction, WatchlistAction},
    backend::{Pending, Watching},
};
use speedtrade::{
    ids::{UserId, WatchlistId},
    wire::{AlertView, FiringView, WatchlistView},
};

use super::pending;
use crate::services::{
    ServiceError,
    alerts::{AlertFilter, Alerts},
    watchlists::Watchlists,
};

pub(super) struct PageWatching {
    pub(super) watchlists: Watchlists,
    pub(super) alerts: Alerts,
}

impl PageWatching {
    async fn change_list(&self, user: UserId, change: WatchlistAction) -> Result<Option<WatchlistId>, ServiceError> {
        let lists = &self.watchlists;
        let list = match change {
            WatchlistAction::Create(name) => lists.create(user, &name, &[]).await?,
            WatchlistAction::Rename(id, name) => lists.change(user, id, Some(&name), None).await?,
            WatchlistAction::Order(id, symbols) => lists.change(user, id, None, Some(&symbols)).await?,
            WatchlistAction::Add(id, symbol) => lists.add(user, id, &symbol).await?,
            WatchlistAction::Remove(id, symbol) => lists.remove(user, id, &symbol).await?,
            WatchlistAction::Import(id, text) => lists.import(user, id, &text).await?.watchlist,
            WatchlistAction::Delete(id) => {
                lists.delete(user, id).await?;
                return Ok(None);
            }
        };
        Ok(Some(list.id))
    }
}

impl Watching for PageWatching {
    fn watchlists(&self, user: UserId) -> Pending<'_, Vec<WatchlistView>> {
        pending(self.watchlists.list(user))
    }

    fn change_watchlist(&self, user: UserId, change: WatchlistAction) -> Pending<'_, Option<WatchlistId>> {
        pending(self.change_list(user, change))
    }

    fn alerts(&self, user: UserId, armed_of: Option<String>, limit: usize) -> Pending<'_, Vec<AlertView>> {
        let status = armed_of.is_some().then(|| "armed".to_owned());
        let symbol = armed_of.filter(|symbol| !symbol.is_empty());
        let filter = AlertFilter { symbol, status, limit: Some(limit), cursor: None };
        pending(async move { Ok::<_, ServiceError>(self.alerts.list(user, &filter).await?.items) })
    }

    fn firings(&self, user: UserId, limit: usize) -> Pending<'_, Vec<FiringView>> {
        pending(async move { Ok::<_, ServiceError>(self.alerts.list_firings(user, None, Some(limit), None).await?.items) })
    }

    fn change_alert(&self, user: UserId, change: AlertAction) -> Pending<'_, ()> {
        pending(async move {
            match change {
                AlertAction::Look => {}
                AlertAction::Create(ticket) => drop(self.alerts.create(user, &ticket).await?),
                AlertAction::Change(id, change) => drop(self.alerts.change(user, id, &change).await?),
                AlertAction::Delete(id) => self.alerts.delete(user, id).await?,
            }
            Ok::<_, ServiceError>(())
        })
    }
}
