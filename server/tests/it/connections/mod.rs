//! Accounts at venues over REST, with venues that say what a test tells them to.

mod canary;
mod journey;
mod refusals;
mod rotation;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use rust_decimal::Decimal;
use serde_json::{Value, json};
use server::{
    broker::{Holding, Identity, VenueError},
    config::VenueArgs,
    http::EdgeSettings,
    market::SimConfig,
    net::KeyPair,
    services::connections::{Identifying, Verifier},
    startup::DeskPlan,
};
use speedtrade::venue::{Environment, Venue};

use crate::{
    databases::Kind,
    harness::{PASSWORD, Session, TestApp, manual},
};

pub const KEY: &str = "PKCANARYKEY0000ABCD";
const NOWHERE: &str = "http://127.0.0.1:9";
pub const SECRET: &str = "canary-secret-5e1f0b7c";

type Said = Result<(Identity, Vec<Holding>), VenueError>;

/// Answers what was prepared, in order, and then that the venue is not there.
#[derive(Default)]
pub struct Venues {
    answers: Mutex<VecDeque<Said>>,
    asked: Mutex<Vec<(Venue, Environment)>>,
}

impl Venues {
    pub fn will_say(&self, said: Said) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push_back(said);
    }

    pub fn will_know(&self, account: &str) {
        self.will_say(Ok((identity(account), holdings())));
    }

    pub fn asked(&self) -> Vec<(Venue, Environment)> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Verifier for Venues {
    fn identify<'a>(&'a self, venue: Venue, environment: Environment, _: &'a KeyPair) -> Identifying<'a> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push((venue, environment));
        let said = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let nothing = || Err(VenueError::Unavailable { detail: format!("nobody answers {SECRET}") });
        Box::pin(async move { said.unwrap_or_else(nothing) })
    }
}

pub fn identity(account: &str) -> Identity {
    let notes = vec!["restricted to 203.0.113.7".to_owned()];
    Identity { account: account.to_owned(), may_trade: true, may_withdraw: Some(false), notes }
}

pub fn holdings() -> Vec<Holding> {
    let of = |asset: &str, total, locked| Holding { asset: asset.to_owned(), symbol: None, total, locked, avg_price: None };
    vec![of("USD", Decimal::new(100_005, 2), Decimal::new(5, 1)), of("AAPL", Decimal::new(3, 0), Decimal::ZERO)]
}

pub async fn desk(kind: Kind) -> (TestApp, Arc<Venues>) {
    let venues = Arc::new(Venues::default());
    let verifier: Arc<dyn Verifier> = Arc::clone(&venues) as Arc<dyn Verifier>;
    let open = async |desk: server::startup::Desk| desk.verifying_with(verifier);
    // Nobody listens there: what trades the accounts finds no venue.
    let closed = VenueArgs { alpaca_paper_url: Some(NOWHERE.to_owned()), ..VenueArgs::default() };
    let closed = VenueArgs { alpaca_trading_stream_url: Some(NOWHERE.replace("http", "ws")), ..closed };
    let plan = DeskPlan { venues: closed, ..SimConfig::default().into() };
    (TestApp::opened(kind, EdgeSettings::default(), manual(), plan, open).await, venues)
}

/// A form that is all right.
pub fn form() -> Value {
    json!({"account_type": "alpaca", "is_paper": true, "label": "Practice", "api_key": KEY, "api_secret": SECRET, "password": PASSWORD})
}

pub fn form_with(changes: &Value) -> Value {
    let mut form = form();
    for (name, value) in changes.as_object().expect("an object") {
        form[name] = value.clone();
    }
    form
}

/// Connects the venue's account `name`; answers its id.
pub async fn connect(app: &TestApp, venues: &Venues, session: &Session, name: &str) -> String {
    venues.will_know(name);
    let answer = app.post("/api/v1/accounts", Some(session), &form()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_str().expect("an id").to_owned()
}
