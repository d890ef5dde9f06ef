//! Finding instruments by what a person types. Pure text; the order inside a class is by turnover.

use speedtrade::instrument::Instrument;

use super::{Catalog, InstrumentId, lookup_key};

/// How well a text fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Symbol,
    Name,
    SymbolPrefix,
    NameWordPrefix,
    Contained,
}

impl Catalog {
    /// Exact symbol, exact name, then symbols that begin with the text, then names with such a word, then any that contain it.
    /// The most traded come first inside a class. An empty text finds nothing.
    pub fn search(&self, text: &str, limit: usize) -> Vec<InstrumentId> {
        let name = text.trim().to_lowercase();
        if name.is_empty() {
            return Vec::new();
        }
        let symbol = lookup_key(&name);
        let found = self.by_turnover.iter().filter_map(|id| Some((classify(self.get(*id), &symbol, &name)?, *id)));
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|(class, _)| *class);
        found.into_iter().map(|(_, id)| id).take(limit).collect()
    }
}

fn classify(instrument: &Instrument, symbol: &str, name: &str) -> Option<Match> {
    let own_symbol = lookup_key(instrument.symbol.as_str());
    if own_symbol == symbol {
        return Some(Match::Symbol);
    }
    let own_name = instrument.name.to_lowercase();
    if own_name == name {
        return Some(Match::Name);
    }
    if own_symbol.starts_with(symbol) {
        return Some(Match::SymbolPrefix);
    }
    let begins_word = |(at, _): (usize, &str)| !own_name[..at].ends_with(char::is_alphanumeric);
    if own_name.match_indices(name).any(begins_word) {
        return Some(Match::NameWordPrefix);
    }
    (own_name.contains(name) || own_symbol.contains(symbol)).then_some(Match::Contained)
}
