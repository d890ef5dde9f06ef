//! Who wants which price: one signal per symbol, counted. What the socket still has to ask for is the difference
//! between what is wanted and what it has asked for, so that leaving and coming back in one breath sends nothing.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use speedtrade::wire::{ClientFrame, PriceUpdate};

struct Watched {
    users: u32,
    newest: ArcRwSignal<Option<PriceUpdate>>,
}

#[derive(Default)]
pub(super) struct Hub {
    watched: BTreeMap<String, Watched>,
}

impl Hub {
    pub(super) fn acquire(&mut self, symbol: &str) -> ArcRwSignal<Option<PriceUpdate>> {
        let watched = self.watched.entry(symbol.to_owned()).or_insert_with(|| Watched { users: 0, newest: ArcRwSignal::new(None) });
        watched.users += 1;
        watched.newest.clone()
    }

    /// The signal stays until `changes` finds it unused: a page that is left for one with the same symbol keeps its price.
    pub(super) fn release(&mut self, symbol: &str) {
        if let Some(watched) = self.watched.get_mut(symbol) {
            watched.users = watched.users.saturating_sub(1);
        }
    }

    pub(super) fn find(&self, symbol: &str) -> Option<ArcRwSignal<Option<PriceUpdate>>> {
        self.watched.get(symbol).map(|watched| watched.newest.clone())
    }

    /// The frames that bring what was `asked` for to what is wanted; afterwards `asked` is what is wanted.
    pub(super) fn changes(&mut self, asked: &mut BTreeSet<String>) -> Vec<ClientFrame> {
        self.watched.retain(|_, watched| watched.users > 0);
        let added: Vec<String> = self.watched.keys().filter(|symbol| !asked.contains(*symbol)).cloned().collect();
        let dropped: Vec<String> = asked.iter().filter(|symbol| !self.watched.contains_key(*symbol)).cloned().collect();
        asked.retain(|symbol| self.watched.contains_key(symbol));
        asked.extend(added.iter().cloned());
        let mut frames = Vec::new();
        if !dropped.is_empty() {
            frames.push(ClientFrame::Unsubscribe { symbols: dropped });
        }
        if !added.is_empty() {
            frames.push(ClientFrame::Subscribe { symbols: added });
        }
        frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_first_user_subscribes_and_the_last_unsubscribes() {
        let (mut hub, mut asked) = (Hub::default(), BTreeSet::new());
        hub.acquire("AAPL");
        hub.acquire("AAPL");
        assert_eq!(hub.changes(&mut asked), [ClientFrame::Subscribe { symbols: symbols(&["AAPL"]) }]);
        hub.release("AAPL");
        assert_eq!(hub.changes(&mut asked), []);
        hub.release("AAPL");
        assert_eq!(hub.changes(&mut asked), [ClientFrame::Unsubscribe { symbols: symbols(&["AAPL"]) }]);
        assert!(hub.find("AAPL").is_none());
    }

    #[test]
    fn leaving_and_returning_at_once_sends_nothing() {
        let (mut hub, mut asked) = (Hub::default(), BTreeSet::new());
        hub.acquire("AAPL");
        hub.changes(&mut asked);
        hub.release("AAPL");
        hub.acquire("AAPL");
        assert_eq!(hub.changes(&mut asked), []);
    }

    #[test]
    fn a_new_connection_asks_for_everything_again() {
        let mut hub = Hub::default();
        hub.acquire("AAPL");
        hub.acquire("BTC/USD");
        assert_eq!(hub.changes(&mut BTreeSet::new()), [ClientFrame::Subscribe { symbols: symbols(&["AAPL", "BTC/USD"]) }]);
    }
}
