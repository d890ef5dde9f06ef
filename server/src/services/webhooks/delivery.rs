//! The calls that tell of firings.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, header};
use serde::Serialize;
use speedtrade::{alert::Fired, wire::FiringView};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Webhooks, signature};
use crate::{
    services::outbound::{self, CALLS_MAX, Pace, Reach},
    store::{self, Webhook},
};

#[derive(Serialize)]
struct Message {
    event: &'static str,
    data: FiringView,
}

pub(super) async fn run(webhooks: Webhooks, pace: Pace, stop: CancellationToken) {
    let client = match outbound::client(webhooks.reach, pace) {
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
        let Ok(url) = outbound::check_url(&self.webhook.url, self.reach) else { return };
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
