//! Depth: how much is bid and offered at each price. Never shows a book that missed a change.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::{Price, Qty};

/// Units at one price. In a change, zero units take the price out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Level {
    pub price: Price,
    pub qty: Qty,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookChange {
    /// The whole book anew.
    Snapshot {
        bids: Vec<Level>,
        asks: Vec<Level>,
    },
    Levels {
        bids: Vec<Level>,
        asks: Vec<Level>,
    },
    /// A change was missed: nothing is known until the next snapshot.
    Lost,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    bids: BTreeMap<Price, Qty>,
    asks: BTreeMap<Price, Qty>,
    is_known: bool,
}

impl Book {
    /// Levels kept a side; what is farther from the touch is forgotten, and comes back with the next snapshot.
    pub const LEVELS_MAX: usize = 5_000;

    pub fn apply(&mut self, change: &BookChange) {
        match change {
            BookChange::Snapshot { bids, asks } => {
                *self = Self { is_known: true, ..Self::default() };
                self.set(bids, asks);
            }
            BookChange::Levels { bids, asks } => {
                if self.is_known {
                    self.set(bids, asks);
                }
            }
            BookChange::Lost => *self = Self::default(),
        }
    }

    fn set(&mut self, bids: &[Level], asks: &[Level]) {
        set_levels(&mut self.bids, bids);
        set_levels(&mut self.asks, asks);
        while self.bids.len() > Self::LEVELS_MAX {
            self.bids.pop_first();
        }
        while self.asks.len() > Self::LEVELS_MAX {
            self.asks.pop_last();
        }
    }

    /// False before the first snapshot and after a missed change.
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    /// Best first.
    pub fn bids(&self, depth: usize) -> Vec<Level> {
        self.bids.iter().rev().take(depth).map(level).collect()
    }

    /// Best first.
    pub fn asks(&self, depth: usize) -> Vec<Level> {
        self.asks.iter().take(depth).map(level).collect()
    }
}

fn level((price, qty): (&Price, &Qty)) -> Level {
    Level { price: *price, qty: *qty }
}

fn set_levels(side: &mut BTreeMap<Price, Qty>, levels: &[Level]) {
    for level in levels {
        if level.qty.is_zero() {
            side.remove(&level.price);
        } else {
            side.insert(level.price, level.qty);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(text: &[(&str, &str)]) -> Vec<Level> {
        let level = |(price, qty): &(&str, &str)| Level { price: price.parse().expect("valid"), qty: qty.parse().expect("valid") };
        text.iter().map(level).collect()
    }

    fn snapshot() -> BookChange {
        BookChange::Snapshot { bids: levels(&[("99", "1"), ("98", "2")]), asks: levels(&[("101", "3"), ("100", "4")]) }
    }

    #[test]
    fn the_best_prices_come_first() {
        let mut book = Book::default();
        book.apply(&snapshot());
        assert_eq!(book.bids(1), levels(&[("99", "1")]));
        assert_eq!(book.asks(5), levels(&[("100", "4"), ("101", "3")]));
    }

    #[test]
    fn a_change_sets_and_removes_levels() {
        let mut book = Book::default();
        book.apply(&snapshot());
        book.apply(&BookChange::Levels { bids: levels(&[("99", "0"), ("97.5", "7")]), asks: levels(&[("100", "1")]) });
        assert_eq!(book.bids(5), levels(&[("98", "2"), ("97.5", "7")]));
        assert_eq!(book.asks(1), levels(&[("100", "1")]));
    }

    #[test]
    fn changes_without_a_snapshot_show_nothing() {
        let mut book = Book::default();
        let change = BookChange::Levels { bids: levels(&[("99", "1")]), asks: Vec::new() };
        book.apply(&change);
        assert!(!book.is_known() && book.bids(5).is_empty());
        book.apply(&snapshot());
        book.apply(&BookChange::Lost);
        book.apply(&change);
        assert!(!book.is_known() && book.bids(5).is_empty());
    }
}
