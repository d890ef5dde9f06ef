//! One quote out of what a feed tells piece by piece: prints, touches, and the day as the venue counts it.
//!
//! An older piece never replaces a newer one. Makes nothing up: without a price and a touch there is no quote.

use super::{DayStats, MarketEvent, Quote, Touch, Trade};
use crate::{
    money::{Price, Qty},
    time::Timestamp,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Day {
    /// When it began; prints of a later day begin a new one.
    start: Timestamp,
    prev_close: Option<Price>,
    open: Price,
    high: Price,
    low: Price,
    volume: Qty,
    /// Prints up to here are in the figures already.
    counted_until: Timestamp,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveQuote {
    touch: Option<Touch>,
    last: Option<(Price, Timestamp)>,
    day: Option<Day>,
}

impl LiveQuote {
    /// `day_start` is the beginning of the trading day that holds the event. True when the quote may have changed.
    pub fn apply(&mut self, event: &MarketEvent, day_start: Timestamp) -> bool {
        match event {
            MarketEvent::Trade(trade) => self.trade(trade, day_start),
            MarketEvent::Touch(touch) => self.touch(touch),
            MarketEvent::Day(stats) => self.day(stats, day_start),
            MarketEvent::Minute(_) | MarketEvent::Book(_) => false,
        }
    }

    /// Where the clock was set back, what comes next is newer than what was there. A venue's clock may be ahead a little.
    pub fn not_after(&mut self, now: Timestamp) {
        let times = [
            self.touch.as_mut().map(|touch| &mut touch.time),
            self.last.as_mut().map(|(_, time)| time),
            self.day.as_mut().map(|day| &mut day.counted_until),
        ];
        for time in times.into_iter().flatten().filter(|time| time.micros() - now.micros() > Quote::FRESH_US) {
            *time = now;
        }
    }

    /// A newer touch is known.
    pub fn is_late(&self, touch: &Touch) -> bool {
        self.touch.is_some_and(|known| touch.time < known.time)
    }

    fn trade(&mut self, trade: &Trade, day_start: Timestamp) -> bool {
        self.count(trade, day_start);
        let is_newest = self.last.is_none_or(|(_, time)| trade.time >= time);
        if is_newest {
            self.last = Some((trade.price, trade.time));
        }
        is_newest
    }

    fn count(&mut self, trade: &Trade, day_start: Timestamp) {
        match &mut self.day {
            Some(day) if day_start <= day.start => {
                if trade.time <= day.counted_until || trade.time < day.start {
                    return;
                }
                day.high = day.high.max(trade.price);
                day.low = day.low.min(trade.price);
                day.volume = day.volume.saturating_add(trade.qty);
            }
            _ => self.begin_day(trade, day_start),
        }
    }

    fn begin_day(&mut self, trade: &Trade, start: Timestamp) {
        let prev_close = self.last.map(|(price, _)| price);
        let Trade { price, qty, time, .. } = *trade;
        let counted_until = time.plus_micros(-1);
        self.day = Some(Day { start, prev_close, open: price, high: price, low: price, volume: qty, counted_until });
    }

    fn touch(&mut self, touch: &Touch) -> bool {
        let is_newest = !self.is_late(touch) && !touch.is_crossed();
        if is_newest {
            self.touch = Some(*touch);
        }
        is_newest
    }

    fn day(&mut self, stats: &DayStats, start: Timestamp) -> bool {
        if self.day.is_some_and(|day| day.start > start || day.counted_until > stats.time) {
            return false;
        }
        let known = self.day.filter(|day| day.start == start).and_then(|day| day.prev_close);
        let DayStats { last, prev_close, open, high, low, volume, time } = *stats;
        self.day = Some(Day { start, prev_close: prev_close.or(known), open, high, low, volume, counted_until: time });
        if self.last.is_none_or(|(_, last)| time >= last) {
            self.last = Some((last, time));
        }
        true
    }

    /// Its time is that of the touch: a print makes no old touch new. Where the feed does not tell yesterday's close, the day's open stands for it.
    pub fn quote(&self) -> Option<Quote> {
        let (touch, (price, _)) = (self.touch?, self.last?);
        let day = self.day.as_ref();
        Some(Quote {
            price,
            bid: touch.bid,
            ask: touch.ask,
            bid_size: touch.bid_size,
            ask_size: touch.ask_size,
            prev_close: day.map_or(price, |day| day.prev_close.unwrap_or(day.open)),
            open: day.map_or(price, |day| day.open),
            high: day.map_or(price, |day| day.high.max(price)),
            low: day.map_or(price, |day| day.low.min(price)),
            volume: day.map_or(Qty::ZERO, |day| day.volume),
            time: touch.time,
            touched_at: touch.time,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY_US, SECOND_US};

    fn price(text: &str) -> Price {
        text.parse().expect("valid")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * SECOND_US)
    }

    fn trade(text: &str, qty: &str, second: i64) -> MarketEvent {
        MarketEvent::Trade(Trade { price: price(text), qty: qty.parse().expect("valid"), time: at(second), taker: None })
    }

    fn touch(bid: &str, ask: &str, second: i64) -> MarketEvent {
        let size = "1".parse().expect("valid");
        MarketEvent::Touch(Touch { bid: price(bid), ask: price(ask), bid_size: size, ask_size: size, time: at(second) })
    }

    fn stats(last: &str, volume: &str, second: i64) -> MarketEvent {
        MarketEvent::Day(DayStats {
            last: price(last),
            prev_close: Some(price("90")),
            open: price("95"),
            high: price("120"),
            low: price("80"),
            volume: volume.parse().expect("valid"),
            time: at(second),
        })
    }

    fn folded(events: &[MarketEvent]) -> LiveQuote {
        let mut live = LiveQuote::default();
        for event in events {
            live.apply(event, Timestamp::EPOCH);
        }
        live
    }

    #[test]
    fn there_is_no_quote_before_a_print_and_a_touch() {
        assert_eq!(folded(&[trade("10", "1", 1)]).quote(), None);
        assert_eq!(folded(&[touch("9", "11", 1)]).quote(), None);
        let quote = folded(&[trade("10", "1", 1), touch("9", "11", 2)]).quote().expect("both are there");
        assert_eq!(
            (quote.price, quote.bid, quote.ask, quote.prev_close, quote.time),
            (price("10"), price("9"), price("11"), price("10"), at(2))
        );
    }

    #[test]
    fn older_pieces_change_nothing() {
        let newest = [trade("10", "1", 5), touch("9", "11", 5)];
        let late = [trade("99", "0", 4), touch("98", "99", 4)];
        let (before, after) = (folded(&newest), folded(&[&newest[..], &late[..]].concat()));
        let (before, after) = (before.quote().expect("known"), after.quote().expect("known"));
        assert_eq!((before.price, before.bid, before.time), (after.price, after.bid, after.time));
    }

    #[test]
    fn after_a_clock_was_set_back_news_are_news() {
        let mut live = folded(&[trade("10", "1", 100), touch("9", "11", 100)]);
        live.not_after(at(96));
        assert!(!live.apply(&touch("8", "12", 96), at(0)), "a clock that is ahead a little is no reason");
        live.not_after(at(40));
        assert!(live.apply(&touch("8", "12", 41), at(0)) && live.apply(&trade("9", "1", 41), at(0)));
        let quote = live.quote().expect("known");
        assert_eq!((quote.bid, quote.price, quote.time), (price("8"), price("9"), at(41)));
    }

    #[test]
    fn a_crossed_touch_is_not_taken() {
        let live = folded(&[trade("10", "1", 1), touch("9", "11", 1), touch("12", "11", 2)]);
        assert_eq!(live.quote().expect("known").bid, price("9"));
    }

    #[test]
    fn prints_that_the_days_figures_hold_already_are_not_counted_twice() {
        let live = folded(&[touch("9", "11", 1), stats("100", "50", 10), trade("130", "2", 9), trade("130", "2", 11)]);
        let quote = live.quote().expect("known");
        assert_eq!((quote.volume, quote.high, quote.prev_close), ("52".parse().expect("valid"), price("130"), price("90")));
    }

    #[test]
    fn a_volume_beyond_the_largest_quantity_stays_there_and_is_compared_with_nothing() {
        let live = folded(&[touch("9", "11", 1), stats("100", "9999999990", 10), trade("100", "50", 11), trade("100", "50", 12)]);
        let quote = live.quote().expect("known");
        assert_eq!((quote.volume, quote.rel_volume_pct("1000".parse().expect("valid"))), (Qty::MAX, None));
    }

    #[test]
    fn a_new_day_begins_with_its_first_print() {
        let mut live = folded(&[touch("9", "11", 1), stats("100", "50", 10)]);
        let tomorrow = Timestamp::from_micros(DAY_US);
        live.apply(&trade("101", "3", 86_500), tomorrow);
        let quote = live.quote().expect("known");
        assert_eq!((quote.prev_close, quote.open, quote.volume), (price("100"), price("101"), "3".parse().expect("valid")));
    }
}
