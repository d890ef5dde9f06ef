//! How the desk speaks to Binance: parameters signed with a time on the venue's clock, the weight of each call, and the waits
//! that the venue asks for. Must never send an order twice.

use std::{sync::Arc, time::Duration};

use axum::http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use speedtrade::time::Timestamp;

use super::{
    BinanceConfig,
    calls::{self, Call},
    clock::Offset,
    errors::{self, Failure},
    sign::{Params, Signer},
    wire,
};
use crate::{
    broker::{
        Frozen, VenueError,
        http::{Answer, Http, HttpError, Outgoing, Urgency},
    },
    clock::Clock,
    net::{Key, retry_after},
};

/// Where it asks to wait and does not say how long.
const PAUSE: Duration = Duration::from_secs(10);

pub(super) struct Transport {
    http: Http,
    key: Key,
    signer: Signer,
    clock: Clock,
    offset: Offset,
}

impl Transport {
    pub(super) fn budget(&self) -> (u32, u32) {
        self.http.budget_left()
    }

    pub(super) fn new(config: &BinanceConfig, clock: Clock) -> Result<Self, VenueError> {
        let signer = Signer::new(&config.keys.secret)?;
        let http = Http::new(&config.rest, config.allowance, config.patience)?.counting_orders(config.orders);
        let http = match &config.shared {
            Some(budget) => http.sharing(Arc::clone(budget)),
            None => http,
        };
        Ok(Self { http, key: config.keys.id.clone(), signer, clock, offset: Offset::default() })
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Asks what may be asked twice: where our clock was wrong, it is set right once.
    pub(super) async fn ask<T: DeserializeOwned>(&self, call: &Call) -> Result<T, VenueError> {
        let answer = self.signed(call).await?;
        if answer.status.is_success() { answer.json() } else { Err(errors::of_question(&answer)) }
    }

    /// The answer to a question or a cancel.
    pub(super) async fn signed(&self, call: &Call) -> Result<Answer, HttpError> {
        if !self.offset.is_fresh(self.clock.now()) {
            self.set_clock().await;
        }
        let answer = self.send(call, self.clock.now()).await?;
        if !Failure::is_clock_skew(&answer) {
            return Ok(answer);
        }
        self.set_clock().await;
        self.send(call, self.clock.now()).await
    }

    /// An order, once, with the time of its attempt: what leaves late is refused by the venue.
    pub(super) async fn order(&self, frozen: &Frozen, at: Timestamp) -> Result<Answer, HttpError> {
        if !self.offset.is_measured() {
            self.set_clock().await;
        }
        let body = self.sign(Params::of_encoded(&frozen.body), at);
        let answer = self.outgoing(Method::POST, frozen.path.clone(), body, Urgency::Order, calls::ORDER_WEIGHT).await?;
        if Failure::is_clock_skew(&answer) {
            self.offset.forget();
        }
        Ok(answer)
    }

    pub(super) async fn unsigned<T: DeserializeOwned>(&self, call: &Call) -> Result<T, VenueError> {
        let target = if call.params.as_str().is_empty() { call.path.to_owned() } else { format!("{}?{}", call.path, call.params.as_str()) };
        let answer = self.outgoing(call.method.clone(), target, String::new(), call.urgency, call.weight).await?;
        if answer.status.is_success() { answer.json() } else { Err(errors::of_question(&answer)) }
    }

    pub(super) async fn server_time(&self) -> Result<Timestamp, VenueError> {
        let time: wire::Time = self.unsigned(&calls::time()).await?;
        Ok(time.server_time.0)
    }

    /// `apiKey` and what else a request of the WebSocket API has to carry, in the order of its signature.
    pub(super) async fn session(&self) -> Session {
        if !self.offset.is_fresh(self.clock.now()) {
            self.set_clock().await;
        }
        let timestamp = self.offset.theirs_ms(self.clock.now());
        let signature = self.signer.sign(&format!("apiKey={}&timestamp={timestamp}", self.key.expose()));
        Session { api_key: self.key.clone(), timestamp, signature }
    }

    /// A clock that can't be asked stays as it is known: the venue refuses what is wrong.
    async fn set_clock(&self) {
        let asked = self.clock.now();
        if let Ok(theirs) = self.server_time().await {
            self.offset.measure(asked, self.clock.now(), theirs);
        }
    }

    async fn send(&self, call: &Call, at: Timestamp) -> Result<Answer, HttpError> {
        let target = format!("{}?{}", call.path, self.sign(call.params.clone(), at));
        self.outgoing(call.method.clone(), target, String::new(), call.urgency, call.weight).await
    }

    fn sign(&self, params: Params, at: Timestamp) -> String {
        let params = params.with("timestamp", &self.offset.theirs_ms(at).to_string());
        let signature = self.signer.sign(params.as_str());
        params.with("signature", &signature).as_str().to_owned()
    }

    async fn outgoing(&self, method: Method, target: String, body: String, urgency: Urgency, weight: u32) -> Result<Answer, HttpError> {
        let mut headers = vec![("x-mbx-apikey", self.key.expose().to_owned())];
        if !body.is_empty() {
            headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        }
        let answer = self.http.send(Outgoing { method, target, headers, body, urgency, weight }).await?;
        if matches!(answer.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::IM_A_TEAPOT) {
            self.http.pause(retry_after(&answer.headers).unwrap_or(PAUSE));
        }
        Ok(answer)
    }
}

/// The proof of a key to the WebSocket API. Must never be logged.
pub(super) struct Session {
    pub(super) api_key: Key,
    pub(super) timestamp: i64,
    pub(super) signature: String,
}
