//! Prices that move: the host's snapshot first, the live feed's values after it.

mod change;
mod last_price;
mod symbol_link;
mod trade_head;

use leptos::prelude::*;
use speedtrade::{
    market::Quote,
    money::{Percent, Price, Usd},
    wire::{PriceRecord, QuoteView},
};

pub use change::Change;
pub use last_price::LastPrice;
pub use symbol_link::{symbol_link, trade_path};
pub use trade_head::TradeHead;

use crate::live;

/// The quote of one instrument as it is now.
pub fn live_quote(first: &QuoteView) -> Memo<Quote> {
    let newest = live::price(&first.symbol);
    let first = domain_quote(first);
    Memo::new(move |_| newest.with(|update| update.as_ref().map_or(first, |update| moved(first, update))))
}

/// The numbers of a row in a list: last price and the day's change.
#[derive(Clone, Copy)]
pub struct RowPrice {
    pub price: Signal<Price>,
    pub change: Signal<Usd>,
    pub change_pct: Signal<Percent>,
}

pub fn live_row(first: &QuoteView) -> RowPrice {
    let quote = live_quote(first);
    RowPrice {
        price: Signal::derive(move || quote.with(|quote| quote.price)),
        change: Signal::derive(move || quote.with(Quote::change)),
        change_pct: Signal::derive(move || quote.with(Quote::change_pct)),
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
    }
}

fn moved(first: Quote, update: &PriceRecord) -> Quote {
    let PriceRecord { price, bid, ask, prev_close, .. } = *update;
    Quote { price, bid, ask, prev_close, high: first.high.max(price), low: first.low.min(price), ..first }
}

/// Whether the price shown is not the market's of now: its feed or the connection is lost, or it was old when the page was
/// made and no other has come.
pub fn stale(first: &QuoteView) -> Signal<bool> {
    let (newest, lost, was_stale) = (live::price(&first.symbol), live::is_stale(first.asset_type), first.stale);
    Signal::derive(move || lost.get() || (was_stale && newest.with(Option::is_none)))
}
