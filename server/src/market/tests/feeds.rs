//! A market told by feeds: what is shown before they speak, when they stop, and when another stands in.

use speedtrade::{
    instrument::Symbol,
    market::{BookChange, Level, MarketEvent, Touch, Trade},
    time::SECOND_US,
};

use super::*;
use crate::market::feeds::{FeedKind, FeedStatus, Wanted};

const NOW: &str = "2026-11-17T15:20:30Z";

struct Stage {
    market: Market,
    clock: Clock,
    coin: InstrumentId,
    symbol: Symbol,
}

fn stage(crypto: &[FeedKind]) -> Stage {
    let clock = Clock::manual(time(NOW));
    let routes = Routes { crypto: crypto.to_vec(), ..Routes::default() };
    let market = Market::new(SimConfig::default(), routes, clock.clone());
    let coin = id(&market, "BTC/USD");
    Stage { market, clock, coin, symbol: "BTC/USD".parse().expect("valid") }
}

fn touch(bid: &str, ask: &str, time: Timestamp) -> Touch {
    let [bid, ask] = [bid, ask].map(|text| text.parse().expect("valid"));
    let size = "2".parse().expect("valid");
    Touch { bid, ask, bid_size: size, ask_size: size, time }
}

impl Stage {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn tell(&self, feed: FeedKind, event: MarketEvent) {
        self.market.sink().event(feed, &self.symbol, event);
        self.market.flush();
    }

    fn touch(&self, feed: FeedKind, bid: &str, ask: &str) {
        let touch = touch(bid, ask, self.now());
        self.tell(feed, MarketEvent::Touch(touch));
        let trade = Trade { price: touch.bid, qty: touch.bid_size, time: touch.time, taker: None };
        self.tell(feed, MarketEvent::Trade(trade));
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance_micros(seconds * SECOND_US);
    }

    fn price(&self) -> String {
        self.market.quote(self.coin).price.to_string()
    }

    fn source(&self) -> &'static str {
        self.market.hub().source(self.coin).as_str()
    }
}

#[test]
fn before_a_feed_speaks_the_price_is_the_tables_and_stale() {
    let stage = stage(&[FeedKind::Binance]);
    let view = stage.market.quote_view(stage.coin, stage.now());
    assert_eq!((view.source.as_str(), view.stale), ("reference", true));
    let stock = stage.market.quote_view(id(&stage.market, "AAPL"), stage.now());
    assert_eq!((stock.source.as_str(), stock.stale), ("simulated", false));
}

#[test]
fn what_a_feed_says_is_published_with_its_name() {
    let stage = stage(&[FeedKind::Binance]);
    let before = stage.market.hub().version(stage.coin);
    stage.market.sink().status(FeedKind::Binance, FeedStatus::Live);
    stage.touch(FeedKind::Binance, "70000", "70001");
    let view = stage.market.quote_view(stage.coin, stage.now());
    assert_eq!((view.source.as_str(), view.bid.to_string().as_str(), view.stale), ("binance", "70000.00", false));
    assert!(stage.market.hub().version(stage.coin) > before);
    stage.market.step(stage.now().plus_micros(SECOND_US));
    assert_eq!(stage.source(), "binance", "the simulation does not speak over it");
}

#[test]
fn a_quiet_quote_stays_fresh_while_its_feed_is_asked_and_heard() {
    let stage = stage(&[FeedKind::Binance]);
    let look = stage.market.interest().look(stage.coin, false);
    stage.market.follow_interest(stage.now());
    stage.market.sink().status(FeedKind::Binance, FeedStatus::Live);
    stage.touch(FeedKind::Binance, "70000", "70001");
    stage.pass(30);
    assert!(!stage.market.quote(stage.coin).is_fresh(stage.now()), "nothing was heard for 30 s");
    stage.market.sink().heard(FeedKind::Binance);
    assert!(stage.market.quote(stage.coin).is_fresh(stage.now()));
    drop(look);
    stage.market.follow_interest(stage.now());
    assert!(!stage.market.quote(stage.coin).is_fresh(stage.now()), "nobody asks for changes any more");
}

#[test]
fn a_snapshot_that_comes_late_does_not_make_what_was_told_since_doubtful() {
    let stage = stage(&[FeedKind::Binance]);
    let _look = stage.market.interest().look(stage.coin, false);
    stage.market.follow_interest(stage.now());
    stage.market.sink().status(FeedKind::Binance, FeedStatus::Live);
    stage.touch(FeedKind::Binance, "70000", "70001");
    let old =
        |bid: &str, ask: &str, age: i64| stage.tell(FeedKind::Binance, MarketEvent::Touch(touch(bid, ask, stage.now().plus_micros(-age))));
    old("69000", "69001", 60 * SECOND_US);
    assert!(stage.market.is_confirmed(stage.coin) && stage.price() == "70000.00");
    old("70002", "70001", 0);
    assert!(!stage.market.is_confirmed(stage.coin), "a crossed one is no price, and says that the other is over");
}

#[test]
fn after_a_reconnect_an_old_touch_is_not_fresh_until_it_is_told_again() {
    let stage = stage(&[FeedKind::Binance]);
    let _look = stage.market.interest().look(stage.coin, true);
    stage.market.follow_interest(stage.now());
    let sink = stage.market.sink();
    sink.status(FeedKind::Binance, FeedStatus::Live);
    stage.touch(FeedKind::Binance, "70000", "70001");
    let level = Level { price: "70000".parse().expect("valid"), qty: "1".parse().expect("valid") };
    stage.tell(FeedKind::Binance, MarketEvent::Book(BookChange::Snapshot { bids: vec![level], asks: vec![level] }));
    assert!(stage.market.book(stage.coin).is_known());
    sink.status(FeedKind::Binance, FeedStatus::Down { detail: "reset".to_owned() });
    assert!(!stage.market.book(stage.coin).is_known());
    stage.pass(10);
    sink.status(FeedKind::Binance, FeedStatus::Live);
    assert!(!stage.market.quote(stage.coin).is_fresh(stage.now()));
    stage.touch(FeedKind::Binance, "70010", "70011");
    assert!(stage.market.quote(stage.coin).is_fresh(stage.now()));
}

#[test]
fn who_was_told_that_a_price_holds_is_told_when_it_does_not() {
    let stage = stage(&[FeedKind::Binance]);
    let _look = stage.market.interest().look(stage.coin, false);
    stage.market.follow_interest(stage.now());
    let sink = stage.market.sink();
    sink.status(FeedKind::Binance, FeedStatus::Live);
    assert!(!stage.market.is_confirmed(stage.coin));
    stage.touch(FeedKind::Binance, "70000", "70001");
    assert!(stage.market.is_confirmed(stage.coin));
    let told = stage.market.hub().version(stage.coin);
    sink.status(FeedKind::Binance, FeedStatus::Down { detail: "reset".to_owned() });
    stage.market.flush();
    assert!(!stage.market.is_confirmed(stage.coin) && stage.market.hub().version(stage.coin) > told);
}

#[test]
fn the_next_feed_stands_in_while_the_first_is_not_live() {
    let stage = stage(&[FeedKind::Binance, FeedKind::Coinbase]);
    let sink = stage.market.sink();
    sink.status(FeedKind::Binance, FeedStatus::Live);
    sink.status(FeedKind::Coinbase, FeedStatus::Live);
    stage.touch(FeedKind::Binance, "70000", "70001");
    stage.touch(FeedKind::Coinbase, "69000", "69001");
    assert_eq!((stage.source(), stage.price().as_str()), ("binance", "70000.00"), "two feeds are never mixed");
    sink.status(FeedKind::Binance, FeedStatus::Down { detail: "reset".to_owned() });
    stage.touch(FeedKind::Coinbase, "69002", "69003");
    assert_eq!((stage.source(), stage.price().as_str()), ("coinbase", "69002.00"));
    sink.status(FeedKind::Binance, FeedStatus::Live);
    stage.touch(FeedKind::Binance, "70002", "70003");
    assert_eq!((stage.source(), stage.price().as_str()), ("binance", "70002.00"));
}

/// A feed in reserve is not connected, so it can't be live before it is asked.
#[test]
fn a_feed_in_reserve_is_asked_when_the_first_fails_until_that_is_back() {
    let stage = stage(&[FeedKind::Binance, FeedKind::Coinbase]);
    let coinbase = stage.market.wanted(FeedKind::Coinbase).expect("it serves");
    let sink = stage.market.sink();
    sink.status(FeedKind::Binance, FeedStatus::Idle);
    sink.status(FeedKind::Coinbase, FeedStatus::Idle);
    let _look = stage.market.interest().look(stage.coin, true);
    let is_asked = || {
        stage.market.follow_interest(stage.now());
        !coinbase.borrow().is_empty()
    };
    assert!(!is_asked(), "the first waits to be asked, too");
    sink.status(FeedKind::Binance, FeedStatus::Down { detail: "reset".to_owned() });
    assert!(is_asked());
    sink.status(FeedKind::Coinbase, FeedStatus::Live);
    sink.status(FeedKind::Binance, FeedStatus::Connecting);
    assert!(is_asked());
    sink.status(FeedKind::Binance, FeedStatus::Live);
    assert!(!is_asked());
    stage.touch(FeedKind::Binance, "70000", "70001");
    assert!(stage.market.is_confirmed(stage.coin), "that the other is not asked any more says nothing of this one");
}

#[test]
fn a_print_makes_no_old_touch_new() {
    let stage = stage(&[FeedKind::Binance]);
    let sink = stage.market.sink();
    sink.status(FeedKind::Binance, FeedStatus::Live);
    stage.touch(FeedKind::Binance, "70000", "70001");
    sink.status(FeedKind::Binance, FeedStatus::Down { detail: "reset".to_owned() });
    stage.pass(60);
    sink.status(FeedKind::Binance, FeedStatus::Live);
    let last = touch("60000", "60001", stage.now());
    stage.tell(FeedKind::Binance, MarketEvent::Trade(Trade { price: last.bid, qty: last.bid_size, time: last.time, taker: None }));
    assert_eq!(stage.price(), "60000.00");
    assert!(!stage.market.quote(stage.coin).is_fresh(stage.now()), "nothing is to be filled at a bid of 70000");
}

#[test]
fn a_feed_that_tells_the_touch_with_matches_alone_confirms_none() {
    let stage = stage(&[FeedKind::Coinbase]);
    let _look = stage.market.interest().look(stage.coin, false);
    stage.market.follow_interest(stage.now());
    stage.market.sink().status(FeedKind::Coinbase, FeedStatus::Live);
    stage.touch(FeedKind::Coinbase, "70000", "70001");
    assert!(stage.market.quote(stage.coin).is_fresh(stage.now()));
    stage.pass(30);
    stage.market.sink().heard(FeedKind::Coinbase);
    assert!(!stage.market.quote(stage.coin).is_fresh(stage.now()));
}

#[test]
fn what_a_quote_confirms_is_not_a_new_touch() {
    let stage = stage(&[FeedKind::Binance]);
    let _look = stage.market.interest().look(stage.coin, false);
    stage.market.follow_interest(stage.now());
    stage.market.sink().status(FeedKind::Binance, FeedStatus::Live);
    stage.touch(FeedKind::Binance, "70000", "70001");
    let before = stage.market.quote(stage.coin);
    stage.pass(1);
    stage.market.sink().heard(FeedKind::Binance);
    let after = stage.market.quote(stage.coin);
    assert!(after.time > before.time && after.touched_at == before.touched_at, "its size is not there twice");
}

#[test]
fn a_feed_is_asked_for_what_is_looked_at() {
    let stage = stage(&[FeedKind::Binance, FeedKind::Coinbase]);
    let (binance, coinbase) = (stage.market.wanted(FeedKind::Binance), stage.market.wanted(FeedKind::Coinbase));
    let (binance, coinbase) = (binance.expect("it serves"), coinbase.expect("it serves"));
    stage.market.sink().status(FeedKind::Binance, FeedStatus::Live);
    let (look, _stock) = (stage.market.interest().look(stage.coin, true), stage.market.interest().look(id(&stage.market, "AAPL"), true));
    stage.market.follow_interest(stage.now());
    let only: std::collections::BTreeSet<_> = [stage.symbol.clone()].into();
    assert_eq!(**binance.borrow(), Wanted { quotes: only.clone(), books: only.clone() });
    assert_eq!(**coinbase.borrow(), Wanted::default());
    stage.market.sink().status(FeedKind::Coinbase, FeedStatus::Live);
    stage.market.sink().status(FeedKind::Binance, FeedStatus::Refused { code: "401".to_owned(), detail: "wrong key".to_owned() });
    stage.market.follow_interest(stage.now());
    assert_eq!(binance.borrow().quotes, only, "it is to come back");
    assert_eq!(coinbase.borrow().quotes, only);
    drop(look);
    stage.market.follow_interest(stage.now());
    assert_eq!(**coinbase.borrow(), Wanted::default());
}

#[test]
fn a_small_plan_is_not_asked_for_more_than_it_allows() {
    let clock = Clock::manual(time(NOW));
    let routes = Routes { stocks: vec![FeedKind::Alpaca], symbols_max: vec![(FeedKind::Alpaca, 3)], ..Routes::default() };
    let market = Market::new(SimConfig::default(), routes, clock.clone());
    let symbols = ["AAPL", "MSFT", "NVDA", "TSLA", "KO"];
    let _looks: Vec<_> = symbols.iter().map(|symbol| market.interest().look(id(&market, symbol), false)).collect();
    market.follow_interest(clock.now());
    assert_eq!(market.wanted(FeedKind::Alpaca).expect("it serves").borrow().quotes.len(), 3);
}

#[test]
fn the_health_of_a_feed_is_told_in_one_word() {
    let stage = stage(&[FeedKind::Binance]);
    let health = || stage.market.feeds()[0].health;
    assert_eq!(health(), FeedHealth::Idle);
    stage.market.sink().status(FeedKind::Binance, FeedStatus::Live);
    assert_eq!(health(), FeedHealth::Live);
    stage.pass(3);
    assert_eq!(health(), FeedHealth::Silent, "up, and nothing comes");
    stage.market.sink().heard(FeedKind::Binance);
    assert_eq!(health(), FeedHealth::Live);
    let words = "the plan does not include this".to_owned();
    stage.market.sink().status(FeedKind::Binance, FeedStatus::Refused { code: "409".to_owned(), detail: words.clone() });
    assert_eq!((health(), stage.market.feeds()[0].detail.clone()), (FeedHealth::Refused, Some(words)));
}
