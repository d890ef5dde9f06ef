//! Bars of live instruments: kept in the store, completed from a provider, continued by what is heard.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use rstest::rstest;
use server::{
    clock::Clock,
    market::{
        Market, Routes, SimConfig,
        feeds::{Asked, BarRange, FeedError, FeedKind, FeedStatus, History},
    },
    services::past::{Histories, LivePast},
    store::{self, Span, Writes},
};
use speedtrade::{
    instrument::Symbol,
    market::{Bar, MarketEvent, Timeframe, Trade},
    money::Price,
    time::{MINUTE_US, SECOND_US, Timestamp},
};

use crate::databases::{Kind, TestDb};

const NOW: &str = "2026-11-17T15:20:30Z";

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("valid")
}

fn price(cents: i64) -> Price {
    Price::new(rust_decimal::Decimal::new(cents, 2)).expect("positive")
}

/// Has a bar for every step of time, at a price that follows from it. Remembers what it was asked.
#[derive(Default)]
struct Provider {
    asked: Mutex<Vec<BarRange>>,
    is_down: AtomicBool,
}

fn bar_at(t: Timestamp) -> Bar {
    let p = price(100_000 + t.micros() / MINUTE_US % 1_000);
    Bar { t, o: p, h: p, l: p, c: p, v: "3".parse().expect("valid") }
}

impl History for Provider {
    fn kind(&self) -> FeedKind {
        FeedKind::Binance
    }

    fn bars<'a>(&'a self, _symbol: &'a Symbol, range: BarRange) -> Asked<'a, Vec<Bar>> {
        self.asked.lock().expect("no panic").push(range);
        Box::pin(async move {
            if self.is_down.load(Ordering::SeqCst) {
                return Err(FeedError::Unavailable { detail: "closed".to_owned() });
            }
            let mut t = range.timeframe.bar_start(range.from);
            let mut bars = Vec::new();
            while t <= range.to {
                if t >= range.from {
                    bars.push(bar_at(t));
                }
                t = t.plus_micros(range.timeframe.step_us());
            }
            bars.drain(..bars.len().saturating_sub(range.limit));
            Ok(bars)
        })
    }

    fn snapshots<'a>(&'a self, _symbols: &'a [Symbol]) -> Asked<'a, Vec<(Symbol, Vec<MarketEvent>)>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

struct Stage {
    test: TestDb,
    clock: Clock,
    market: Market,
    provider: Arc<Provider>,
    symbol: Symbol,
}

impl Stage {
    async fn new(kind: Kind) -> Self {
        let (test, clock) = (TestDb::new(kind).await, Clock::manual(time(NOW)));
        let (market, provider) = Self::market(&test, &clock);
        Self { test, clock, market, provider, symbol: "BTC/USD".parse().expect("valid") }
    }

    fn market(test: &TestDb, clock: &Clock) -> (Market, Arc<Provider>) {
        let routes = Routes { crypto: vec![FeedKind::Binance], ..Routes::default() };
        let market = Market::new(SimConfig::default(), routes, clock.clone());
        let provider = Arc::new(Provider::default());
        let histories = Histories { stocks: Vec::new(), crypto: vec![Arc::clone(&provider) as Arc<dyn History>] };
        market.set_past(Arc::new(LivePast::new(test.db.clone(), market.clone(), clock.clone(), histories)));
        market.sink().status(FeedKind::Binance, FeedStatus::Live);
        (market, provider)
    }

    async fn bars(&self, timeframe: Timeframe, limit: usize) -> Vec<Bar> {
        let id = self.market.catalog().find("BTC/USD").expect("listed");
        self.market.bars(id, timeframe, None, None, limit).await
    }

    fn print(&self, cents: i64) {
        let trade = Trade { price: price(cents), qty: "1".parse().expect("valid"), time: self.clock.now(), taker: None };
        self.market.sink().event(FeedKind::Binance, &self.symbol, MarketEvent::Trade(trade));
    }

    fn asked_hours(&self) -> Vec<String> {
        let clock = |t: Timestamp| t.to_string()[11..16].to_owned();
        self.provider.asked.lock().expect("no panic").iter().map(|range| [clock(range.from), clock(range.to)].join(" to ")).collect()
    }

    fn asked(&self) -> usize {
        self.provider.asked.lock().expect("no panic").len()
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_told_is_kept_and_only_the_rest_is_asked_for(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let mut stage = Stage::new(kind).await;
    let first = stage.bars(Timeframe::M1, 30).await;
    assert_eq!((first.len(), first[29].t), (30, time("2026-11-17T15:20:00Z")));
    assert!(first.iter().all(|bar| *bar == bar_at(bar.t)));
    assert_eq!(stage.bars(Timeframe::M1, 20).await, first[10..]);
    assert_eq!(stage.asked(), 1, "the rest was kept");

    // Down for ten minutes, then the gap alone is asked for.
    stage.clock.advance_micros(10 * MINUTE_US);
    (stage.market, stage.provider) = Stage::market(&stage.test, &stage.clock);
    let later = stage.bars(Timeframe::M1, 40).await;
    assert_eq!((later.len(), later[39].t), (40, time("2026-11-17T15:30:00Z")));
    assert!(later.windows(2).all(|two| two[1].t.micros() - two[0].t.micros() == MINUTE_US), "no gap");
    let asked = stage.provider.asked.lock().expect("no panic").clone();
    assert_eq!(asked.iter().map(|range| range.from).collect::<Vec<_>>(), [time("2026-11-17T15:20:00Z")]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_imported_is_shown_and_neither_asked_for_nor_replaced(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let mut stage = Stage::new(kind).await;
    let five = price(500);
    let imported =
        ["10", "11"].map(|hour| Bar { o: five, h: five, l: five, c: five, ..bar_at(time(&format!("2026-11-17T{hour}:00:00Z"))) });
    import(&stage.test, &stage.symbol, Timeframe::H1, &imported).await;
    let bars = stage.bars(Timeframe::H1, 8).await;
    let expected: Vec<_> = (8..16).map(|hour| bar_at(time(&format!("2026-11-17T{hour:02}:00:00Z")))).collect();
    assert_eq!(bars, [&expected[..2], &imported, &expected[4..]].concat());
    assert_eq!(stage.asked_hours(), ["07:00 to 09:59", "12:00 to 15:20"]);

    (stage.market, stage.provider) = Stage::market(&stage.test, &stage.clock);
    assert_eq!(stage.bars(Timeframe::H1, 8).await, bars, "the next start shows the same");
    assert_eq!(stage.asked_hours(), ["15:00 to 15:20"], "both sides of what was imported are one stretch");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forming_bar_is_what_was_heard() {
    let stage = Stage::new(Kind::Sqlite).await;
    stage.bars(Timeframe::M5, 3).await;
    stage.print(900_000);
    stage.clock.advance_micros(SECOND_US);
    stage.print(50_000);
    let last = *stage.bars(Timeframe::M5, 3).await.last().expect("bars");
    assert_eq!((last.t, last.h, last.l, last.c), (time("2026-11-17T15:20:00Z"), price(900_000), price(50_000), price(50_000)));
    stage.clock.advance_micros(5 * MINUTE_US);
    stage.print(60_000);
    let bars = stage.bars(Timeframe::M5, 3).await;
    assert_eq!((bars[2].t, bars[2].c), (time("2026-11-17T15:25:00Z"), price(60_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_costs_completeness_and_not_the_page() {
    let stage = Stage::new(Kind::Sqlite).await;
    let kept = stage.bars(Timeframe::H1, 5).await;
    stage.provider.is_down.store(true, Ordering::SeqCst);
    stage.clock.advance_micros(60 * MINUTE_US);
    stage.print(77_700);
    let bars = stage.bars(Timeframe::H1, 5).await;
    assert_eq!(bars.last().map(|bar| bar.c), Some(price(77_700)));
    assert_eq!(bars[..4], kept[1..]);
    stage.provider.is_down.store(false, Ordering::SeqCst);
    assert_eq!(stage.bars(Timeframe::H1, 5).await.len(), 5, "and is asked again");
}

async fn import(test: &TestDb, symbol: &Symbol, timeframe: Timeframe, bars: &[Bar]) {
    let mut tx = test.db.begin().await.expect("begun");
    store::import_bars(&mut Writes::Tx(&mut tx), symbol, timeframe, bars).await.expect("imported");
    tx.commit().await.expect("committed");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn imported_bars_replace_others_and_are_replaced_by_an_import_alone(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestDb::new(kind).await;
    let symbol: Symbol = "BTC/USD".parse().expect("valid");
    let told: Vec<_> = (0..5).map(|minute| bar_at(Timestamp::from_micros(minute * MINUTE_US))).collect();
    let of_provider = async || {
        let mut tx = test.db.begin().await.expect("begun");
        store::insert_bars(&mut Writes::Tx(&mut tx), &symbol, Timeframe::M1, "binance", &told).await.expect("written");
        tx.commit().await.expect("committed");
    };
    let list = async || {
        let all = (Timestamp::EPOCH, time(NOW));
        store::list_bars(&test.db, &symbol, Timeframe::M1, all, 100).await.expect("answers")
    };
    let imported = [1, 2].map(|nth: usize| Bar { l: price(1), ..told[nth] });
    of_provider().await;
    import(&test, &symbol, Timeframe::M1, &imported).await;
    of_provider().await;
    assert_eq!(list().await, [&told[..1], &imported, &told[3..]].concat(), "what a provider tells again changes nothing");

    let corrected = [Bar { l: price(2), ..told[1] }];
    import(&test, &symbol, Timeframe::M1, &corrected).await;
    assert_eq!(list().await, [&told[..1], &corrected, &imported[1..], &told[3..]].concat());
    let stretches = store::list_imports(&test.db, &symbol, Timeframe::M1).await.expect("answers");
    assert_eq!(stretches, [Span { from: told[1].t, to: told[3].t }], "a shorter import makes the stretch no shorter");
    assert_eq!(store::list_imports(&test.db, &symbol, Timeframe::M5).await.expect("answers"), []);

    assert_eq!(store::trim_bars(&test.db, Timeframe::M1, told[4].t).await.expect("trimmed"), 2);
    assert_eq!(list().await, [&corrected, &imported[1..], &told[4..]].concat(), "and it is not forgotten");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn old_bars_go_and_newer_ones_replace(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestDb::new(kind).await;
    let symbol: Symbol = "BTC/USD".parse().expect("valid");
    let bars: Vec<_> = (0..10).map(|minute| bar_at(Timestamp::from_micros(minute * MINUTE_US))).collect();
    let span = Span { from: bars[0].t, to: bars[9].t };
    let write = async |bars: &[Bar]| {
        let mut tx = test.db.begin().await.expect("begun");
        let mut writes = Writes::Tx(&mut tx);
        store::insert_bars(&mut writes, &symbol, Timeframe::M1, "binance", bars).await.expect("written");
        store::set_span(&mut writes, &symbol, Timeframe::M1, "binance", span).await.expect("written");
        tx.commit().await.expect("committed");
    };
    write(&bars).await;
    let newer = Bar { c: price(1), ..bars[9] };
    write(&[newer]).await;
    let list = async || {
        let all = (Timestamp::EPOCH, time(NOW));
        store::list_bars(&test.db, &symbol, Timeframe::M1, all, 100).await.expect("answers")
    };
    assert_eq!(list().await, [&bars[..9], &[newer]].concat());
    assert_eq!(store::trim_bars(&test.db, Timeframe::M1, bars[4].t).await.expect("trimmed"), 4);
    assert_eq!(list().await.first().map(|bar| bar.t), Some(bars[4].t));
    let left = store::find_span(&test.db, &symbol, Timeframe::M1, "binance").await.expect("answers");
    assert_eq!(left, Some(Span { from: bars[4].t, to: bars[9].t }));
    assert_eq!(store::find_span(&test.db, &symbol, Timeframe::M1, "coinbase").await.expect("answers"), None);
}
