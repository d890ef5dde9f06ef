//! The symbols of one connection and the newest version it has seen of each. No queue: what was missed is never sent.

use speedtrade::instrument::Symbol;
use tokio_tungstenite::tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Data, OpCode},
};

use crate::services::quotes::{InstrumentId, Look, Quotes};

pub(super) const SYMBOLS_MAX: usize = 500;
/// A client that takes nothing costs the last write that was tried: its prices are written in pieces of about this size.
const WRITE_BYTES: usize = 4 * 1_024;

#[derive(Debug)]
struct Followed {
    id: InstrumentId,
    /// `None` until the client was told that it is followed.
    seen: Option<u64>,
    _look: Look,
}

/// How prices are written: a frame of JSON each, or all of a write in one frame of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Form {
    #[default]
    Text,
    Binary,
}

#[derive(Debug)]
pub(super) struct Prices {
    followed: Vec<Followed>,
    form: Form,
    /// Where the next write begins, so that a slow client is told of all in turn.
    next: usize,
}

/// What a `subscribe` could not do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) unknown: Vec<String>,
    pub(super) over_limit: bool,
}

/// Memory to write in, used again and again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Whole frames, as they go over the wire.
    pub(super) frames: Vec<u8>,
    records: Vec<u8>,
}

impl Prices {
    pub(super) fn new(form: Form) -> Self {
        Self { followed: Vec::new(), form, next: 0 }
    }

    /// The known ones are subscribed to, as long as there is room. Their prices are written after `begin`.
    pub(super) fn subscribe(&mut self, quotes: &Quotes, symbols: &[String]) -> Refused {
        let mut refused = Refused::default();
        for symbol in symbols {
            match quotes.find(symbol) {
                Err(_) => refused.unknown.push(symbol.chars().take(20).collect()),
                Ok(id) if self.followed.iter().any(|followed| followed.id == id) => {}
                Ok(_) if self.followed.len() >= SYMBOLS_MAX => refused.over_limit = true,
                Ok(id) => self.followed.push(Followed { id, seen: None, _look: quotes.interest().look(id, false) }),
            }
        }
        refused
    }

    /// The client knows now which symbols it follows, and by which numbers.
    pub(super) fn begin(&mut self) {
        for followed in &mut self.followed {
            followed.seen.get_or_insert(0);
        }
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

    /// What is newer than the last ones written, for one write. False when there is more than that.
    pub(super) fn write_changed(&mut self, quotes: &Quotes, scratch: &mut Scratch) -> bool {
        scratch.frames.clear();
        scratch.records.clear();
        let (count, first) = (self.followed.len(), self.next);
        for nth in (first..count).chain(0..first.min(count)) {
            if scratch.frames.len() + scratch.records.len() >= WRITE_BYTES {
                self.next = nth;
                scratch.end_records();
                return false;
            }
            let followed = &mut self.followed[nth];
            let Some(seen) = followed.seen else { continue };
            if quotes.hub().version(followed.id) != seen {
                followed.seen = Some(scratch.add(quotes, followed.id, self.form));
            }
        }
        scratch.end_records();
        true
    }
}

impl Scratch {
    /// The newest price, and its version.
    fn add(&mut self, quotes: &Quotes, id: InstrumentId, form: Form) -> u64 {
        match form {
            Form::Text => {
                let frame = quotes.hub().frame(id);
                push_frame(&mut self.frames, Data::Text, frame.text.as_bytes());
                frame.version
            }
            Form::Binary => {
                let (version, record) = quotes.hub().record(id);
                self.records.extend_from_slice(record.as_ref().map_or(&[], |record| record.as_slice()));
                version
            }
        }
    }

    fn end_records(&mut self) {
        if !self.records.is_empty() {
            push_frame(&mut self.frames, Data::Binary, &self.records);
        }
    }
}

fn push_frame(frames: &mut Vec<u8>, data: Data, payload: &[u8]) {
    let header = FrameHeader { opcode: OpCode::Data(data), ..FrameHeader::default() };
    header.format(payload.len() as u64, frames).expect("memory takes all");
    frames.extend_from_slice(payload);
}
