//! What one feed is asked for: what clients here look at, and clients of other hosts when this one asks for them all.

use std::sync::{Arc, Mutex, PoisonError};

use speedtrade::instrument::Symbol;
use tokio::sync::watch;

use super::feeds::{FeedKind, Wanted};

#[derive(Debug)]
pub(super) struct Asked {
    pub(super) feed: FeedKind,
    pub(super) symbols_max: usize,
    own: watch::Sender<Arc<Wanted>>,
    all: watch::Sender<Arc<Wanted>>,
    /// Held while `all` is made of both.
    neighbours: Mutex<Wanted>,
}

impl Asked {
    pub(super) fn new(feed: FeedKind, symbols_max: usize) -> Self {
        Self { feed, symbols_max, own: watch::Sender::default(), all: watch::Sender::default(), neighbours: Mutex::default() }
    }

    pub(super) fn own(&self) -> watch::Receiver<Arc<Wanted>> {
        self.own.subscribe()
    }

    pub(super) fn all(&self) -> watch::Receiver<Arc<Wanted>> {
        self.all.subscribe()
    }

    /// `note` is told each symbol that is asked for from now on, or no more, before the feed and the other hosts are.
    pub(super) fn set_own(&self, own: Wanted, note: impl Fn(&Symbol, bool)) {
        let neighbours = self.neighbours.lock().unwrap_or_else(PoisonError::into_inner);
        if **self.own.borrow() != own {
            self.unite(&own, &neighbours, note);
            self.own.send_replace(Arc::new(own));
        }
    }

    pub(super) fn set_neighbours(&self, wanted: Wanted, note: impl Fn(&Symbol, bool)) {
        let mut neighbours = self.neighbours.lock().unwrap_or_else(PoisonError::into_inner);
        if *neighbours != wanted {
            *neighbours = wanted;
            let own = self.own.borrow().clone();
            self.unite(&own, &neighbours, note);
        }
    }

    /// Our own clients come first where a plan allows only so many symbols.
    fn unite(&self, own: &Wanted, neighbours: &Wanted, note: impl Fn(&Symbol, bool)) {
        let mut all = own.clone();
        for symbol in &neighbours.quotes {
            if all.quotes.len() < self.symbols_max || all.quotes.contains(symbol) {
                all.quotes.insert(symbol.clone());
                if neighbours.books.contains(symbol) {
                    all.books.insert(symbol.clone());
                }
            }
        }
        let before = self.all.borrow().clone();
        for symbol in before.quotes.symmetric_difference(&all.quotes) {
            note(symbol, all.quotes.contains(symbol));
        }
        if *before != all {
            self.all.send_replace(Arc::new(all));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn wanted(quotes: &[&str]) -> Wanted {
        Wanted { quotes: quotes.iter().map(|text| text.parse().expect("a symbol")).collect(), ..Wanted::default() }
    }

    #[test]
    fn a_plan_with_room_for_two_serves_its_own_clients_first() {
        let (asked, noted) = (Asked::new(FeedKind::Alpaca, 2), RefCell::new(Vec::new()));
        let note = |symbol: &Symbol, is_asked| noted.borrow_mut().push((symbol.to_string(), is_asked));
        asked.set_neighbours(wanted(&["KO", "PEP"]), note);
        assert_eq!(**asked.all().borrow(), wanted(&["KO", "PEP"]));
        asked.set_own(wanted(&["AAPL"]), note);
        assert_eq!((&**asked.own().borrow(), &**asked.all().borrow()), (&wanted(&["AAPL"]), &wanted(&["AAPL", "KO"])));
        let told = noted.take();
        assert_eq!(told.last(), Some(&("PEP".to_owned(), false)), "{told:?}");
        asked.set_neighbours(Wanted::default(), note);
        assert_eq!(**asked.all().borrow(), wanted(&["AAPL"]));
    }
}
