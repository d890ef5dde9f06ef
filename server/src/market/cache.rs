//! A small bounded memory of finished history. When it is full, the oldest entry makes room; losing one costs only time.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use super::sim::TickBar;

pub(super) type Bars = Arc<[TickBar]>;

#[derive(Debug)]
pub(super) struct Cache<K> {
    capacity: usize,
    inner: Mutex<Inner<K>>,
}

#[derive(Debug)]
struct Inner<K> {
    entries: HashMap<K, Bars>,
    order: VecDeque<K>,
}

impl<K: Copy + Eq + Hash> Cache<K> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, inner: Mutex::new(Inner { entries: HashMap::new(), order: VecDeque::new() }) }
    }

    /// The entry, if it is there and good enough, or else what `make` makes. Two at once may both make it.
    pub(super) fn get_or(&self, key: K, is_enough: impl Fn(&Bars) -> bool, make: impl FnOnce() -> Bars) -> Bars {
        let known = self.with(|inner| inner.entries.get(&key).filter(|bars| is_enough(bars)).cloned());
        known.unwrap_or_else(|| {
            let bars = make();
            self.with(|inner| inner.insert(key, bars.clone(), self.capacity));
            bars
        })
    }

    fn with<T>(&self, use_inner: impl FnOnce(&mut Inner<K>) -> T) -> T {
        use_inner(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<K: Copy + Eq + Hash> Inner<K> {
    fn insert(&mut self, key: K, bars: Bars, capacity: usize) {
        if self.entries.insert(key, bars).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > capacity {
            let oldest = self.order.pop_front();
            oldest.and_then(|key| self.entries.remove(&key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entry_makes_room() {
        let cache = Cache::new(2);
        for key in 0..3 {
            cache.get_or(key, |_| true, || Bars::from([]));
        }
        let mut made = 0;
        for key in [2, 1, 0] {
            cache.get_or(
                key,
                |_| true,
                || {
                    made += 1;
                    Bars::from([])
                },
            );
        }
        assert_eq!(made, 1);
    }
}
