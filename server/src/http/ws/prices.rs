//! The symbols of one connection and the newest version it has seen of each. No queue: what was missed is never sent.

use axum::extract::ws::Utf8Bytes;
use speedtrade::instrument::Symbol;

use crate::services::quotes::{InstrumentId, Quotes};

pub(super) const SYMBOLS_MAX: usize = 500;

#[derive(Debug, Default)]
pub(super) struct Prices {
    seen: Vec<(InstrumentId, u64)>,
}

/// What a `subscribe` could not do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) unknown: Vec<String>,
    pub(super) over_limit: bool,
}

impl Prices {
    /// The known ones are subscribed to, as long as there is room.
    pub(super) fn subscribe(&mut self, quotes: &Quotes, symbols: &[String]) -> Refused {
        let mut refused = Refused::default();
        for symbol in symbols {
            match quotes.find(symbol) {
                Err(_) => refused.unknown.push(symbol.chars().take(20).collect()),
                Ok(id) if self.seen.iter().any(|(seen, _)| *seen == id) => {}
                Ok(_) if self.seen.len() >= SYMBOLS_MAX => refused.over_limit = true,
                Ok(id) => self.seen.push((id, 0)),
            }
        }
        refused
    }

    pub(super) fn unsubscribe(&mut self, quotes: &Quotes, symbols: &[String]) {
        let ids: Vec<_> = symbols.iter().filter_map(|symbol| quotes.find(symbol).ok()).collect();
        self.seen.retain(|(id, _)| !ids.contains(id));
    }

    pub(super) fn symbols(&self, quotes: &Quotes) -> Vec<Symbol> {
        self.seen.iter().map(|(id, _)| quotes.get(*id).symbol.clone()).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// The frames that are newer than the last ones taken.
    pub(super) fn take_changed(&mut self, quotes: &Quotes) -> Vec<Utf8Bytes> {
        let hub = quotes.hub();
        let changed = self.seen.iter_mut().filter_map(|(id, seen)| {
            if hub.version(*id) == *seen {
                return None;
            }
            let frame = hub.frame(*id);
            *seen = frame.version;
            Some(frame.text)
        });
        changed.collect()
    }
}
