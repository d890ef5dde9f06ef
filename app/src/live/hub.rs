//! Who wants which price: one signal per symbol, counted; and who follows a topic. What the socket still has to ask for is
//! the difference between what is wanted and what it has asked for, so that leaving and coming back in one breath sends
//! nothing.

use leptos::prelude::*;
use speedtrade::wire::{ClientFrame, PriceRecord};

struct Watched {
    symbol: String,
    users: u32,
    newest: ArcRwSignal<Option<PriceRecord>>,
}

/// Frames of one event, as text: whoever follows them reads them.
struct Topic {
    number: u32,
    event: &'static str,
    ask: Option<ClientFrame>,
    newest: ArcRwSignal<Option<String>>,
}

/// A few hundred symbols at most, looked through from the front.
#[derive(Default)]
pub(super) struct Hub {
    watched: Vec<Watched>,
    /// The host's numbers for the symbols asked for on this connection.
    numbers: Vec<(u32, String)>,
    topics: Vec<Topic>,
    last_topic: u32,
    /// Asks and farewells that are still to be sent.
    outbox: Vec<ClientFrame>,
}

impl Hub {
    pub(super) fn acquire(&mut self, symbol: &str) -> ArcRwSignal<Option<PriceRecord>> {
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

    pub(super) fn find(&self, symbol: &str) -> Option<ArcRwSignal<Option<PriceRecord>>> {
        self.watched.iter().find(|watched| watched.symbol == symbol).map(|watched| watched.newest.clone())
    }

    /// A connection begins: everything is to be asked for anew.
    pub(super) fn connected(&mut self) {
        self.numbers.clear();
        self.outbox = self.topics.iter().filter_map(|topic| topic.ask.clone()).collect();
    }

    pub(super) fn number(&mut self, symbols: Vec<String>, ids: &[u32]) {
        self.numbers = ids.iter().copied().zip(symbols).collect();
    }

    /// The symbol that a record of this connection is about.
    pub(super) fn symbol_of(&self, number: u32) -> Option<&str> {
        self.numbers.iter().find(|(known, _)| *known == number).map(|(_, symbol)| symbol.as_str())
    }

    /// Follows the frames of `event` until `leave`.
    pub(super) fn follow(&mut self, event: &'static str) -> (u32, ArcRwSignal<Option<String>>) {
        self.last_topic += 1;
        let newest = ArcRwSignal::new(None);
        self.topics.push(Topic { number: self.last_topic, event, ask: None, newest: newest.clone() });
        (self.last_topic, newest)
    }

    /// What has the host send them; sent now, and again after a loss. It replaces what was asked before.
    pub(super) fn ask(&mut self, number: u32, frame: ClientFrame) {
        if let Some(topic) = self.topics.iter_mut().find(|topic| topic.number == number) {
            topic.ask = Some(frame.clone());
            self.outbox.push(frame);
        }
    }

    pub(super) fn leave(&mut self, number: u32, farewell: Option<ClientFrame>) {
        self.topics.retain(|topic| topic.number != number);
        self.outbox.extend(farewell);
    }

    /// Who follows frames of this event.
    pub(super) fn followers(&self, event: &str) -> Vec<ArcRwSignal<Option<String>>> {
        self.topics.iter().filter(|topic| topic.event == event).map(|topic| topic.newest.clone()).collect()
    }

    /// The frames that bring what was `asked` for to what is wanted; afterwards `asked` is what is wanted.
    pub(super) fn changes(&mut self, asked: &mut Vec<String>) -> Vec<ClientFrame> {
        self.watched.retain(|watched| watched.users > 0);
        let wanted: Vec<String> = self.watched.iter().map(|watched| watched.symbol.clone()).collect();
        let missing_in =
            |list: &[String], of: &[String]| -> Vec<String> { of.iter().filter(|symbol| !list.contains(symbol)).cloned().collect() };
        let (added, dropped) = (missing_in(asked, &wanted), missing_in(&wanted, asked));
        *asked = wanted;
        let mut frames = std::mem::take(&mut self.outbox);
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
    fn a_topic_is_asked_for_again_after_a_loss_and_never_after_it_was_left() {
        let (mut hub, mut asked) = (Hub::default(), Vec::new());
        let (number, _) = hub.follow("book_update");
        let ask = ClientFrame::SubscribeBook { symbol: "AAPL".to_owned() };
        hub.ask(number, ask.clone());
        assert_eq!(hub.changes(&mut asked), std::slice::from_ref(&ask));
        assert_eq!(hub.changes(&mut asked), []);
        hub.connected();
        assert_eq!(hub.changes(&mut asked), [ask]);
        assert_eq!((hub.followers("book_update").len(), hub.followers("trades_update").len()), (1, 0));
        let farewell = ClientFrame::UnsubscribeBook { symbol: "AAPL".to_owned() };
        hub.leave(number, Some(farewell.clone()));
        assert_eq!(hub.changes(&mut asked), [farewell]);
        hub.connected();
        assert_eq!(hub.changes(&mut asked), []);
    }

    #[test]
    fn records_are_about_the_symbols_that_were_numbered() {
        let mut hub = Hub::default();
        hub.number(symbols(&["AAPL", "BTC/USD"]), &[7, 1_900]);
        assert_eq!((hub.symbol_of(1_900), hub.symbol_of(8)), (Some("BTC/USD"), None));
        hub.connected();
        assert_eq!(hub.symbol_of(7), None);
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
