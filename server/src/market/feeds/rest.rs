//! A provider's REST side: one client with a base address, a deadline, a bounded answer and errors with a meaning.
//! Follows no redirect (a key would go along), retries nothing, logs neither addresses nor headers.

use std::{future::Future, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::FeedError;
use crate::net::{NotRead, bounded, retry_after};

const PATIENCE: Duration = Duration::from_secs(15);
/// Questions for one list.
const PAGES_MAX: usize = 200;

/// Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Rest {
    client: reqwest::Client,
    base: String,
    explain: fn(StatusCode, &str) -> Option<FeedError>,
}

/// A status that is not an error, and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, FeedError> {
        serde_json::from_slice(&self.body).map_err(|error| FeedError::decode(&error))
    }

    /// A list, entry by entry: what can't be read is `None` and told to the log, so that no instrument costs another its
    /// price. An error when there is nothing else.
    pub fn list<T: DeserializeOwned>(&self) -> Result<Vec<Option<T>>, FeedError> {
        let entries: Vec<&RawValue> = serde_json::from_slice(&self.body).map_err(|error| FeedError::decode(&error))?;
        let (mut unread, mut first) = (0_usize, None);
        let mut note = |error: serde_json::Error| {
            unread += 1;
            first.get_or_insert(error);
        };
        let read: Vec<Option<T>> = entries.iter().map(|entry| serde_json::from_str(entry.get()).map_err(&mut note).ok()).collect();
        match first {
            Some(error) if unread == read.len() => return Err(FeedError::decode(&error)),
            Some(error) => tracing::warn!(unread, of = read.len(), reason = %error, "entries of a list that can't be read"),
            None => {}
        }
        Ok(read)
    }
}

impl Rest {
    /// `base` is like `https://api.binance.com`. Every question carries `headers`. `explain` reads a provider's error body
    /// first; where it has no opinion the status decides.
    pub fn new(
        base: &str,
        headers: &[(&'static str, &str)],
        explain: fn(StatusCode, &str) -> Option<FeedError>,
    ) -> Result<Self, FeedError> {
        let mut defaults = HeaderMap::new();
        for (name, value) in headers {
            let mut value = HeaderValue::from_str(value)
                .map_err(|_| FeedError::Unauthorized { detail: format!("what is set for {name} can't be sent in a header") })?;
            value.set_sensitive(true);
            defaults.insert(HeaderName::from_static(name), value);
        }
        let client = reqwest::Client::builder()
            .default_headers(defaults)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| FeedError::unavailable(&error))?;
        Ok(Self { client, base: base.trim_end_matches('/').to_owned(), explain })
    }

    /// `path` starts with a slash; `query` is encoded here.
    pub async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Answer, FeedError> {
        self.get_with(path, query, &[]).await
    }

    /// With headers of this question alone, like a fresh signature.
    pub async fn get_with(&self, path: &str, query: &[(&str, String)], headers: &[(&'static str, String)]) -> Result<Answer, FeedError> {
        let mut url = reqwest::Url::parse(&format!("{}{path}", self.base)).map_err(|error| FeedError::unavailable(&error))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let question = headers.iter().fold(self.client.get(url), |question, (name, value)| question.header(*name, value));
        let answer = question.send().await.map_err(|error| FeedError::unavailable(&error.without_url()))?;
        let (status, retry_after) = (answer.status(), retry_after(answer.headers()));
        let body = bounded(answer).await.map_err(not_read)?;
        if status.is_success() {
            return Ok(Answer { body });
        }
        let text = String::from_utf8_lossy(&body);
        Err((self.explain)(status, &text).unwrap_or_else(|| by_status(status, retry_after, &text)))
    }
}

fn not_read(error: NotRead) -> FeedError {
    match error {
        NotRead::TooLong => FeedError::Decode { detail: error.to_string() },
        NotRead::Broken(error) => FeedError::unavailable(&error),
    }
}

fn by_status(status: StatusCode, retry_after: Option<Duration>, body: &str) -> FeedError {
    let detail = format!("{status} {}", body.trim().chars().take(200).collect::<String>());
    match status.as_u16() {
        401 | 403 => FeedError::Unauthorized { detail },
        402 | 451 => FeedError::PlanTooSmall { detail },
        // 418: Binance's word for those who did not listen to 429.
        418 | 429 => FeedError::RateLimited { retry_after },
        400..=499 => FeedError::Refused { detail },
        _ => FeedError::Unavailable { detail },
    }
}

/// Asks page after page until the provider has no more, `limit` items are there, or two hundred were asked. `ask` answers
/// with items and where the next page begins.
pub async fn pages<T, C, F>(first: C, limit: usize, mut ask: impl FnMut(C) -> F) -> Result<Vec<T>, FeedError>
where
    F: Future<Output = Result<(Vec<T>, Option<C>), FeedError>>,
{
    let (mut items, mut next) = (Vec::new(), Some(first));
    for _ in 0..PAGES_MAX {
        let Some(cursor) = next else { break };
        let (page, following) = ask(cursor).await?;
        items.extend(page);
        if items.len() >= limit {
            items.truncate(limit);
            break;
        }
        next = following;
    }
    Ok(items)
}
