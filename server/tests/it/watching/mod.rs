//! Alerts on a market that moves: a host that is only that, and what every file here asks of it.

mod deliveries;
mod firing;
mod hosts;
mod pushed;
mod store;

use std::{sync::Arc, time::Duration};

use server::{
    bus::UserEvent,
    clock::Clock,
    market::{Market, SimConfig},
    secrets,
    services::{
        alerts::{Alerts, Outlets},
        push::Push,
        webhooks::{Pace, Reach, Webhooks},
    },
    store::{Db, Writer},
};
use speedtrade::{
    alert::AlertTicket,
    ids::UserId,
    time::{SECOND_US, Timestamp},
    wire::{AlertTriggered, AlertView, FiringView, ServerFrame},
};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::harness::{SOON, START};

pub(super) struct Host {
    pub(super) alerts: Alerts,
    pub(super) webhooks: Webhooks,
    pub(super) push: Push,
    pub(super) market: Market,
    pub(super) clock: Clock,
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

const FAST: Pace = Pace { timeout: Duration::from_secs(5), pauses: [Duration::from_millis(1), Duration::from_millis(1)] };

impl Host {
    pub(super) async fn start(db: Db, clock: &Clock) -> Host {
        let market = Market::simulated(SimConfig::default(), clock.clone());
        let (stop, tasks, clock) = (CancellationToken::new(), TaskTracker::new(), clock.clone());
        let webhooks = Webhooks::start(db.clone(), clock.clone(), Reach::Anywhere, FAST, stop.clone(), &tasks);
        let secrets = secrets::load(TempDir::new().expect("a folder").path()).unwrap_or_else(|e| panic!("{e}"));
        let sender = (&secrets.vapid_key, "mailto:desk@example.com".to_owned());
        let push = Push::start((db.clone(), clock.clone()), sender, (Reach::Anywhere, FAST), stop.clone(), &tasks);
        let outlets = Outlets { webhooks: webhooks.clone(), push: push.clone() };
        let writer = Writer::of(&db).await.expect("opens");
        let alerts = Alerts::start((db, writer), market.clone(), clock.clone(), outlets, stop.clone(), &tasks).await.expect("starts");
        Host { alerts, webhooks, push, market, clock, stop, tasks }
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    pub(super) fn skip(&self, seconds: i64) {
        self.clock.advance_micros(seconds * SECOND_US);
        self.market.step(self.clock.now());
    }

    pub(super) async fn make(&self, user: UserId, condition: &str, symbol: &str, target: &str) -> AlertView {
        let ticket = AlertTicket {
            symbol: symbol.to_owned(),
            condition: condition.to_owned(),
            target_price: Some(target.to_owned()),
            ..AlertTicket::default()
        };
        self.alerts.create(user, &ticket).await.expect("made")
    }

    /// All firings of a user, newest first.
    pub(super) async fn history(&self, user: UserId) -> Vec<FiringView> {
        self.alerts.list_firings(user, None, Some(500), None).await.expect("answers").items
    }

    pub(super) async fn status(&self, user: UserId, alert: &AlertView) -> String {
        self.alerts.find(user, alert.id).await.expect("answers").status.as_str().to_owned()
    }
}

pub(super) fn clock() -> Clock {
    Clock::manual(Timestamp::parse_rfc3339(START).expect("valid"))
}

pub(super) async fn told(feed: &mut Receiver<Arc<UserEvent>>) -> AlertTriggered {
    let event = tokio::time::timeout(SOON, feed.recv()).await.expect("told in time").expect("open");
    let ServerFrame::AlertTriggered(told) = &event.frame else { panic!("{:?}", event.frame) };
    told.clone()
}
