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
mod lots;
mod orders;
mod outlets;
mod paper;
mod snapshots;
mod timeline;
mod venues;
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
    store::{self, AccountRoute, Db, StoreError, Writer},
};

pub(in crate::services) use folding::record_events;
pub use looks::Json;
pub use outlets::{Fresh, Outbox, Sender};
pub use venues::{Freeze, Venues};

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

/// Whose books: one account of a user, the paper account where none is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner {
    pub user: UserId,
    pub account: Option<AccountId>,
}

impl From<UserId> for Owner {
    fn from(user: UserId) -> Self {
        Self { user, account: None }
    }
}

impl Owner {
    /// `account` as a client names it: 404 for what is no id.
    pub fn of(user: UserId, account: Option<&str>) -> Result<Self, ServiceError> {
        let account = account.map(|text| text.parse().map_err(|_| ServiceError::UNKNOWN_ACCOUNT)).transpose()?;
        Ok(Self { user, account })
    }
}

/// When more are remembered, all are forgotten.
const OWNERS_MAX: usize = 10_000;

/// Cheap to clone.
#[derive(Clone)]
pub struct Trading {
    db: Db,
    market: Market,
    clock: Clock,
    world: World,
    looks: Arc<Looks>,
    venues: Venues,
    committer: Committer,
    accounts: Arc<Mutex<HashMap<Owner, (AccountId, AccountRoute)>>>,
}

/// The disk is busy meanwhile and orders wait for it; the more the log has of a page, the fewer are written.
const CHECKPOINT_PAUSE: Duration = Duration::from_secs(10);
/// A log that begins anew costs its first commit a second flush, so it is not emptied after every order.
const CHECKPOINT_COMMITS: u64 = 64;
/// What others than the committer wrote is moved at least that often.
const CHECKPOINT_PAUSES_MAX: u32 = 30;

/// Moves what is in SQLite's log into its file beside the writing, so that no order waits for it.
async fn checkpoints(db: Db, looks: Arc<Looks>, stop: CancellationToken) {
    let (mut moved, mut pauses) = (0, 0);
    while stop.run_until_cancelled(tokio::time::sleep(CHECKPOINT_PAUSE)).await.is_some() {
        let commits = looks.commits();
        pauses += 1;
        if commits - moved < CHECKPOINT_COMMITS && pauses < CHECKPOINT_PAUSES_MAX {
            continue;
        }
        (moved, pauses) = (commits, 0);
        if let Err(error) = db.checkpoint().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the log was not moved into the file");
        }
    }
}

impl Trading {
    /// Loads the open orders, then starts the committer and the paper venue. Both end after `stop`, with an empty queue.
    pub async fn start(
        (db, writer): (Db, Writer),
        market: Market,
        bus: Bus,
        clock: Clock,
        (venue, venues): (PaperVenue, Venues),
        stop: CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Trading, StoreError> {
        let mut resting = RestingOrders::default();
        for order in store::list_all_open_orders(&db).await? {
            resting.record(&order);
        }
        let resting = Arc::new(Mutex::new(resting));
        let world = World { market: market.clone(), clock: clock.clone(), latency_us: venue.latency_us, lots: venues.lots().clone() };
        let cache = Arc::new(AccountCache::of(&db));
        let looks = Arc::new(Looks::of(&db));
        let desk = Desk {
            db: db.clone(),
            writer,
            looks: Arc::clone(&looks),
            world: world.clone(),
            bus,
            cache,
            is_forgetful: venue.is_forgetful,
            resting: Arc::clone(&resting),
            venues: venues.clone(),
        };
        let committer = Committer::start(desk, stop.clone(), tasks);
        tasks.spawn(paper::look_around(db.clone(), Arc::clone(&resting), stop.clone()));
        tasks.spawn(paper::keep_looking(market.clone(), clock.clone(), Arc::clone(&resting), stop.clone()));
        tasks.spawn(paper::run(market.clone(), clock.clone(), committer.clone(), resting, stop.clone()));
        let trading = Trading { db, market, clock, world, looks, venues, committer, accounts: Arc::default() };
        tasks.spawn(checkpoints(trading.db.clone(), Arc::clone(&trading.looks), stop.clone()));
        tasks.spawn(snapshots::run(trading.clone(), stop));
        Ok(trading)
    }

    pub fn venues(&self) -> &Venues {
        &self.venues
    }

    pub(in crate::services) async fn account_of(&self, who: Owner) -> Result<AccountId, ServiceError> {
        Ok(self.route_of(who).await?.0)
    }

    /// The account that is asked for and where its orders go; remembered, because neither its owner nor its venue ever change.
    async fn route_of(&self, who: Owner) -> Result<(AccountId, AccountRoute), ServiceError> {
        let known = self.accounts.lock().unwrap_or_else(PoisonError::into_inner).get(&who).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        // On the heap, as what is rare: the room for it would be moved about with every order.
        let found = Box::pin(self.stored_route(who)).await?.ok_or(ServiceError::UNKNOWN_ACCOUNT)?;
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= OWNERS_MAX {
            accounts.clear();
        }
        accounts.insert(who, found);
        Ok(found)
    }

    async fn stored_route(&self, who: Owner) -> Result<Option<(AccountId, AccountRoute)>, StoreError> {
        Ok(match who.account {
            None => store::find_paper_account(&self.db, who.user).await?.map(|account| (account, AccountRoute::Paper)),
            Some(account) => store::find_owned_account(&self.db, who.user, account).await?.map(|route| (account, route)),
        })
    }
}
