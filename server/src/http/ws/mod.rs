//! `/ws`: prices for anybody, order events for signed-in users. Frames are `wire::ClientFrame` and `wire::ServerFrame`.
//!
//! Everything is bounded: sockets, symbols, message sizes. A slow reader skips prices; it never queues them.

mod books;
mod connection;
mod follows;
mod orders;
mod prices;
mod screens;
mod sockets;
#[cfg(test)]
mod tests;

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{identity, problem::Failure, state::AppState};
use connection::Connection;
use prices::Form;
use speedtrade::wire::{PRICES_PROTOCOL, ServerFrame};

pub(crate) use sockets::Sockets;

const READ_BUFFER: usize = 4 * 1_024;
/// A tick's frames are gathered up to here before they are written; what a client that reads nothing costs grows with it.
const WRITE_BUFFER: usize = 4 * 1_024;
const MESSAGE_MAX: usize = 64 * 1_024;

pub(super) async fn upgrade(
    State(state): State<AppState>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
    let Ok(upgrade) = upgrade else {
        return Err(Failure::new(StatusCode::UPGRADE_REQUIRED, "upgrade_required", "This address speaks WebSocket only."));
    };
    let identity = identity::identify_socket(&state, &headers).await?;
    let place = state.sockets.enter(identity.user().map(|user| user.user.id)).ok_or_else(full)?;
    let tasks = state.tasks.clone();
    let upgrade = upgrade.protocols([PRICES_PROTOCOL]);
    let form = if upgrade.selected_protocol().is_some() { Form::Binary } else { Form::Text };
    let connection = Connection::new(state, identity.user().cloned(), place, form);
    let upgrade = upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(WRITE_BUFFER);
    let upgrade = upgrade.max_message_size(MESSAGE_MAX).max_frame_size(MESSAGE_MAX);
    Ok(upgrade.on_upgrade(move |socket| tasks.track_future(connection.run(socket))))
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
