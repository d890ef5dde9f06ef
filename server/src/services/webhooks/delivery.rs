//! The queue of firings and the calls that tell of them.
//!
//! 1,000 firings wait at most; when more come, the oldest are dropped and counted. 16 calls run at once.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, header, redirect};
use serde::Serialize;
use speedtrade::{alert::Fired, wire::FiringView};
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Webhooks,
    guard::{self, GlobalOnly, Reach},
    signature,
};
use crate::store::{self, Webhook};

pub(super) const QUEUE_LENGTH_MAX: usize = 1_000;
const CALLS_MAX: usize = 16;

/// How patient calls are.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub timeout: Duration,
    /// Before the second and the third try.
    pub pauses: [Duration; 2],
}

impl Default for Pace {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(5), pauses: [Duration::from_secs(1), Duration::from_secs(5)] }
    }
}

#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Fired>>,
    filled: Notify,
    dropped: AtomicU64,
}

impl Queue {
    pub(super) fn push(&self, fired: Vec<Fired>) {
        if fired.is_empty() {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(fired);
        let surplus = waiting.len().saturating_sub(QUEUE_LENGTH_MAX);
        waiting.drain(..surplus);
        drop(waiting);
        if surplus > 0 {
            let total = self.dropped.fetch_add(surplus as u64, Ordering::Relaxed) + surplus as u64;
            tracing::warn!(surplus, total, "firings wait too long for their webhooks: the oldest are not delivered");
        }
        self.filled.notify_one();
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    async fn pop(&self) -> Fired {
        loop {
            let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            match next {
                Some(fired) => return fired,
                None => self.filled.notified().await,
            }
        }
    }
}

#[derive(Serialize)]
struct Message {
    event: &'static str,
    data: FiringView,
}

pub(super) async fn run(webhooks: Webhooks, pace: Pace, stop: CancellationToken) {
    let client = match client(webhooks.reach, pace) {
        Ok(client) => client,
        Err(error) => return tracing::error!(error = &error as &dyn std::error::Error, "webhooks can't be called"),
    };
    let (places, calls) = (Arc::new(Semaphore::new(CALLS_MAX)), TaskTracker::new());
    while let Some(fired) = stop.run_until_cancelled(webhooks.queue.pop()).await {
        let wanted = match store::list_webhooks(&webhooks.db, fired.user_id).await {
            Ok(wanted) => wanted,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a firing was not delivered to webhooks");
                continue;
            }
        };
        for webhook in wanted.into_iter().filter(|webhook| webhook.enabled) {
            let Some(Ok(place)) = stop.run_until_cancelled(Arc::clone(&places).acquire_owned()).await else { return };
            let call = Call { client: client.clone(), reach: webhooks.reach, pace, webhook, body: body(&fired) };
            let (clock, stop) = (webhooks.clock.clone(), stop.clone());
            calls.spawn(async move {
                stop.run_until_cancelled(call.deliver(|| clock.now().seconds())).await;
                drop(place);
            });
        }
    }
}

fn client(reach: Reach, pace: Pace) -> reqwest::Result<Client> {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(pace.timeout)
        .dns_resolver(Arc::new(GlobalOnly(reach)))
        .https_only(reach == Reach::Internet)
        .user_agent("SpeedTrade")
        .build()
}

fn body(fired: &Fired) -> String {
    let message = Message { event: "alert_triggered", data: FiringView::from(fired) };
    serde_json::to_string(&message).expect("a message of plain fields is serializable")
}

struct Call {
    client: Client,
    reach: Reach,
    pace: Pace,
    webhook: Webhook,
    body: String,
}

impl Call {
    /// Each try is signed anew, with the time of the try.
    async fn deliver(self, unix: impl Fn() -> i64) {
        let Ok(url) = guard::check_url(&self.webhook.url, self.reach) else { return };
        for pause in [Duration::ZERO].into_iter().chain(self.pace.pauses) {
            tokio::time::sleep(pause).await;
            let request = self
                .client
                .post(url.clone())
                .header(header::CONTENT_TYPE, "application/json")
                .header(signature::HEADER, signature::sign(&self.webhook.secret, unix(), &self.body))
                .body(self.body.clone());
            match request.send().await {
                Ok(answer) if answer.status().is_success() => return,
                Ok(answer) => tracing::info!(webhook = %self.webhook.id, status = %answer.status(), "a webhook refused"),
                Err(error) => tracing::info!(webhook = %self.webhook.id, error = %error.without_url(), "a webhook did not answer"),
            }
        }
    }
}
