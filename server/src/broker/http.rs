//! Requests to a venue: one client per key, no redirect, no retry, a deadline, a bounded answer, and a budget in which
//! cancels always have a place. It says apart what never left this machine. Must never log an address, a header or a body.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::VenueError;
use crate::net::with_causes;

/// Bytes of an answer; the longest known (all instruments of Binance) have 14 MB.
const ANSWER_MAX: usize = 32 << 20;
/// A tenth of the budget is for cancels alone, another for orders before questions.
const KEPT_FOR_CANCELS: f64 = 0.1;
const KEPT_FOR_ORDERS: f64 = 0.1;

/// What a call is for decides who waits when the budget gets short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    Cancel,
    Order,
    Question,
}

impl Urgency {
    /// How long a call waits for its place in the budget. Questions are asked again anyway, and some venues count every one.
    const fn patience(self) -> Duration {
        match self {
            Self::Cancel | Self::Order => Duration::from_secs(5),
            Self::Question => Duration::from_secs(30),
        }
    }
}

/// A request that is ready to leave: signed, encoded, with its headers.
#[derive(Clone)]
pub struct Outgoing {
    pub method: Method,
    /// Path and query, with the leading slash.
    pub target: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    pub urgency: Urgency,
    /// What the venue charges for it against the budget.
    pub weight: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// Says where it stopped being readable, and nothing of what it holds.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, VenueError> {
        serde_json::from_slice(&self.body).map_err(|error| VenueError::Decode {
            detail: format!("{:?} error in line {}, column {}", error.classify(), error.line(), error.column()),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Nothing left this machine.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It may have arrived.
    #[error("{0}")]
    Broken(String),
}

/// What a key may spend: `weight` at once, and the same again in each `per`, refilled evenly. A venue that counts by the minute
/// sees up to twice the weight in one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowance {
    pub weight: u32,
    pub per: Duration,
}

/// Cheap to share behind an `Arc`.
pub struct Http {
    client: reqwest::Client,
    base: String,
    budget: Budget,
    /// Where the venue counts orders apart, besides.
    orders: Option<Budget>,
}

struct Budget {
    allowance: Allowance,
    bucket: Mutex<Bucket>,
}

struct Bucket {
    tokens: f64,
    at: Instant,
    /// The venue said to wait until then.
    closed_until: Option<Instant>,
}

impl Http {
    /// `base` is like `https://api.binance.com`.
    pub fn new(base: &str, allowance: Allowance, patience: Duration) -> Result<Self, HttpError> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(patience)
            .tcp_nodelay(true)
            .build()
            .map_err(|error| HttpError::NotSent(with_causes(&error)))?;
        Ok(Self { client, base: base.trim_end_matches('/').to_owned(), budget: Budget::full(allowance), orders: None })
    }

    /// Orders have a budget of their own, too, of which each takes one.
    #[must_use]
    pub fn counting_orders(self, allowance: Allowance) -> Self {
        Self { orders: Some(Budget::full(allowance)), ..self }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends once.
    pub async fn send(&self, request: Outgoing) -> Result<Answer, HttpError> {
        self.reserve(request.urgency, request.weight).await?;
        self.dispatch(request).await
    }

    /// Takes a place in the budget. For who has something to do between that and sending, like holding a lock.
    pub async fn reserve(&self, urgency: Urgency, weight: u32) -> Result<(), HttpError> {
        if let (Urgency::Order, Some(orders)) = (urgency, &self.orders) {
            // All of it is for orders: nothing is kept for what is more urgent.
            orders.take_place(Urgency::Cancel, 1).await?;
        }
        self.budget.take_place(urgency, weight).await
    }

    /// Sends once what has its place already.
    pub async fn dispatch(&self, request: Outgoing) -> Result<Answer, HttpError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let not_sent = |_| HttpError::NotSent(format!("what is set for {name} can't be sent in a header"));
            let mut value = HeaderValue::from_str(value).map_err(not_sent)?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        let url = format!("{}{}", self.base, request.target);
        let question = self.client.request(request.method, url).headers(headers).body(request.body);
        let answer = question.send().await.map_err(|error| failed(&error.without_url()))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok(Answer { status, headers, body: bounded(answer).await? })
    }

    /// Nothing but cancels leaves for a while: the venue asked for it.
    pub fn pause(&self, wait: Duration) {
        let mut bucket = self.budget.lock();
        bucket.closed_until = bucket.closed_until.max(Some(Instant::now() + wait));
    }

    /// What is left of the budget, as the health page shows it.
    pub fn budget_left(&self) -> (u32, u32) {
        let mut bucket = self.budget.lock();
        bucket.refill(self.budget.allowance, Instant::now());
        (whole(bucket.tokens), self.budget.allowance.weight)
    }
}

impl Budget {
    fn full(allowance: Allowance) -> Self {
        let bucket = Bucket { tokens: f64::from(allowance.weight), at: Instant::now(), closed_until: None };
        Self { allowance, bucket: Mutex::new(bucket) }
    }

    fn lock(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn take_place(&self, urgency: Urgency, weight: u32) -> Result<(), HttpError> {
        let start = Instant::now();
        loop {
            let wait = match self.lock().take(self.allowance, urgency, weight, Instant::now()) {
                Ok(()) => return Ok(()),
                Err(wait) => wait,
            };
            if start.elapsed() + wait > urgency.patience() {
                return Err(HttpError::NotSent("the venue's rate limit is used up for the moment".to_owned()));
            }
            tokio::time::sleep(wait).await;
        }
    }
}

#[expect(clippy::float_arithmetic, reason = "a budget of requests, no money")]
impl Bucket {
    fn refill(&mut self, allowance: Allowance, now: Instant) {
        let full = f64::from(allowance.weight);
        let gained = now.duration_since(self.at).as_secs_f64() / allowance.per.as_secs_f64() * full;
        (self.tokens, self.at) = ((self.tokens + gained).min(full), now);
    }

    /// Takes the weight, or says how long to wait for it.
    fn take(&mut self, allowance: Allowance, urgency: Urgency, weight: u32, now: Instant) -> Result<(), Duration> {
        self.refill(allowance, now);
        if let Some(until) = self.closed_until.filter(|until| *until > now && urgency != Urgency::Cancel) {
            return Err(until - now);
        }
        let full = f64::from(allowance.weight);
        let kept = match urgency {
            Urgency::Cancel => 0.0,
            Urgency::Order => full * KEPT_FOR_CANCELS,
            Urgency::Question => full * (KEPT_FOR_CANCELS + KEPT_FOR_ORDERS),
        };
        let lacking = f64::from(weight).min(full - kept) + kept - self.tokens;
        if lacking <= 0.0 {
            self.tokens -= f64::from(weight);
            return Ok(());
        }
        Err(allowance.per.mul_f64(lacking / full).max(Duration::from_millis(1)))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between zero and a u32")]
fn whole(tokens: f64) -> u32 {
    tokens.max(0.0) as u32
}

/// Only what failed before the connection stood is known not to have left.
fn failed(error: &reqwest::Error) -> HttpError {
    let words = with_causes(error);
    if error.is_connect() || error.is_builder() { HttpError::NotSent(words) } else { HttpError::Broken(words) }
}

async fn bounded(mut answer: reqwest::Response) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| HttpError::Broken(with_causes(&error.without_url())))? {
        if body.len() + chunk.len() > ANSWER_MAX {
            return Err(HttpError::Broken(format!("the answer is longer than {ANSWER_MAX} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { weight: 100, per: Duration::from_mins(1) };

    fn bucket(tokens: f64, now: Instant) -> Bucket {
        Bucket { tokens, at: now, closed_until: None }
    }

    #[test]
    fn cancels_leave_when_questions_and_orders_have_to_wait() {
        let now = Instant::now();
        assert!(bucket(15.0, now).take(ALLOWANCE, Urgency::Question, 1, now).is_err());
        assert!(bucket(15.0, now).take(ALLOWANCE, Urgency::Order, 1, now).is_ok());
        assert!(bucket(5.0, now).take(ALLOWANCE, Urgency::Order, 1, now).is_err());
        assert!(bucket(5.0, now).take(ALLOWANCE, Urgency::Cancel, 1, now).is_ok());
    }

    #[test]
    fn a_pause_that_the_venue_asked_for_stops_all_but_cancels() {
        let now = Instant::now();
        let mut bucket = Bucket { closed_until: Some(now + Duration::from_secs(3)), ..bucket(100.0, now) };
        assert_eq!(bucket.take(ALLOWANCE, Urgency::Order, 1, now), Err(Duration::from_secs(3)));
        assert_eq!(bucket.take(ALLOWANCE, Urgency::Cancel, 1, now), Ok(()));
        assert_eq!(bucket.take(ALLOWANCE, Urgency::Order, 1, now + Duration::from_secs(3)), Ok(()));
    }

    #[test]
    fn the_budget_fills_again_and_never_beyond_what_is_allowed() {
        let now = Instant::now();
        let mut bucket = bucket(0.0, now);
        bucket.refill(ALLOWANCE, now + Duration::from_secs(30));
        assert_eq!(whole(bucket.tokens), 50);
        bucket.refill(ALLOWANCE, now + Duration::from_mins(50));
        assert_eq!(whole(bucket.tokens), 100);
    }

    #[tokio::test]
    async fn orders_have_a_budget_of_their_own_besides() {
        let http = Http::new("http://127.0.0.1:1", ALLOWANCE, Duration::from_secs(1)).expect("a client");
        let http = http.counting_orders(Allowance { weight: 1, per: Duration::from_hours(1) });
        let send = |urgency| {
            let (target, headers, body) = (String::new(), Vec::new(), String::new());
            http.send(Outgoing { method: Method::GET, target, headers, body, urgency, weight: 1 })
        };
        let limit = HttpError::NotSent("the venue's rate limit is used up for the moment".to_owned());
        assert_ne!(send(Urgency::Order).await, Err(limit.clone()));
        assert_eq!(send(Urgency::Order).await, Err(limit.clone()));
        for urgency in [Urgency::Question, Urgency::Cancel] {
            assert_ne!(send(urgency).await, Err(limit.clone()));
        }
    }
}
