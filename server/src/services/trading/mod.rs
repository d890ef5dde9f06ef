//! Placing, canceling and reading orders and holdings, for one user at a time.
//!
//! Nothing here changes money: commands go to the committer, and what is answered has been committed.

mod answers;
mod batch;
mod cache;
mod closing;
mod committer;
mod curve;
mod folding;
mod frames;
mod holdings;
mod listing;
mod looks;
mod orders;
mod paper;
mod snapshots;
mod world;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use speedtrade::{
    engine::RestingOrders,
    ids::{AccountId, UserId},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::ServiceError;
use crate::{
    bus::Bus,
    clock::Clock,
    market::Market,
    store::{self, Db, StoreError, Writer},
};

pub(in crate::services) use folding::record_events;
pub use looks::Json;

use batch::Desk;
use cache::AccountCache;
use committer::Committer;
use looks::Looks;
use world::World;

/// How the paper venue behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct PaperVenue {
    /// How long it takes before an order can trade, in microseconds.
    pub latency_us: i64,
    /// Nothing is written: what benches measure the store against. No command line leads here.
    pub is_forgetful: bool,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Trading {
    db: Db,
    market: Market,
    clock: Clock,
    world: World,
    looks: Arc<Looks>,
    committer: Committer,
    accounts: Arc<Mutex<HashMap<UserId, AccountId>>>,
}

const CHECKPOINT_PAUSE: Duration = Duration::from_millis(500);

/// Moves what is in SQLite's log into its file beside the writing, so that no order waits for it.
async fn checkpoints(db: Db, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(CHECKPOINT_PAUSE)).await.is_some() {
        if let Err(error) = db.checkpoint().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the log was not moved into the file");
        }
    }
}

impl Trading {
    /// Loads the open orders, then starts the committer and the paper venue. Both end after `stop`, with an empty queue.
    pub async fn start(
        db: Db,
        market: Market,
        bus: Bus,
        clock: Clock,
        venue: PaperVenue,
        stop: CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Trading, StoreError> {
        let mut resting = RestingOrders::default();
        for order in store::list_all_open_orders(&db).await? {
            resting.record(&order);
        }
        let resting = Arc::new(Mutex::new(resting));
        let world = World { market: market.clone(), clock: clock.clone(), latency_us: venue.latency_us };
        let cache = Arc::new(AccountCache::of(&db));
        let (writer, looks) = (Writer::of(&db).await?, Arc::new(Looks::of(&db)));
        let desk = Desk {
            db: db.clone(),
            writer,
            looks: Arc::clone(&looks),
            world: world.clone(),
            bus,
            cache,
            is_forgetful: venue.is_forgetful,
            resting: Arc::clone(&resting),
        };
        let committer = Committer::start(desk, stop.clone(), tasks);
        tasks.spawn(paper::look_around(db.clone(), Arc::clone(&resting), stop.clone()));
        tasks.spawn(paper::keep_looking(market.clone(), clock.clone(), Arc::clone(&resting), stop.clone()));
        tasks.spawn(paper::run(market.clone(), clock.clone(), committer.clone(), resting, stop.clone()));
        let trading = Trading { db, market, clock, world, looks, committer, accounts: Arc::default() };
        tasks.spawn(checkpoints(trading.db.clone(), stop.clone()));
        tasks.spawn(snapshots::run(trading.clone(), stop));
        Ok(trading)
    }

    /// The user's paper account; remembered, because it never changes.
    async fn account_of(&self, user: UserId) -> Result<AccountId, ServiceError> {
        let known = self.accounts.lock().unwrap_or_else(PoisonError::into_inner).get(&user).copied();
        if let Some(account) = known {
            return Ok(account);
        }
        let missing = ServiceError::NotFound { code: "unknown_account", detail: "You have no account to trade in." };
        let account = store::find_paper_account(&self.db, user).await?.ok_or(missing)?;
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).insert(user, account);
        Ok(account)
    }
}
