//! One simulated instrument: its path, tape and volume together. Answers in whole ticks and units.

#![expect(clippy::float_arithmetic, reason = "statistics of a simulated market, never money")]

use std::ops::Range;

use rust_decimal::prelude::ToPrimitive;
use speedtrade::{
    instrument::{AssetType, Instrument},
    market::Bar,
    money::{Price, Qty},
    time::{SECOND_US, Timestamp},
};

use super::{
    extremes::{Detail, End, Search},
    grid,
    noise::key_of,
    path::{DayPath, Ends, Path},
    profile::SECONDS,
    tape::{Tape, Touch},
    volume::{DayVolume, MINUTE_S, MinuteVolume, Volume, lots_max, scale_of},
};
use crate::market::{catalog::Traits, sessions::DAY_S};

/// A bar in ticks and units; `second` is where it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::market) struct TickBar {
    pub(in crate::market) second: i64,
    pub(in crate::market) open: i64,
    pub(in crate::market) high: i64,
    pub(in crate::market) low: i64,
    pub(in crate::market) close: i64,
    pub(in crate::market) volume: i64,
}

/// What is fixed about one UTC day of an instrument, so that its seconds are cheap.
#[derive(Debug, Clone, Copy)]
pub(in crate::market) struct Day {
    midnight: i64,
    path: DayPath,
    volume: DayVolume,
}

/// The minute that a running session is in: what its seconds have in common.
#[derive(Debug)]
pub(in crate::market) struct Minute {
    /// Of the day.
    number: i64,
    ends: Ends,
    volume: MinuteVolume,
}

#[derive(Debug)]
pub(in crate::market) struct Model {
    path: Path,
    tape: Tape,
    volume: Volume,
    tick: Price,
    /// Decimals of a unit of volume.
    scale: u32,
    lot_units: i64,
    lots_max: u64,
}

impl Model {
    pub(in crate::market) fn new(seed: u64, instrument: &Instrument, traits: &Traits) -> Self {
        let symbol = instrument.symbol.as_str();
        let number = |price: Price| price.decimal().to_f64().expect("a price is in the range of floats");
        let price = number(traits.price);
        let median = traits.median_volume.to_f64().expect("a volume is in the range of floats");
        let is_crypto = instrument.asset_type == AssetType::Crypto;
        let path = Path::new(seed, symbol, &instrument.sector, instrument.asset_type, traits);
        let scale = scale_of(is_crypto, price, instrument.lot);
        let units_of_one = (0..scale).fold(1.0, |units, _| units * 10.0);
        let lot_units = if is_crypto { 1 } else { 100 };
        Self {
            tape: Tape::new(seed, symbol, instrument.asset_type, price / number(instrument.tick), price * median),
            volume: Volume::new(key_of(seed, symbol), median, units_of_one, path.profile),
            path,
            tick: instrument.tick,
            scale,
            lot_units,
            lots_max: lots_max(median * units_of_one, lot_units),
        }
    }

    pub(in crate::market) fn day(&self, day: i64) -> Day {
        self.with_volume(day, self.path.day(day))
    }

    /// The days from `first` to `last`, both included.
    pub(in crate::market) fn days(&self, first: i64, last: i64) -> Vec<Day> {
        (first..).zip(self.path.days(first, last)).map(|(day, path)| self.with_volume(day, path)).collect()
    }

    fn with_volume(&self, day: i64, path: DayPath) -> Day {
        Day { midnight: day * DAY_S, path, volume: self.volume.day(day) }
    }

    pub(in crate::market) fn touch(&self, day: &Day, second: i64) -> Touch {
        self.tape.touch(second, day.path.at(index(second - day.midnight)))
    }

    /// Units traded in one second.
    pub(in crate::market) fn traded(&self, day: &Day, second: i64) -> i64 {
        let at = second - day.midnight;
        self.volume.within(&day.volume, &(at..at + 1))
    }

    pub(in crate::market) fn sizes(&self, second: i64) -> [Qty; 2] {
        let units = |lots: u64| lots.cast_signed().saturating_mul(self.lot_units);
        self.tape.lots(second, self.lots_max).map(|lots| self.qty(units(lots)))
    }

    /// The bars of the minutes in `seconds` of the day; the last one may be a part of its minute.
    pub(in crate::market) fn minutes(&self, day: &Day, seconds: &Range<i64>) -> Vec<TickBar> {
        let starts = (seconds.start..seconds.end).step_by(SECONDS);
        starts.map(|start| self.minute(day, start..seconds.end.min(start + 60))).collect()
    }

    fn minute(&self, day: &Day, seconds: Range<i64>) -> TickBar {
        let values = day.path.minute(index(seconds.start) / SECONDS);
        let start = day.midnight + seconds.start;
        let prints = (start..day.midnight + seconds.end).zip(values).map(|(second, x)| self.tape.touch(second, x).price);
        let volume = self.volume.within(&day.volume, &seconds);
        let mut bar = TickBar { second: start, open: 0, high: i64::MIN, low: i64::MAX, close: 0, volume };
        for price in prints {
            bar.print(price);
        }
        bar.open = self.tape.touch(start, values[0]).price;
        bar
    }

    /// The one bar of `seconds` of the day; `detail` is that of its high and low.
    pub(in crate::market) fn span(&self, day: &Day, seconds: &Range<i64>, detail: Detail) -> TickBar {
        let print = |second: i64| self.touch(day, day.midnight + second).price;
        let (open, close) = (print(seconds.start), print(seconds.end - 1));
        let mut search = Search::new(&day.path, &self.tape, day.midnight, index(seconds.start)..index(seconds.end));
        TickBar {
            second: day.midnight + seconds.start,
            open,
            high: search.find(End::High, detail, open.max(close)),
            low: search.find(End::Low, detail, open.min(close)),
            close,
            volume: self.volume.within(&day.volume, seconds),
        }
    }

    /// One more second in a running bar.
    pub(in crate::market) fn extend(&self, bar: &mut TickBar, day: &Day, running: &mut Option<Minute>, second: i64) -> Touch {
        let at = second - day.midnight;
        let (number, within) = (at / MINUTE_S, at % MINUTE_S);
        if running.as_ref().is_none_or(|minute| minute.number != number) {
            *running = None;
        }
        let minute = running.get_or_insert_with(|| Minute {
            number,
            ends: day.path.minute_ends(index(number)),
            volume: self.volume.minute(&day.volume, number),
        });
        let touch = self.tape.touch(second, day.path.within(&minute.ends, index(within)));
        bar.print(touch.price);
        bar.volume += minute.volume.within(within..within + 1);
        touch
    }

    pub(in crate::market) fn price(&self, ticks: i64) -> Price {
        grid::price(ticks, self.tick)
    }

    pub(in crate::market) fn qty(&self, units: i64) -> Qty {
        grid::qty(units, self.scale)
    }

    pub(in crate::market) fn bar(&self, bar: &TickBar) -> Bar {
        Bar {
            t: Timestamp::from_micros(bar.second * SECOND_US),
            o: self.price(bar.open),
            h: self.price(bar.high),
            l: self.price(bar.low),
            c: self.price(bar.close),
            v: self.qty(bar.volume),
        }
    }
}

impl TickBar {
    fn print(&mut self, price: i64) {
        self.high = self.high.max(price);
        self.low = self.low.min(price);
        self.close = price;
    }
}

fn index(second: i64) -> usize {
    usize::try_from(second).expect("a second of the day")
}
