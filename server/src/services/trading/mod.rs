//! Placing, canceling and reading orders and holdings, for one user at a time.
//!
//! Nothing here changes money: commands go to the committer, and what is answered has been committed.

mod batch;
mod committer;
mod frames;
mod holdings;
mod orders;
mod paper;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use speedtrade::ids::{AccountId, UserId};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::ServiceError;
use crate::{
    bus::Bus,
    clock::Clock,
    engine::RestingOrders,
    market::Market,
    store::{self, Db, StoreError},
};

pub(in crate::services) use batch::record_events;

use batch::Desk;
use committer::Committer;

/// Cheap to clone.
#[derive(Clone)]
pub struct Trading {
    db: Db,
    market: Market,
    clock: Clock,
    committer: Committer,
    accounts: Arc<Mutex<HashMap<UserId, AccountId>>>,
}

impl Trading {
    /// Loads the open orders, then starts the committer and the paper venue. Both end after `stop`, with an empty queue.
    pub async fn start(
        db: Db,
        market: Market,
        bus: Bus,
        clock: Clock,
        stop: CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Trading, StoreError> {
        let mut resting = RestingOrders::default();
        for order in store::list_all_open_orders(&db).await? {
            resting.record(&order);
        }
        let resting = Arc::new(Mutex::new(resting));
        let desk = Desk { db: db.clone(), market: market.clone(), bus, clock: clock.clone(), resting: Arc::clone(&resting) };
        let committer = Committer::start(desk, stop.clone(), tasks);
        tasks.spawn(paper::run(market.clone(), clock.clone(), committer.clone(), resting, stop));
        Ok(Trading { db, market, clock, committer, accounts: Arc::default() })
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
