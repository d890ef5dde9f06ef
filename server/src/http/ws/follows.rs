//! What of the market one connection follows: prices, books and a screen. Answers what to say to each wish.

use std::sync::Arc;

use speedtrade::{
    screener::ScreenQuery,
    wire::{ServerFrame, WireError},
};
use tokio_tungstenite::tungstenite::Message;

use super::{
    books::{self, Books},
    frame,
    line::Outlet,
    prices::{Prices, SYMBOLS_MAX},
    screens::Screen,
};
use crate::services::{ServiceError, quotes::Quotes};

pub(super) struct Follows {
    quotes: Quotes,
    /// Prices are written there by the fan-out.
    outlet: Arc<Outlet>,
    books: Books,
    screen: Option<Screen>,
}

impl Follows {
    pub(super) fn new(quotes: Quotes, outlet: Arc<Outlet>) -> Self {
        Self { quotes, outlet, books: Books::default(), screen: None }
    }

    pub(super) fn has_books_or_screen(&self) -> bool {
        !self.books.is_empty() || self.screen.is_some()
    }

    /// What changed of books and screen, for one write.
    pub(super) fn take_changed(&mut self) -> impl Iterator<Item = Message> + use<> {
        let Self { quotes, books, screen, .. } = self;
        let screen = screen.as_mut().and_then(|screen| screen.take_changed(quotes));
        books.take_changed(quotes).into_iter().chain(screen)
    }

    pub(super) fn subscribe(&mut self, symbols: &[String]) -> Vec<Message> {
        let refused = self.outlet.with_prices(|prices| prices.subscribe(&self.quotes, symbols));
        let mut messages = self.subscribed();
        if !refused.unknown.is_empty() {
            let named: Vec<_> = refused.unknown.iter().take(20).map(String::as_str).collect();
            messages.extend(error("unknown_symbol", &format!("There is no such symbol on this desk: {}", named.join(", "))));
        }
        if refused.over_limit {
            messages.extend(error("too_many_symbols", &format!("One connection follows at most {SYMBOLS_MAX} symbols.")));
        }
        messages
    }

    pub(super) fn unsubscribe(&mut self, symbols: &[String]) -> Vec<Message> {
        self.outlet.with_prices(|prices| prices.unsubscribe(&self.quotes, symbols));
        self.subscribed()
    }

    fn subscribed(&self) -> Vec<Message> {
        let told = |prices: &mut Prices| (prices.symbols(&self.quotes), prices.numbers());
        let (symbols, ids) = self.outlet.with_prices(told);
        frame(&ServerFrame::Subscribed { symbols, ids, now: self.quotes.now().millis() }).into_iter().collect()
    }

    pub(super) fn subscribe_book(&mut self, symbol: &str) -> Vec<Message> {
        match self.books.subscribe(&self.quotes, symbol) {
            Ok(()) => self.books.take_changed(&self.quotes),
            Err(books::Refused::Unknown(error)) => refused(error),
            Err(books::Refused::OverLimit) => {
                error("too_many_books", &format!("One connection follows at most {} books.", Books::MAX)).into_iter().collect()
            }
        }
    }

    pub(super) fn unsubscribe_book(&mut self, symbol: &str) {
        self.books.unsubscribe(&self.quotes, symbol);
    }

    pub(super) fn subscribe_screen(&mut self, query: ScreenQuery, offset: usize, limit: Option<usize>) -> Vec<Message> {
        match Screen::follow(&self.quotes, query, offset, limit) {
            Ok(mut screen) => {
                let first = screen.take_changed(&self.quotes);
                self.screen = Some(screen);
                first.into_iter().collect()
            }
            Err(error) => refused(error),
        }
    }

    pub(super) fn unsubscribe_screen(&mut self) {
        self.screen = None;
    }
}

pub(super) fn error(code: &str, detail: &str) -> Option<Message> {
    frame(&ServerFrame::Error(WireError { code: code.to_owned(), detail: detail.to_owned() }))
}

/// The refusal in words, the first wrong field with them.
fn refused(refusal: ServiceError) -> Vec<Message> {
    let problem = speedtrade::wire::Problem::from(refusal);
    let detail = problem.errors.first().map_or(problem.detail.clone(), |field| format!("{}: {}", field.field, field.message));
    error(&problem.code, &detail).into_iter().collect()
}
