//! Who wants which price: one signal per symbol, counted. What the socket still has to ask for is the difference
//! between what is wanted and what it has asked for, so that leaving and coming back in one breath sends nothing.

use leptos::prelude::*;
use speedtrade::wire::{ClientFrame, PriceUpdate};

struct Watched {
    symbol: String,
    users: u32,
    newest: ArcRwSignal<Option<PriceUpdate>>,
}

/// A few hundred symbols at most, looked through from the front.
#[derive(Default)]
pub(super) struct Hub {
    watched: Vec<Watched>,
}

impl Hub {
    pub(super) fn acquire(&mut self, symbol: &str) -> ArcRwSignal<Option<PriceUpdate>> {
        if let Some(watched) = self.watched.iter_mut().find(|watched| watched.symbol == symbol) {
            watched.users += 1;
            return watched.newest.clone();
        }
        let newest = ArcRwSignal::new(None);
        self.watched.push(Watched { symbol: symbol.to_owned(), users: 1, newest: newest.clone() });
        newest
    }

    /// The signal stays until `changes` finds it unused: a page that is left for one with the same symbol keeps its price.
    pub(super) fn release(&mut self, symbol: &str) {
        if let Some(watched) = self.watched.iter_mut().find(|watched| watched.symbol == symbol) {
            watched.users = watched.users.saturating_sub(1);
        }
    }

    pub(super) fn find(&self, symbol: &str) -> Option<ArcRwSignal<Option<PriceUpdate>>> {
        self.watched.iter().find(|watched| watched.symbol == symbol).map(|watched| watched.newest.clone())
    }

    /// The frames that bring what was `asked` for to what is wanted; afterwards `asked` is what is wanted.
    pub(super) fn changes(&mut self, asked: &mut Vec<String>) -> Vec<ClientFrame> {
        self.watched.retain(|watched| watched.users > 0);
        let wanted: Vec<String> = self.watched.iter().map(|watched| watched.symbol.clone()).collect();
        let missing_in =
            |list: &[String], of: &[String]| -> Vec<String> { of.iter().filter(|symbol| !list.contains(symbol)).cloned().collect() };
        let (added, dropped) = (missing_in(asked, &wanted), missing_in(&wanted, asked));
        *asked = wanted;
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
        let (mut hub, mut asked) = (Hub::default(), Vec::new());
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
        let (mut hub, mut asked) = (Hub::default(), Vec::new());
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
        assert_eq!(hub.changes(&mut Vec::new()), [ClientFrame::Subscribe { symbols: symbols(&["AAPL", "BTC/USD"]) }]);
    }
}
