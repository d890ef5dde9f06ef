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

#[derive(Debug, Default)]
pub(super) struct Neighbours(BTreeMap<Uuid, (Wanted, Instant)>);

impl Neighbours {
    /// Answers what this host did not look at before.
    pub(super) fn note(&mut self, host: Uuid, wanted: Wanted, now: Instant) -> Vec<Symbol> {
        if self.0.len() >= HOSTS_MAX && !self.0.contains_key(&host) {
            return Vec::new();
        }
        let before = self.0.insert(host, (wanted, now)).map(|(wanted, _)| wanted).unwrap_or_default();
        let after = &self.0[&host].0;
        let is_new =
            |symbol: &&Symbol| !before.quotes.contains(*symbol) || (after.books.contains(*symbol) && !before.books.contains(*symbol));
        after.quotes.iter().filter(is_new).cloned().collect()
    }

    pub(super) fn forget_silent(&mut self, now: Instant) {
        self.0.retain(|_, (_, heard)| now.duration_since(*heard) < SILENCE_MAX);
    }

    pub(super) fn wanted(&self) -> Wanted {
        let mut all = Wanted::default();
        for (wanted, _) in self.0.values() {
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
        neighbours.note(second, wanted(&["PEP"], &[]), at(3));
        assert_eq!(neighbours.wanted(), wanted(&["KO", "BTC/USD", "PEP"], &["BTC/USD"]));
        neighbours.forget_silent(at(5));
        assert_eq!(neighbours.wanted(), wanted(&["PEP"], &[]));
    }
}
