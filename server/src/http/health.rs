//! `/healthz`: the process lives. `/readyz`: it can work, and how it is with Redis.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{problem::Failure, state::AppState};

pub(super) async fn healthz() -> Response {
    plain("ok\n".to_owned())
}

pub(super) async fn readyz(State(state): State<AppState>) -> Result<Response, Failure> {
    if state.stop.is_cancelled() {
        return Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The desk is stopping."));
    }
    let redis = state.readiness.check().await?;
    Ok(plain(format!("ok\nredis: {redis}\n")))
}

fn plain(text: String) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], text).into_response()
}
