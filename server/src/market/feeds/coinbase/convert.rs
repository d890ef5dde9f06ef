//! Coinbase's payloads in our words. Its day is the last 24 hours, which it tells by a percentage.

use rust_decimal::Decimal;
use speedtrade::{
    instrument::{AssetType, Symbol},
    market::{Bar, BookChange, DayStats, Level, Touch, Trade},
    money::{Price, Qty},
    order::Side,
    time::Timestamp,
};

use super::wire;
use crate::net::exact::Exact;

/// `BTC/USD` is `BTC-USD`. None for what is no pair.
pub(super) fn product(symbol: &Symbol) -> Option<String> {
    (AssetType::of_symbol(symbol) == AssetType::Crypto).then(|| symbol.slug())
}

pub(super) fn touch(ticker: &wire::Ticker, time: Timestamp) -> Option<Touch> {
    Some(Touch {
        bid: ticker.best_bid.price()?,
        ask: ticker.best_ask.price()?,
        bid_size: ticker.best_bid_quantity.qty().unwrap_or(Qty::ZERO),
        ask_size: ticker.best_ask_quantity.qty().unwrap_or(Qty::ZERO),
        time,
    })
}

pub(super) fn day(ticker: &wire::Ticker, time: Timestamp) -> Option<DayStats> {
    let last = ticker.price.price()?;
    let open = before(last, ticker.price_percent_chg_24_h)?;
    Some(DayStats {
        last,
        // Of 24 hours that slide, the open is what was before them.
        prev_close: Some(open),
        open,
        high: ticker.high_24_h.price()?,
        low: ticker.low_24_h.price()?,
        volume: ticker.volume_24_h.qty()?,
        time,
    })
}

/// The price that became `last` by a change of so many percent, rounded to the decimals of `last`.
pub(super) fn before(last: Price, percent: Exact) -> Option<Price> {
    let factor = Decimal::ONE_HUNDRED.checked_add(percent.decimal()?)?;
    let price = last.decimal().checked_mul(Decimal::ONE_HUNDRED)?.checked_div(factor)?;
    Price::new(price.round_dp(last.decimal().scale().max(2)))
}

pub(super) fn trade(wire: &wire::Trade) -> Option<Trade> {
    let taker = match wire.side {
        wire::MakerSide::Buy => Some(Side::Sell),
        wire::MakerSide::Sell => Some(Side::Buy),
        wire::MakerSide::Unknown => None,
    };
    Some(Trade { price: wire.price.price()?, qty: wire.size.qty()?, time: wire.time.0, taker })
}

pub(super) fn book(event: &wire::DepthEvent) -> BookChange {
    let (mut bids, mut asks) = (Vec::new(), Vec::new());
    for update in &event.updates {
        let (Some(price), Some(qty)) = (update.price_level.price(), update.new_quantity.qty()) else { continue };
        match update.side {
            wire::BookSide::Bid => bids.push(Level { price, qty }),
            wire::BookSide::Offer => asks.push(Level { price, qty }),
        }
    }
    match event.kind {
        wire::Kind::Snapshot => BookChange::Snapshot { bids, asks },
        wire::Kind::Update => BookChange::Levels { bids, asks },
    }
}

pub(super) fn bar(candle: &wire::Candle) -> Option<Bar> {
    Some(Bar {
        t: candle.start.0,
        o: candle.open.price()?,
        h: candle.high.price()?,
        l: candle.low.price()?,
        c: candle.close.price()?,
        v: candle.volume.qty()?,
    })
}

/// A product does not tell its highest and lowest price; the hours of its day do.
pub(super) fn product_day(product: &wire::Product, hours: &[Bar], now: Timestamp) -> Option<DayStats> {
    let last = product.price.price()?;
    let open = before(last, product.price_percentage_change_24h)?;
    let high = hours.iter().map(|hour| hour.h).chain([last, open]).max()?;
    let low = hours.iter().map(|hour| hour.l).chain([last, open]).min()?;
    Some(DayStats { last, prev_close: Some(open), open, high, low, volume: product.volume_24h.qty()?, time: now })
}
