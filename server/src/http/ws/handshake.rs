//! From a request to a socket of its own: the connection is taken out of the HTTP server, so that prices can be written to it
//! by who publishes them.

use std::sync::Arc;

use axum::{body::Body, extract::Request, http::header::SEC_WEBSOCKET_PROTOCOL, response::Response};
use hyper::upgrade::OnUpgrade;
use hyper_util::{rt::TokioIo, server::conn::auto::upgrade::downcast};
use speedtrade::wire::PRICES_PROTOCOL;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::server::create_response_with_body,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{
    line::{Line, Outlet},
    prices::Form,
};

pub(super) type Socket = WebSocketStream<Line>;

/// What an idle connection costs grows with it; a longer frame has a buffer of its own.
const READ_BUFFER: usize = 1_024;
/// Frames are gathered up to here before they are written.
const WRITE_BUFFER: usize = 4 * 1_024;
const MESSAGE_MAX: usize = 64 * 1_024;

pub(super) struct Accepted {
    /// The answer: it switches protocols.
    pub(super) response: Response,
    pub(super) form: Form,
    pub(super) upgrade: OnUpgrade,
}

/// `None` for a request that is none for a WebSocket.
pub(super) fn accept(mut request: Request) -> Option<Accepted> {
    let mut response = create_response_with_body(&request, Body::empty).ok()?;
    let named = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let has_records = named.flat_map(|value| value.split(',')).any(|name| name.trim() == PRICES_PROTOCOL);
    let form = if has_records { Form::Binary } else { Form::Text };
    if form == Form::Binary {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, PRICES_PROTOCOL.parse().ok()?);
    }
    Some(Accepted { response, form, upgrade: hyper::upgrade::on(&mut request) })
}

/// `None` when the client left meanwhile.
pub(super) async fn open(upgrade: OnUpgrade, form: Form) -> Option<(Socket, Arc<Outlet>)> {
    let upgraded = upgrade.await.ok()?;
    let Ok(parts) = downcast::<TokioIo<TcpStream>>(upgraded) else {
        tracing::error!("a socket is no TCP connection");
        return None;
    };
    let (read, write) = parts.io.into_inner().into_split();
    let outlet = Arc::new(Outlet::new(write, form));
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(Some(MESSAGE_MAX))
        .max_frame_size(Some(MESSAGE_MAX));
    let line = Line::new(read, Arc::clone(&outlet));
    // A copy: the memory that HTTP read into is larger than what is left in it.
    let socket = WebSocketStream::from_partially_read(line, parts.read_buf.to_vec(), Role::Server, Some(config)).await;
    Some((socket, outlet))
}
