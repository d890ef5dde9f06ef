//! The whole desk in the process: real services and router on a database of its own, time standing still.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use leptos::config::LeptosOptions;
use serde_json::{Value, json};
use server::{
    clock::Clock,
    hosts::Hosts,
    http::{AppState, EdgeSettings, router},
    market::SimConfig,
    startup::{Desk, DeskPlan, Keys},
    store::Db,
};
use speedtrade::time::{SECOND_US, Timestamp};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::databases::{Kind, TestDb};

pub const START: &str = "2026-11-20T15:00:00Z";
pub const PASSWORD: &str = "Passw0rd!";
pub const HOST: &str = "desk.test";
/// Longer than anything here may take.
pub const SOON: Duration = Duration::from_secs(20);

pub struct TestApp {
    pub router: Router,
    pub clock: Clock,
    pub stop: CancellationToken,
    /// Of its secrets. Hosts of one desk share it and the database.
    pub folder: Arc<TempDir>,
    pub db: Arc<TestDb>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// A registered user's tokens.
#[derive(Clone)]
pub struct Session {
    pub access: String,
    pub refresh: String,
}

impl TestApp {
    pub async fn new() -> TestApp {
        Self::with(Kind::Sqlite, EdgeSettings::default(), manual()).await
    }

    pub async fn on(kind: Kind) -> TestApp {
        Self::with(kind, EdgeSettings::default(), manual()).await
    }

    pub async fn with(kind: Kind, edge: EdgeSettings, clock: Clock) -> TestApp {
        Self::on_market(kind, edge, clock, SimConfig::default()).await
    }

    pub async fn on_market(kind: Kind, edge: EdgeSettings, clock: Clock, plan: impl Into<DeskPlan>) -> TestApp {
        Self::opened(kind, edge, clock, plan, async |desk| desk).await
    }

    /// `change` sees the desk before it serves.
    pub async fn opened(
        kind: Kind,
        edge: EdgeSettings,
        clock: Clock,
        plan: impl Into<DeskPlan>,
        change: impl AsyncFnOnce(Desk) -> Desk,
    ) -> TestApp {
        Place::new(kind).await.start(edge, clock, plan, Hosts::Alone, change).await
    }

    /// One of several hosts; the others are started `beside` it.
    pub async fn among(kind: Kind, edge: EdgeSettings, clock: Clock, plan: impl Into<DeskPlan>, hosts: Hosts) -> TestApp {
        Place::new(kind).await.start(edge, clock, plan, hosts, async |desk| desk).await
    }

    /// Another host of the same desk.
    pub async fn beside(&self, edge: EdgeSettings, plan: impl Into<DeskPlan>, hosts: Hosts) -> TestApp {
        let place = Place { folder: Arc::clone(&self.folder), test_db: Arc::clone(&self.db), db: self.db.reopen().await };
        place.start(edge, self.clock.clone(), plan, hosts, async |desk| desk).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let answered = tokio::time::timeout(SOON, self.router.clone().oneshot(request)).await;
        let response = answered.expect("answers in time").expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 16 << 20).await.expect("a body");
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// A program's call: a Bearer token, and JSON unless the body is null.
    pub async fn call(&self, method: Method, path: &str, session: Option<&Session>, body: &Value) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", HOST);
        if let Some(session) = session {
            request = request.header("authorization", format!("Bearer {}", session.access));
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            let text = body.to_string();
            request = request.header("content-length", text.len());
            Body::from(text)
        };
        self.send(request.body(body).expect("a request")).await
    }

    pub async fn get(&self, path: &str, session: Option<&Session>) -> Answer {
        self.call(Method::GET, path, session, &Value::Null).await
    }

    pub async fn post(&self, path: &str, session: Option<&Session>, body: &Value) -> Answer {
        self.call(Method::POST, path, session, body).await
    }

    pub async fn put(&self, path: &str, session: Option<&Session>, body: &Value) -> Answer {
        self.call(Method::PUT, path, session, body).await
    }

    pub async fn delete(&self, path: &str, session: Option<&Session>) -> Answer {
        self.call(Method::DELETE, path, session, &Value::Null).await
    }

    pub async fn register(&self, name: &str) -> Session {
        let body = json!({"email": format!("{name}@example.com"), "username": name, "password": PASSWORD});
        let answer = self.post("/api/v1/auth/register", None, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.session()
    }

    /// For what lasts longer than a token.
    pub async fn sign_in_again(&self, name: &str) -> Session {
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        let answer = self.post("/api/v1/auth/login", None, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.session()
    }

    pub async fn order(&self, session: &Session, order: &Value) -> Value {
        let answer = self.post("/api/v1/orders", Some(session), order).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    /// Every invariant of every account, as `speedtrade verify` reads them beside a running desk.
    pub async fn assert_books_are_true(&self) {
        let now = self.db.snapshot().await;
        crate::trading::assert_books_are_true(&now).await;
        now.close().await;
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.clock.advance_micros(seconds * SECOND_US);
    }
}

/// Where a host runs: the folder of its secrets and its own connection to the database.
struct Place {
    folder: Arc<TempDir>,
    test_db: Arc<TestDb>,
    db: Db,
}

impl Place {
    async fn new(kind: Kind) -> Place {
        let test_db = TestDb::new(kind).await;
        let db = test_db.db.clone();
        Place { folder: Arc::new(TempDir::new().expect("a folder")), test_db: Arc::new(test_db), db }
    }

    async fn start(
        self,
        edge: EdgeSettings,
        clock: Clock,
        plan: impl Into<DeskPlan>,
        hosts: Hosts,
        change: impl AsyncFnOnce(Desk) -> Desk,
    ) -> TestApp {
        let Self { folder, test_db, db } = self;
        let stop = CancellationToken::new();
        let keys = Keys::load(folder.path(), None).unwrap_or_else(|e| panic!("{e}"));
        let desk = Desk::open(db, &keys, plan, clock.clone(), hosts, stop.clone()).await.expect("opens");
        let services = change(desk).await.services();
        let leptos = LeptosOptions::builder().output_name("app").site_root(folder.path().to_string_lossy().into_owned()).build();
        TestApp { router: router(AppState::new(services, &edge, leptos)), clock, stop, folder, db: test_db }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn session(&self) -> Session {
        let json = self.json();
        let text = |name: &str| json[name].as_str().unwrap_or_else(|| panic!("{name} in {json}")).to_owned();
        Session { access: text("access_token"), refresh: text("refresh_token") }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The status and the code of a problem that is shaped as promised.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.text);
        let json = self.json();
        assert_eq!(json["status"], self.status.as_u16());
        assert!(json["title"].is_string() && json["detail"].is_string() && json["type"].is_string() && json["errors"].is_array(), "{json}");
        (self.status.as_u16(), json["code"].as_str().expect("a code").to_owned())
    }

    pub fn fields(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().expect("errors").iter();
        errors.map(|e| e["field"].as_str().expect("a field").to_owned()).collect()
    }

    /// `name=value` of every cookie that was set.
    pub fn cookies(&self) -> Vec<String> {
        let values = self.headers.get_all("set-cookie").into_iter().map(|value| value.to_str().expect("text"));
        values.map(|text| text.split(';').next().unwrap_or_default().to_owned()).collect()
    }
}

pub fn manual() -> Clock {
    Clock::manual(Timestamp::parse_rfc3339(START).expect("valid"))
}
