//! From a commit to who sends: what is to go to a venue is handed over in memory, with the right to send it once where that
//! was committed along. The books have everything; what is not handed over is found there.
//!
//! A right that is given here and not used ends with its lease: afterwards nobody knows, and the order is looked for.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use speedtrade::{
    ids::{AccountId, OrderId},
    order::Order,
    time::{SECOND_US, Timestamp},
};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};

use crate::store::{Attempt, Changes, Claim, Intent};

/// Committed and not taken up yet; beyond it the books are read.
const FRESH_MAX: usize = 1_024;
/// The account's lease has to last at least that long for an order that is about to be sent.
const LEASE_LEFT_US: i64 = 2 * SECOND_US;

/// Who sends for an account, and how much at once.
#[derive(Clone)]
pub struct Sender {
    /// The name of this process in leases and attempts.
    pub owner: Arc<str>,
    pub attempt_lease_us: i64,
    /// One for each order on its way.
    pub places: Arc<Semaphore>,
    /// Until when this process speaks for the account, in microseconds.
    pub speaks_until: Arc<AtomicI64>,
    /// New orders may be placed. Closed before the books say so, and opened after them.
    pub is_open: Arc<AtomicBool>,
}

impl Sender {
    fn speaks(&self, now: Timestamp) -> bool {
        self.speaks_until.load(Ordering::Relaxed) >= now.plus_micros(LEASE_LEFT_US).micros()
    }
}

/// An order that is to be sent, right after its commit.
pub struct Fresh {
    pub intent: Intent,
    pub order: Order,
    /// The right to send it, and its place. Without it the sender asks for both.
    pub right: Option<(Attempt, OwnedSemaphorePermit)>,
}

/// The sender's end.
pub struct Outbox {
    pub fresh: mpsc::Receiver<Fresh>,
    /// The books have something that was not handed over.
    pub waker: Arc<Notify>,
}

/// A right that is being committed.
pub(super) struct Reserved {
    slot: mpsc::OwnedPermit<Fresh>,
    place: OwnedSemaphorePermit,
}

struct Outlet {
    sender: Sender,
    fresh: mpsc::Sender<Fresh>,
    waker: Arc<Notify>,
}

/// Bounded by the accounts that this process speaks for.
#[derive(Clone, Default)]
pub(super) struct Outlets(Arc<Mutex<HashMap<AccountId, Outlet>>>);

impl Outlets {
    /// In the place of who was told before.
    pub(super) fn open(&self, account: AccountId, sender: Sender) -> Outbox {
        let ((fresh, received), waker) = (mpsc::channel(FRESH_MAX), Arc::<Notify>::default());
        self.lock().insert(account, Outlet { sender, fresh, waker: Arc::clone(&waker) });
        Outbox { fresh: received, waker }
    }

    /// The account's gate is known to be open. False: the books have to be asked.
    pub(super) fn is_open(&self, account: AccountId, now: Timestamp) -> bool {
        self.lock().get(&account).is_some_and(|outlet| outlet.sender.speaks(now) && outlet.sender.is_open.load(Ordering::Acquire))
    }

    /// A right to send an order once, to be committed with it. `None`: the sender is elsewhere, or busy.
    pub(super) fn reserve(&self, account: AccountId, now: Timestamp) -> Option<(Claim, Reserved)> {
        let outlets = self.lock();
        let Outlet { sender, fresh, .. } = outlets.get(&account)?;
        if !sender.speaks(now) {
            return None;
        }
        let slot = fresh.clone().try_reserve_owned().ok()?;
        let place = Arc::clone(&sender.places).try_acquire_owned().ok()?;
        let claim = Claim { owner: sender.owner.to_string(), lease_until: now.plus_micros(sender.attempt_lease_us) };
        Some((claim, Reserved { slot, place }))
    }

    /// After the commit.
    pub(super) fn announce(&self, changes: &Changes, mut reserved: BTreeMap<OrderId, Reserved>) {
        let outlets = self.lock();
        for intent in &changes.intents {
            let (Some(outlet), Some(order)) = (outlets.get(&intent.account), changes.order(intent.order)) else { continue };
            let (intent, order) = (intent.clone(), order.clone());
            if let Some(Reserved { slot, place }) = reserved.remove(&intent.order) {
                let right = Some((Attempt::first(&intent), place));
                slot.send(Fresh { intent, order, right });
            } else if outlet.fresh.try_send(Fresh { intent, order, right: None }).is_err() {
                outlet.waker.notify_one();
            }
        }
        for order in changes.orders().filter(|order| order.venue.as_ref().is_some_and(|venue| venue.cancel.is_due())) {
            if let Some(outlet) = outlets.get(&order.account_id) {
                outlet.waker.notify_one();
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<AccountId, Outlet>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);

    fn sender(places: usize, speaks_for_us: i64) -> Sender {
        Sender {
            owner: "host".into(),
            attempt_lease_us: 20 * SECOND_US,
            places: Arc::new(Semaphore::new(places)),
            speaks_until: Arc::new(AtomicI64::new(NOW.plus_micros(speaks_for_us).micros())),
            is_open: Arc::new(AtomicBool::new(true)),
        }
    }

    fn account() -> AccountId {
        AccountId::new(Uuid::from_u128(1))
    }

    #[test]
    fn as_many_rights_are_given_as_there_are_places() {
        let outlets = Outlets::default();
        let _outbox = outlets.open(account(), sender(2, 10 * SECOND_US));
        assert!(outlets.is_open(account(), NOW));
        let first = outlets.reserve(account(), NOW).expect("a place");
        assert_eq!(first.0, Claim { owner: "host".to_owned(), lease_until: NOW.plus_micros(20 * SECOND_US) });
        let second = outlets.reserve(account(), NOW).expect("a place");
        assert!(outlets.reserve(account(), NOW).is_none());
        // What was not committed gives its place back.
        drop(second);
        assert!(outlets.reserve(account(), NOW).is_some());
        assert!(outlets.reserve(AccountId::new(Uuid::from_u128(2)), NOW).is_none(), "nobody here speaks for it");
    }

    #[test]
    fn an_account_that_may_be_another_hosts_by_now_gives_no_right() {
        let outlets = Outlets::default();
        let _outbox = outlets.open(account(), sender(2, SECOND_US));
        assert!(outlets.reserve(account(), NOW).is_none());
        assert!(!outlets.is_open(account(), NOW), "the books have to be asked");
    }

    #[test]
    fn a_sender_that_has_ended_gives_no_right() {
        let outlets = Outlets::default();
        drop(outlets.open(account(), sender(2, 10 * SECOND_US)));
        assert!(outlets.reserve(account(), NOW).is_none());
    }
}
