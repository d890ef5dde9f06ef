//! Watchlists and alerts as pages ask for them.

use app::{
    api::watching::{AlertAction, WatchlistAction},
    backend::{ChangedList, Pending, Watching},
};
use speedtrade::{
    ids::UserId,
    wire::{AlertView, FiringView, WatchlistView},
};

use super::pending;
use crate::services::{
    ServiceError,
    alerts::{AlertFilter, Alerts},
    watchlists::{Imported, Watchlists},
};

/// Unknown words of an import that are named to the trader.
const NAMED_MAX: usize = 10;

pub(super) struct PageWatching {
    pub(super) watchlists: Watchlists,
    pub(super) alerts: Alerts,
}

impl PageWatching {
    async fn change_list(&self, user: UserId, change: WatchlistAction) -> Result<ChangedList, ServiceError> {
        let lists = &self.watchlists;
        let list = match change {
            WatchlistAction::Create(name) => lists.create(user, &name, &[]).await?,
            WatchlistAction::Rename(id, name) => lists.change(user, id, Some(&name), None).await?,
            WatchlistAction::Order(id, symbols) => lists.change(user, id, None, Some(&symbols)).await?,
            WatchlistAction::Add(id, symbol) => lists.add(user, id, &symbol).await?,
            WatchlistAction::Remove(id, symbol) => lists.remove(user, id, &symbol).await?,
            WatchlistAction::Import(id, text) => {
                let imported = lists.import(user, id, &text).await?;
                return Ok(ChangedList { shown: Some(imported.watchlist.id), said: Some(told(&imported)) });
            }
            WatchlistAction::Delete(id) => {
                lists.delete(user, id).await?;
                return Ok(ChangedList::default());
            }
        };
        Ok(ChangedList { shown: Some(list.id), said: None })
    }
}

/// `2 symbols added. Not known here: NOPE, X.`
fn told(imported: &Imported) -> String {
    let added = match (imported.added, imported.unknown.is_empty(), imported.known) {
        (0, true, 0) => return "This text names no symbol.".to_owned(),
        (0, _, 0) => "Nothing added.".to_owned(),
        (0, _, _) => "Nothing added: the list has them already.".to_owned(),
        (1, ..) => "1 symbol added.".to_owned(),
        (added, ..) => format!("{added} symbols added."),
    };
    let named: Vec<&str> = imported.unknown.iter().take(NAMED_MAX).map(String::as_str).collect();
    let more = if imported.unknown.len() > NAMED_MAX { " and others" } else { "" };
    if named.is_empty() { added } else { format!("{added} Not known here: {}{more}.", named.join(", ")) }
}

impl Watching for PageWatching {
    fn watchlists(&self, user: UserId) -> Pending<'_, Vec<WatchlistView>> {
        pending(self.watchlists.list(user))
    }

    fn change_watchlist(&self, user: UserId, change: WatchlistAction) -> Pending<'_, ChangedList> {
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

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use speedtrade::time::Timestamp;

    use super::*;

    #[rstest]
    #[case(0, 0, &[], "This text names no symbol.")]
    #[case(0, 0, &["NOPE"], "Nothing added. Not known here: NOPE.")]
    #[case(0, 2, &[], "Nothing added: the list has them already.")]
    #[case(1, 1, &[], "1 symbol added.")]
    #[case(2, 2, &["NOPE", "X"], "2 symbols added. Not known here: NOPE, X.")]
    #[case(2, 3, &["A"; 11], "2 symbols added. Not known here: A, A, A, A, A, A, A, A, A, A and others.")]
    fn an_import_says_what_it_did(#[case] added: usize, #[case] known: usize, #[case] unknown: &[&str], #[case] words: &str) {
        let (created_at, updated_at) = (Timestamp::EPOCH, Timestamp::EPOCH);
        let id = "0198b7a0-0000-7000-8000-000000000000".parse().expect("an id");
        let watchlist = WatchlistView { id, name: "Mine".to_owned(), symbols: Vec::new(), created_at, updated_at };
        let unknown = unknown.iter().map(ToString::to_string).collect();
        assert_eq!(told(&Imported { watchlist, added, known, unknown }), words);
    }
}
