//! What the clients of other hosts look at, as far as those hosts were heard of late.

use std::{collections::BTreeMap, time::Duration};

use speedtrade::instrument::Symbol;
use tokio::time::Instant;
use uuid::Uuid;

use crate::market::feeds::Wanted;

/// A host that is not heard for so long is gone, and what it looked at with it.
const SILENCE_MAX: Duration = Duration::from_secs(4);
/// More hosts than a desk has; what the ones beyond look at is not known.
const HOSTS_MAX: usize = 64;

#[derive(Debug)]
struct Neighbour {
    wanted: Wanted,
    heard_at: Instant,
    /// It knows what was told of these, as far as we know.
    is_told: bool,
}

#[derive(Debug, Default)]
pub(super) struct Neighbours(BTreeMap<Uuid, Neighbour>);

impl Neighbours {
    /// Answers what is to be told to this host: what it did not look at before, or all.
    pub(super) fn note(&mut self, host: Uuid, wanted: Wanted, now: Instant) -> Vec<Symbol> {
        if self.0.len() >= HOSTS_MAX && !self.0.contains_key(&host) {
            return Vec::new();
        }
        let before = self.0.insert(host, Neighbour { wanted, heard_at: now, is_told: true });
        let before = before.filter(|before| before.is_told).map(|before| before.wanted).unwrap_or_default();
        let after = &self.0[&host].wanted;
        let is_new =
            |symbol: &&Symbol| !before.quotes.contains(*symbol) || (after.books.contains(*symbol) && !before.books.contains(*symbol));
        after.quotes.iter().filter(is_new).cloned().collect()
    }

    /// When it says the next time what it looks at, all of it is to be told.
    pub(super) fn restate(&mut self, host: Uuid) {
        if let Some(neighbour) = self.0.get_mut(&host) {
            neighbour.is_told = false;
        }
    }

    pub(super) fn restate_all(&mut self) {
        self.0.values_mut().for_each(|neighbour| neighbour.is_told = false);
    }

    pub(super) fn forget_silent(&mut self, now: Instant) {
        self.0.retain(|_, neighbour| now.duration_since(neighbour.heard_at) < SILENCE_MAX);
    }

    pub(super) fn wanted(&self) -> Wanted {
        let mut all = Wanted::default();
        for Neighbour { wanted, .. } in self.0.values() {
            all.quotes.extend(wanted.quotes.iter().cloned());
            all.books.extend(wanted.books.iter().cloned());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(quotes: &[&str], books: &[&str]) -> Wanted {
        let symbols = |text: &[&str]| text.iter().map(|text| text.parse().expect("a symbol")).collect();
        Wanted { quotes: symbols(quotes), books: symbols(books) }
    }

    #[test]
    fn what_all_of_them_look_at_counts_as_long_as_they_are_heard() {
        let (mut neighbours, [first, second]) = (Neighbours::default(), [1, 2].map(Uuid::from_u128));
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(neighbours.note(first, wanted(&["KO", "BTC/USD"], &[]), begun).len(), 2);
        assert!(neighbours.note(first, wanted(&["KO", "BTC/USD"], &[]), begun).is_empty());
        assert_eq!(neighbours.note(first, wanted(&["KO", "BTC/USD"], &["BTC/USD"]), begun), ["BTC/USD".parse().expect("a symbol")]);
        neighbours.restate(first);
        assert_eq!(neighbours.wanted(), wanted(&["KO", "BTC/USD"], &["BTC/USD"]), "it looks at them all the while");
        assert_eq!(neighbours.note(first, wanted(&["KO", "BTC/USD"], &["BTC/USD"]), begun).len(), 2);
        assert!(neighbours.note(first, wanted(&["KO", "BTC/USD"], &["BTC/USD"]), begun).is_empty());
        neighbours.note(second, wanted(&["PEP"], &[]), at(3));
        assert_eq!(neighbours.wanted(), wanted(&["KO", "BTC/USD", "PEP"], &["BTC/USD"]));
        neighbours.forget_silent(at(5));
        assert_eq!(neighbours.wanted(), wanted(&["PEP"], &[]));
    }
}
