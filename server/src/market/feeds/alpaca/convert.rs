//! Alpaca's payloads in our words. What has no price (a one-sided quote, a day without a trade) becomes nothing.

use speedtrade::{
    market::{Bar, BookChange, DayStats, Level, MarketEvent, Touch, Trade},
    money::Qty,
    order::Side,
};

use super::wire;

/// Conditions of the tapes under which a print is no price of this moment: cash, next day and seller's terms, averages,
/// contingent and qualified trades, variations, official opens and closes, prior references, and late reports.
const NO_PRICE: [&str; 12] = ["C", "N", "R", "W", "V", "7", "H", "M", "Q", "P", "U", "Z"];

pub(super) fn trade(wire: &wire::Trade) -> Option<Trade> {
    if wire.c.iter().any(|condition| NO_PRICE.contains(&condition.trim())) {
        return None;
    }
    let taker = match wire.tks {
        Some(wire::Taker::Buyer) => Some(Side::Buy),
        Some(wire::Taker::Seller) => Some(Side::Sell),
        Some(wire::Taker::Unknown) | None => None,
    };
    Some(Trade { price: wire.p.price()?, qty: wire.s.qty()?, time: wire.t.0, taker })
}

/// Sizes of stocks are shares (round lots before November 2025).
pub(super) fn touch(wire: &wire::Quote) -> Option<Touch> {
    Some(Touch {
        bid: wire.bp.price()?,
        ask: wire.ap.price()?,
        bid_size: wire.bs.qty().unwrap_or(Qty::ZERO),
        ask_size: wire.ask_size.qty().unwrap_or(Qty::ZERO),
        time: wire.t.0,
    })
}

pub(super) fn bar(wire: &wire::Bar) -> Option<Bar> {
    Some(Bar { t: wire.t.0, o: wire.o.price()?, h: wire.h.price()?, l: wire.l.price()?, c: wire.c.price()?, v: wire.v.qty()? })
}

/// The day so far, as its bar tells it. Yesterday's close is not in it.
pub(super) fn running_day(wire: &wire::Bar) -> Option<DayStats> {
    let bar = bar(wire)?;
    Some(DayStats { last: bar.c, prev_close: None, open: bar.o, high: bar.h, low: bar.l, volume: bar.v, time: bar.t })
}

pub(super) fn book(wire: &wire::OrderBook) -> BookChange {
    let levels = |side: &[wire::Level]| side.iter().filter_map(|l| Some(Level { price: l.p.price()?, qty: l.s.qty()? })).collect();
    let (bids, asks) = (levels(&wire.b), levels(&wire.a));
    if wire.r { BookChange::Snapshot { bids, asks } } else { BookChange::Levels { bids, asks } }
}

/// Its day, which ends with its last trade, and its touch. The trade is no print: the next snapshot has it again.
pub(super) fn snapshot(wire: &wire::Snapshot) -> Vec<MarketEvent> {
    let last = wire.latest_trade.as_ref().and_then(trade);
    let day = wire.daily_bar.as_ref().and_then(running_day).map(|day| DayStats {
        prev_close: wire.prev_daily_bar.as_ref().and_then(|bar| bar.c.price()),
        last: last.map_or(day.last, |trade| trade.price),
        time: last.map_or(day.time, |trade| trade.time.max(day.time)),
        ..day
    });
    let print = last.filter(|_| day.is_none());
    let touch = wire.latest_quote.as_ref().and_then(touch);
    [day.map(MarketEvent::Day), touch.map(MarketEvent::Touch), print.map(MarketEvent::Trade)].into_iter().flatten().collect()
}
