//! Prices that move: the host's snapshot first, the live feed's values after it.

mod change;
mod last_price;
mod symbol_link;
mod trade_head;
mod watch_links;

use leptos::prelude::*;
use speedtrade::{
    market::Quote,
    money::{Percent, Price, Usd},
    time::Timestamp,
    wire::{PriceRecord, QuoteView},
};

pub use change::Change;
pub use last_price::LastPrice;
pub use symbol_link::{symbol_link, trade_path};
pub use trade_head::TradeHead;
pub use watch_links::watch_links;

use crate::live;

/// The quote of one instrument as it is now.
pub fn live_quote(first: &QuoteView) -> Memo<Quote> {
    let newest = live::price(&first.symbol);
    let first = domain_quote(first);
    Memo::new(move |_| newest.with(|update| update.as_ref().map_or(first, |update| moved(first, update))))
}

/// The numbers of a row in a list: last price and the day's change, and whether they are old.
#[derive(Clone, Copy)]
pub struct RowPrice {
    pub is_stale: Signal<bool>,
    pub price: Signal<Price>,
    pub change: Signal<Usd>,
    pub change_pct: Signal<Percent>,
}

pub fn live_row(first: &QuoteView) -> RowPrice {
    RowPrice::of(live_quote(first), stale(first))
}

impl RowPrice {
    pub fn of(quote: Memo<Quote>, is_stale: Signal<bool>) -> Self {
        Self {
            is_stale,
            price: Signal::derive(move || quote.with(|quote| quote.price)),
            change: Signal::derive(move || quote.with(Quote::change)),
            change_pct: Signal::derive(move || quote.with(Quote::change_pct)),
        }
    }
}

fn domain_quote(view: &QuoteView) -> Quote {
    Quote {
        price: view.price,
        bid: view.bid,
        ask: view.ask,
        bid_size: view.bid_size,
        ask_size: view.ask_size,
        prev_close: view.prev_close,
        open: view.open,
        high: view.high,
        low: view.low,
        volume: view.volume,
        time: view.timestamp,
        touched_at: view.timestamp,
    }
}

fn moved(first: Quote, update: &PriceRecord) -> Quote {
    let PriceRecord { price, bid, ask, prev_close, high, low, bid_size, ask_size, volume, timestamp, .. } = *update;
    let time = Timestamp::from_millis(timestamp);
    Quote { price, bid, ask, bid_size, ask_size, prev_close, high, low, volume, time, touched_at: time, ..first }
}

/// Whether the price shown is not the market's of now: its feed or the connection is lost, or it is old, by the host's clock
/// and rule. Before the first price on the socket the host's own word with the page counts.
pub fn stale(first: &QuoteView) -> Signal<bool> {
    let (newest, lost, was_stale) = (live::price(&first.symbol), live::is_stale(first.asset_type), first.stale);
    let now = live::now_secs();
    let is_old = move || {
        newest.with(|newest| match (newest, now.get()) {
            (Some(newest), Some(now)) => !newest.is_confirmed && is_old(newest.timestamp, now),
            (Some(_), None) | (None, _) => was_stale,
        })
    };
    Memo::new(move |_| lost.get() || is_old()).into()
}

/// Milliseconds of the price, seconds of the clock: a price is called old a second late at most.
const fn is_old(timestamp: i64, now: i64) -> bool {
    now.saturating_mul(1_000).saturating_sub(timestamp) >= Quote::FRESH_US / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_old_after_the_hosts_five_seconds() {
        let ages = [-1_000, 0, 4_999, 5_000, 60_000].map(|age| is_old(1_700_000_000_000 - age, 1_700_000_000));
        assert_eq!(ages, [false, false, false, true, true]);
    }
}
