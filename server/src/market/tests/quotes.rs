//! What every quote of the simulated market promises.

use rust_decimal::Decimal;
use speedtrade::time::SECOND_US;

use super::*;

#[test]
fn a_seed_decides_the_market() {
    let quotes = |seed| {
        let config = SimConfig { seed, ..SimConfig::default() };
        let market = Market::simulated(config, Clock::manual(time("2026-11-17T15:20:30Z")));
        market.catalog().ids().map(|id| market.quote(id)).collect::<Vec<_>>()
    };
    assert_eq!(quotes(7), quotes(7));
    let (seven, eight) = (quotes(7), quotes(8));
    let same = seven.iter().zip(&eight).filter(|(a, b)| a.price == b.price).count();
    assert!(same * 20 < seven.len(), "{same} of {} prices are equal", seven.len());
}

#[test]
fn every_quote_is_on_its_grid_and_in_order() {
    for now in ["2024-12-01T00:00:00Z", "2026-11-01T00:00:01Z", "2026-11-17T15:20:30Z", "2029-02-03T04:05:06Z"] {
        let market = market_at(now, Calendar::AlwaysOpen);
        for id in market.catalog().ids() {
            let (instrument, q) = (market.catalog().get(id), market.quote(id));
            let symbol = &instrument.symbol;
            assert!(q.bid < q.ask && q.bid <= q.price && q.price <= q.ask, "{symbol} {q:?}");
            assert!(q.low <= q.price && q.price <= q.high && q.low <= q.open && q.open <= q.high, "{symbol} {q:?}");
            for price in [q.price, q.bid, q.ask, q.open, q.high, q.low, q.prev_close] {
                assert!(price.is_on_tick(instrument.tick), "{symbol} {q:?}");
            }
            for size in [q.bid_size, q.ask_size] {
                assert!(!size.is_zero() && size.is_multiple_of(instrument.lot), "{symbol} {q:?}");
            }
            assert!(q.is_fresh(time(now)), "{symbol} {q:?}");
        }
    }
}

#[test]
fn at_the_anchor_a_price_is_near_that_of_the_table() {
    let market = market_at("2026-11-01T00:00:01Z", Calendar::AlwaysOpen);
    for id in market.catalog().ids() {
        let (table, price) = (market.catalog().traits(id).price, market.quote(id).price);
        let instrument = market.catalog().get(id);
        let off = price.difference(table).decimal().abs();
        let allowed = (table.decimal() / Decimal::ONE_HUNDRED).max(instrument.tick.decimal() * Decimal::TWO);
        assert!(off <= allowed, "{} {price} {table}", instrument.symbol);
    }
}

#[test]
fn a_liquid_price_changes_within_two_seconds() {
    let market = shared();
    for symbol in ["AAPL", "BTC/USD", "SPY"] {
        let id = id(market, symbol);
        let moves = |nth: i64| {
            let at = time("2026-11-17T00:00:03Z").plus_micros(nth * 431 * SECOND_US);
            let price = |after: i64| market.price_at(id, at.plus_micros(after * SECOND_US));
            price(1) != price(0) || price(2) != price(0)
        };
        let moved = (0..200).filter(|nth| moves(*nth)).count();
        assert!(moved >= 196, "{symbol} moved in {moved} of 200");
    }
}

#[test]
fn a_view_says_that_it_is_simulated_and_when_it_is_old() {
    let market = shared();
    let apple = id(market, "AAPL");
    let now = time("2026-11-17T15:20:30.900Z");
    let view = market.quote_view(apple, now);
    assert_eq!((view.source.as_str(), view.stale, view.symbol.as_str()), ("simulated", false, "AAPL"));
    assert!(market.quote_view(apple, now.plus_micros(6 * SECOND_US)).stale);
}

#[test]
fn the_simulated_book_begins_with_the_touch_and_its_tape_adds_up() {
    let market = shared();
    for symbol in ["AAPL", "BTC/USD", "PLUG"] {
        let Some(id) = market.catalog().find(symbol) else { continue };
        let (quote, book) = (market.quote(id), market.book(id));
        assert_eq!((book.bids(1)[0].price, book.bids(1)[0].qty), (quote.bid, quote.bid_size), "{symbol}");
        assert_eq!((book.asks(1)[0].price, book.asks(1)[0].qty), (quote.ask, quote.ask_size), "{symbol}");
        assert!(book.bids(20).len() > 5 && book.bids(20).windows(2).all(|w| w[0].price > w[1].price));
        let tick = market.catalog().get(id).tick;
        assert!(book.asks(20).iter().all(|level| level.price.is_on_tick(tick) && !level.qty.is_zero()));
        let tape = market.tape(id, 50);
        assert!(tape.len() <= 50 && tape.windows(2).all(|w| w[0].time < w[1].time), "{symbol}");
        let newest = tape.last().expect("it traded");
        assert!(newest.price == quote.bid || newest.price == quote.ask || newest.time < quote.time);
    }
}
