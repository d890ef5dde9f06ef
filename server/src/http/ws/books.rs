//! Depth and prints that one connection follows: the newest of each on every tick, never a queue.

use speedtrade::wire::{PrintsView, ServerFrame};
use tokio_tungstenite::tungstenite::Message;

use super::frame;
use crate::services::{
    ServiceError,
    quotes::{InstrumentId, Look, Quotes, TapeCursor},
};

const LEVELS: usize = 15;

#[derive(Debug)]
struct Followed {
    id: InstrumentId,
    seen: u64,
    tape: TapeCursor,
    _look: Look,
}

#[derive(Debug, Default)]
pub(super) struct Books(Vec<Followed>);

#[derive(Debug)]
pub(super) enum Refused {
    Unknown(ServiceError),
    OverLimit,
}

impl Books {
    pub(super) const MAX: usize = 4;

    pub(super) fn subscribe(&mut self, quotes: &Quotes, symbol: &str) -> Result<(), Refused> {
        let id = quotes.find(symbol).map_err(Refused::Unknown)?;
        self.0.retain(|followed| followed.id != id);
        if self.0.len() == Self::MAX {
            return Err(Refused::OverLimit);
        }
        self.0.push(Followed { id, seen: 0, tape: TapeCursor::default(), _look: quotes.interest().look(id, true) });
        Ok(())
    }

    pub(super) fn unsubscribe(&mut self, quotes: &Quotes, symbol: &str) {
        if let Ok(id) = quotes.find(symbol) {
            self.0.retain(|followed| followed.id != id);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take_changed(&mut self, quotes: &Quotes) -> Vec<Message> {
        let mut messages = Vec::new();
        for followed in &mut self.0 {
            let version = quotes.hub().version(followed.id);
            if std::mem::replace(&mut followed.seen, version) == version {
                continue;
            }
            messages.extend(frame(&ServerFrame::BookUpdate(quotes.book(followed.id, LEVELS))));
            let trades = quotes.prints_after(followed.id, &mut followed.tape);
            if !trades.is_empty() {
                let symbol = quotes.get(followed.id).symbol.clone();
                messages.extend(frame(&ServerFrame::TradesUpdate(PrintsView { symbol, trades })));
            }
        }
        messages
    }
}
