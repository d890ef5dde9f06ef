//! Massive's payloads in our words. Sizes of quotes of stocks are told in round lots of 100 shares, all others in units.

use rust_decimal::Decimal;
use speedtrade::{
    instrument::{AssetType, Symbol},
    market::{Bar, DayStats, MarketEvent, Touch, Trade},
    money::Qty,
    order::Side,
};

use super::wire;
use crate::net::exact::Exact;

/// What the price of a message is of: their conditions and sizes mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Stocks,
    Crypto,
}

pub(super) fn class(symbol: &Symbol) -> Class {
    match AssetType::of_symbol(symbol) {
        AssetType::Stock => Class::Stocks,
        AssetType::Crypto => Class::Crypto,
    }
}

/// In the stream: `AAPL`, `BTC-USD`.
pub(super) fn stream_name(symbol: &Symbol) -> String {
    symbol.slug()
}

/// Over REST: `AAPL`, `X:BTCUSD`.
pub(super) fn rest_name(symbol: &Symbol) -> String {
    match class(symbol) {
        Class::Stocks => symbol.to_string(),
        Class::Crypto => format!("X:{}", symbol.as_str().replace('/', "")),
    }
}

/// Conditions under which a print is no price of this moment: averages, cash, next day and seller's terms, variations,
/// contingent and qualified trades, official opens and closes, prior references, and late reports.
const NO_PRICE: [u16; 12] = [2, 7, 13, 15, 16, 20, 21, 22, 29, 32, 52, 53];

pub(super) fn trade(wire: &wire::Trade, class: Class) -> Option<Trade> {
    let conditions = wire.c.as_deref().unwrap_or_default();
    let taker = match class {
        Class::Stocks if conditions.iter().any(|condition| NO_PRICE.contains(condition)) => return None,
        Class::Crypto if conditions.contains(&1) => Some(Side::Sell),
        Class::Crypto if conditions.contains(&2) => Some(Side::Buy),
        Class::Stocks | Class::Crypto => None,
    };
    Some(Trade { price: wire.p.price()?, qty: wire.s.qty()?, time: wire.t.0, taker })
}

fn size(told: Exact, class: Class) -> Qty {
    let qty = match class {
        Class::Stocks => told.decimal().and_then(|lots| Qty::new(lots.checked_mul(Decimal::ONE_HUNDRED)?)),
        Class::Crypto => told.qty(),
    };
    qty.unwrap_or(Qty::ZERO)
}

pub(super) fn touch(wire: &wire::Quote, class: Class) -> Option<Touch> {
    let (bid_size, ask_size) = (size(wire.bs, class), size(wire.ask_size, class));
    Some(Touch { bid: wire.bp.price()?, ask: wire.ap.price()?, bid_size, ask_size, time: wire.t.0 })
}

pub(super) fn minute(wire: &wire::Minute) -> Option<Bar> {
    Some(Bar { t: wire.s.0, o: wire.o.price()?, h: wire.h.price()?, l: wire.l.price()?, c: wire.c.price()?, v: wire.v.qty()? })
}

pub(super) fn bar(wire: &wire::Aggregate) -> Option<Bar> {
    Some(Bar { t: wire.t.0, o: wire.o.price()?, h: wire.h.price()?, l: wire.l.price()?, c: wire.c.price()?, v: wire.v.qty()? })
}

/// Its day first, then its touch and its last trade.
pub(super) fn snapshot(wire: &wire::Snapshot, class: Class) -> Vec<MarketEvent> {
    let last = wire.last_trade.as_ref().and_then(|last| trade(last, class));
    let touch = wire.last_quote.as_ref().and_then(|quote| {
        let (bid_size, ask_size) = (size(quote.bid_lots, class), size(quote.ask_lots, class));
        Some(Touch { bid: quote.bid.price()?, ask: quote.ask.price()?, bid_size, ask_size, time: quote.t.0 })
    });
    let day = || {
        let day = wire.day.as_ref()?;
        let close = day.c.price()?;
        Some(DayStats {
            last: last.map_or(close, |trade| trade.price),
            prev_close: wire.prev_day.as_ref().and_then(|day| day.c.price()),
            open: day.o.price()?,
            high: day.h.price()?,
            low: day.l.price()?,
            volume: day.v.qty()?,
            time: last.map(|trade| trade.time).or(wire.updated.map(|at| at.0))?,
        })
    };
    let day = day();
    // It is no print where the day tells it: the next snapshot has it again.
    let print = last.filter(|_| day.is_none());
    [day.map(MarketEvent::Day), touch.map(MarketEvent::Touch), print.map(MarketEvent::Trade)].into_iter().flatten().collect()
}
