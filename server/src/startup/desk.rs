//! The services of one desk, started together and ended together. Must never see a request.

use std::sync::Arc;

use speedtrade::order::TAG_LENGTH;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    DeskPlan, Keys, StartupError,
    venues::{AccountOpener, VenueBook},
};
use crate::{
    bus::Bus,
    clock::Clock,
    hosts::Hosts,
    http::Services,
    market::Market,
    services::{
        accounts::Accounts,
        alerts::{Alerts, Outlets},
        connections::{Connections, Verifier},
        demo::{self, DemoCredentials},
        events::Events,
        live::Live,
        push::Push,
        quotes::Quotes,
        readiness::Readiness,
        sessions::Sessions,
        trading::{Trading, Venues},
        watchlists::Watchlists,
        webhooks::{Pace, Reach, Webhooks},
    },
    store::{self, Db, Writer},
};

/// The running services behind the edge.
pub struct Desk {
    db: Db,
    clock: Clock,
    market: Market,
    trading: Trading,
    accounts: Accounts,
    connections: Connections,
    live: Live,
    alerts: Alerts,
    webhooks: Webhooks,
    push: Push,
    bus: Bus,
    hosts: Hosts,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Desk {
    /// Starts the market, the committer, the paper venue and the live accounts on a migrated database.
    pub async fn open(
        db: Db,
        keys: &Keys,
        plan: impl Into<DeskPlan>,
        clock: Clock,
        hosts: Hosts,
        stop: CancellationToken,
    ) -> Result<Self, StartupError> {
        let (bus, tasks) = (Bus::shared(hosts.clone()), TaskTracker::new());
        let DeskPlan { market: plan, venue, venues, timing, push_contact } = plan.into();
        let market = plan.market(clock.clone())?;
        if let Err(error) = db.ensure_partitions(clock.now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "new rows go into the default partitions");
        }
        let tag = store::instance_tag(&db, &fresh_tag(&clock)).await?;
        let elsewhere = venues.elsewhere();
        let names = plan.feeds.binance_quote_asset.clone();
        let book = VenueBook { args: venues, names, tag: tag.as_str().into(), clock: clock.clone(), budgets: Arc::default() };
        let freezing = book.clone();
        let venues = Venues::new(&tag, Arc::new(move |venue, order| freezing.freeze(venue, order)), elsewhere);
        let writer = Writer::of(&db).await?;
        let books = (db.clone(), writer.clone());
        let trading = Trading::start(books, market.clone(), bus.clone(), clock.clone(), (venue, venues), stop.clone(), &tasks).await?;
        let webhooks = Webhooks::start(db.clone(), clock.clone(), Reach::Internet, Pace::default(), stop.clone(), &tasks);
        let (ground, reach) = ((db.clone(), clock.clone()), (Reach::Internet, Pace::default()));
        let push = Push::start(ground, (&keys.secrets.vapid_key, push_contact), reach, stop.clone(), &tasks);
        let outlets = Outlets { webhooks: webhooks.clone(), push: push.clone() };
        let alerts = Alerts::start((db.clone(), writer), market.clone(), clock.clone(), outlets, stop.clone(), &tasks).await?;
        tasks.spawn(market.clone().run(stop.clone()));
        plan.start_feeds(&market, (&db, &clock, &hosts), &stop, &tasks)?;
        let sessions = Sessions::new(db.clone(), clock.clone(), &keys.secrets.token_key, hosts.clone());
        tasks.spawn(bus.clone().follow_hosts(stop.clone()));
        tasks.spawn(sessions.clone().follow_hosts(stop.clone()));
        let accounts = Accounts::new(db.clone(), clock.clone(), sessions, hosts.clone())?;
        tasks.spawn(hosts.clone().run(stop.clone()));
        let connections = Connections::new(db.clone(), clock.clone(), accounts.clone(), keys.vault.clone(), Arc::new(book.clone()));
        connections.check_master_key().await?;
        let opener = Arc::new(AccountOpener { book, connections: connections.clone() });
        let parts = (db.clone(), trading.clone(), market.clone(), clock.clone());
        let live = Live::start(parts, opener, timing, stop.clone(), &tasks);
        Ok(Self { db, clock, market, trading, accounts, connections, live, alerts, webhooks, push, bus, hosts, stop, tasks })
    }

    /// Venues are asked through `verifier`.
    #[must_use]
    pub fn verifying_with(self, verifier: Arc<dyn Verifier>) -> Self {
        Self { connections: self.connections.verifying_with(verifier), ..self }
    }

    pub fn services(&self) -> Services {
        Services {
            clock: self.clock.clone(),
            accounts: self.accounts.clone(),
            connections: self.connections.clone(),
            live: self.live.clone(),
            trading: self.trading.clone(),
            quotes: Quotes::new(self.market.clone(), self.clock.clone()),
            events: Events::new(self.db.clone(), self.bus.clone()),
            watchlists: self.watchlists(),
            alerts: self.alerts.clone(),
            webhooks: self.webhooks.clone(),
            push: self.push.clone(),
            readiness: Readiness::new(self.db.clone(), self.hosts.clone()),
            hosts: self.hosts.clone(),
            stop: self.stop.clone(),
        }
    }

    fn watchlists(&self) -> Watchlists {
        Watchlists::new(self.db.clone(), self.market.clone(), self.clock.clone())
    }

    /// The demo account, made or unlocked; locked when this start has no demo.
    pub async fn demo(&self, is_wanted: bool) -> Result<Option<DemoCredentials>, StartupError> {
        if is_wanted {
            let watching = (&self.watchlists(), &self.alerts);
            return Ok(Some(demo::ensure(&self.db, &self.market, &self.clock, &self.accounts, &self.trading, watching).await?));
        }
        demo::lock(&self.db, &self.clock).await?;
        Ok(None)
    }

    /// After `stop`: waits until the committer has written what it took, then closes the database.
    pub async fn close(self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.db.close().await;
    }
}

/// Four letters and digits that no other installation is likely to have.
fn fresh_tag(clock: &Clock) -> String {
    let id = clock.new_id().simple().to_string();
    id.chars().skip(id.len() - TAG_LENGTH).collect()
}
