//! What each venue trades in multiples of, as it said last to this process. Unknown until it has said so.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use speedtrade::{instrument::Symbol, money::Qty, venue::Venue};

/// Cheap to clone. Bounded by what venues list.
#[derive(Debug, Clone, Default)]
pub struct Lots(Arc<RwLock<HashMap<Venue, HashMap<Symbol, Qty>>>>);

impl Lots {
    pub fn note(&self, venue: Venue, lots: impl IntoIterator<Item = (Symbol, Qty)>) {
        let lots = lots.into_iter().collect();
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(venue, lots);
    }

    pub fn is_known(&self, venue: Venue) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(&venue)
    }

    pub fn of(&self, venue: Venue, symbol: &Symbol) -> Option<Qty> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&venue)?.get(symbol).copied()
    }
}
