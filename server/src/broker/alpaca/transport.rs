//! How the desk speaks to Alpaca: two headers, a budget of requests a minute, and the waits that the venue asks for.
//! Must never send an order twice.

use std::time::Duration;

use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use super::{AlpacaConfig, errors};
use crate::{
    broker::{
        VenueError,
        http::{Answer, Http, HttpError, Outgoing},
    },
    net::{KeyPair, retry_after},
};

/// Where it asks to wait and does not say how long.
const PAUSE: Duration = Duration::from_secs(3);

pub(super) struct Transport {
    http: Http,
    pub(super) keys: KeyPair,
}

impl Transport {
    pub(super) fn budget(&self) -> (u32, u32) {
        self.http.budget_left()
    }

    pub(super) fn new(config: &AlpacaConfig) -> Result<Self, VenueError> {
        Ok(Self { http: Http::new(&config.rest, config.allowance, config.patience)?, keys: config.keys.clone() })
    }

    pub(super) async fn ask<T: DeserializeOwned>(&self, question: Outgoing) -> Result<T, VenueError> {
        let answer = self.send(question).await?;
        if answer.status.is_success() { answer.json() } else { Err(errors::of_question(&answer)) }
    }

    /// Once, whatever comes of it.
    pub(super) async fn send(&self, mut request: Outgoing) -> Result<Answer, HttpError> {
        request.headers.push(("apca-api-key-id", self.keys.id.expose().to_owned()));
        request.headers.push(("apca-api-secret-key", self.keys.secret.expose().to_owned()));
        if !request.body.is_empty() {
            request.headers.push(("content-type", "application/json".to_owned()));
        }
        let answer = self.http.send(request).await?;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            self.http.pause(retry_after(&answer.headers).unwrap_or(PAUSE));
        }
        Ok(answer)
    }
}
