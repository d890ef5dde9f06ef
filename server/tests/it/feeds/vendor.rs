//! What the tests of the feeds with keys share: garbage, prices of a message, a range of minutes before the fakes' newest.

use serde_json::json;
use server::market::feeds::{BarRange, FeedStatus};
use speedtrade::{
    market::{Bar, MarketEvent, Timeframe},
    time::{MINUTE_US, Timestamp},
};

use super::{
    fake::Fake,
    probe::{Probe, Said},
};

pub fn newest() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-20T15:00:00Z").expect("a time")
}

/// From so many minutes before the fakes' newest one up to it.
pub fn minutes(before: i64, limit: usize) -> BarRange {
    BarRange { timeframe: Timeframe::M1, from: newest().plus_micros(-before * MINUTE_US), to: newest(), limit }
}

/// The fakes' bars tell in their open how far they are from the newest.
pub fn assert_minutes(bars: &[Bar], count: usize, open: impl Fn(usize) -> usize) {
    assert_eq!(bars.len(), count);
    for (nth, bar) in bars.iter().rev().enumerate() {
        let expected = newest().plus_micros(-i64::try_from(nth).expect("small") * MINUTE_US);
        assert_eq!((bar.t, bar.o.to_string()), (expected, format!("{}.00", open(nth))));
    }
}

pub fn is_refused(said: &Said) -> bool {
    matches!(said, Said::Status(FeedStatus::Refused { .. }))
}

pub fn is_down(said: &Said) -> bool {
    matches!(said, Said::Status(FeedStatus::Down { .. }))
}

/// Code and words of the next refusal.
pub async fn refusal(probe: &mut Probe) -> (String, String) {
    match probe.until(is_refused).await {
        Said::Status(FeedStatus::Refused { code, detail }) => (code, detail),
        Said::Status(_) | Said::Event(..) => unreachable!("only a refusal fits"),
    }
}

/// Says each to the client, which must not end the connection.
pub async fn send_garbage(fake: &mut Fake, own: &[&str]) {
    let deep = "[".repeat(100_000);
    let any = ["", "null", "[]", "{}", "[{}]", "[null]", "{", "\u{0}\u{1}", "[[[]]]", "12", "\"x\"", &deep];
    for text in any.iter().chain(own) {
        fake.tell(json!({"do": "send", "text": text})).await;
    }
    fake.tell(json!({"do": "send_binary", "text": "no JSON either"})).await;
}

/// That the first connection still lives is shown by how it ends.
pub async fn is_still_the_first_connection(fake: &mut Fake) {
    fake.tell(json!({"do": "drop"})).await;
    assert_eq!(fake.event("closed").await["connection"], 1, "nothing before ended the connection");
}

pub fn is_trade_at(price: &str) -> impl Fn(&MarketEvent) -> bool {
    move |event| matches!(event, MarketEvent::Trade(trade) if trade.price.to_string() == price)
}
