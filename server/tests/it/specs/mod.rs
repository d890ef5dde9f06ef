//! Every request that we can send, against mocks that Prism makes of the vendors' own OpenAPI documents. Those are no part of
//! this project, so nothing here runs by itself: `scripts/check-specs DIR` does. What a vendor answers is not judged here.

mod alpaca;
mod alpaca_data;
mod binance;
mod document;
mod judge;
mod massive;
mod orders;
mod wire;

use std::time::Duration;

use server::{
    broker::http::Allowance,
    market::feeds::{BarRange, History},
    net::{Key, KeyPair},
};
use speedtrade::{
    market::Timeframe,
    time::{DAY_US, Timestamp},
};

use crate::feeds::probe::symbol;

/// A mock counts nothing.
const PLENTY: Allowance = Allowance { weight: 1_000_000, per: Duration::from_secs(1) };

fn now() -> Timestamp {
    server::clock::Clock::System.now()
}

fn two_days_ago() -> Timestamp {
    now().plus_micros(-2 * DAY_US)
}

fn keys() -> KeyPair {
    KeyPair { id: Key::new("key"), secret: Key::new("secret") }
}

/// Bars of a stock and of a coin in every timeframe, and what four symbols are now. What is answered does not matter.
async fn ask_for_all(history: &impl History, limits: [usize; 3]) {
    for timeframe in Timeframe::ALL {
        for limit in limits {
            let _ = history.bars(&symbol("BRK.B"), last_bars(timeframe, limit)).await;
            let _ = history.bars(&symbol("BTC/USD"), last_bars(timeframe, limit)).await;
        }
    }
    let _ = history.snapshots(&["AAPL", "BTC/USD", "BRK.B", "ETH/USD"].map(symbol)).await;
}

/// As many bars of one length as that, and no part of one.
fn last_bars(timeframe: Timeframe, limit: usize) -> BarRange {
    let to = timeframe.bar_start(Timestamp::parse_rfc3339("2026-11-20T15:00:00Z").expect("a time"));
    let steps = i64::try_from(limit - 1).expect("small");
    BarRange { timeframe, from: to.plus_micros(-steps * timeframe.step_us()), to, limit }
}
