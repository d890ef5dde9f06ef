//! Connections and questions of a fake: records what the client does, carries out what the test commands.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{
        Request, State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{
    control::{self, Canned, Command},
    provider::{Provider, Say},
};

const HEARTBEAT: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub struct World(Arc<Mutex<Inner>>);

struct Inner {
    provider: Box<dyn Provider>,
    connections: Vec<(u64, UnboundedSender<Order>)>,
    next_id: u64,
    refusal: u16,
    canned: VecDeque<Canned>,
}

/// What a connection is ordered to do.
enum Order {
    Say(Say),
    Binary(String),
    Ping,
    Drop,
    Freeze,
}

pub async fn start(world: World) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let beating = world.clone();
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(HEARTBEAT);
        loop {
            interval.tick().await;
            beating.beat();
        }
    });
    let router = Router::new().fallback(handle).with_state(world);
    tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
    address
}

impl World {
    pub fn new(provider: Box<dyn Provider>) -> Self {
        Self(Arc::new(Mutex::new(Inner { provider, connections: Vec::new(), next_id: 1, refusal: 0, canned: VecDeque::new() })))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("no thread of the fake panics")
    }

    /// One line of the test.
    pub fn tell(&self, line: &str) {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let mut inner = self.lock();
        match serde_json::from_value::<Command>(value.clone()) {
            Ok(Command::Refuse { status }) => inner.refusal = status,
            Ok(Command::Answer(canned)) => inner.canned.push_back(canned),
            Ok(Command::Send { text }) => inner.order(Order::Say(Say::Text(text))),
            Ok(Command::SendBinary { text }) => inner.order(Order::Binary(text)),
            Ok(Command::Close { code, reason }) => inner.order(Order::Say(Say::Close(code, reason))),
            Ok(Command::Ping) => inner.order(Order::Ping),
            Ok(Command::Drop) => inner.order(Order::Drop),
            Ok(Command::Freeze) => inner.order(Order::Freeze),
            Err(_) => {
                for say in inner.provider.told(&value) {
                    inner.order(Order::Say(say));
                }
            }
        }
        control::say(&json!({"event": "done", "do": value["do"]}));
    }

    fn beat(&self) {
        let mut inner = self.lock();
        let beats = inner.provider.heartbeat();
        for (_, orders) in &inner.connections {
            for say in &beats {
                let _ = orders.send(Order::Say(say.clone()));
            }
        }
    }
}

impl Inner {
    /// To the newest connection; nobody there is no mistake, for the client may be on its way.
    fn order(&mut self, order: Order) {
        if let Some((_, orders)) = self.connections.last() {
            let _ = orders.send(order);
        }
    }
}

async fn handle(
    State(world): State<World>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request: Request<Body>,
) -> Response {
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    match upgrade {
        Ok(upgrade) => {
            let refusal = world.lock().refusal;
            if let (Ok(status), true) = (StatusCode::from_u16(refusal), refusal != 0) {
                control::say(&json!({"event": "refused", "path": uri.to_string()}));
                return status.into_response();
            }
            upgrade.on_upgrade(move |socket| connected(world, socket, uri, headers))
        }
        Err(_) => answer(&world, &uri, &headers),
    }
}

fn answer(world: &World, uri: &Uri, headers: &HeaderMap) -> Response {
    let mut inner = world.lock();
    let shown: serde_json::Map<String, Value> =
        headers.iter().map(|(name, value)| (name.to_string(), json!(String::from_utf8_lossy(value.as_bytes())))).collect();
    control::say(&json!({"event": "asked", "path": uri.path(), "query": uri.query().unwrap_or_default(), "headers": shown}));
    if let Some(at) = inner.canned.iter().position(|canned| canned.path == uri.path()) {
        let canned = inner.canned.remove(at).expect("just found");
        let mut response = (StatusCode::from_u16(canned.status).expect("a status"), canned.body).into_response();
        for (name, value) in canned.headers {
            let name: axum::http::HeaderName = name.parse().expect("a header's name");
            response.headers_mut().insert(name, value.parse().expect("a header's value"));
        }
        return response;
    }
    let reply = inner.provider.asked(uri.path(), uri.query().unwrap_or_default(), headers);
    (StatusCode::from_u16(reply.status).expect("a status"), reply.body).into_response()
}

async fn connected(world: World, socket: WebSocket, uri: Uri, headers: HeaderMap) {
    let (orders, ordered) = unbounded_channel();
    let id = {
        let mut inner = world.lock();
        let id = inner.next_id;
        inner.next_id += 1;
        for say in inner.provider.opened(id, &uri.to_string()) {
            let _ = orders.send(Order::Say(say));
        }
        inner.connections.push((id, orders.clone()));
        id
    };
    let key = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    control::say(&json!({"event": "opened", "connection": id, "path": uri.to_string(), "authorization": key}));
    converse(&world, id, socket, ordered).await;
    world.lock().connections.retain(|(other, _)| *other != id);
    control::say(&json!({"event": "closed", "connection": id}));
}

async fn converse(world: &World, id: u64, mut socket: WebSocket, mut ordered: UnboundedReceiver<Order>) {
    loop {
        tokio::select! {
            order = ordered.recv() => match order {
                None | Some(Order::Drop) => return,
                Some(Order::Freeze) => std::future::pending().await,
                Some(Order::Say(Say::Text(text))) => drop(socket.send(Message::text(text)).await),
                Some(Order::Binary(text)) => drop(socket.send(Message::Binary(text.into_bytes().into())).await),
                Some(Order::Ping) => drop(socket.send(Message::Ping("fake".into())).await),
                Some(Order::Say(Say::Close(code, reason))) => {
                    drop(socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await);
                    return;
                }
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => received(world, id, &text),
                Some(Ok(Message::Ping(_))) => control::say(&json!({"event": "ping", "connection": id})),
                Some(Ok(Message::Pong(payload))) => {
                    control::say(&json!({"event": "pong", "connection": id, "text": String::from_utf8_lossy(&payload)}));
                }
                Some(Ok(Message::Binary(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
        }
    }
}

fn received(world: &World, id: u64, text: &str) {
    let mut inner = world.lock();
    let says = inner.provider.received(id, text);
    // Told when it has taken effect, so that the test's next command builds on it.
    control::say(&json!({"event": "received", "connection": id, "text": text}));
    if let Some((_, orders)) = inner.connections.iter().find(|(other, _)| *other == id) {
        for say in says {
            let _ = orders.send(Order::Say(say));
        }
    }
}
