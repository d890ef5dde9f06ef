//! `/ws`: prices for anybody, order events for signed-in users. Frames are `wire::ClientFrame` and `wire::ServerFrame`.
//!
//! Everything is bounded: sockets, symbols, message sizes. A slow reader skips prices; it never queues them.

mod books;
mod connection;
mod fanout;
mod follows;
mod handshake;
mod line;
mod made;
mod orders;
mod prices;
mod screens;
mod sockets;
#[cfg(test)]
mod tests;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use speedtrade::wire::ServerFrame;
use tokio_tungstenite::tungstenite::Message;

use super::{identity, problem::Failure, state::AppState};
use connection::Connection;
use handshake::Accepted;

pub(crate) use fanout::Fanout;
pub(crate) use sockets::Sockets;

pub(super) async fn upgrade(State(state): State<AppState>, request: Request) -> Result<Response, Failure> {
    let headers = request.headers().clone();
    let Some(Accepted { response, form, upgrade }) = handshake::accept(request) else {
        return Err(Failure::new(StatusCode::UPGRADE_REQUIRED, "upgrade_required", "This address speaks WebSocket only."));
    };
    let identity = identity::identify_socket(&state, &headers).await?;
    let place = state.sockets.enter(identity.user().map(|user| user.user.id)).ok_or_else(full)?;
    state.tasks.clone().spawn(async move {
        if let Some((socket, outlet)) = handshake::open(upgrade, form).await {
            Connection::new(state, identity.user().cloned(), place, outlet).run(socket).await;
        }
    });
    Ok(response)
}

/// `None` for what can't be written as JSON, which no frame of ours is.
fn frame(frame: &ServerFrame) -> Option<Message> {
    match serde_json::to_string(frame) {
        Ok(text) => Some(Message::Text(text.into())),
        Err(error) => {
            tracing::error!(%error, "a frame could not be written");
            None
        }
    }
}

fn full() -> Failure {
    let mut failure =
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_sockets", "Too many live connections are open. Close some tabs.");
    failure.0.retry_after = Some(30);
    failure
}
