//! Which rows of the table a screen lets through, and in which order. Must never look at a column it has no filter on.

use std::cmp::Reverse;

use super::{
    Screen, SortKey, Table,
    query::Bounds,
    table::{UNKNOWN, number_of, percent, price},
};
use crate::{instrument::AssetType, money::Percent};

/// A block of rows is looked at column by column while it is in the processor's cache.
const BLOCK: usize = 1_024;

/// A filter on one column of numbers: lowest and highest that pass.
type Range<'a> = (&'a [i64], i64, i64);

impl Screen {
    /// The rows that match, in the order of the table.
    pub fn matches(&self, table: &Table) -> Vec<u32> {
        let ranges = self.ranges(table);
        let words = self.words(table);
        let flags = self.flags(table);
        let mut found = Vec::with_capacity(table.len() / 4);
        let mut keep = [true; BLOCK];
        for start in (0..table.len()).step_by(BLOCK) {
            let end = table.len().min(start + BLOCK);
            let keep = &mut keep[..end - start];
            keep.fill(true);
            for (column, low, high) in &ranges {
                pass(keep, &column[start..end], |value| *low <= value && value <= *high);
            }
            for (column, wanted) in &words {
                pass(keep, &column[start..end], |value| value == *wanted);
            }
            for (column, wanted) in &flags {
                pass(keep, &column[start..end], |value| value == *wanted);
            }
            let text = self.text.as_deref();
            let passed = (start..end).zip(keep).filter(|(_, keep)| **keep).map(|(row, _)| row);
            found.extend(passed.filter(|row| text.is_none_or(|text| table.words[*row].contains(text))).map(row_number));
        }
        found
    }

    /// The rows that match, in the screen's order. Equal keys fall back to the symbol, so that the order never flickers.
    pub fn select(&self, table: &Table) -> Vec<u32> {
        let mut rows = self.matches(table);
        let symbol = |row: u32| table.symbol_rank[row as usize];
        let is_down = self.sort.is_descending;
        let Some(column) = self.sort_column(table) else {
            let rank = if self.sort.key == SortKey::Name { &table.name_rank } else { &table.symbol_rank };
            rows.sort_unstable_by_key(|row| rank[*row as usize]);
            if is_down {
                rows.reverse();
            }
            return rows;
        };
        if is_down {
            rows.sort_unstable_by_key(|row| (Reverse(column[*row as usize]), symbol(*row)));
        } else {
            rows.sort_unstable_by_key(|row| (column[*row as usize], symbol(*row)));
        }
        rows
    }

    fn sort_column<'a>(&self, table: &'a Table) -> Option<&'a [i64]> {
        match self.sort.key {
            SortKey::Symbol | SortKey::Name => None,
            SortKey::Price => Some(&table.price),
            SortKey::ChangePct => Some(&table.change_pct),
            SortKey::Volume => Some(&table.volume),
            SortKey::RelVolumePct => Some(&table.rel_volume_pct),
            SortKey::RangePct => Some(&table.range_pct),
            SortKey::VolatilityPct => Some(&table.volatility_pct),
        }
    }

    fn ranges<'a>(&self, table: &'a Table) -> Vec<Range<'a>> {
        let prices = numbers(self.price, price).map(|(low, high)| (table.price.as_slice(), low, high));
        let volumes = self.volume_min.map(|min| (table.volume.as_slice(), min.to_atoms(), i64::MAX));
        let percents = [
            (&table.change_pct, self.change_pct),
            (&table.rel_volume_pct, self.rel_volume_pct),
            (&table.range_pct, self.range_pct),
            (&table.volatility_pct, self.volatility_pct),
        ];
        let percents = percents.into_iter().filter_map(|(column, bounds): (&'a Vec<i64>, Bounds<Percent>)| {
            numbers(bounds, percent).map(|(low, high)| (column.as_slice(), low, high))
        });
        prices.into_iter().chain(volumes).chain(percents).collect()
    }

    fn words<'a>(&self, table: &'a Table) -> Vec<(&'a [u16], u16)> {
        let sector = self.sector.as_deref().map(|word| (table.sector.as_slice(), number_of(&table.sectors, word)));
        let exchange = self.exchange.as_deref().map(|word| (table.exchange.as_slice(), number_of(&table.exchanges, word)));
        sector.into_iter().chain(exchange).collect()
    }

    fn flags<'a>(&self, table: &'a Table) -> Vec<(&'a [bool], bool)> {
        let crypto = self.asset_type.map(|wanted| (table.is_crypto.as_slice(), wanted == AssetType::Crypto));
        let fractions = self.fractionable.map(|wanted| (table.is_fractionable.as_slice(), wanted));
        crypto.into_iter().chain(fractions).collect()
    }
}

fn pass<T: Copy>(keep: &mut [bool], column: &[T], passes: impl Fn(T) -> bool) {
    for (keep, value) in keep.iter_mut().zip(column) {
        *keep &= passes(*value);
    }
}

fn row_number(row: usize) -> u32 {
    u32::try_from(row).expect("a table is small")
}

/// `None` without a bound. What is unknown is below every lower end.
fn numbers<T: Copy>(bounds: Bounds<T>, number: fn(T) -> i64) -> Option<(i64, i64)> {
    if bounds.min.is_none() && bounds.max.is_none() {
        return None;
    }
    Some((bounds.min.map_or(UNKNOWN + 1, number), bounds.max.map_or(i64::MAX, number)))
}

#[cfg(test)]
mod tests;
