//! With the calendar of the exchange, stocks rest while it is closed and coins go on.

use speedtrade::time::SECOND_US;

use super::*;

const SUNDAY: &str = "2026-11-22T12:00:00.900Z";

#[test]
fn on_a_sunday_coins_trade_and_stocks_do_not() {
    let market = market_at(SUNDAY, Calendar::Nyse);
    let (apple, coin) = (id(&market, "AAPL"), id(&market, "BTC/USD"));
    let mut cursor = 0;
    assert_eq!(market.hub().take_changed(&mut cursor).len(), market.catalog().len());
    for second in 1..=5 {
        market.step(time(SUNDAY).plus_micros(second * SECOND_US));
    }
    let changed = market.hub().take_changed(&mut cursor);
    assert!(changed.contains(&coin) && changed.iter().all(|id| market.catalog().is_crypto(*id)));
    let now = time(SUNDAY);
    assert!(!market.is_open(apple, now) && market.is_open(coin, now));
    assert_eq!((market.calendar(apple), market.calendar(coin)), (Calendar::Nyse, Calendar::AlwaysOpen));
    assert_eq!(market.quote(apple).time.seconds(), time("2026-11-20T20:59:59Z").seconds());
    assert!(market.quote_view(apple, now).stale);
}

#[test]
fn a_stock_counts_from_the_close_of_its_last_session() {
    let market = market_at("2026-11-23T16:00:00.900Z", Calendar::Nyse);
    let apple = id(&market, "AAPL");
    let days = bars(&market, "AAPL", Timeframe::D1, 2);
    let quote = market.quote(apple);
    assert_eq!((days[0].t, days[1].t), (time("2026-11-20T00:00:00Z"), time("2026-11-23T00:00:00Z")));
    assert_eq!((quote.prev_close, quote.open), (days[0].c, days[1].o));
    assert_eq!(quote.prev_close, market.price_at(apple, time("2026-11-22T03:00:00Z")));
}

#[test]
fn bars_outside_the_session_are_left_out() {
    let market = market_at("2026-11-30T15:00:00.900Z", Calendar::Nyse);
    let minutes = bars(&market, "AAPL", Timeframe::M1, usize::MAX);
    // 24, 25, 27 (half a day after Thanksgiving) and half an hour of the 30th, after the 23rd.
    assert_eq!(minutes.len(), 3 * 390 + 210 + 31);
    assert!(minutes.iter().all(|bar| Calendar::Nyse.is_open(bar.t)));
    assert_eq!(Bar::fold(&minutes, Timeframe::D1), bars(&market, "AAPL", Timeframe::D1, 5));
    let days = bars(&market, "AAPL", Timeframe::D1, usize::MAX).len();
    assert!((495..=510).contains(&days), "{days} sessions in two years");
}

#[test]
fn the_opening_bell_starts_a_new_day() {
    let market = market_at("2026-11-23T14:29:58.900Z", Calendar::Nyse);
    let apple = id(&market, "AAPL");
    let friday = market.quote(apple);
    market.step(time("2026-11-23T14:29:59.900Z"));
    assert_eq!(market.quote(apple), friday);
    market.step(time("2026-11-23T14:30:00.900Z"));
    let monday = market.quote(apple);
    assert_eq!((monday.prev_close, monday.open, monday.high), (friday.price, monday.price, monday.price));
}
