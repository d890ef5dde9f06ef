//! Alerts of users: made, changed, watched on every published quote, told after their firing is committed.
//!
//! A firing happens once, whoever else watches the same alert: among hosts, the transaction that numbers it decides.

mod held;
mod index;
mod neighbours;
mod rules;
mod seeds;
mod watch;
mod writer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use speedtrade::{alert::Fired, ids::UserId};
use tokio::sync::{Notify, broadcast};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{push::Push, webhooks::Webhooks};
use crate::{
    bus::{Bus, UserEvent},
    clock::Clock,
    market::Market,
    store::{self, Db, StoreError, Writer},
};
use index::Index;

pub use rules::AlertFilter;

/// Firings that a slow socket may fall behind; what it misses is in the history.
const TOLD_MAX: usize = 256;
const LOAD_PAGE: i64 = 1_000;

/// Who tells of firings outside the desk.
#[derive(Clone)]
pub struct Outlets {
    pub webhooks: Webhooks,
    pub push: Push,
}

impl Outlets {
    fn send(&self, told: Vec<Fired>) {
        self.push.send(told.clone());
        self.webhooks.send(told);
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Alerts {
    db: Db,
    market: Market,
    clock: Clock,
    bus: Bus,
    outlets: Outlets,
    index: Arc<Mutex<Index>>,
    /// There is something to write.
    written: Arc<Notify>,
    /// Taken while it is written.
    writing: Arc<tokio::sync::Mutex<()>>,
}

impl Alerts {
    /// Loads what is armed, then watches until `stop`. What is pending then is written first.
    pub async fn start(
        (db, writer): (Db, Writer),
        market: Market,
        clock: Clock,
        outlets: Outlets,
        stop: CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Alerts, StoreError> {
        let index = Arc::new(Mutex::new(Index::new(market.catalog().len())));
        let bus = Bus::with_length(TOLD_MAX);
        let alerts = Alerts { db, market, clock, bus, outlets, index, written: Arc::default(), writing: Arc::default() };
        let seeding = alerts.load().await?;
        tasks.spawn(alerts.clone().seed_all(seeding, stop.clone()));
        tasks.spawn(watch::run(alerts.clone(), stop.clone()));
        tasks.spawn(writer::run(alerts.clone(), writer, stop.clone()));
        tasks.spawn(neighbours::look_around(alerts.clone(), stop));
        Ok(alerts)
    }

    /// Takes in everything armed; what needs a window first is given back.
    async fn load(&self) -> Result<Vec<speedtrade::alert::Alert>, StoreError> {
        let (mut after, mut seeding) = (None, Vec::new());
        loop {
            let page = store::list_armed_alerts(&self.db, after, LOAD_PAGE).await?;
            let Some(last) = page.last() else { return Ok(seeding) };
            after = Some(last.id);
            let (windows, plain): (Vec<_>, Vec<_>) = page.into_iter().partition(|alert| alert.terms.condition.minutes().is_some());
            seeding.extend(windows);
            for alert in plain {
                self.take_in(alert, &[]);
            }
        }
    }

    /// What the user's alerts tell from now on.
    pub fn subscribe(&self, user: UserId) -> broadcast::Receiver<Arc<UserEvent>> {
        self.bus.subscribe(user)
    }

    /// The index is changed in whole steps; a panic in one leaves it usable.
    fn lock(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
