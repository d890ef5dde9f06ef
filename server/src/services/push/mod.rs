//! Browsers of users that are told of firings by Web Push, also while no page of the desk is open.
//!
//! Best effort, as webhooks: three tries, a bounded queue, nothing kept over a restart. What is sent only the browser can read.

mod delivery;
mod encryption;
mod vapid;

use std::sync::Arc;

use speedtrade::{
    alert::Fired,
    ids::{PushSubscriptionId, UserId},
    wire::{PushSubscriptionView, PushSubscriptionsView},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    ServiceError,
    outbound::{self, Pace, Queue, Reach},
};
use crate::{
    clock::Clock,
    secrets::VapidKey,
    store::{self, Db, PushSubscription},
};
use encryption::BrowserKeys;
use vapid::Vapid;

const SUBSCRIPTIONS_MAX: i64 = 10;

/// What a browser says of its subscription.
pub struct NewSubscription {
    pub endpoint: String,
    pub p256dh: String,
    pub auth: String,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Push {
    db: Db,
    clock: Clock,
    reach: Reach,
    vapid: Arc<Vapid>,
    queue: Arc<Queue>,
}

impl Push {
    /// Delivers until `stop`. What waits then is not delivered. Push services may write to `contact`.
    pub fn start(
        (db, clock): (Db, Clock),
        (key, contact): (&VapidKey, String),
        (reach, pace): (Reach, Pace),
        stop: CancellationToken,
        tasks: &TaskTracker,
    ) -> Self {
        let push = Self { db, clock, reach, vapid: Arc::new(Vapid::new(key, contact)), queue: Arc::default() };
        tasks.spawn(delivery::run(push.clone(), pace, stop));
        push
    }

    /// Oldest first, with the key to subscribe with.
    pub async fn list(&self, user: UserId) -> Result<PushSubscriptionsView, ServiceError> {
        let items = store::list_push_subscriptions(&self.db, user).await?.into_iter().map(view).collect();
        Ok(PushSubscriptionsView { public_key: self.vapid.public_key().to_owned(), items })
    }

    /// The same browser again keeps its id. A browser belongs to who subscribed on it last.
    pub async fn subscribe(&self, user: UserId, new: NewSubscription) -> Result<PushSubscriptionView, ServiceError> {
        let endpoint = outbound::check_url(&new.endpoint, self.reach).map_err(|e| ServiceError::field("endpoint", e))?;
        BrowserKeys::parse(&new.p256dh, &new.auth).map_err(|e| ServiceError::field("keys", e))?;
        let subscription = PushSubscription {
            id: PushSubscriptionId::new(self.clock.new_id()),
            user_id: user,
            endpoint: endpoint.to_string(),
            p256dh: new.p256dh,
            auth: new.auth,
            created_at: self.clock.now(),
        };
        let mut tx = self.db.begin().await?;
        if store::count_other_push_subscriptions(&mut tx, user, &subscription.endpoint).await? >= SUBSCRIPTIONS_MAX {
            let detail = "Ten of your browsers are told already. Turn one of them off first.";
            return Err(ServiceError::Conflict { code: "too_many_push_subscriptions", detail });
        }
        let kept = store::set_push_subscription(&mut tx, &subscription).await?;
        tx.commit().await?;
        Ok(view(kept))
    }

    pub async fn unsubscribe(&self, user: UserId, id: PushSubscriptionId) -> Result<(), ServiceError> {
        let missing = ServiceError::NotFound { code: "push_subscription_not_found", detail: "There is no such push subscription." };
        if store::delete_push_subscription(&self.db, user, id).await? { Ok(()) } else { Err(missing) }
    }

    /// Queues what was told. Waits for nothing.
    pub fn send(&self, told: Vec<Fired>) {
        self.queue.push(told);
    }
}

fn view(subscription: PushSubscription) -> PushSubscriptionView {
    PushSubscriptionView { id: subscription.id, endpoint: subscription.endpoint, created_at: subscription.created_at }
}
