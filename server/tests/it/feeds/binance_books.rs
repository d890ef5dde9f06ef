//! Depth by snapshot and changes, against the fake's own little book.

use serde_json::{Value, json};
use server::market::feeds::FeedStatus;
use speedtrade::market::{Book, BookChange, MarketEvent};

use super::{
    binance::stream,
    fake::Fake,
    probe::{Probe, patient, wanted},
};

fn levels(bids: &Value, asks: &Value) -> Value {
    json!({"do": "levels", "symbol": "BTCUSDT", "bids": bids, "asks": asks})
}

/// A book folded from what the feed says, until it looks like this: best bid, best ask and the number of levels.
async fn until_book(probe: &mut Probe, book: &mut Book, shape: (&str, &str, usize)) {
    loop {
        let (_, event) = probe.event(|event| matches!(event, MarketEvent::Book(_))).await;
        let MarketEvent::Book(change) = event else { unreachable!() };
        book.apply(&change);
        let (bids, asks) = (book.bids(100), book.asks(100));
        let best =
            |levels: &[speedtrade::market::Level]| levels.first().map(|level| format!("{} {}", level.price, level.qty)).unwrap_or_default();
        if (best(&bids).as_str(), best(&asks).as_str(), bids.len() + asks.len()) == shape {
            return;
        }
    }
}

async fn lost(probe: &mut Probe) {
    probe.event(|event| matches!(event, MarketEvent::Book(BookChange::Lost))).await;
}

/// A fake with four levels, and a feed that has them.
async fn known_book() -> (Fake, Probe, Book) {
    let mut fake = Fake::start("binance").await;
    fake.tell(levels(&json!([["99.00", "1.5"], ["98.50", "2"]]), &json!([["100.00", "3"], ["101.00", "4"]]))).await;
    let mut probe = Probe::start(stream(&fake), patient(), wanted(&[], &["BTC/USD"]));
    let mut book = Book::default();
    until_book(&mut probe, &mut book, ("99.00 1.5", "100.00 3", 4)).await;
    (fake, probe, book)
}

#[tokio::test]
async fn a_snapshot_and_the_changes_after_it_make_the_book() {
    let (mut fake, mut probe, mut book) = known_book().await;
    let asked = fake.event("asked").await;
    assert_eq!((asked["path"].as_str(), asked["query"].as_str()), (Some("/api/v3/depth"), Some("symbol=BTCUSDT&limit=1000")));
    fake.tell(levels(&json!([["99.00", "0.00000000"], ["98.75", "7"]]), &json!([["99.90", "0.5"]]))).await;
    until_book(&mut probe, &mut book, ("98.75 7", "99.90 0.5", 5)).await;
    probe.end().await;
}

#[tokio::test]
async fn a_level_of_more_than_can_be_held_is_a_level() {
    let (mut fake, mut probe, mut book) = known_book().await;
    fake.tell(levels(&json!([["99.20", "20000000000.00000000"]]), &json!([]))).await;
    until_book(&mut probe, &mut book, ("99.20 10000000000", "100.00 3", 5)).await;
    probe.end().await;
}

#[tokio::test]
async fn a_missed_change_loses_the_book_and_a_new_snapshot_finds_it() {
    let (mut fake, mut probe, mut book) = known_book().await;
    fake.tell(json!({"do": "skip", "symbol": "BTCUSDT", "bids": [["99.50", "9"]], "asks": []})).await;
    fake.tell(levels(&json!([["97.00", "1"]]), &json!([]))).await;
    lost(&mut probe).await;
    book.apply(&BookChange::Lost);
    assert!(!book.is_known());
    until_book(&mut probe, &mut book, ("99.50 9", "100.00 3", 6)).await;
    fake.tell(levels(&json!([["99.60", "1"]]), &json!([]))).await;
    until_book(&mut probe, &mut book, ("99.60 1", "100.00 3", 7)).await;
    probe.end().await;
}

#[tokio::test]
async fn a_lost_connection_loses_the_book_until_the_next_has_it() {
    let (mut fake, mut probe, mut book) = known_book().await;
    fake.tell(json!({"do": "drop"})).await;
    lost(&mut probe).await;
    book.apply(&BookChange::Lost);
    probe.status(&FeedStatus::Live).await;
    until_book(&mut probe, &mut book, ("99.00 1.5", "100.00 3", 4)).await;
    probe.end().await;
}

/// A snapshot from a cache may be older than the first change that was kept.
#[tokio::test]
async fn an_outdated_snapshot_is_asked_for_again() {
    let (mut fake, mut probe, mut book) = known_book().await;
    fake.answer("/api/v3/depth", 200, json!({}), r#"{"lastUpdateId":7,"bids":[["1.00","1"]],"asks":[]}"#).await;
    fake.tell(json!({"do": "skip", "symbol": "BTCUSDT", "bids": [["99.50", "9"]], "asks": []})).await;
    fake.tell(levels(&json!([["97.00", "1"]]), &json!([]))).await;
    lost(&mut probe).await;
    until_book(&mut probe, &mut book, ("99.50 9", "100.00 3", 6)).await;
    probe.end().await;
}

#[tokio::test]
async fn a_snapshot_that_fails_is_asked_for_again_when_the_provider_allows() {
    for (status, headers, body) in [(429, json!({"retry-after": "1"}), ""), (500, json!({}), "oops"), (200, json!({}), "no json")] {
        let (mut fake, mut probe, mut book) = known_book().await;
        fake.answer("/api/v3/depth", status, headers, body).await;
        fake.tell(json!({"do": "skip", "symbol": "BTCUSDT", "bids": [["99.50", "9"]], "asks": []})).await;
        fake.tell(levels(&json!([["97.00", "1"]]), &json!([]))).await;
        lost(&mut probe).await;
        until_book(&mut probe, &mut book, ("99.50 9", "100.00 3", 6)).await;
        probe.end().await;
    }
}

#[tokio::test]
async fn nobody_asks_again_for_a_book_that_is_not_there() {
    let mut fake = Fake::start("binance").await;
    let probe = Probe::start(stream(&fake), patient(), wanted(&[], &["NONE/USD"]));
    fake.until(|event| event["event"] == "asked" && event["query"] == "symbol=NONEUSDT&limit=1000").await;
    // The next question is the one for another book.
    fake.tell(levels(&json!([["99.00", "1.5"]]), &json!([]))).await;
    probe.want(wanted(&[], &["NONE/USD", "BTC/USD"]));
    assert_eq!(fake.event("asked").await["query"], "symbol=BTCUSDT&limit=1000");
    probe.end().await;
}
