//! Requests to a venue: one client per key, no redirect, no retry, a deadline, a bounded answer, and a budget in which
//! cancels always have a place. It says apart what never left this machine. Must never log an address, a header or a body.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::de::DeserializeOwned;

pub use super::budget::{Allowance, Budget, SharedBudgets, Urgency};
use super::{VenueError, departure};
use crate::net::{bounded, with_causes};

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

/// Cheap to share behind an `Arc`.
pub struct Http {
    client: reqwest::Client,
    base: String,
    budget: Arc<Budget>,
    /// Where the venue counts orders apart, besides.
    orders: Option<Budget>,
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
        Ok(Self { client, base: base.trim_end_matches('/').to_owned(), budget: Arc::new(Budget::full(allowance)), orders: None })
    }

    /// Others spend of the same budget.
    #[must_use]
    pub fn sharing(self, budget: Arc<Budget>) -> Self {
        Self { budget, ..self }
    }

    /// Orders have a budget of their own, too, of which each takes one.
    #[must_use]
    pub fn counting_orders(self, allowance: Allowance) -> Self {
        Self { orders: Some(Budget::full(allowance)), ..self }
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
        departure::note();
        let answer = question.send().await.map_err(|error| failed(&error.without_url()))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = bounded(answer).await.map_err(|error| HttpError::Broken(error.to_string()))?;
        Ok(Answer { status, headers, body })
    }

    /// Nothing but cancels leaves for a while: the venue asked for it.
    pub fn pause(&self, wait: Duration) {
        self.budget.pause(wait);
    }

    /// What is left of the budget, as the health page shows it.
    pub fn budget_left(&self) -> (u32, u32) {
        self.budget.left()
    }
}

/// Only what failed before the connection stood is known not to have left.
fn failed(error: &reqwest::Error) -> HttpError {
    let words = with_causes(error);
    if error.is_connect() || error.is_builder() { HttpError::NotSent(words) } else { HttpError::Broken(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { weight: 100, per: Duration::from_mins(1) };

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
