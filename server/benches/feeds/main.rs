//! How fast frames of Binance's stream become market events, on one core, with references in the same run: finding the
//! frames' ends, and reading each as JSON without looking inside. `cargo bench -p server --bench feeds [FILE]`.

#![expect(clippy::print_stdout, reason = "it prints a table")]
#![expect(clippy::float_arithmetic, reason = "rates and ratios, no money")]
#![expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]

use std::{
    hint::black_box,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::value::RawValue;
use server::market::feeds::{
    FeedKind, FeedStatus, Sink,
    binance::{Decoded, Decoder, Names},
    replay::{Line, Recording},
};
use speedtrade::{
    instrument::Symbol,
    market::{Book, MarketEvent},
    money::Qty,
    time::Timestamp,
};

const PASSES: usize = 9;
const WANTED: f64 = 500_000.0;

/// Counts events; the second kind folds books as well.
#[derive(Default)]
struct Counter(AtomicU64);

impl Sink for Counter {
    fn event(&self, _: FeedKind, _: &Symbol, event: MarketEvent) {
        black_box(&event);
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn status(&self, _: FeedKind, _: FeedStatus) {}
    fn heard(&self, _: FeedKind) {}
}

#[derive(Default)]
struct Folder(Mutex<Book>);

impl Sink for Folder {
    fn event(&self, _: FeedKind, _: &Symbol, event: MarketEvent) {
        if let MarketEvent::Book(change) = &event {
            self.0.lock().expect("one thread").apply(change);
        }
    }
    fn status(&self, _: FeedKind, _: FeedStatus) {}
    fn heard(&self, _: FeedKind) {}
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    stream: &'a str,
    #[serde(borrow)]
    data: &'a RawValue,
}

fn main() {
    let frames = frames();
    let text = frames.join("\n");
    println!("{} frames, {} bytes, best of {PASSES} passes on one core", frames.len(), text.len());
    let lines = best(|| text.as_bytes().split(|b| *b == b'\n').map(|line| black_box(line).len()).sum());
    let raw = best(|| {
        let read = |frame: &String| {
            serde_json::from_str::<Raw<'_>>(frame).map(|raw| black_box(raw.stream).len() + black_box(raw.data).get().len())
        };
        frames.iter().filter_map(|frame| read(frame).ok()).sum()
    });
    let numbers: Vec<&str> = frames.iter().flat_map(|frame| frame.split('"')).filter(|word| is_number(word)).collect();
    let decimals = best(|| numbers.iter().filter_map(|word| word.parse::<Qty>().ok()).filter(|qty| !black_box(qty).is_zero()).count());
    let decoded = best(|| decode(&frames, &Counter::default()));
    let folded = best(|| decode(&frames, &Folder::default()));
    let rate = |took: Duration| frames.len() as f64 / took.as_secs_f64();
    let megabytes = |took: Duration| text.len() as f64 / took.as_secs_f64() / 1e6;
    println!("\n| what | frames/s | MB/s | of the time of decoding |\n|---|---|---|---|");
    for (what, took) in [
        ("the ends of frames alone", lines),
        ("JSON as it is, nothing looked into (serde_json, RawValue)", raw),
        ("the decimals in them alone, checked and read", decimals),
        ("decoded to market events", decoded),
        ("decoded, and books folded", folded),
    ] {
        println!("| {what} | {:.0} | {:.0} | {:.2} |", rate(took), megabytes(took), took.as_secs_f64() / decoded.as_secs_f64());
    }
    let verdict = if rate(decoded) >= WANTED { "reached" } else { "not reached" };
    let share = |took: Duration| 100.0 * took.as_secs_f64() / decoded.as_secs_f64();
    println!("\nwanted: {WANTED:.0} frames/s decoded: {verdict}. It is bound by finding where JSON ends ({:.0} % of it)", share(raw));
    println!("and by {} decimals ({:.0} %); the rest is names of fields and making events.", numbers.len(), share(decimals));
}

fn is_number(word: &str) -> bool {
    word.contains('.') && word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// The fastest pass; what it returns is the same each time.
fn best(mut work: impl FnMut() -> usize) -> Duration {
    let mut fastest = Duration::MAX;
    for _ in 0..PASSES {
        let begun = Instant::now();
        black_box(work());
        fastest = fastest.min(begun.elapsed());
    }
    fastest
}

fn decode(frames: &[String], sink: &dyn Sink) -> usize {
    let mut decoder = Decoder::for_recording(FeedKind::Replay, Names::default());
    let known = |frame: &String| decoder.decode(frame, Timestamp::EPOCH, sink) == Ok(Decoded::Data);
    let count = frames.iter().map(known).filter(|is_known| *is_known).count();
    assert_eq!(count, frames.len(), "every frame is known");
    count
}

/// Of the file named, of the shared recording, or made up in the same shape and mixture.
fn frames() -> Vec<String> {
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let shared =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/market/crypto-ws-recorded/binance_spot_btcusdt_20240809.ndjson.gz");
    let path = named.unwrap_or_else(|| PathBuf::from(shared));
    let Ok(recording) = Recording::open(&path) else {
        println!("{} is not here: made-up frames instead", path.display());
        return (0..58_000).map(made_up).collect();
    };
    let text = |line| match line {
        Ok(Line::Frame { text, .. }) => Some(text),
        Ok(Line::Unreadable) | Err(_) => None,
    };
    recording.filter_map(text).collect()
}

fn made_up(n: u64) -> String {
    let price = format!("{}.{:02}000000", 61_000 + n % 700, n % 100);
    match n % 20 {
        0 => {
            let level = |at: u64| format!(r#"["{}.{:02}000000","0.{:08}"]"#, 60_000 + (n + at) % 900, at % 100, (n * at) % 90_000_000);
            let side = (0..33).map(level).collect::<Vec<_>>().join(",");
            let (first, last) = (n * 10 + 1, n * 10 + 200);
            format!(
                r#"{{"stream":"btcusdt@depth@100ms","data":{{"e":"depthUpdate","E":{n},"s":"BTCUSDT","U":{first},"u":{last},"b":[{side}],"a":[{side}]}}}}"#
            )
        }
        1..=4 => format!(
            r#"{{"stream":"btcusdt@trade","data":{{"e":"trade","E":{n},"s":"BTCUSDT","t":{n},"p":"{price}","q":"0.00017000","T":{n},"m":true,"M":true}}}}"#
        ),
        _ => format!(
            r#"{{"stream":"btcusdt@bookTicker","data":{{"u":{n},"s":"BTCUSDT","b":"{price}","B":"1.25869000","a":"{price}","A":"2.44807000"}}}}"#
        ),
    }
}
