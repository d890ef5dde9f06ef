//! The edge: REST, WebSocket, pages and files, and the rules that every request meets first.
//!
//! Reaches the desk through `services` only; holds no SQL and no rule about money.

mod accounts;
mod activities;
mod alerts;
mod api;
mod auth;
mod body;
mod codes;
mod docs;
mod extract;
mod headers;
mod health;
mod identity;
mod indicators;
mod market;
mod orders;
mod origin;
mod portfolio;
mod positions;
mod problem;
mod push_subscriptions;
mod rate_limit;
mod rendered;
mod risk;
mod screens;
mod site;
mod state;
mod table_file;
mod watchlists;
mod webhooks;
mod ws;

use std::{any::Any, panic::AssertUnwindSafe};

use axum::{
    Router,
    extract::Request,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use futures::FutureExt as _;
use tower::{ServiceExt as _, service_fn};
use tower_http::{CompressionLevel, compression::Compression};

use problem::Failure;

pub use api::openapi_json;
pub use state::{AppState, EdgeSettings, Services};

/// The edge around all routes. It is no layer of theirs: each route would box all that is in it anew for every request.
pub fn router(state: AppState) -> Router {
    let routes = Routes::of(&state);
    let answer = move |request| {
        let (state, routes) = (state.clone(), routes.clone());
        async move { Ok(edge(state, routes, request).await) }
    };
    Router::new().fallback_service(service_fn(answer))
}

/// All that can be asked for, compressed for who can read that.
#[derive(Clone)]
struct Routes {
    plain: Router,
    compressed: Compression<Router>,
}

impl Routes {
    fn of(state: &AppState) -> Self {
        let plain = Router::new()
            .route("/healthz", get(health::healthz))
            .route("/readyz", get(health::readyz))
            .route("/ws", get(ws::upgrade))
            .merge(api::router())
            .merge(docs::router())
            .merge(site::router(state))
            .fallback_service(site::files(state))
            .with_state(state.clone());
        let compressed = Compression::new(plain.clone()).quality(CompressionLevel::Fastest);
        Self { plain, compressed }
    }

    /// What a cache may keep says `Vary`, compressed or not. Nobody keeps what the API answers.
    async fn answer(self, request: Request) -> Response {
        let is_plain = api::is_for(request.uri().path()) && !request.headers().contains_key(header::ACCEPT_ENCODING);
        let Ok(response) = if is_plain {
            self.plain.oneshot(request).await
        } else {
            self.compressed.oneshot(request).await.map(IntoResponse::into_response)
        };
        response
    }
}

/// The first to meet a request and the last to see its answer.
async fn edge(state: AppState, routes: Routes, request: Request) -> Response {
    let rules = headers::Rules::of(request.uri().path());
    finish(rules, AssertUnwindSafe(admit(state, routes, request)).catch_unwind().await)
}

fn finish(rules: headers::Rules, answered: Result<Response, Box<dyn Any + Send>>) -> Response {
    let mut response = answered.unwrap_or_else(|panic| panicked(&*panic));
    rules.set(&mut response);
    response
}

async fn admit(state: AppState, routes: Routes, mut request: Request) -> Response {
    if let Err(refusal) = origin::refuse_foreign(&state, &mut request) {
        return refusal.into_response();
    }
    match body::limit(request).await {
        Ok(request) if api::is_for(request.uri().path()) => api::meet(&state, routes, request).await,
        Ok(request) => routes.answer(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Should never happen. The message stays with us.
fn panicked(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("?"), "a handler panicked");
    Failure::internal().into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::to_bytes, http::StatusCode};

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_by_a_problem_with_the_headers_of_every_answer() {
        let panics = AssertUnwindSafe(async { panic!("what nobody else may read") }).catch_unwind().await;
        let answer = finish(headers::Rules::of("/api/v1/orders"), panics);
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in [("content-type", "application/problem+json"), ("x-frame-options", "DENY"), ("cache-control", "no-store")] {
            assert_eq!(answer.headers().get(name).expect("set"), value);
        }
        let body = to_bytes(answer.into_body(), 4_096).await.expect("whole");
        assert!(body.windows(10).any(|w| w == b"\"internal\"") && !body.windows(6).any(|w| w == b"nobody"));
    }

    /// It is moved about, and above a page the allocator takes a longer way.
    #[test]
    fn what_a_request_waits_in_is_less_than_a_page() {
        fn size<F>(_: impl FnOnce(AppState, Routes, Request) -> F) -> usize {
            size_of::<F>()
        }
        assert!(size(edge) < 4_000, "{}", size(edge));
    }
}
