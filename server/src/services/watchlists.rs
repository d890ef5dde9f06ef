//! A user's watchlists. What belongs to somebody else does not exist; a symbol the desk does not list never enters.

use speedtrade::{
    ids::{UserId, WatchlistId},
    instrument::Symbol,
    watchlist::{self, Items, LISTS_MAX, ListName, WatchlistError},
    wire::WatchlistView,
};

use super::ServiceError;
use crate::{
    clock::Clock,
    market::Market,
    store::{self, Db},
};

/// Unknown symbols of an import that are named in its answer.
const UNKNOWN_MAX: usize = 50;

#[derive(Clone)]
pub struct Watchlists {
    db: Db,
    market: Market,
    clock: Clock,
}

/// What an import did.
#[derive(Debug)]
pub struct Imported {
    pub watchlist: WatchlistView,
    pub added: usize,
    /// Symbols of this desk that the text names, those that were there already too.
    pub known: usize,
    /// The first words that are no symbol of this desk.
    pub unknown: Vec<String>,
}

const fn missing() -> ServiceError {
    ServiceError::NotFound { code: "watchlist_not_found", detail: "There is no such watchlist." }
}

fn refused(field: &str, error: WatchlistError) -> ServiceError {
    match error {
        WatchlistError::Full => ServiceError::Conflict { code: "watchlist_full", detail: "A watchlist holds at most 500 symbols." },
        WatchlistError::Name | WatchlistError::NotTheSame => ServiceError::field(field, error),
    }
}

impl Watchlists {
    pub fn new(db: Db, market: Market, clock: Clock) -> Self {
        Self { db, market, clock }
    }

    /// Oldest first.
    pub async fn list(&self, user: UserId) -> Result<Vec<WatchlistView>, ServiceError> {
        Ok(store::list_watchlists(&self.db, user).await?)
    }

    pub async fn find(&self, user: UserId, id: WatchlistId) -> Result<WatchlistView, ServiceError> {
        store::find_watchlist(&self.db, user, id).await?.ok_or_else(missing)
    }

    pub async fn create(&self, user: UserId, name: &str, symbols: &[String]) -> Result<WatchlistView, ServiceError> {
        let name: ListName = name.parse().map_err(|e| refused("name", e))?;
        let mut items = Items::default();
        for symbol in symbols {
            items.add(self.symbol("symbols", symbol)?).map_err(|e| refused("symbols", e))?;
        }
        let (id, now) = (WatchlistId::new(self.clock.new_id()), self.clock.now());
        let symbols = items.as_slice().to_vec();
        let list = WatchlistView { id, name: name.to_string(), symbols, created_at: now, updated_at: now };
        let mut tx = self.db.begin().await?;
        if store::count_watchlists(&mut tx, user).await? >= LISTS_MAX {
            return Err(ServiceError::Conflict { code: "too_many_watchlists", detail: "You have 50 watchlists. Delete one first." });
        }
        store::insert_watchlist(&mut tx, user, &list).await?;
        tx.commit().await?;
        Ok(list)
    }

    /// Another name, another order of the same symbols, or both.
    pub async fn change(
        &self,
        user: UserId,
        id: WatchlistId,
        name: Option<&str>,
        order: Option<&[String]>,
    ) -> Result<WatchlistView, ServiceError> {
        let name = name.map(str::parse::<ListName>).transpose().map_err(|e| refused("name", e))?;
        let order = order.map(|order| order.iter().map(|text| self.symbol("symbols", text)).collect::<Result<Vec<_>, _>>()).transpose()?;
        self.edit(user, id, |list, items| {
            if let Some(name) = name {
                list.name = name.to_string();
            }
            order.map_or(Ok(()), |order| items.reorder(order)).map_err(|e| refused("symbols", e))
        })
        .await
    }

    /// At the end; a symbol that is there stays where it is.
    pub async fn add(&self, user: UserId, id: WatchlistId, symbol: &str) -> Result<WatchlistView, ServiceError> {
        let symbol = self.symbol("symbol", symbol)?;
        self.edit(user, id, |_, items| items.add(symbol).map(|_| ()).map_err(|e| refused("symbol", e))).await
    }

    pub async fn remove(&self, user: UserId, id: WatchlistId, symbol: &str) -> Result<WatchlistView, ServiceError> {
        let symbol = self.market.catalog().find(symbol).map(|id| self.market.catalog().get(id).symbol.clone());
        self.edit(user, id, |_, items| {
            let is_removed = symbol.is_some_and(|symbol| items.remove(&symbol));
            if is_removed {
                return Ok(());
            }
            Err(ServiceError::NotFound { code: "not_in_watchlist", detail: "The symbol is not in this watchlist." })
        })
        .await
    }

    /// Adds what a text names. Words that are no symbol of this desk are left out and named in the answer.
    pub async fn import(&self, user: UserId, id: WatchlistId, text: &str) -> Result<Imported, ServiceError> {
        let (mut symbols, mut unknown) = (Vec::new(), Vec::new());
        for word in watchlist::import(text) {
            match self.market.catalog().find(word) {
                Some(id) => symbols.push(self.market.catalog().get(id).symbol.clone()),
                None if unknown.len() < UNKNOWN_MAX => unknown.push(word.chars().take(20).collect()),
                None => {}
            }
        }
        let (mut added, known) = (0, symbols.len());
        let change = |_: &mut WatchlistView, items: &mut Items| {
            for symbol in symbols {
                added += usize::from(items.add(symbol).map_err(|e| refused("text", e))?);
            }
            Ok(())
        };
        let watchlist = self.edit(user, id, change).await?;
        Ok(Imported { watchlist, added, known, unknown })
    }

    /// One symbol a line, with a heading as CSV.
    pub async fn export(&self, user: UserId, id: WatchlistId, is_csv: bool) -> Result<String, ServiceError> {
        Ok(Items::new(self.find(user, id).await?.symbols).export(is_csv))
    }

    pub async fn delete(&self, user: UserId, id: WatchlistId) -> Result<(), ServiceError> {
        if store::delete_watchlist(&self.db, user, id).await? { Ok(()) } else { Err(missing()) }
    }

    async fn edit(
        &self,
        user: UserId,
        id: WatchlistId,
        change: impl FnOnce(&mut WatchlistView, &mut Items) -> Result<(), ServiceError>,
    ) -> Result<WatchlistView, ServiceError> {
        let mut tx = self.db.begin().await?;
        let mut list = store::lock_watchlist(&mut tx, user, id).await?.ok_or_else(missing)?;
        let mut items = Items::new(std::mem::take(&mut list.symbols));
        change(&mut list, &mut items)?;
        list.symbols = items.as_slice().to_vec();
        list.updated_at = self.clock.now();
        store::update_watchlist(&mut tx, &list).await?;
        tx.commit().await?;
        Ok(list)
    }

    fn symbol(&self, field: &str, text: &str) -> Result<Symbol, ServiceError> {
        let catalog = self.market.catalog();
        let unknown = || ServiceError::field(field, "there is no such symbol on this desk");
        catalog.find(text).map(|id| catalog.get(id).symbol.clone()).ok_or_else(unknown)
    }
}
