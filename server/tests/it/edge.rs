//! What every request meets: problems, limits, same-origin, headers, documents.

use axum::{
    body::Body,
    http::{Method, Request},
};
use rstest::rstest;
use serde_json::{Value, json};
use server::http::EdgeSettings;

use crate::{
    databases::Kind,
    harness::{PASSWORD, TestApp, manual},
};

const LOGIN: &str = "/api/v1/auth/login";

fn post(path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header("content-type", kind).header("transfer-encoding", "chunked").body(body.into()).expect("a request")
}

#[rstest]
#[case("application/json", "{", 400, "malformed")]
#[case("application/json", "", 400, "malformed")]
#[case("application/json", "null", 400, "malformed")]
#[case("text/plain", "{}", 415, "unsupported_media_type")]
#[tokio::test]
async fn bodies_that_are_not_json_are_refused(#[case] kind: &str, #[case] body: &'static str, #[case] status: u16, #[case] code: &str) {
    let app = TestApp::new().await;
    assert_eq!(app.send(post(LOGIN, kind, body)).await.problem(), (status, code.to_owned()));
}

#[rstest]
#[case(64 * 1024 + 1)]
#[case(10_000_000)]
#[tokio::test]
async fn large_bodies_are_refused(#[case] bytes: usize) {
    let app = TestApp::new().await;
    assert_eq!(app.send(post(LOGIN, "application/json", "x".repeat(bytes))).await.problem(), (413, "too_large".to_owned()));
}

#[rstest]
#[case(Method::GET, "/api/v1/nothing", 404, "not_found")]
#[case(Method::GET, "/api/nothing", 404, "not_found")]
#[case(Method::POST, "/api/v1", 404, "not_found")]
#[case(Method::PUT, "/api/v1/orders", 405, "method_not_allowed")]
#[case(Method::GET, "/api/v1/auth/login", 405, "method_not_allowed")]
#[case(Method::GET, "/ws", 426, "upgrade_required")]
#[tokio::test]
async fn unknown_addresses_and_methods_are_problems(#[case] method: Method, #[case] path: &str, #[case] status: u16, #[case] code: &str) {
    let app = TestApp::new().await;
    assert_eq!(app.call(method, path, None, &Value::Null).await.problem(), (status, code.to_owned()));
}

#[tokio::test]
async fn the_hundred_and_first_request_of_a_minute_waits() {
    let edge = EdgeSettings { rate_limit: 3, ..EdgeSettings::default() };
    let app = TestApp::with(Kind::Sqlite, edge, manual()).await;
    for left in ["2", "1", "0"] {
        let answer = app.get("/api/v1/market/quote/AAPL", None).await;
        assert_eq!((answer.status.as_u16(), answer.header("ratelimit-limit"), answer.header("ratelimit-remaining")), (200, "3", left));
    }
    let answer = app.get("/api/v1/market/quote/AAPL", None).await;
    assert_eq!(answer.problem(), (429, "rate_limited".to_owned()));
    assert_eq!((answer.header("retry-after"), answer.header("ratelimit-reset")), ("60", "60"));
    assert_eq!(app.get("/healthz", None).await.status, 200, "only REST is counted");
    app.advance_seconds(60);
    assert_eq!(app.get("/api/v1/market/quote/AAPL", None).await.status, 200);
}

#[rstest]
#[case(&[("sec-fetch-site", "same-origin")], 204)]
#[case(&[("origin", "http://desk.test")], 204)]
#[case(&[("sec-fetch-site", "cross-site"), ("origin", "http://desk.test")], 403)]
#[case(&[("origin", "http://evil.test")], 403)]
#[case(&[("origin", "http://evil.test"), ("x-forwarded-host", "evil.test")], 403)]
#[case(&[], 403)]
#[tokio::test]
async fn cookies_change_things_for_our_own_pages_only(#[case] headers: &[(&str, &str)], #[case] status: u16) {
    let app = TestApp::new().await;
    let session = app.register("ann").await;
    let mut request =
        Request::post("/api/v1/auth/logout").header("host", "desk.test").header("cookie", format!("st_access={}", session.access));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = app.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status.as_u16(), status);
    if status == 403 {
        assert_eq!(answer.problem().1, "cross_origin");
    }
}

#[tokio::test]
async fn server_functions_are_refused_without_proof_of_origin() {
    let app = TestApp::new().await;
    assert_eq!(app.post("/fn/place_order", None, &json!({})).await.problem(), (403, "cross_origin".to_owned()));
}

#[tokio::test]
async fn cookies_over_https_are_bound_to_the_host() {
    let edge = EdgeSettings { public_origin: Some("https://desk.example.org".to_owned()), rate_limit: 0 };
    let app = TestApp::with(Kind::Sqlite, edge, manual()).await;
    let body = json!({"email": "a@b.co", "username": "ann", "password": PASSWORD});
    let answer = app.post("/api/v1/auth/register", None, &body).await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").into_iter().map(|v| v.to_str().expect("text")).collect();
    assert!(cookies[0].starts_with("__Host-st_access=") && cookies[1].starts_with("__Host-st_refresh="), "{cookies:?}");
    for wanted in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookies.iter().all(|cookie| cookie.contains(wanted)), "{wanted}");
    }
}

#[rstest]
#[case("/")]
#[case("/api/v1/market/quote/AAPL")]
#[case("/api/docs")]
#[case("/missing")]
#[case("/healthz")]
#[tokio::test]
async fn every_answer_carries_the_security_headers(#[case] path: &str) {
    let answer = TestApp::new().await.get(path, None).await;
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{name} of {path}");
    }
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
    assert!(!answer.header("permissions-policy").is_empty());
}

/// A shared cache must not send what one client can't read, or everybody what one client had to have long.
#[rstest]
#[case("/api/docs", None, true)]
#[case("/api/docs", Some("br"), true)]
#[case("/api/v1/market/quote/AAPL", Some("br"), true)]
#[case("/api/v1/market/quote/AAPL", None, false)]
#[tokio::test]
async fn what_may_be_kept_says_that_it_varies_with_the_encoding(#[case] path: &str, #[case] reads: Option<&str>, #[case] varies: bool) {
    let mut request = Request::get(path);
    if let Some(encodings) = reads {
        request = request.header("accept-encoding", encodings);
    }
    let answer = TestApp::new().await.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, 200, "{path}");
    assert_eq!(answer.headers.contains_key("vary"), varies, "{path}");
    assert_eq!(answer.headers.contains_key("content-encoding"), reads.is_some(), "{path}");
}

#[tokio::test]
async fn pages_are_rendered_and_missing_ones_are_404() {
    let app = TestApp::new().await;
    for (path, status) in [("/", 200), ("/login", 200), ("/trade/AAPL", 200), ("/no/such/page", 404)] {
        let answer = app.get(path, None).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(answer.text.contains("<!DOCTYPE html>"), "{path}");
        assert!(answer.header("content-security-policy").contains("script-src 'nonce-"), "{path}");
    }
}

#[tokio::test]
async fn the_document_describes_every_route() {
    let app = TestApp::new().await;
    let document = app.get("/api/openapi.json", None).await.json();
    assert!(document["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")), "{}", document["openapi"]);
    for (path, method) in [
        ("auth/register", "post"),
        ("auth/login", "post"),
        ("auth/refresh", "post"),
        ("auth/logout", "post"),
        ("auth/me", "get"),
        ("orders", "post"),
        ("orders", "get"),
        ("orders", "delete"),
        ("orders/{id}", "get"),
        ("orders/{id}", "delete"),
        ("portfolio", "get"),
        ("portfolio/history", "get"),
        ("positions", "get"),
        ("positions", "delete"),
        ("positions/{symbol}", "get"),
        ("positions/{symbol}", "delete"),
        ("market/quote/{symbol}", "get"),
        ("market/search", "get"),
        ("market/chart/{symbol}", "get"),
        ("market/chart/{symbol}/bars.csv", "get"),
        ("portfolio/accounts", "get"),
        ("market/under-100", "get"),
        ("market/under-100.csv", "get"),
        ("market/book/{symbol}", "get"),
        ("market/trades/{symbol}", "get"),
        ("market/feeds", "get"),
    ] {
        let operation = &document["paths"][format!("/api/v1/{path}")][method];
        assert!(operation["summary"].is_string() || operation["description"].is_string(), "{method} {path}: {operation}");
        assert!(operation["responses"]["429"]["content"]["application/problem+json"].is_object(), "{method} {path}");
    }
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document["components"]["schemas"][reference].is_object(), "{reference} is described");
    }
}

#[tokio::test]
async fn health_and_readiness_answer() {
    let app = TestApp::new().await;
    assert_eq!((app.get("/healthz", None).await.status.as_u16(), app.get("/readyz", None).await.status.as_u16()), (200, 200));
}
