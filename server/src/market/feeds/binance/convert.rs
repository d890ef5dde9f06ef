//! Binance's payloads as market events. Says nothing that the payload does not say; what it lacks is left out.

use speedtrade::{
    market::{Bar, DayStats, MarketEvent, Touch, Trade},
    order::Side,
    time::Timestamp,
};

use super::wire;

pub(super) fn trade(trade: &wire::Trade<'_>) -> MarketEvent {
    // When the buyer was waiting in the book, the seller came to it.
    let taker = if trade.is_buyer_maker { Side::Sell } else { Side::Buy };
    MarketEvent::Trade(Trade { price: trade.price, qty: trade.qty, time: Timestamp::from_millis(trade.time_ms), taker: Some(taker) })
}

/// `None` when a side of the book is empty. The frame has no time: `now` is when it came.
pub(super) fn touch(ticker: &wire::BookTicker<'_>, now: Timestamp) -> Option<MarketEvent> {
    let (bid, ask) = (ticker.bid?, ticker.ask?);
    Some(MarketEvent::Touch(Touch { bid, ask, bid_size: ticker.bid_size, ask_size: ticker.ask_size, time: now }))
}

/// `None` when nothing was traded in 24 hours.
pub(super) fn day(ticker: &wire::Ticker<'_>) -> Option<MarketEvent> {
    Some(MarketEvent::Day(DayStats {
        last: ticker.last?,
        prev_close: ticker.before,
        open: ticker.open?,
        high: ticker.high?,
        low: ticker.low?,
        volume: ticker.volume,
        time: Timestamp::from_millis(ticker.time_ms),
    }))
}

pub(super) fn bar(kline: &wire::Kline) -> Bar {
    let [o, h, l, c] = kline.prices;
    Bar { t: Timestamp::from_millis(kline.start_ms), o, h, l, c, v: kline.volume }
}

pub(super) fn snapshot(ticker: &wire::DayTicker) -> Vec<MarketEvent> {
    let time = Timestamp::from_millis(ticker.close_time);
    let day = || {
        let (last, open) = (ticker.last_price?, ticker.open_price?);
        let (high, low) = (ticker.high_price?, ticker.low_price?);
        Some(MarketEvent::Day(DayStats { last, prev_close: ticker.prev_close_price, open, high, low, volume: ticker.volume, time }))
    };
    let touch = || {
        let (bid, ask) = (ticker.bid_price?, ticker.ask_price?);
        Some(MarketEvent::Touch(Touch { bid, ask, bid_size: ticker.bid_qty, ask_size: ticker.ask_qty, time }))
    };
    day().into_iter().chain(touch()).collect()
}
