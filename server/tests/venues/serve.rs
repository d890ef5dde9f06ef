//! The venue's socket: REST, WebSocket and control on one port; carries out how an answer is to go wrong.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{
        ConnectInfo, Request as Arrived, State,
        connect_info::Connected,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::mpsc::Receiver,
};

use crate::{
    control,
    http::{Reply, Request},
    streams::Order,
    venue::Say,
    world::{Delivery, World},
};

const BODY_MAX: usize = 1 << 20;
const BEAT: Duration = Duration::from_secs(1);

/// A listener whose connections can be torn from outside.
struct Tearable(TcpListener);

struct Io {
    stream: TcpStream,
    is_torn: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Tear(Arc<AtomicBool>);

impl Connected<IncomingStream<'_, Tearable>> for Tear {
    fn connect_info(stream: IncomingStream<'_, Tearable>) -> Self {
        Self(stream.io().is_torn.clone())
    }
}

impl Listener for Tearable {
    type Io = Io;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        drop(stream.set_nodelay(true));
        (Io { stream, is_torn: Arc::default() }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl AsyncRead for Io {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_torn.load(Ordering::SeqCst) {
            // Closed with nothing left to say, the other side sees a reset and no orderly end.
            drop(self.stream.set_zero_linger());
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_torn.load(Ordering::SeqCst) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

pub async fn start(world: World, port: u16) -> io::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let port = listener.local_addr()?.port();
    let beating = world.clone();
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(BEAT);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            interval.tick().await;
            if beating.thawed().await {
                beating.beat();
            }
        }
    });
    let router = Router::new().fallback(arrived).with_state(world);
    tokio::spawn(async move { axum::serve(Tearable(listener), router.into_make_service_with_connect_info::<Tear>()).await });
    Ok(port)
}

async fn arrived(
    State(world): State<World>,
    ConnectInfo(tear): ConnectInfo<Tear>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    arrived: Arrived<Body>,
) -> Response {
    let (head, body) = arrived.into_parts();
    let path = head.uri.path().to_owned();
    let is_control = path.starts_with("/_control");
    if let Ok(upgrade) = upgrade {
        if !world.lock().venue.has_stream(&path) {
            return StatusCode::NOT_FOUND.into_response();
        }
        if world.thawed().await {
            return upgrade.on_upgrade(move |socket| connected(world, socket));
        }
        return std::future::pending().await;
    }
    let Ok(body) = axum::body::to_bytes(body, BODY_MAX).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let body = String::from_utf8_lossy(&body).into_owned();
    if is_control {
        let command = if path == "/_control/report" { r#"{"do":"report"}"# } else { &body };
        let (is_done, answer) = control::carry_out(&world, command);
        return response(&Reply::json(if is_done { 200 } else { 400 }, &answer));
    }
    let request = Request::new(head.method.as_str(), &head.uri, head.headers, body);
    // In a task of its own: a client that hangs up does not take its order back.
    let handling = tokio::spawn(async move { world.handle(&request).await });
    let Ok((reply, delivery)) = handling.await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    deliver(&reply, delivery, &tear).await
}

async fn deliver(reply: &Reply, delivery: Delivery, tear: &Tear) -> Response {
    match delivery {
        Delivery::Whole => response(reply),
        Delivery::Late(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            response(reply)
        }
        Delivery::Never => std::future::pending().await,
        Delivery::Reset => {
            tear.0.store(true, Ordering::SeqCst);
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Delivery::Half => half(reply),
    }
}

fn response(reply: &Reply) -> Response {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(reply.body.clone())).expect("headers written in this program")
}

/// Promises all of the body and hangs up in its middle.
fn half(reply: &Reply) -> Response {
    let middle = reply.body.len() / 2;
    let start = Bytes::copy_from_slice(reply.body.as_bytes().get(..middle).unwrap_or_default());
    let parts = [Ok(start), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    let mut response = response(reply);
    response.headers_mut().insert("content-length", reply.body.len().into());
    *response.body_mut() = Body::from_stream(futures::stream::iter(parts));
    response
}

async fn connected(world: World, socket: WebSocket) {
    let (id, ordered) = {
        let mut inner = world.lock();
        let (id, ordered) = inner.streams.open();
        let says = inner.venue.opened(id);
        inner.streams.answer(id, says);
        (id, ordered)
    };
    converse(&world, id, socket, ordered).await;
    let mut inner = world.lock();
    inner.streams.close(id);
    inner.venue.closed(id);
}

async fn converse(world: &World, id: u64, mut socket: WebSocket, mut ordered: Receiver<Order>) {
    loop {
        let message = tokio::select! {
            order = ordered.recv() => {
                if !world.thawed().await {
                    continue;
                }
                match order {
                    None | Some(Order::Drop) => return,
                    Some(Order::HalfOpen) => return half_open(socket).await,
                    Some(Order::Say(say)) => {
                        let is_last = matches!(say, Say::Close(..));
                        if socket.send(frame(say)).await.is_err() || is_last {
                            return;
                        }
                        continue;
                    }
                }
            }
            message = socket.recv() => message,
        };
        let text = match message {
            Some(Ok(Message::Text(text))) => text.to_string(),
            Some(Ok(Message::Binary(bytes))) => String::from_utf8_lossy(&bytes).into_owned(),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Close(_)) | Err(_)) | None => return,
        };
        if world.thawed().await {
            received(world, id, &text);
        }
    }
}

/// Keeps the socket and never touches it again.
async fn half_open(socket: WebSocket) {
    let _kept = socket;
    std::future::pending::<()>().await;
}

fn frame(say: Say) -> Message {
    match say {
        Say::Text(text) => Message::text(text),
        Say::Binary(text) => Message::binary(text.into_bytes()),
        Say::Ping => Message::Ping(Bytes::from_static(b"venue")),
        Say::Close(code, reason) => Message::Close(Some(CloseFrame { code, reason: reason.into() })),
    }
}

fn received(world: &World, id: u64, text: &str) {
    let mut inner = world.lock();
    let inner = &mut *inner;
    let says = inner.venue.received(&mut inner.exchange, id, text);
    inner.streams.answer(id, says);
    inner.publish();
}
