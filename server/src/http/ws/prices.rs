//! The symbols of one connection and the newest version it has seen of each. No queue: what was missed is never sent.

use speedtrade::instrument::Symbol;
use tokio_tungstenite::tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Data, OpCode},
};

use super::made::Made;
use crate::services::quotes::{InstrumentId, Look, Quotes};

pub(super) const SYMBOLS_MAX: usize = 500;
/// A client that takes nothing costs the last write that was tried: its prices are written in pieces of about this size.
const WRITE_BYTES: usize = 4 * 1_024;

#[derive(Debug)]
struct Followed {
    id: InstrumentId,
    seen: u32,
}

/// How prices are written: a frame of JSON each, or all of a write in one frame of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Binary,
}

#[derive(Debug)]
pub(super) struct Prices {
    followed: Vec<Followed>,
    /// One for each that is followed.
    looks: Vec<Look>,
    /// The client was told so many of them, and by which numbers; of the rest nothing is written yet.
    begun: usize,
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
    made_texts: Made,
    made_records: Made,
}

impl Prices {
    pub(super) fn new(form: Form) -> Self {
        Self { followed: Vec::new(), looks: Vec::new(), begun: 0, form, next: 0 }
    }

    /// The known ones are subscribed to, as long as there is room. Their prices are written after `begin`.
    pub(super) fn subscribe(&mut self, quotes: &Quotes, symbols: &[String]) -> Refused {
        let mut refused = Refused::default();
        for symbol in symbols {
            match quotes.find(symbol) {
                Err(_) => refused.unknown.push(symbol.chars().take(20).collect()),
                Ok(id) if self.followed.iter().any(|followed| followed.id == id) => {}
                Ok(_) if self.followed.len() >= SYMBOLS_MAX => refused.over_limit = true,
                Ok(id) => {
                    self.followed.push(Followed { id, seen: 0 });
                    self.looks.push(quotes.interest().look(id, false));
                }
            }
        }
        refused
    }

    /// The client knows now which symbols it follows, and by which numbers.
    pub(super) fn begin(&mut self) {
        self.begun = self.followed.len();
    }

    /// Nothing is written from now on: the connection ends.
    pub(super) fn end(&mut self) {
        self.begun = 0;
    }

    pub(super) fn unsubscribe(&mut self, quotes: &Quotes, symbols: &[String]) {
        let ids: Vec<_> = symbols.iter().filter_map(|symbol| quotes.find(symbol).ok()).collect();
        self.followed.retain(|followed| !ids.contains(&followed.id));
        self.looks.retain(|look| !ids.contains(&look.id()));
        self.begin();
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
        let followed = &mut self.followed[..self.begun];
        let first = std::mem::take(&mut self.next).min(followed.len());
        for nth in (first..followed.len()).chain(0..first) {
            let Followed { id, seen } = &mut followed[nth];
            let version = quotes.hub().version(*id);
            if low_half(version) == *seen {
                continue;
            }
            if scratch.frames.len() + scratch.records.len() >= WRITE_BYTES {
                self.next = nth;
                scratch.end_records();
                return false;
            }
            *seen = low_half(scratch.add(quotes, *id, version, self.form));
        }
        scratch.end_records();
        true
    }
}

impl Scratch {
    /// Forgets what was made for the tick before.
    pub(super) fn begin_tick(&mut self) {
        self.made_texts.clear();
        self.made_records.clear();
    }

    /// The price of this version, or a newer one: of which.
    fn add(&mut self, quotes: &Quotes, id: InstrumentId, version: u64, form: Form) -> u64 {
        let (to, (version, bytes)) = match form {
            Form::Text => (&mut self.frames, self.made_texts.find(id, version, |bytes| write_text(quotes, id, bytes))),
            Form::Binary => (&mut self.records, self.made_records.find(id, version, |bytes| write_record(quotes, id, bytes))),
        };
        to.extend_from_slice(bytes);
        version
    }

    fn end_records(&mut self) {
        if !self.records.is_empty() {
            push_frame(&mut self.frames, Data::Binary, &self.records);
        }
    }
}

fn write_text(quotes: &Quotes, id: InstrumentId, bytes: &mut Vec<u8>) -> u64 {
    let frame = quotes.hub().frame(id);
    push_frame(bytes, Data::Text, frame.text.as_bytes());
    frame.version
}

/// Nothing for a price that no record can hold.
fn write_record(quotes: &Quotes, id: InstrumentId, bytes: &mut Vec<u8>) -> u64 {
    let (version, record) = quotes.hub().record(id, quotes.is_confirmed(id));
    bytes.extend_from_slice(record.as_ref().map_or(&[], |record| record.as_slice()));
    version
}

/// Enough of a version to tell it from others for years, and half of what each tick looks through.
#[expect(clippy::cast_possible_truncation, reason = "the half that is wanted")]
fn low_half(version: u64) -> u32 {
    version as u32
}

fn push_frame(frames: &mut Vec<u8>, data: Data, payload: &[u8]) {
    let header = FrameHeader { opcode: OpCode::Data(data), ..FrameHeader::default() };
    header.format(payload.len() as u64, frames).expect("memory takes all");
    frames.extend_from_slice(payload);
}
