//! Who looks at which instrument, counted over all clients, so that feeds are asked for what is looked at and no more.
//!
//! Must never keep an instrument wanted that nobody looks at: a look ends when it is dropped or its time is over.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use speedtrade::time::{SECOND_US, Timestamp};

use super::InstrumentId;

/// A program that asks by REST is taken to look for so long.
const GLANCE_US: i64 = 60 * SECOND_US;
/// Glances kept at once; the one that ends first makes room.
const GLANCES_MAX: usize = 500;

#[derive(Debug, Default)]
struct Looks {
    quotes: AtomicU32,
    books: AtomicU32,
}

/// Cheap to clone; all clones are the same count.
#[derive(Debug, Clone)]
pub struct Interest(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    looks: Vec<Looks>,
    glances: Mutex<BTreeMap<InstrumentId, Timestamp>>,
}

/// Somebody looks at an instrument as long as this lives.
#[derive(Debug)]
pub struct Look {
    interest: Interest,
    id: InstrumentId,
    with_book: bool,
}

impl Interest {
    pub(super) fn new(len: usize) -> Self {
        let looks = (0..len).map(|_| Looks::default()).collect();
        Self(Arc::new(Inner { looks, glances: Mutex::default() }))
    }

    pub fn look(&self, id: InstrumentId, with_book: bool) -> Look {
        self.count(id, with_book).fetch_add(1, Ordering::Relaxed);
        Look { interest: self.clone(), id, with_book }
    }

    fn count(&self, id: InstrumentId, with_book: bool) -> &AtomicU32 {
        let looks = &self.0.looks[id.index()];
        if with_book { &looks.books } else { &looks.quotes }
    }

    /// A look that ends by itself after a minute.
    pub fn glance(&self, id: InstrumentId, now: Timestamp) {
        let mut glances = self.0.glances.lock().unwrap_or_else(PoisonError::into_inner);
        if glances.len() >= GLANCES_MAX && !glances.contains_key(&id) {
            let first = glances.iter().min_by_key(|(_, until)| **until).map(|(id, _)| *id);
            first.and_then(|first| glances.remove(&first));
        }
        glances.insert(id, now.plus_micros(GLANCE_US));
    }

    pub(super) fn end_glances(&self, now: Timestamp) {
        self.0.glances.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, until| *until > now);
    }

    pub fn has_book(&self, id: InstrumentId) -> bool {
        self.count(id, true).load(Ordering::Relaxed) > 0
    }

    pub fn is_wanted(&self, id: InstrumentId) -> bool {
        self.count(id, false).load(Ordering::Relaxed) > 0
            || self.has_book(id)
            || self.0.glances.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&id)
    }

    /// Every instrument that is looked at, in the order of the catalog.
    pub(super) fn wanted(&self) -> Vec<InstrumentId> {
        let glances = self.0.glances.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = |looks: &Looks| looks.quotes.load(Ordering::Relaxed) + looks.books.load(Ordering::Relaxed) > 0;
        let ids = (0..self.0.looks.len()).map(InstrumentId::nth);
        ids.filter(|id| counted(&self.0.looks[id.index()]) || glances.contains_key(id)).collect()
    }
}

impl Look {
    pub fn id(&self) -> InstrumentId {
        self.id
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        self.interest.count(self.id, self.with_book).fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instrument_is_wanted_while_somebody_looks() {
        let (interest, id) = (Interest::new(3), InstrumentId::nth(1));
        let (first, second) = (interest.look(id, false), interest.look(id, true));
        assert_eq!(interest.wanted(), [id]);
        drop(first);
        assert!(interest.is_wanted(id) && interest.has_book(id));
        drop(second);
        assert!(!interest.is_wanted(id) && interest.wanted().is_empty());
    }

    #[test]
    fn a_glance_ends_by_itself() {
        let (interest, id) = (Interest::new(3), InstrumentId::nth(2));
        interest.glance(id, Timestamp::EPOCH);
        interest.end_glances(Timestamp::from_micros(GLANCE_US - 1));
        assert_eq!(interest.wanted(), [id]);
        interest.end_glances(Timestamp::from_micros(GLANCE_US));
        assert!(interest.wanted().is_empty());
    }

    #[test]
    fn glances_are_bounded() {
        let interest = Interest::new(GLANCES_MAX + 1);
        for nth in 0..=GLANCES_MAX {
            interest.glance(InstrumentId::nth(nth), Timestamp::from_micros(i64::try_from(nth).expect("small")));
        }
        assert_eq!(interest.wanted().len(), GLANCES_MAX);
        assert!(!interest.is_wanted(InstrumentId::nth(0)), "the oldest made room");
    }
}
