//! What screens look at, column by column, so that a filter is one pass over one array of numbers.
//!
//! An unknown figure is `UNKNOWN`, which no filter on it lets through.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::{
    instrument::{AssetType, Instrument},
    market::Quote,
    money::{Percent, Price, Qty},
};

pub(super) const UNKNOWN: i64 = i64::MIN;
/// A price in a column counts in these decimals; what is beyond its range counts as its end.
const PRICE_SCALE: u32 = 10;
const PERCENT_SCALE: u32 = 4;

/// What is fixed about one instrument.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    pub instrument: &'a Instrument,
    /// Units of a usual day.
    pub usual_volume: Qty,
    pub volatility_pct: Percent,
}

#[derive(Debug, Clone, Default)]
pub struct Table {
    pub(super) price: Vec<i64>,
    pub(super) change_pct: Vec<i64>,
    pub(super) volume: Vec<i64>,
    pub(super) rel_volume_pct: Vec<i64>,
    pub(super) range_pct: Vec<i64>,
    pub(super) volatility_pct: Vec<i64>,
    pub(super) sector: Vec<u16>,
    pub(super) exchange: Vec<u16>,
    pub(super) is_crypto: Vec<bool>,
    pub(super) is_fractionable: Vec<bool>,
    /// Symbol and name in lower case.
    pub(super) words: Vec<String>,
    /// Places in the alphabetical order of symbols and of names.
    pub(super) symbol_rank: Vec<u32>,
    pub(super) name_rank: Vec<u32>,
    pub(super) sectors: Vec<String>,
    pub(super) exchanges: Vec<String>,
    usual_volume: Vec<Qty>,
}

impl Table {
    /// Rows in the order given; nothing is known of their prices yet.
    pub fn new(listed: &[Listed]) -> Self {
        let words_of = |word: fn(&Instrument) -> &String| -> Vec<String> {
            listed.iter().map(|l| word(l.instrument).to_lowercase()).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let (sectors, exchanges) = (words_of(|i| &i.sector), words_of(|i| &i.exchange));
        let mut table = Self {
            symbol_rank: ranks(listed.iter().map(|l| l.instrument.symbol.as_str())),
            name_rank: ranks(listed.iter().map(|l| l.instrument.name.as_str())),
            ..Self::default()
        };
        for Listed { instrument, usual_volume, volatility_pct } in listed {
            for column in [&mut table.price, &mut table.change_pct, &mut table.volume, &mut table.rel_volume_pct, &mut table.range_pct] {
                column.push(UNKNOWN);
            }
            table.volatility_pct.push(percent(*volatility_pct));
            table.sector.push(number_of(&sectors, &instrument.sector));
            table.exchange.push(number_of(&exchanges, &instrument.exchange));
            table.is_crypto.push(instrument.asset_type == AssetType::Crypto);
            table.is_fractionable.push(instrument.is_fractionable());
            table.words.push(format!("{} {}", instrument.symbol, instrument.name).to_lowercase());
            table.usual_volume.push(*usual_volume);
        }
        Self { sectors, exchanges, ..table }
    }

    pub fn len(&self) -> usize {
        self.price.len()
    }

    pub fn is_empty(&self) -> bool {
        self.price.is_empty()
    }

    /// The newest figures of a row. `row` must be one of the table's.
    pub fn set(&mut self, row: usize, quote: &Quote) {
        self.price[row] = price(quote.price);
        self.change_pct[row] = percent(quote.change_pct());
        self.volume[row] = quote.volume.to_atoms();
        self.rel_volume_pct[row] = quote.rel_volume_pct(self.usual_volume[row]).map_or(UNKNOWN, percent);
        self.range_pct[row] = quote.range_pct().map_or(UNKNOWN, percent);
    }
}

pub(super) fn price(price: Price) -> i64 {
    scaled(price.decimal(), PRICE_SCALE)
}

pub(super) fn percent(percent: Percent) -> i64 {
    scaled(percent.decimal(), PERCENT_SCALE)
}

/// Whole numbers of 10^-`scale`; what is finer is left out, what is too large is the largest.
fn scaled(value: Decimal, scale: u32) -> i64 {
    let (mantissa, has) = (value.mantissa(), value.scale());
    let number = if has <= scale { mantissa.saturating_mul(10_i128.pow(scale - has)) } else { mantissa / 10_i128.pow(has - scale) };
    i64::try_from(number).unwrap_or(if number < 0 { UNKNOWN + 1 } else { i64::MAX })
}

/// The place in a sorted list. Words that are not in it have none.
pub(super) fn number_of(words: &[String], word: &str) -> u16 {
    let found = words.binary_search(&word.to_lowercase()).ok();
    found.and_then(|nth| u16::try_from(nth).ok()).unwrap_or(u16::MAX)
}

fn ranks<'a>(words: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let mut places: Vec<(&str, usize)> = words.enumerate().map(|(row, word)| (word, row)).collect();
    places.sort_unstable();
    let mut ranks = vec![0; places.len()];
    for (rank, (_, row)) in (0..).zip(places) {
        ranks[row] = rank;
    }
    ranks
}
