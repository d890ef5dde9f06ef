//! The market's side: what the feeds ask over REST and read, in CCXT's words.

use std::sync::Mutex;

use serde_json::{Value, json};
use speedtrade::{
    instrument::Symbol,
    market::{Bar, BookChange, Level, MarketEvent, Timeframe},
    order::Side,
    time::Timestamp,
};

use super::{cases::Case, drive::number, told::NONE};
use crate::market::feeds::{BarRange, FeedKind, FeedStatus, History, Sink};

pub(super) fn is_of_market(case: &Case) -> bool {
    ["fetchOHLCV", "fetchTicker", "fetchTickers", "fetchTrades", "fetchOrderBook"].contains(&case.method.as_str())
}

/// Bars and days. `Err`: it is not asked, or can't be read.
pub(super) async fn ask(history: &impl History, case: &Case) -> Result<Value, String> {
    let failed = |error| format!("{error}");
    match case.method.as_str() {
        "fetchOHLCV" => {
            let bars = history.bars(&case.symbol(0), range(case)).await.map_err(failed)?;
            let one = |bar: &Bar| {
                json!([
                    bar.t.millis(),
                    number(bar.o.decimal()),
                    number(bar.h.decimal()),
                    number(bar.l.decimal()),
                    number(bar.c.decimal()),
                    number(bar.v.decimal())
                ])
            };
            Ok(bars.iter().map(one).collect())
        }
        "fetchTicker" => {
            let told = history.snapshots(&[case.symbol(0)]).await.map_err(failed)?;
            Ok(told.first().map_or(Value::Null, |(symbol, events)| day(symbol, events)))
        }
        "fetchTickers" => {
            let pairs = case.input[0].as_array().into_iter().flatten().filter_map(|pair| pair.as_str()?.parse().ok());
            let told = history.snapshots(&pairs.collect::<Vec<Symbol>>()).await.map_err(failed)?;
            Ok(told.iter().map(|(symbol, events)| (symbol.to_string(), day(symbol, events))).collect())
        }
        _ => Err("not asked".to_owned()),
    }
}

/// So many bars as are asked for, or as are told.
fn range(case: &Case) -> BarRange {
    let timeframe: Timeframe = case.text(1).and_then(|word| word.parse().ok()).expect("a timeframe of ours");
    let told = case.parsed_response.as_array();
    let first = told.and_then(|bars| bars.first()?.get(0)?.as_i64());
    let since = first.map_or_else(|| case.since(2), Timestamp::from_millis);
    // The first bar that begins then or later.
    let from = timeframe.bar_start(since.plus_micros(timeframe.step_us() - 1));
    let count = case.number(3).and_then(|count| usize::try_from(count).ok());
    let limit = count.or(told.map(Vec::len)).unwrap_or(1);
    let steps = i64::try_from(limit).expect("small") - 1;
    BarRange { timeframe, from, to: from.plus_micros(steps * timeframe.step_us()), limit }
}

fn day(symbol: &Symbol, events: &[MarketEvent]) -> Value {
    let mut told = json!({"symbol": symbol.as_str()});
    for event in events {
        match event {
            MarketEvent::Day(day) => {
                told["high"] = number(day.high.decimal());
                told["low"] = number(day.low.decimal());
                told["open"] = number(day.open.decimal());
                told["last"] = number(day.last.decimal());
                told["previousClose"] = day.prev_close.map_or_else(|| json!(NONE), |price| number(price.decimal()));
                told["baseVolume"] = number(day.volume.decimal());
            }
            MarketEvent::Touch(touch) => {
                told["timestamp"] = json!(touch.time.millis());
                told["bid"] = number(touch.bid.decimal());
                told["bidVolume"] = number(touch.bid_size.decimal());
                told["ask"] = number(touch.ask.decimal());
                told["askVolume"] = number(touch.ask_size.decimal());
            }
            MarketEvent::Trade(_) | MarketEvent::Minute(_) | MarketEvent::Book(_) => {}
        }
    }
    told
}

/// What a stream says.
#[derive(Default)]
pub(super) struct Heard(Mutex<Vec<(Symbol, MarketEvent)>>);

impl Sink for Heard {
    fn event(&self, _: FeedKind, symbol: &Symbol, event: MarketEvent) {
        self.0.lock().expect("no panic before").push((symbol.clone(), event));
    }

    fn status(&self, _: FeedKind, _: FeedStatus) {}

    fn heard(&self, _: FeedKind) {}
}

impl Heard {
    pub(super) fn trades(self) -> Value {
        let all = self.0.into_inner().expect("no panic before");
        let trades = all.iter().filter_map(|(symbol, event)| {
            let MarketEvent::Trade(trade) = event else { return None };
            let side = trade.taker.map_or(NONE, Side::as_str);
            Some(json!({
                "symbol": symbol.as_str(), "timestamp": trade.time.millis(), "side": side,
                "price": number(trade.price.decimal()), "amount": number(trade.qty.decimal()),
            }))
        });
        trades.collect()
    }

    pub(super) fn book(self) -> Value {
        let all = self.0.into_inner().expect("no panic before");
        let mut books = all.iter().filter_map(|(symbol, event)| {
            let MarketEvent::Book(change) = event else { return None };
            Some(book(symbol, change))
        });
        books.next().unwrap_or_default()
    }
}

pub(super) fn book(symbol: &Symbol, change: &BookChange) -> Value {
    let BookChange::Snapshot { bids, asks } = change else { return Value::Null };
    let side = |levels: &[Level]| -> Value {
        levels.iter().map(|level| json!([number(level.price.decimal()), number(level.qty.decimal())])).collect()
    };
    json!({"symbol": symbol.as_str(), "bids": side(bids), "asks": side(asks)})
}
