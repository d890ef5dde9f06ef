//! The OpenAPI document and a page that shows it, served from the binary: no CDN, no inline script.

use std::sync::LazyLock;

use axum::{
    Router,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};

use super::{api, state::AppState};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
    base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'none'";

static DOCUMENT: LazyLock<String> = LazyLock::new(api::openapi_json);

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/openapi.json", get(async || served("application/json", DOCUMENT.as_str())))
        .route("/api/docs", get(async || served("text/html; charset=utf-8", include_str!("../../assets/docs.html"))))
        .route("/api/docs.css", get(async || served("text/css; charset=utf-8", include_str!("../../assets/docs.css"))))
        .route("/api/docs.js", get(async || served("text/javascript; charset=utf-8", include_str!("../../assets/docs.js"))))
}

fn served(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers: [(HeaderName, &'static str); 3] =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache"), (header::CONTENT_SECURITY_POLICY, CSP)];
    (headers, text)
}
