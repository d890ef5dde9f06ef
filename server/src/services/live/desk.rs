//! What the tasks of one live account share: its connector, its books, how patient they are, and how it is.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::Duration,
};

use speedtrade::{
    ids::OrderId,
    time::{MINUTE_US, SECOND_US, Timestamp},
};
use tokio::sync::{Notify, Semaphore};

use super::{books::Books, health::Health, sweep::Sweep, telling::Telling};
use crate::{
    broker::{Connector, VenueError},
    services::ServiceError,
    store::StoreError,
};

/// Orders of one account on their way at once; the others wait in the outbox.
const IN_FLIGHT_MAX: usize = 16;

/// How patient a live account is. Tests are less so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// An attempt that has not ended by then is unknown. Covers the venue's receive window.
    pub attempt_lease_us: i64,
    /// An order may be taken for absent no earlier after it was sent.
    pub absent_after_us: i64,
    /// And after so many look-ups without a trace, over at least that time.
    pub absent_lookups: u32,
    pub absent_span_us: i64,
    /// Between the first two look-ups of an order that is unknown, and at most between later ones.
    pub lookup_pause: Duration,
    pub lookup_pause_max: Duration,
    /// The owner of an order that is unknown for so long is told.
    pub attention_after_us: i64,
    /// What a venue has counted for so long without naming the executions is booked as one of ours.
    pub estimate_after_us: i64,
    /// A cancel that the venue took and did not carry out for so long is sent again.
    pub cancel_again_after_us: i64,
    /// Between two readings of everything.
    pub poll: Duration,
    /// Between two readings of all that the account could have traded, where a venue has to be asked symbol by symbol.
    pub sweep_pause_us: i64,
    /// The stream may be so much later than the lists with a change of an order; one that is later is opened again.
    pub stream_late: Duration,
    /// Between two looks at the clocks of this machine, and how far they may part in it.
    pub clock_look: Duration,
    pub clock_jump_us: i64,
    /// How long a host keeps an account without renewing.
    pub account_lease_us: i64,
    pub backoff_min: Duration,
    pub backoff_max: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            attempt_lease_us: 20 * SECOND_US,
            absent_after_us: MINUTE_US,
            absent_lookups: 3,
            absent_span_us: 30 * SECOND_US,
            attention_after_us: 15 * MINUTE_US,
            estimate_after_us: MINUTE_US,
            cancel_again_after_us: MINUTE_US,
            lookup_pause: Duration::from_secs(1),
            lookup_pause_max: Duration::from_secs(15),
            poll: Duration::from_secs(30),
            sweep_pause_us: 5 * MINUTE_US,
            stream_late: Duration::from_secs(10),
            clock_look: Duration::from_secs(1),
            clock_jump_us: 3 * SECOND_US,
            account_lease_us: 15 * SECOND_US,
            backoff_min: Duration::from_millis(500),
            backoff_max: Duration::from_secs(30),
        }
    }
}

pub(super) struct Desk<C> {
    pub(super) connector: C,
    pub(super) books: Books,
    pub(super) timing: Timing,
    pub(super) health: Arc<Health>,
    /// The name of this process in leases and attempts.
    pub(super) owner: Arc<str>,
    /// Taken while a report is booked.
    pub(super) turn: tokio::sync::Mutex<()>,
    pub(super) places: Arc<Semaphore>,
    /// The gate for new orders, for this process.
    pub(super) is_open: Arc<AtomicBool>,
    /// Orders that a task of this process sends or looks for.
    busy: Mutex<HashSet<OrderId>>,
    opened_at: Mutex<Option<Timestamp>>,
    /// Since when orders are known to have filled further than their executions tell.
    pub(super) short_since: Mutex<HashMap<OrderId, Timestamp>>,
    /// Such a key sends nothing new.
    pub(super) may_withdraw: bool,
    pub(super) sweep: Mutex<Sweep>,
    pub(super) stream: Telling,
    /// Open orders, by the venue's names, that can't be booked, in words.
    pub(super) obscure: Mutex<BTreeMap<String, String>>,
    /// The account has to be read again, whatever was read so far.
    pub(super) is_outdated: AtomicBool,
    /// Something may be wrong with what the session goes by.
    pub(super) doubt: Notify,
}

/// Why something could not be finished now. It is tried again.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("the venue: {0}")]
    Venue(#[from] VenueError),
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    #[error("the desk: {0}")]
    Service(#[from] ServiceError),
    #[error("the stream did not tell of orders that have changed")]
    SilentStream,
}

impl<C: Connector> Desk<C> {
    pub(super) fn new(connector: C, (books, may_withdraw): (Books, bool), timing: Timing, health: Arc<Health>, owner: Arc<str>) -> Self {
        Self {
            connector,
            books,
            timing,
            health,
            owner,
            turn: tokio::sync::Mutex::default(),
            places: Arc::new(Semaphore::new(IN_FLIGHT_MAX)),
            is_open: Arc::default(),
            busy: Mutex::default(),
            opened_at: Mutex::default(),
            short_since: Mutex::default(),
            may_withdraw,
            sweep: Mutex::default(),
            stream: Telling::default(),
            obscure: Mutex::default(),
            is_outdated: AtomicBool::default(),
            doubt: Notify::new(),
        }
    }

    /// True for one task at a time, until `release`.
    pub(super) fn occupy(&self, order: OrderId) -> bool {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(order)
    }

    pub(super) fn release(&self, order: OrderId) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&order);
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// What ended before is in the first balances.
    pub(super) fn opened_at(&self) -> Timestamp {
        self.opened_at.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or(self.books.now())
    }

    pub(super) fn set_opened_at(&self, at: Option<Timestamp>) {
        *self.opened_at.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}
