//! The symbols of one connection and the newest version it has seen of each. No queue: what was missed is never sent.

use axum::{body::Bytes, extract::ws::Message};
use speedtrade::{instrument::Symbol, wire::PriceRecord};

use crate::services::quotes::{InstrumentId, Look, Quotes};

pub(super) const SYMBOLS_MAX: usize = 500;

#[derive(Debug)]
struct Followed {
    id: InstrumentId,
    seen: u64,
    _look: Look,
}

/// How prices are written: a frame of JSON each, or all of a tick in one frame of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Form {
    #[default]
    Text,
    Binary,
}

#[derive(Debug, Default)]
pub(super) struct Prices {
    followed: Vec<Followed>,
    form: Form,
}

/// What a `subscribe` could not do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) unknown: Vec<String>,
    pub(super) over_limit: bool,
}

impl Prices {
    pub(super) fn new(form: Form) -> Self {
        Self { followed: Vec::new(), form }
    }

    /// The known ones are subscribed to, as long as there is room.
    pub(super) fn subscribe(&mut self, quotes: &Quotes, symbols: &[String]) -> Refused {
        let mut refused = Refused::default();
        for symbol in symbols {
            match quotes.find(symbol) {
                Err(_) => refused.unknown.push(symbol.chars().take(20).collect()),
                Ok(id) if self.followed.iter().any(|followed| followed.id == id) => {}
                Ok(_) if self.followed.len() >= SYMBOLS_MAX => refused.over_limit = true,
                Ok(id) => self.followed.push(Followed { id, seen: 0, _look: quotes.interest().look(id, false) }),
            }
        }
        refused
    }

    pub(super) fn unsubscribe(&mut self, quotes: &Quotes, symbols: &[String]) {
        let ids: Vec<_> = symbols.iter().filter_map(|symbol| quotes.find(symbol).ok()).collect();
        self.followed.retain(|followed| !ids.contains(&followed.id));
    }

    pub(super) fn symbols(&self, quotes: &Quotes) -> Vec<Symbol> {
        self.followed.iter().map(|followed| quotes.get(followed.id).symbol.clone()).collect()
    }

    /// The numbers that stand for the symbols in records; none where records are not written.
    pub(super) fn numbers(&self) -> Vec<u32> {
        match self.form {
            Form::Text => Vec::new(),
            Form::Binary => self.followed.iter().map(|followed| followed.id.number()).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.followed.is_empty()
    }

    /// What is newer than the last ones taken. Each message is made when it is asked for, so that a reader who is slow in the
    /// middle of a tick is told the newest afterwards, and nothing waits for it in memory.
    pub(super) fn take_changed(&mut self, quotes: &Quotes) -> impl Iterator<Item = Message> + Send {
        let hub = quotes.hub();
        let changed = self.followed.iter_mut().filter(|followed| hub.version(followed.id) != followed.seen);
        let (texts, records) = match self.form {
            Form::Text => {
                let texts = changed.map(|followed| {
                    let frame = hub.frame(followed.id);
                    followed.seen = frame.version;
                    Message::Text(frame.text)
                });
                (Some(texts), None)
            }
            Form::Binary => {
                let mut records = Vec::with_capacity(16 * PriceRecord::LEN);
                for followed in changed {
                    let (version, record) = hub.record(followed.id);
                    followed.seen = version;
                    records.extend_from_slice(record.as_ref().map_or(&[], |record| record.as_slice()));
                }
                (None, (!records.is_empty()).then(|| Message::Binary(Bytes::from(records))))
            }
        };
        texts.into_iter().flatten().chain(records)
    }
}
