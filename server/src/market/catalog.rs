//! The table of everything that can be traded: `server/data/instruments.csv`, and what the operator adds to it at the start.
//!
//! Gives every instrument a dense id, so that hot paths index arrays. Must never know a price of now.

mod further;
mod row;
mod search;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use rust_decimal::Decimal;
use speedtrade::{
    instrument::{AssetType, Instrument, Symbol},
    money::{Percent, Price, Qty},
    screener::Listed,
};

pub use further::InstrumentsError;
pub use row::{CatalogError, Fault};

const TABLE: &str = include_str!("../../data/instruments.csv");
/// What a desk lists at most: each of them moves every second.
const INSTRUMENTS_MAX: usize = 20_000;

/// Position of an instrument in the catalog; valid for the life of the process, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstrumentId(u32);

impl InstrumentId {
    pub(super) fn nth(index: usize) -> Self {
        Self(u32::try_from(index).expect("a catalog is small"))
    }

    /// As a number, for the wire: the same as long as the process lives.
    pub fn number(self) -> u32 {
        self.0
    }

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How the simulated market moves an instrument: the table's statistics.
#[derive(Debug, Clone)]
pub(super) struct Traits {
    /// The price at the anchor day.
    pub(super) price: Price,
    pub(super) ann_vol: f64,
    pub(super) beta: f64,
    pub(super) median_volume: u64,
    pub(super) is_fund: bool,
    /// `median_volume` and `ann_vol` as screens show them.
    pub(super) usual_volume: Qty,
    pub(super) volatility_pct: Percent,
}

#[derive(Debug)]
pub struct Catalog {
    instruments: Vec<Instrument>,
    traits: Vec<Traits>,
    by_key: HashMap<String, InstrumentId>,
    by_symbol: HashMap<Symbol, InstrumentId>,
    /// Most traded first, by dollars a day.
    by_turnover: Vec<InstrumentId>,
}

impl Catalog {
    /// The table that is part of the program.
    pub fn embedded() -> Self {
        Self::parse(TABLE).expect("a test reads the embedded table")
    }

    pub fn parse(table: &str) -> Result<Self, CatalogError> {
        let empty = Self {
            instruments: Vec::new(),
            traits: Vec::new(),
            by_key: HashMap::new(),
            by_symbol: HashMap::new(),
            by_turnover: Vec::new(),
        };
        empty.with(table.as_bytes())
    }

    /// The instruments of a table behind those that are listed already. All of them, or an error that names the line.
    pub fn with(mut self, table: &[u8]) -> Result<Self, CatalogError> {
        for (line, listing) in row::read(table)? {
            let at = |fault| CatalogError::Line { line, fault };
            let (instrument, traits) = listing.map_err(at)?;
            self.list(instrument, traits).map_err(at)?;
        }
        let turnover = |id: &InstrumentId| dollars_a_day(&self.traits[id.index()]);
        self.by_turnover.sort_by_cached_key(|id| (std::cmp::Reverse(turnover(id)), *id));
        Ok(self)
    }

    fn list(&mut self, instrument: Instrument, traits: Traits) -> Result<(), Fault> {
        let id = InstrumentId::nth(self.len());
        if self.len() == INSTRUMENTS_MAX {
            return Err(Fault::TooMany);
        }
        if self.by_key.insert(lookup_key(instrument.symbol.as_str()), id).is_some() {
            return Err(Fault::Duplicate(instrument.symbol));
        }
        self.by_symbol.insert(instrument.symbol.clone(), id);
        self.by_turnover.push(id);
        self.instruments.push(instrument);
        self.traits.push(traits);
        Ok(())
    }

    /// Any case; a dash stands for the slash or the dot: `btc-usd`, `BRK-B`.
    pub fn find(&self, text: &str) -> Option<InstrumentId> {
        self.by_key.get(&lookup_key(text.trim())).copied()
    }

    /// The symbol as the desk writes it.
    pub fn find_exact(&self, symbol: &Symbol) -> Option<InstrumentId> {
        self.by_symbol.get(symbol).copied()
    }

    pub fn get(&self, id: InstrumentId) -> &Instrument {
        &self.instruments[id.index()]
    }

    pub fn len(&self) -> usize {
        self.instruments.len()
    }

    pub fn is_empty(&self) -> bool {
        self.instruments.is_empty()
    }

    pub fn ids(&self) -> impl Iterator<Item = InstrumentId> + use<> {
        (0..).map(InstrumentId).take(self.len())
    }

    /// The sectors of the table in alphabetical order.
    pub fn sectors(&self) -> Vec<String> {
        self.instruments.iter().map(|i| i.sector.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The exchanges of the table in alphabetical order.
    pub fn exchanges(&self) -> Vec<String> {
        self.instruments.iter().map(|i| i.exchange.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub(super) fn traits(&self, id: InstrumentId) -> &Traits {
        &self.traits[id.index()]
    }

    pub(super) fn listed(&self, id: InstrumentId) -> Listed<'_> {
        let (instrument, traits) = (self.get(id), self.traits(id));
        Listed { instrument, usual_volume: traits.usual_volume, volatility_pct: traits.volatility_pct }
    }

    pub(super) fn is_crypto(&self, id: InstrumentId) -> bool {
        self.get(id).asset_type == AssetType::Crypto
    }
}

fn lookup_key(symbol: &str) -> String {
    symbol.to_ascii_uppercase().replace(['/', '.'], "-")
}

fn dollars_a_day(traits: &Traits) -> Decimal {
    traits.price.decimal() * Decimal::from(traits.median_volume)
}
