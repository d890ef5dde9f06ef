//! Addresses of users that are told of firings by a signed POST. Only addresses of the open internet are ever called.
//!
//! Telling is best effort: three tries, a bounded queue, nothing kept over a restart. The history of firings is complete.

mod delivery;
mod signature;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rand::{TryRngCore, rngs::OsRng};
use speedtrade::{
    alert::Fired,
    ids::{UserId, WebhookId},
    wire::WebhookView,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    ServiceError,
    outbound::{self, Queue},
};
use crate::{
    clock::Clock,
    store::{self, Db, Webhook},
};

pub use super::outbound::{Pace, Reach};

const WEBHOOKS_MAX: i64 = 10;
const SECRET_BYTES: usize = 32;

/// Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    db: Db,
    clock: Clock,
    reach: Reach,
    queue: Arc<Queue>,
}

impl Webhooks {
    /// Delivers until `stop`. What waits then is not delivered.
    pub fn start(db: Db, clock: Clock, reach: Reach, pace: Pace, stop: CancellationToken, tasks: &TaskTracker) -> Self {
        let queue = Arc::new(Queue::default());
        let webhooks = Self { db, clock, reach, queue };
        tasks.spawn(delivery::run(webhooks.clone(), pace, stop));
        webhooks
    }

    /// Oldest first, without their secrets.
    pub async fn list(&self, user: UserId) -> Result<Vec<WebhookView>, ServiceError> {
        Ok(store::list_webhooks(&self.db, user).await?.iter().map(view).collect())
    }

    /// The only time that the secret is shown.
    pub async fn create(&self, user: UserId, url: &str) -> Result<WebhookView, ServiceError> {
        let url = outbound::check_url(url, self.reach).map_err(|e| ServiceError::field("url", e))?;
        let mut secret = [0_u8; SECRET_BYTES];
        OsRng.try_fill_bytes(&mut secret).map_err(|_| ServiceError::Internal("the system gave no random bytes"))?;
        let webhook = Webhook {
            id: WebhookId::new(self.clock.new_id()),
            user_id: user,
            url: url.to_string(),
            secret: format!("whsec_{}", crate::net::hex(&secret)),
            enabled: true,
            created_at: self.clock.now(),
        };
        let mut tx = self.db.begin().await?;
        if store::count_webhooks(&mut tx, user).await? >= WEBHOOKS_MAX {
            return Err(ServiceError::Conflict { code: "too_many_webhooks", detail: "You have 10 webhooks. Delete one first." });
        }
        store::insert_webhook(&mut tx, &webhook).await?;
        tx.commit().await?;
        Ok(WebhookView { secret: Some(webhook.secret.clone()), ..view(&webhook) })
    }

    pub async fn delete(&self, user: UserId, id: WebhookId) -> Result<(), ServiceError> {
        let missing = ServiceError::NotFound { code: "webhook_not_found", detail: "There is no such webhook." };
        if store::delete_webhook(&self.db, user, id).await? { Ok(()) } else { Err(missing) }
    }

    /// Queues what was told. Waits for nothing.
    pub fn send(&self, told: Vec<Fired>) {
        self.queue.push(told);
    }

    /// Firings that were pushed out of a full queue since the start.
    pub fn dropped(&self) -> u64 {
        self.queue.dropped()
    }
}

fn view(webhook: &Webhook) -> WebhookView {
    WebhookView { id: webhook.id, url: webhook.url.clone(), enabled: webhook.enabled, secret: None, created_at: webhook.created_at }
}
