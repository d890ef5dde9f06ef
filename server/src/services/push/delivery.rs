//! The messages that tell browsers of firings. 16 calls run at once; each is tried three times.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, StatusCode, Url, header};
use serde::Serialize;
use speedtrade::alert::Fired;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Push,
    encryption::{BrowserKeys, TEXT_LENGTH_MAX},
};
use crate::{
    services::outbound::{self, CALLS_MAX, Pace},
    store::{self, PushSubscription},
};

/// A message that a sleeping browser did not fetch within this is of no use any more.
const KEPT_SECONDS: u32 = 4 * 3_600;
const NOTE_CHARS_MAX: usize = 500;

/// What `sw.js` shows and where a click leads.
#[derive(Serialize)]
struct Notice {
    title: String,
    body: String,
    url: String,
    /// Two notices of one firing are one.
    tag: String,
}

impl From<&Fired> for Notice {
    fn from(fired: &Fired) -> Self {
        let note: String = fired.note.chars().take(NOTE_CHARS_MAX).collect();
        let body = if note.is_empty() { fired.condition.to_string() } else { format!("{}. {note}", fired.condition) };
        Self {
            title: format!("{} at {}", fired.symbol, fired.price),
            body,
            url: format!("/trade/{}", fired.symbol.slug()),
            tag: fired.id.to_string(),
        }
    }
}

pub(super) async fn run(push: Push, pace: Pace, stop: CancellationToken) {
    let client = match outbound::client(push.reach, pace) {
        Ok(client) => client,
        Err(error) => return tracing::error!(error = &error as &dyn std::error::Error, "push services can't be called"),
    };
    let (places, calls) = (Arc::new(Semaphore::new(CALLS_MAX)), TaskTracker::new());
    while let Some(fired) = stop.run_until_cancelled(push.queue.pop()).await {
        let browsers = match store::list_push_subscriptions(&push.db, fired.user_id).await {
            Ok(browsers) => browsers,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a firing was not pushed");
                continue;
            }
        };
        let notice = serde_json::to_vec(&Notice::from(&fired)).expect("plain fields are serializable");
        for browser in browsers {
            let Some(Ok(place)) = stop.run_until_cancelled(Arc::clone(&places).acquire_owned()).await else { return };
            let (push, client, notice, stop) = (push.clone(), client.clone(), notice.clone(), stop.clone());
            calls.spawn(async move {
                stop.run_until_cancelled(push.deliver(&client, pace, &browser, &notice)).await;
                drop(place);
            });
        }
    }
}

/// What a push service's answer means.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Taken,
    /// The browser is not subscribed any more.
    Gone,
    Later,
    /// It will not take it, ever.
    Refused,
}

fn answer(status: StatusCode) -> Answer {
    match status {
        status if status.is_success() => Answer::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => Answer::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Answer::Later,
        status if status.is_server_error() => Answer::Later,
        _ => Answer::Refused,
    }
}

impl Push {
    async fn deliver(&self, client: &Client, pace: Pace, browser: &PushSubscription, notice: &[u8]) {
        debug_assert!(notice.len() <= TEXT_LENGTH_MAX, "a notice is short");
        let Ok(url) = outbound::check_url(&browser.endpoint, self.reach) else { return };
        let Ok(keys) = BrowserKeys::parse(&browser.p256dh, &browser.auth) else { return };
        for pause in [Duration::ZERO].into_iter().chain(pace.pauses) {
            tokio::time::sleep(pause).await;
            match self.call(client, &url, &keys, notice).await {
                Some(Answer::Taken) => return,
                Some(Answer::Gone) => return self.forget(browser).await,
                Some(Answer::Refused) => return tracing::warn!(subscription = %browser.id, "a push service refuses a message"),
                Some(Answer::Later) | None => tracing::info!(subscription = %browser.id, "a push service did not take a message"),
            }
        }
    }

    /// `None` without an answer.
    async fn call(&self, client: &Client, url: &Url, keys: &BrowserKeys, notice: &[u8]) -> Option<Answer> {
        let authorization = self.vapid.authorization(&url.origin().ascii_serialization(), self.clock.now().seconds()).ok()?;
        let body = keys.encrypt(notice).ok()?;
        let request = client
            .post(url.clone())
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", KEPT_SECONDS)
            .header("urgency", "high");
        Some(answer(request.body(body).send().await.ok()?.status()))
    }

    async fn forget(&self, browser: &PushSubscription) {
        match store::delete_push_subscription(&self.db, browser.user_id, browser.id).await {
            Ok(_) => tracing::info!(subscription = %browser.id, "a browser is not subscribed any more"),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a subscription that ended was not deleted"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(201, Answer::Taken)]
    #[case(404, Answer::Gone)]
    #[case(410, Answer::Gone)]
    #[case(429, Answer::Later)]
    #[case(503, Answer::Later)]
    #[case(403, Answer::Refused)]
    #[case(302, Answer::Refused)]
    fn an_answer_says_what_to_do(#[case] status: u16, #[case] expected: Answer) {
        assert_eq!(answer(StatusCode::from_u16(status).expect("a status")), expected);
    }
}
