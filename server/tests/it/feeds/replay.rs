//! Recordings through the decoder of the live stream: one written here, and the shared one where it lies beside the project.

use std::{io::Write as _, path::PathBuf, sync::Arc};

use server::{
    clock::Clock,
    market::{
        Market, Routes, SimConfig,
        feeds::{
            FeedKind, FeedStatus,
            binance::Names,
            replay::{ReplayError, ReplayFeed, Report, Speed, replay},
        },
    },
};
use speedtrade::{
    market::{Book, MarketEvent},
    time::Timestamp,
};
use tempfile::NamedTempFile;
use tokio_util::sync::CancellationToken;

use super::probe::{Said, recorder, symbol};
use crate::harness::SOON;

/// Frames in Binance's shape: a book of three changes, with the touch told at the second.
const FRAMES: [&str; 6] = [
    r#"{"stream":"ethusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"ETHUSDT","U":10,"u":12,"b":[["99.50","1"],["99.00","2"]],"a":[["100.00","3"]]}}"#,
    r#"{"stream":"ethusdt@trade","data":{"e":"trade","E":1,"s":"ETHUSDT","t":1,"p":"99.50","q":"0.5","T":5,"m":true,"M":true}}"#,
    r#"{"stream":"ethusdt@bookTicker","data":{"u":15,"s":"ETHUSDT","b":"99.60","B":"4","a":"100.00","A":"3"}}"#,
    r#"{"stream":"ethusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"ETHUSDT","U":13,"u":15,"b":[["99.60","4"],["99.00","0"]],"a":[]}}"#,
    r#"{"stream":"ethusdt@ticker","data":{"e":"24hrTicker","E":9,"s":"ETHUSDT","x":"98","c":"99.5","o":"98","h":"101","l":"97","v":"1000"}}"#,
    r#"{"data":{"e":"depthUpdate","E":1,"s":"ETHUSDT","U":16,"u":16,"b":[],"a":[["100.00","0"],["100.50","1"]]},"stream":"ethusdt@depth"}"#,
];

fn recording(frames: &[&str]) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    for (nth, frame) in frames.iter().enumerate() {
        writeln!(file, "{} {frame}", 1_000_000_000 + nth * 1_000_000).expect("written");
    }
    file
}

fn played(frames: &[&str]) -> Report {
    replay(recording(frames).path(), Speed::Max, &Names::default()).expect("plays")
}

#[test]
fn a_recording_is_understood_and_its_books_are_right() {
    let report = played(&FRAMES);
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.frames, report.trades, report.touches, report.days), (6, 1, 1, 1));
    // The empty snapshot that begins the book, and three changes.
    assert_eq!((report.book_changes, report.books_equal, report.touches_equal), (4, 3, 1));
}

#[test]
fn what_is_not_understood_is_counted_and_shown() {
    let mut frames = FRAMES.to_vec();
    frames.extend([r#"{"stream":"ethusdt@kline_1m","data":{}}"#, r#"{"stream":"ethusdt@trade","data":{"s":"ETHUSDT"}}"#, "nothing"]);
    let report = played(&frames);
    assert!(!report.is_clean());
    assert_eq!((report.frames, report.unknown, report.undecodable), (9, 1, 2));
    assert!(report.first_bad.expect("shown").contains("kline_1m"));
}

#[test]
fn a_gap_begins_the_book_again() {
    let gap = FRAMES[3].replace("\"U\":13", "\"U\":14");
    let later = FRAMES[3].replace("\"U\":13,\"u\":15", "\"U\":16,\"u\":18");
    let report = played(&[FRAMES[0], &gap, &later]);
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.gaps, report.books_equal), (1, 2));
}

/// The touch says 99.60 at change 15; a book that says otherwise is found out.
#[test]
fn a_wrong_book_is_found_out() {
    let wrong = FRAMES[3].replace("99.60", "99.40");
    let report = played(&[FRAMES[0], FRAMES[2], &wrong]);
    assert_eq!((report.books_equal, report.touches_different), (2, 1));
    assert!(!report.is_clean());
}

#[test]
fn what_is_no_recording_is_refused_in_words() {
    let mut file = NamedTempFile::new().expect("a file");
    writeln!(file, "symbol,price\nBTC,1").expect("written");
    let refused = replay(file.path(), Speed::Max, &Names::default());
    assert!(matches!(refused, Err(ReplayError::NoRecording { .. })), "{refused:?}");
    let missing = replay(&PathBuf::from("/nowhere/x.gz"), Speed::Max, &Names::default());
    assert!(matches!(missing, Err(ReplayError::Read { .. })), "{missing:?}");
    assert!(["0", "1001", "fast", ""].iter().all(|text| text.parse::<Speed>().is_err()));
    assert_eq!(("max".parse(), "10".parse()), (Ok(Speed::Max), Ok(Speed::Times(10))));
}

#[tokio::test]
async fn a_recording_serves_as_a_feed_and_begins_again() {
    let file = recording(&FRAMES);
    let (sink, mut said) = recorder();
    let (clock, stop) = (Clock::manual(Timestamp::parse_rfc3339("2026-11-20T15:00:00Z").expect("a time")), CancellationToken::new());
    let feed = ReplayFeed::new(file.path(), Speed::Times(1_000), Names::default(), Arc::new(sink), clock.clone());
    let task = tokio::spawn(feed.run(stop.clone()));
    let (mut book, mut rounds) = (Book::default(), 0);
    while rounds < 2 {
        let next = tokio::time::timeout(SOON, said.recv()).await.expect("in time").expect("runs");
        match next {
            Said::Event(of, MarketEvent::Book(change)) => {
                assert_eq!(of, symbol("ETH/USD"));
                book.apply(&change);
            }
            Said::Event(_, MarketEvent::Trade(trade)) => assert_eq!(trade.time, clock.now(), "as if it were now"),
            Said::Event(_, MarketEvent::Touch(_) | MarketEvent::Day(_) | MarketEvent::Minute(_)) => {}
            Said::Status(FeedStatus::Connecting) => {
                if book.is_known() {
                    assert_eq!(
                        (book.bids(9)[0].price.to_string(), book.asks(9)[0].price.to_string()),
                        ("99.60".to_owned(), "100.50".to_owned())
                    );
                    rounds += 1;
                }
            }
            Said::Status(status) => assert_eq!(status, FeedStatus::Live),
        }
    }
    stop.cancel();
    tokio::time::timeout(SOON, task).await.expect("stops").expect("does not panic");
}

#[tokio::test]
async fn a_market_shows_what_a_recording_tells() {
    let file = recording(&FRAMES);
    let routes = Routes { crypto: vec![FeedKind::Replay], ..Routes::default() };
    let (market, stop) = (Market::new(SimConfig::default(), routes, Clock::System), CancellationToken::new());
    let feed = ReplayFeed::new(file.path(), Speed::Times(1), Names::default(), market.sink(), Clock::System);
    let running = tokio::spawn(futures_of(market.clone().run(stop.clone()), feed.run(stop.clone())));
    let id = market.catalog().find("ETH/USD").expect("listed");
    let mut ticks = market.hub().ticks();
    let shown = async {
        while (market.hub().source(id).as_str(), market.quote(id).bid.to_string().as_str()) != ("replay", "99.60") {
            ticks.changed().await.expect("the market runs");
        }
    };
    tokio::time::timeout(SOON, shown).await.expect("in time");
    assert_eq!(market.quote(id).ask.to_string(), "100.00");
    stop.cancel();
    tokio::time::timeout(SOON, running).await.expect("stops").expect("does not panic");
}

async fn futures_of(first: impl Future<Output = ()>, second: impl Future<Output = ()>) {
    tokio::join!(first, second);
}

/// Five minutes of the real stream. Not part of the project: it lies in the folder shared by those who work on it.
#[test]
fn the_recorded_stream_of_binance_holds_nothing_unknown_and_its_books_are_right() {
    let shared = std::env::var_os("SPEEDTRADE_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")), PathBuf::from);
    let path = shared.join("data/market/crypto-ws-recorded/binance_spot_btcusdt_20240809.ndjson.gz");
    if !path.exists() {
        eprintln!("skipped: {} is not here", path.display());
        return;
    }
    let report = replay(&path, Speed::Max, &Names::default()).expect("plays");
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.frames, report.trades, report.touches, report.gaps), (58_325, 10_147, 45_134, 0), "{report}");
    assert_eq!((report.books_equal, report.touches_equal), (3_044, 498), "{report}");
}
