//! Plays a recording once and checks it: every frame known, every book equal to a plain rebuild, decoding timed alone.

use std::{
    collections::HashMap,
    path::Path,
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use speedtrade::{
    instrument::Symbol,
    market::{Book, Level, MarketEvent},
    time::Timestamp,
};

use super::{Line, Recording, ReplayError, Report, rebuilt::Rebuilt};
use crate::market::feeds::{
    FeedKind, FeedStatus, Sink, Undecodable,
    binance::{Decoded, Decoder, Names},
};

/// Frames decoded in a row, so that reading and checking don't count as decoding.
const BATCH: usize = 4_096;
/// Bytes kept at once; large frames make smaller batches.
const BATCH_BYTES: usize = 16 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// As fast as it goes.
    Max,
    /// As many times as fast as it was recorded.
    Times(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a speed is 1 to 1000 times the recorded one, or max")]
pub struct UnknownSpeed;

impl FromStr for Speed {
    type Err = UnknownSpeed;
    fn from_str(text: &str) -> Result<Self, UnknownSpeed> {
        match (text.trim(), text.trim().parse()) {
            ("max", _) => Ok(Self::Max),
            (_, Ok(times @ 1..=1_000)) => Ok(Self::Times(times)),
            (_, Ok(_) | Err(_)) => Err(UnknownSpeed),
        }
    }
}

impl Speed {
    /// How long after the first frame one is due.
    pub(super) fn due(self, first_ns: i64, at_ns: i64) -> Duration {
        let passed = Duration::from_nanos(u64::try_from(at_ns.saturating_sub(first_ns)).unwrap_or_default());
        match self {
            Self::Max => Duration::ZERO,
            Self::Times(times) => passed / times.max(1),
        }
    }
}

/// Keeps the events of the frame that is being decoded.
#[derive(Default)]
struct Kept(Mutex<Vec<(Symbol, MarketEvent)>>);

impl Kept {
    fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn take(&self) -> Vec<(Symbol, MarketEvent)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Sink for Kept {
    fn event(&self, _: FeedKind, symbol: &Symbol, event: MarketEvent) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((symbol.clone(), event));
    }

    fn status(&self, _: FeedKind, _: FeedStatus) {}

    fn heard(&self, _: FeedKind) {}
}

struct Check {
    names: Names,
    decoder: Decoder,
    kept: Kept,
    books: HashMap<Symbol, Book>,
    rebuilt: Rebuilt,
    report: Report,
}

/// Plays the file once. Blocks its thread: it is for a command, not for a desk.
pub fn replay(path: &Path, speed: Speed, names: &Names) -> Result<Report, ReplayError> {
    let mut check = Check {
        names: names.clone(),
        decoder: Decoder::for_recording(FeedKind::Replay, names.clone()),
        kept: Kept::default(),
        books: HashMap::new(),
        rebuilt: Rebuilt::default(),
        report: Report::default(),
    };
    let (started, mut first_ns, mut batch, mut bytes) = (Instant::now(), None, Vec::with_capacity(BATCH), 0);
    for line in Recording::open(path)? {
        let Line::Frame { at_ns, text } = line? else {
            check.report.unreadable_lines += 1;
            continue;
        };
        let first = *first_ns.get_or_insert(at_ns);
        let wait = speed.due(first, at_ns).saturating_sub(started.elapsed());
        check.report.recorded = Speed::Times(1).due(first, at_ns);
        bytes += text.len();
        if !wait.is_zero() || batch.len() == BATCH || bytes > BATCH_BYTES {
            check.batch(&mut batch);
            bytes = 0;
            std::thread::sleep(wait);
        }
        batch.push((Timestamp::from_micros(at_ns / 1_000), text));
    }
    check.batch(&mut batch);
    if check.report.frames == 0 {
        return Err(ReplayError::NoRecording { path: path.to_owned() });
    }
    Ok(check.report)
}

impl Check {
    fn batch(&mut self, frames: &mut Vec<(Timestamp, String)>) {
        let mut decoded = Vec::with_capacity(frames.len());
        let begun = Instant::now();
        for (at, text) in &*frames {
            let outcome = self.decoder.decode(text, *at, &self.kept);
            decoded.push((outcome, self.kept.count()));
        }
        self.report.decoding += begun.elapsed();
        let (mut events, mut before) = (self.kept.take().into_iter(), 0);
        for ((_, text), (outcome, after)) in frames.drain(..).zip(decoded) {
            self.note(&text, outcome);
            for (symbol, event) in events.by_ref().take(after - before) {
                self.event(symbol, &event);
            }
            before = after;
            if let Some(code) = self.rebuilt.frame(&text) {
                self.compare(&code);
            }
        }
    }

    fn note(&mut self, text: &str, outcome: Result<Decoded, Undecodable>) {
        self.report.frames += 1;
        self.report.bytes += text.len() as u64;
        match outcome {
            Ok(Decoded::Data | Decoded::Ignored | Decoded::Done { .. } | Decoded::Shutdown) => {}
            Ok(Decoded::Gap(_)) => self.report.gaps += 1,
            Ok(Decoded::Unknown) => self.bad(text, "unknown", |report| &mut report.unknown),
            Ok(Decoded::Failed { message, .. }) => self.bad(text, &message, |report| &mut report.unknown),
            Err(error) => self.bad(text, &error.reason, |report| &mut report.undecodable),
        }
    }

    fn bad(&mut self, text: &str, why: &str, count: fn(&mut Report) -> &mut u64) {
        *count(&mut self.report) += 1;
        self.report.first_bad.get_or_insert_with(|| format!("{} ({why})", text.chars().take(200).collect::<String>()));
    }

    fn event(&mut self, symbol: Symbol, event: &MarketEvent) {
        let report = &mut self.report;
        match event {
            MarketEvent::Trade(_) => report.trades += 1,
            MarketEvent::Touch(_) => report.touches += 1,
            MarketEvent::Day(_) => report.days += 1,
            MarketEvent::Minute(_) => report.minutes += 1,
            MarketEvent::Book(change) => {
                report.book_changes += 1;
                self.books.entry(symbol).or_default().apply(change);
            }
        }
    }

    fn compare(&mut self, code: &str) {
        let known = self.names.symbol(code).and_then(|symbol| self.books.get(&symbol));
        let (Some(book), Some(rebuilt)) = (known, self.rebuilt.book(code)) else { return };
        let (bids, asks) = (book.bids(Book::LEVELS_MAX), book.asks(Book::LEVELS_MAX));
        let is_equal = rebuilt.equals(&bids, &asks);
        *(if is_equal { &mut self.report.books_equal } else { &mut self.report.books_different }) += 1;
        if let Some((bid, ask)) = rebuilt.told_touch() {
            let best = |levels: &[Level]| levels.first().map(|level| (level.price.decimal(), level.qty.decimal()));
            let is_equal = best(&bids) == *bid && best(&asks) == *ask;
            *(if is_equal { &mut self.report.touches_equal } else { &mut self.report.touches_different }) += 1;
        }
    }
}
