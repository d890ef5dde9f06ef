mod continuity;
mod feeds;
mod hub;
mod quotes;
mod sessions;
mod statistics;

use std::sync::LazyLock;

use super::*;

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("valid")
}

fn market_at(text: &str, calendar: Calendar) -> Market {
    Market::simulated(SimConfig { calendar, ..SimConfig::default() }, Clock::manual(time(text)))
}

/// One for all tests that don't step it.
fn shared() -> &'static Market {
    static MARKET: LazyLock<Market> = LazyLock::new(market);
    &MARKET
}

fn market() -> Market {
    market_at("2026-11-17T15:20:30.900Z", Calendar::AlwaysOpen)
}

fn id(market: &Market, symbol: &str) -> InstrumentId {
    market.catalog().find(symbol).expect("listed")
}

fn bars(market: &Market, symbol: &str, timeframe: Timeframe, limit: usize) -> Vec<Bar> {
    market.bars_now(id(market, symbol), &WantedBars { timeframe, from: None, to: None, limit })
}
