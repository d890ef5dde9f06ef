//! Bars of a minute, folded from prints as they come, also when they come late. A print is counted once or not at all.

use std::collections::VecDeque;

use super::{Bar, Timeframe, Trade};
use crate::time::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Forming {
    bar: Bar,
    first: Timestamp,
    last: Timestamp,
    /// The venue's own bar: complete, so that no print may be added.
    is_final: bool,
}

impl Forming {
    fn new(trade: &Trade) -> Self {
        let Trade { price, qty, time, .. } = *trade;
        let bar = Bar { t: Timeframe::M1.bar_start(time), o: price, h: price, l: price, c: price, v: qty };
        Self { bar, first: time, last: time, is_final: false }
    }

    fn add(&mut self, trade: &Trade) {
        let Trade { price, qty, time, .. } = *trade;
        let bar = &mut self.bar;
        if time < self.first {
            (bar.o, self.first) = (price, time);
        }
        if time >= self.last {
            (bar.c, self.last) = (price, time);
        }
        bar.h = bar.h.max(price);
        bar.l = bar.l.min(price);
        bar.v = bar.v.saturating_add(qty);
    }
}

/// The newest minutes of one instrument, in time order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Minutes {
    bars: VecDeque<Forming>,
}

impl Minutes {
    /// Minutes kept; the oldest go, and prints older than all of them are not taken.
    pub const MAX: usize = 240;

    /// False when the print is too old or its minute is closed.
    pub fn trade(&mut self, trade: &Trade) -> bool {
        let start = Timeframe::M1.bar_start(trade.time);
        match self.bars.binary_search_by(|forming| forming.bar.t.cmp(&start)) {
            Ok(at) if self.bars[at].is_final => false,
            Ok(at) => {
                self.bars[at].add(trade);
                true
            }
            Err(at) => self.insert(at, Forming::new(trade)),
        }
    }

    /// A finished minute as the venue tells it; replaces what was folded.
    pub fn finished(&mut self, bar: &Bar) {
        let forming = Forming { bar: *bar, first: bar.t, last: bar.t, is_final: true };
        match self.bars.binary_search_by(|forming| forming.bar.t.cmp(&bar.t)) {
            Ok(at) => self.bars[at] = forming,
            Err(at) => {
                self.insert(at, forming);
            }
        }
    }

    fn insert(&mut self, at: usize, forming: Forming) -> bool {
        if self.bars.len() == Self::MAX {
            if at == 0 {
                return false;
            }
            self.bars.pop_front();
            self.bars.insert(at - 1, forming);
        } else {
            self.bars.insert(at, forming);
        }
        true
    }

    /// Oldest first, those that start at `from` or later.
    pub fn since(&self, from: Timestamp) -> Vec<Bar> {
        self.bars.iter().map(|forming| forming.bar).filter(|bar| bar.t >= from).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.bars.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::time::{MINUTE_US, SECOND_US};

    fn trade(cents: i64, atoms: i64, second: i64) -> Trade {
        let price = crate::money::Price::new(rust_decimal::Decimal::new(cents, 2)).expect("positive");
        let qty = crate::money::Qty::from_atoms(atoms).expect("not negative");
        Trade { price, qty, time: Timestamp::from_micros(second * SECOND_US), taker: None }
    }

    /// Minute by minute over all prints, sorted, as a table of them would be evaluated.
    fn offline(trades: &[Trade]) -> Vec<Bar> {
        let mut sorted = trades.to_vec();
        sorted.sort_by_key(|trade| trade.time);
        let starts: std::collections::BTreeSet<_> = sorted.iter().map(|t| t.time.micros() / MINUTE_US).collect();
        let bar = |minute: &i64| {
            let of: Vec<_> = sorted.iter().filter(|t| t.time.micros() / MINUTE_US == *minute).collect();
            let prices = || of.iter().map(|t| t.price);
            Bar {
                t: Timestamp::from_micros(minute * MINUTE_US),
                o: of[0].price,
                h: prices().max().expect("not empty"),
                l: prices().min().expect("not empty"),
                c: of[of.len() - 1].price,
                v: crate::money::Qty::from_atoms(of.iter().map(|t| t.qty.to_atoms()).sum()).expect("small"),
            }
        };
        starts.iter().map(bar).collect()
    }

    proptest! {
        #[test]
        fn folding_late_prints_equals_the_table(prints in vec((1..100_000i64, 1..1_000_000i64, 0..1_800i64), 1..200)) {
            let trades: Vec<_> = prints.iter().map(|(c, a, s)| trade(*c, *a, *s)).collect();
            let mut minutes = Minutes::default();
            for trade in &trades {
                prop_assert!(minutes.trade(trade));
            }
            let folded = minutes.since(Timestamp::EPOCH);
            prop_assert_eq!(&folded, &offline(&trades));
            for timeframe in [Timeframe::M5, Timeframe::M15, Timeframe::H1, Timeframe::D1, Timeframe::W1] {
                let volume: i64 = trades.iter().map(|t| t.qty.to_atoms()).sum();
                let longer = Bar::fold(&folded, timeframe);
                prop_assert_eq!(longer.iter().map(|b| b.v.to_atoms()).sum::<i64>(), volume);
                prop_assert!(longer.windows(2).all(|w| w[0].t < w[1].t));
            }
        }
    }

    #[test]
    fn the_venues_own_bar_is_final() {
        let mut minutes = Minutes::default();
        minutes.trade(&trade(1_000, 5, 10));
        let official = Bar { v: crate::money::Qty::from_atoms(99).expect("valid"), ..minutes.since(Timestamp::EPOCH)[0] };
        minutes.finished(&official);
        assert!(!minutes.trade(&trade(2_000, 5, 20)));
        assert_eq!(minutes.since(Timestamp::EPOCH), [official]);
    }

    #[test]
    fn only_the_newest_minutes_are_kept() {
        let mut minutes = Minutes::default();
        for minute in 1..=i64::try_from(Minutes::MAX).expect("small") + 5 {
            minutes.trade(&trade(1_000, 5, minute * 60));
        }
        assert_eq!(minutes.since(Timestamp::EPOCH).len(), Minutes::MAX);
        assert!(!minutes.trade(&trade(1_000, 5, 60)), "older than all that is kept");
    }
}
