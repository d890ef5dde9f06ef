//! `/healthz`: the process lives. `/readyz`: it can work.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{problem::Failure, state::AppState};

pub(super) async fn healthz() -> Response {
    ok()
}

pub(super) async fn readyz(State(state): State<AppState>) -> Result<Response, Failure> {
    if state.stop.is_cancelled() {
        return Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The desk is stopping."));
    }
    state.readiness.check().await?;
    Ok(ok())
}

fn ok() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n").into_response()
}
