//! Which accounts there are and which of them this host speaks for. A lease in the store decides; whoever has it renews it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use speedtrade::{
    ids::{AccountId, UserId},
    time::Timestamp,
    wire::{AccountView, ClosedBy, DiscrepancyView},
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    account::{self, Wish},
    books::Books,
    desk::{Desk, Timing},
    health::{Health, HealthView},
    holdings::Believed,
};
use crate::{
    broker::Connector,
    clock::Clock,
    market::Market,
    services::{
        ServiceError,
        trading::{Owner, Sender, Trading},
    },
    store::{self, ConnectedAccount, Db},
};

/// What waits for an account; who comes beyond is told to come back.
const WISHES_MAX: usize = 8;
/// Between two looks at which accounts there are.
const LOOK: Duration = Duration::from_secs(1);

/// Who makes the connector of an account and opens its keys.
pub trait Opener: Send + Sync {
    /// Runs the account with `live`. An error is words for the health page.
    fn open(&self, account: ConnectedAccount, live: Live, stop: CancellationToken) -> BoxFuture<'_, Result<(), String>>;
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Live {
    db: Db,
    trading: Trading,
    market: Market,
    clock: Clock,
    timing: Timing,
    owner: Arc<str>,
    tasks: TaskTracker,
    running: Arc<Mutex<HashMap<AccountId, Running>>>,
}

struct Running {
    connected: ConnectedAccount,
    stop: CancellationToken,
    health: Arc<Health>,
    wishes: Option<mpsc::Sender<Wish>>,
    /// In microseconds; moves on with each renewal of the lease.
    speaks_until: Arc<AtomicI64>,
}

impl Live {
    /// Starts looking after the accounts that are connected until `stop`.
    pub fn start(
        (db, trading, market, clock): (Db, Trading, Market, Clock),
        opener: Arc<dyn Opener>,
        timing: Timing,
        stop: CancellationToken,
        tasks: &TaskTracker,
    ) -> Self {
        let owner = clock.new_id().to_string().into();
        let live = Self { db, trading, market, clock, timing, owner, tasks: tasks.clone(), running: Arc::default() };
        tasks.spawn(live.clone().supervise(opener, stop));
        live
    }

    async fn supervise(self, opener: Arc<dyn Opener>, stop: CancellationToken) {
        if let Err(error) = store::free_venue_leases(&self.db).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the accounts are free once the leases of before have ended");
        }
        loop {
            match store::list_connected_accounts(&self.db).await {
                Ok(connected) => self.look_after(opener.as_ref(), connected, &stop).await,
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the connected accounts are not known"),
            }
            if stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_none() {
                break;
            }
        }
        let accounts: Vec<_> = self.lock().keys().copied().collect();
        for account in accounts {
            let _ = store::release_venue_lease(&self.db, account, &self.owner).await;
        }
    }

    async fn look_after(&self, opener: &dyn Opener, connected: Vec<ConnectedAccount>, stop: &CancellationToken) {
        self.end_what_is_gone(&connected);
        for account in connected {
            let now = self.clock.now();
            let until = now.plus_micros(self.timing.account_lease_us);
            match store::take_venue_lease(&self.db, account.account, &self.owner, now, until).await {
                Ok(Some(_)) if self.has_renewed(account.account, until) => {}
                Ok(Some(_)) => self.start_one(opener, account, until, stop).await,
                Ok(None) => self.end(account.account),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, account = %account.account, "the account's lease is not known");
                }
            }
        }
    }

    async fn start_one(&self, opener: &dyn Opener, account: ConnectedAccount, until: Timestamp, stop: &CancellationToken) {
        let (id, health, stop) = (account.account, Arc::new(Health::default()), stop.child_token());
        let speaks_until = Arc::new(AtomicI64::new(until.micros()));
        let running = Running { connected: account, stop: stop.clone(), health: Arc::clone(&health), wishes: None, speaks_until };
        self.lock().insert(id, running);
        if let Err(reason) = opener.open(account, self.clone(), stop).await {
            tracing::error!(account = %id, %reason, "the account can't be opened");
            health.note(|health| health.state = super::LiveState::Refused { reason });
        }
    }

    /// Runs one account with its connector. Called by the opener.
    pub fn run<C: Connector + 'static>(&self, account: &ConnectedAccount, connector: C, stop: CancellationToken) {
        let books = Books {
            db: self.db.clone(),
            trading: self.trading.clone(),
            market: self.market.clone(),
            clock: self.clock.clone(),
            account: account.account,
            venue: account.venue,
            tag: self.trading.venues().tag().to_owned(),
        };
        let (wishes, heard) = mpsc::channel(WISHES_MAX);
        let (health, speaks_until) = match self.lock().get_mut(&account.account) {
            Some(running) => {
                running.wishes = Some(wishes);
                (Arc::clone(&running.health), Arc::clone(&running.speaks_until))
            }
            // It ended while its connector was made.
            None => return,
        };
        let desk = Arc::new(Desk::new(connector, (books, account.may_withdraw), self.timing, health, Arc::clone(&self.owner)));
        let sender = Sender {
            owner: Arc::clone(&self.owner),
            attempt_lease_us: self.timing.attempt_lease_us,
            places: Arc::clone(&desk.places),
            speaks_until,
            is_open: Arc::clone(&desk.is_open),
        };
        let outbox = self.trading.venues().open_outbox(account.account, sender);
        self.tasks.spawn(account::run(desk, outbox, heard, stop));
    }

    /// The accounts with whether they take orders and how their connections are. Of what another host speaks for, only whether
    /// it is ready is known here.
    pub async fn with_health(&self, mut accounts: Vec<AccountView>) -> Result<Vec<AccountView>, ServiceError> {
        for account in &mut accounts {
            account.closed_by = store::find_account(&self.db, account.id).await?.and_then(|state| ClosedBy::of(&state));
            let Some(connection) = &mut account.connection else { continue };
            let open = store::list_discrepancies(&self.db, account.id).await?;
            let here = self.lock().get(&account.id).map(|running| running.health.view());
            let mut health = if let Some(view) = here {
                view.connection()
            } else {
                let (is_ready, note) = store::venue_gate(&self.db, account.id, self.clock.now()).await?;
                HealthView::elsewhere(is_ready, note)
            };
            health.open_discrepancies = u32::try_from(open.len()).unwrap_or(u32::MAX);
            health.discrepancies = open.into_iter().map(discrepancy_view).collect();
            connection.health = Some(health);
        }
        Ok(accounts)
    }

    /// What the owner of the account should look at, in words; nothing where all is well.
    pub async fn trouble(&self, who: Owner) -> Result<Option<String>, ServiceError> {
        let account = self.trading.account_of(who).await?;
        let state = store::find_account(&self.db, account).await?;
        if let Some(closed_by) = state.and_then(|state| ClosedBy::of(&state)) {
            return Ok(Some(closed_by.words().to_owned()));
        }
        let open = store::list_discrepancies(&self.db, account).await?.len();
        Ok((open > 0).then(|| format!("The venue has other numbers than this desk: {open} to look at.")))
    }

    /// Where the venue's numbers are not ours.
    pub async fn discrepancies(&self, user: UserId, account: AccountId) -> Result<Vec<DiscrepancyView>, ServiceError> {
        store::find_owned_account(&self.db, user, account).await?.ok_or(ServiceError::UNKNOWN_ACCOUNT)?;
        let found = store::list_discrepancies(&self.db, account).await?;
        Ok(found.into_iter().map(discrepancy_view).collect())
    }

    /// Books the venue's number of one asset as a transfer, because the account's owner said so, who has `seen` that number.
    pub async fn believe_venue(&self, user: UserId, account: AccountId, asset: String, seen: Option<String>) -> Result<(), ServiceError> {
        store::find_owned_account(&self.db, user, account).await?.ok_or(ServiceError::UNKNOWN_ACCOUNT)?;
        let wishes = self.lock().get(&account).and_then(|running| running.wishes.clone());
        let elsewhere = || ServiceError::NotReady { detail: "The account is not connected here. Try again in a moment.".to_owned() };
        let (done, answer) = oneshot::channel();
        let wish = Wish { asset, seen, done };
        wishes.ok_or_else(elsewhere)?.try_send(wish).map_err(|_| ServiceError::Busy)?;
        match answer.await.map_err(|_| elsewhere())?? {
            Believed::Booked => Ok(()),
            Believed::Equal => Err(ServiceError::NotFound { code: "no_discrepancy", detail: "The numbers agree." }),
            Believed::Another => {
                let detail = "The venue has another number by now, so nothing was booked. Load the page again to see it.";
                Err(ServiceError::Conflict { code: "number_changed", detail })
            }
        }
    }

    /// False: nothing runs for the account yet.
    fn has_renewed(&self, account: AccountId, until: Timestamp) -> bool {
        let running = self.lock();
        let Some(running) = running.get(&account) else { return false };
        running.speaks_until.store(until.micros(), Ordering::Relaxed);
        true
    }

    fn end_what_is_gone(&self, connected: &[ConnectedAccount]) {
        let gone: Vec<_> =
            self.lock().values().filter(|running| !connected.contains(&running.connected)).map(|r| r.connected.account).collect();
        for account in gone {
            self.end(account);
        }
    }

    fn end(&self, account: AccountId) {
        if let Some(running) = self.lock().remove(&account) {
            running.stop.cancel();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<AccountId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn discrepancy_view(of: store::Discrepancy) -> DiscrepancyView {
    DiscrepancyView { asset: of.asset, ours: of.ours, theirs: of.theirs, found_at: of.found_at }
}
