//! Publishing: who changed, in which slot, and the frame that is shared.

use speedtrade::{time::SECOND_US, wire::ServerFrame};

use tokio_util::sync::CancellationToken;

use super::*;

#[test]
fn each_quarter_of_a_second_publishes_a_quarter_of_the_market() {
    let market = market_at("2026-11-17T15:20:29.990Z", Calendar::AlwaysOpen);
    let mut cursor = 0;
    market.hub().take_changed(&mut cursor);
    for slot in 0..8 {
        market.step(time("2026-11-17T15:20:30.010Z").plus_micros(slot * SECOND_US / 4));
        let changed = market.hub().take_changed(&mut cursor).len() * 4;
        assert!(changed.abs_diff(market.catalog().len()) < 8, "{changed}");
    }
}

#[test]
fn a_step_without_news_wakes_nobody() {
    let market = market();
    let ticks = market.hub().ticks();
    market.step(time("2026-11-17T15:20:30.901Z"));
    market.step(time("2026-11-17T15:20:20Z"));
    assert!(!ticks.has_changed().expect("the hub lives"));
    market.step(time("2026-11-17T15:20:31.901Z"));
    assert!(ticks.has_changed().expect("the hub lives"));
}

#[test]
fn a_frame_is_the_latest_quote_and_is_made_once() {
    let market = market();
    let apple = id(&market, "AAPL");
    let (first, again) = (market.hub().frame(apple), market.hub().frame(apple));
    assert!(std::ptr::eq(first.text.as_ptr(), again.text.as_ptr()));
    market.step(time("2026-11-17T15:20:31.900Z"));
    let next = market.hub().frame(apple);
    assert!(next.version > first.version && next.version == market.hub().version(apple));
    let ServerFrame::PriceUpdate(update) = serde_json::from_str(&next.text).expect("a frame") else { panic!("not a price update") };
    let quote = market.quote(apple);
    assert_eq!((update.price, update.bid, update.ask), (quote.price, quote.bid, quote.ask));
    assert_eq!((update.change, update.timestamp), (quote.change(), quote.time.millis()));
}

#[tokio::test]
async fn a_running_market_stops_when_told() {
    let stop = CancellationToken::new();
    let market = market();
    let running = tokio::spawn(market.clone().run(stop.clone()));
    market.hub().ticks().changed().await.expect("the first step makes highs and lows exact");
    stop.cancel();
    running.await.expect("ends without a panic");
    assert_eq!(market.bars(id(&market, "AAPL"), Timeframe::H1, None, None, 3).await.len(), 3);
}
