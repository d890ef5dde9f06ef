//! The whole desk in the process: real services and router on a database of its own, time standing still.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use leptos::config::LeptosOptions;
use serde_json::{Value, json};
use server::{
    clock::Clock,
    http::{AppState, EdgeSettings, router},
    market::SimConfig,
    services::trading::PaperVenue,
    startup::{Desk, Keys, MarketPlan},
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
    stop: CancellationToken,
    /// Of its secrets.
    pub folder: TempDir,
    pub db: TestDb,
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
        Self::on_market(kind, edge, clock, SimConfig::default().into()).await
    }

    pub async fn on_market(kind: Kind, edge: EdgeSettings, clock: Clock, plan: MarketPlan) -> TestApp {
        Self::opened(kind, edge, clock, plan, |desk| desk).await
    }

    /// `change` sees the desk before it serves.
    pub async fn opened(kind: Kind, edge: EdgeSettings, clock: Clock, plan: MarketPlan, change: impl FnOnce(Desk) -> Desk) -> TestApp {
        let (folder, db, stop) = (TempDir::new().expect("a folder"), TestDb::new(kind).await, CancellationToken::new());
        let keys = Keys::load(folder.path(), None).unwrap_or_else(|e| panic!("{e}"));
        let desk = Desk::open(db.db.clone(), &keys, plan, PaperVenue::default(), clock.clone(), stop.clone()).await.expect("opens");
        let desk = change(desk);
        let leptos = LeptosOptions::builder().output_name("app").site_root(folder.path().to_string_lossy().into_owned()).build();
        let state = AppState::new(desk.services(), &edge, leptos);
        TestApp { router: router(state), clock, stop, folder, db }
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

    pub async fn order(&self, session: &Session, order: &Value) -> Value {
        let answer = self.post("/api/v1/orders", Some(session), order).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    /// Every invariant of every account.
    pub async fn assert_books_are_true(&self) {
        crate::trading::assert_books_are_true(&self.db.db).await;
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.clock.advance_micros(seconds * SECOND_US);
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
