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
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::FutureExt as _;
use tower_http::{CompressionLevel, compression::CompressionLayer};

use problem::Failure;

pub use api::openapi_json;
pub use state::{AppState, EdgeSettings, Services};

pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/ws", get(ws::upgrade))
        .merge(api::router())
        .merge(docs::router())
        .merge(site::router(&state))
        .fallback_service(site::files(&state))
        // The first one meets a request first. Few and in one group: each boxes all that is below anew for a request.
        .layer((from_fn_with_state(state.clone(), edge), CompressionLayer::new().quality(CompressionLevel::Fastest)))
        .with_state(state)
}

/// The first to meet a request and the last to see its answer.
async fn edge(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let rules = headers::Rules::of(request.uri().path());
    finish(rules, admit(state, request, next)).await
}

async fn finish(rules: headers::Rules, answer: impl Future<Output = Response>) -> Response {
    let mut response = AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|panic| panicked(&*panic));
    rules.set(&mut response);
    response
}

async fn admit(state: AppState, mut request: Request, next: Next) -> Response {
    if let Err(refusal) = origin::refuse_foreign(&state, &mut request) {
        return refusal.into_response();
    }
    match body::limit(request).await {
        Ok(request) if api::is_for(request.uri().path()) => api::meet(&state, request, next).await,
        Ok(request) => next.run(request).await,
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
    use axum::{
        body::{Body, to_bytes},
        http::StatusCode,
        middleware::from_fn,
    };
    use tower::ServiceExt as _;

    use super::*;

    async fn panics() -> StatusCode {
        panic!("what nobody else may read")
    }

    async fn on_orders(request: Request, next: Next) -> Response {
        finish(headers::Rules::of("/api/v1/orders"), next.run(request)).await
    }

    #[tokio::test]
    async fn a_panic_is_answered_by_a_problem_with_the_headers_of_every_answer() {
        let router: Router = Router::new().route("/", get(panics)).layer(from_fn(on_orders));
        let answer = router.oneshot(Request::new(Body::empty())).await.expect("answers");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in [("content-type", "application/problem+json"), ("x-frame-options", "DENY"), ("cache-control", "no-store")] {
            assert_eq!(answer.headers().get(name).expect("set"), value);
        }
        let body = to_bytes(answer.into_body(), 4_096).await.expect("whole");
        assert!(body.windows(10).any(|w| w == b"\"internal\"") && !body.windows(6).any(|w| w == b"nobody"));
    }
}
