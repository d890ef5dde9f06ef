//! The newest quote of every instrument, and who may sleep until it changes.
//!
//! Holds the latest value only: there is no queue, so a slow reader misses intermediate values and never delays anybody.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard,
    atomic::{AtomicU64, Ordering},
};

use speedtrade::{
    instrument::Symbol,
    market::Quote,
    screener::Table,
    wire::{PriceRecord, PriceUpdate, ServerFrame},
};
use tokio::sync::watch;

use super::{Catalog, InstrumentId, Source};

/// One quote in the binary subprotocol.
pub(super) type Record = [u8; PriceRecord::LEN];

/// The JSON of one quote, made once and shared by all connections.
#[derive(Debug, Clone)]
pub struct Frame {
    pub version: u64,
    pub text: Arc<str>,
}

#[derive(Debug)]
struct Slot {
    symbol: Symbol,
    latest: Mutex<Latest>,
}

#[derive(Debug)]
struct Latest {
    quote: Quote,
    source: Source,
    text: Option<Arc<str>>,
}

impl Latest {
    fn new(quote: Quote, source: Source) -> Self {
        Self { quote, source, text: None }
    }
}

/// A version is the number of the step that published the quote, so it only grows.
#[derive(Debug)]
pub struct Hub {
    slots: Vec<Slot>,
    /// Side by side, as every connection looks at those it follows with every tick.
    versions: Vec<AtomicU64>,
    ids: Vec<InstrumentId>,
    step: watch::Sender<u64>,
    /// One step at a time, whoever publishes.
    publishing: Mutex<()>,
    /// The newest figures as screens look at them; a row is an instrument's index.
    table: RwLock<Table>,
}

impl Hub {
    /// `first` holds one quote for every instrument, in the order of the catalog. They are step 1.
    pub(super) fn new(catalog: &Catalog, first: impl IntoIterator<Item = (Quote, Source)>) -> Self {
        let ids: Vec<_> = catalog.ids().collect();
        let slot = |(id, (quote, source)): (&InstrumentId, (Quote, Source))| Slot {
            symbol: catalog.get(*id).symbol.clone(),
            latest: Mutex::new(Latest::new(quote, source)),
        };
        let slots: Vec<_> = ids.iter().zip(first).map(slot).collect();
        assert_eq!(slots.len(), catalog.len(), "every instrument has a quote");
        let listed: Vec<_> = catalog.ids().map(|id| catalog.listed(id)).collect();
        let mut table = Table::new(&listed);
        for (row, slot) in slots.iter().enumerate() {
            table.set(row, &slot.lock().quote);
        }
        let versions = ids.iter().map(|_| AtomicU64::new(1)).collect();
        Self { table: RwLock::new(table), slots, versions, ids, step: watch::Sender::new(1), publishing: Mutex::default() }
    }

    pub fn quote(&self, id: InstrumentId) -> Quote {
        self.slots[id.index()].lock().quote
    }

    pub fn source(&self, id: InstrumentId) -> Source {
        self.slots[id.index()].lock().source
    }

    /// What screens look at, as of the newest step. Hold it for a moment only: a step waits for it.
    pub fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn version(&self, id: InstrumentId) -> u64 {
        self.versions[id.index()].load(Ordering::Acquire)
    }

    /// The `price_update` frame of the latest quote; serialized by the first who asks.
    pub fn frame(&self, id: InstrumentId) -> Frame {
        let slot = &self.slots[id.index()];
        let mut latest = slot.lock();
        let version = self.version(id);
        let quote = latest.quote;
        Frame { version, text: latest.text.get_or_insert_with(|| price_update(&slot.symbol, &quote)).clone() }
    }

    /// Version and binary record of the latest quote; `None` for prices that no record can hold.
    pub fn record(&self, id: InstrumentId, is_confirmed: bool) -> (u64, Option<Record>) {
        let latest = self.slots[id.index()].lock();
        (self.version(id), price_record(id, &latest.quote, is_confirmed))
    }

    /// The number of the last step.
    pub fn step(&self) -> u64 {
        *self.step.borrow()
    }

    /// The number of the last step. It wakes once for a step, after all its quotes are in place.
    pub fn ticks(&self) -> watch::Receiver<u64> {
        self.step.subscribe()
    }

    /// The instruments published after step `cursor`, and moves the cursor. A cursor of 0 gives all of them.
    pub fn take_changed(&self, cursor: &mut u64) -> Vec<InstrumentId> {
        let step = *self.step.borrow();
        let seen = std::mem::replace(cursor, step);
        self.ids.iter().copied().filter(|id| self.version(*id) > seen).collect()
    }

    /// One step: puts the quotes in place, then wakes the readers.
    pub(super) fn publish(&self, source: Source, quotes: impl IntoIterator<Item = (InstrumentId, Quote)>) {
        let _alone = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let step = *self.step.borrow() + 1;
        let quotes: Vec<_> = quotes.into_iter().collect();
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        for (id, quote) in &quotes {
            table.set(id.index(), quote);
        }
        drop(table);
        for (id, quote) in quotes {
            let slot = &self.slots[id.index()];
            let mut latest = slot.lock();
            *latest = Latest::new(quote, source);
            self.versions[id.index()].store(step, Ordering::Release);
        }
        self.step.send_replace(step);
    }
}

impl Slot {
    /// A quote is replaced whole, so a poisoned lock still holds a sound one.
    fn lock(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn price_update(symbol: &Symbol, quote: &Quote) -> Arc<str> {
    let frame = ServerFrame::PriceUpdate(PriceUpdate {
        symbol: symbol.clone(),
        price: quote.price,
        bid: quote.bid,
        ask: quote.ask,
        change: quote.change(),
        change_pct: quote.change_pct(),
        timestamp: quote.time.millis(),
    });
    serde_json::to_string(&frame).expect("a frame of plain fields is serializable").into()
}

fn price_record(id: InstrumentId, quote: &Quote, is_confirmed: bool) -> Option<Record> {
    let Quote { price, bid, ask, bid_size, ask_size, prev_close, high, low, volume, time, .. } = *quote;
    let (symbol, timestamp) = (id.number(), time.millis());
    PriceRecord { symbol, price, bid, ask, prev_close, high, low, bid_size, ask_size, volume, is_confirmed, timestamp }.encode()
}
