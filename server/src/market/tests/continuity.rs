//! History and live are one path: what was published is what history says later.

use proptest::prelude::*;
use rstest::rstest;
use speedtrade::time::{DAY_US, MINUTE_US, SECOND_US};

use super::*;
use crate::market::sim::Detail;

/// The 1-minute bars of the quotes that are published, as a client would fold them.
fn watch(market: &Market, ids: &[InstrumentId], from: Timestamp, seconds: i64) -> Vec<Vec<Bar>> {
    let mut ticks: Vec<Vec<Bar>> = vec![Vec::new(); ids.len()];
    let mut before: Vec<_> = ids.iter().map(|id| market.quote(*id).volume).collect();
    for second in 0..seconds {
        market.step(from.plus_micros(second * SECOND_US + 800_000));
        for (nth, id) in ids.iter().enumerate() {
            let q = market.quote(*id);
            let v = q.volume.checked_sub(before[nth]).expect("volume grows");
            before[nth] = q.volume;
            ticks[nth].push(Bar { t: q.time, o: q.price, h: q.price, l: q.price, c: q.price, v });
        }
    }
    ticks.iter().map(|ticks| Bar::fold(ticks, Timeframe::M1)).collect()
}

#[test]
fn the_ticks_of_three_minutes_fold_into_the_bars_of_history() {
    let start = time("2026-11-17T14:31:00Z");
    let market = Market::simulated(SimConfig::default(), Clock::manual(start.plus_micros(-SECOND_US / 10)));
    let symbols = ["AAPL", "SPY", "BTC/USD", "SHIB/USD"];
    let ids = symbols.map(|symbol| id(&market, symbol));
    let watched = watch(&market, &ids, start, 190);
    for (symbol, live) in symbols.into_iter().zip(watched) {
        assert_eq!(bars(&market, symbol, Timeframe::M1, 4), live, "{symbol}");
    }
}

#[rstest]
#[case("AAPL")]
#[case("BTC/USD")]
#[case("BND")]
fn the_last_bar_of_every_timeframe_is_the_live_price(#[case] symbol: &str) {
    let market = shared();
    for timeframe in Timeframe::ALL {
        let bars = bars(market, symbol, timeframe, 300);
        let quote = market.quote(id(market, symbol));
        let last = bars.last().expect("there is history");
        assert_eq!((last.c, last.t), (quote.price, timeframe.bar_start(quote.time)), "{timeframe:?}");
        assert!(bars.windows(2).all(|two| two[0].t < two[1].t), "{timeframe:?}");
        assert!(bars.iter().all(|b| b.l <= b.o.min(b.c) && b.h >= b.o.max(b.c)), "{timeframe:?}");
    }
}

#[rstest]
#[case("AAPL", Timeframe::M1)]
#[case("BTC/USD", Timeframe::M5)]
#[case("BND", Timeframe::H1)]
fn the_newest_few_bars_are_the_last_of_many(#[case] symbol: &str, #[case] timeframe: Timeframe) {
    let many = bars(shared(), symbol, timeframe, usize::MAX);
    for count in [1, 3, 40] {
        assert_eq!(bars(shared(), symbol, timeframe, count), many[many.len() - count..], "{count}");
    }
}

#[rstest]
#[case("AAPL")]
#[case("DOGE/USD")]
fn a_daily_bar_is_the_fold_of_its_minutes(#[case] symbol: &str) {
    let market = shared();
    let minutes = bars(market, symbol, Timeframe::M1, usize::MAX);
    let days = bars(market, symbol, Timeframe::D1, INTRADAY_SESSIONS);
    assert_eq!(minutes.len(), 4 * 1_440 + 15 * 60 + 21);
    assert_eq!(Bar::fold(&minutes, Timeframe::D1), days);
    let quote = market.quote(id(market, symbol));
    let today = days.last().expect("five days");
    assert_eq!((quote.open, quote.high, quote.low, quote.volume), (today.o, today.h, today.l, today.v));
    assert_eq!(quote.prev_close, days[3].c);
}

#[rstest]
#[case("AAPL", 3)]
#[case("BTC/USD", 5)]
fn five_days_of_minutes_join_without_a_step(#[case] symbol: &str, #[case] tenths_of_percent_max: i64) {
    let minutes = bars(shared(), symbol, Timeframe::M1, usize::MAX);
    let allowed = rust_decimal::Decimal::new(tenths_of_percent_max, 1);
    for two in minutes.windows(2) {
        assert_eq!(two[1].t.micros() - two[0].t.micros(), MINUTE_US);
        assert!(two[1].o.change_pct(two[0].c).decimal().abs() < allowed, "{two:?}");
    }
}

#[test]
fn a_range_and_a_limit_choose_the_newest_bars_in_it() {
    let market = shared();
    let (from, to) = (time("2026-11-16T10:02:30Z"), time("2026-11-16T11:00:00Z"));
    let wanted = WantedBars { timeframe: Timeframe::M5, from: Some(from), to: Some(to), limit: 500 };
    let all = market.bars_now(id(market, "AAPL"), &wanted);
    assert_eq!((all.len(), all[0].t, all[12].t), (13, time("2026-11-16T10:00:00Z"), to));
    let newest = market.bars_now(id(market, "AAPL"), &WantedBars { limit: 2, ..wanted });
    assert_eq!(newest, all[11..]);
    let old = WantedBars { timeframe: Timeframe::D1, from: None, to: Some(time("2025-06-02T00:00:00Z")), limit: 3 };
    let days = market.bars_now(id(market, "AAPL"), &old);
    assert_eq!((days.len(), days[2].t), (3, time("2025-06-02T00:00:00Z")));
}

#[test]
fn two_years_of_days_come_without_a_gap() {
    let market = shared();
    let days = bars(market, "MSFT", Timeframe::D1, usize::MAX);
    assert_eq!(days.len(), 730);
    assert!(days.windows(2).all(|two| two[1].t.micros() - two[0].t.micros() == DAY_US));
    assert_eq!(bars(market, "MSFT", Timeframe::D1, 30), days[700..], "the cache gives the same days");
}

#[test]
fn a_late_step_arrives_at_the_same_quotes_as_many_small_ones() {
    let start = "2026-11-17T23:58:30.900Z";
    let (patient, hasty) = (market_at(start, Calendar::AlwaysOpen), market_at(start, Calendar::AlwaysOpen));
    for second in 1..=120 {
        patient.step(time(start).plus_micros(second * SECOND_US));
    }
    hasty.step(time(start).plus_micros(2 * MINUTE_US));
    for id in patient.catalog().ids() {
        let exact = |market: &Market| {
            let _ = market.0.simulated.refine_one(id);
            market.0.simulated.quote(id)
        };
        assert_eq!(exact(&patient), exact(&hasty));
    }
}

#[test]
fn the_price_of_a_past_second_is_what_was_shown_then() {
    let (then, now) = (market_at("2026-11-09T03:04:05.300Z", Calendar::AlwaysOpen), shared());
    for id in then.catalog().ids() {
        assert_eq!(now.price_at(id, time("2026-11-09T03:04:05.300Z")), then.quote(id).price);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_high_and_low_that_are_searched_are_those_of_all_seconds(nth in 0..1_900_usize, day in 20_000..21_500_i64, minute in 0..1_300_i64, length in 1..8_000_i64) {
        let market = shared();
        let model = &market.0.simulated.models[nth];
        let day = model.day(day);
        let seconds = minute * 60..(minute * 60 + length).min(86_400);
        let minutes = model.minutes(&day, &seconds);
        let span = model.span(&day, &seconds, Detail::Exact);
        prop_assert_eq!(Some(span.high), minutes.iter().map(|m| m.high).max());
        prop_assert_eq!(Some(span.low), minutes.iter().map(|m| m.low).min());
        prop_assert_eq!((span.open, Some(span.close)), (minutes[0].open, minutes.last().map(|m| m.close)));
        prop_assert_eq!(span.volume, minutes.iter().map(|m| m.volume).sum::<i64>());
    }
}
