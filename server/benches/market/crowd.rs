//! Many sockets at once: idle ones, ones that follow prices, and ones that never read.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::{SinkExt as _, StreamExt as _, future::join_all};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use speedtrade::wire::{PRICES_PROTOCOL, PriceRecord};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

const SYMBOLS_EACH: usize = 50;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub struct Crowd {
    clients: Vec<Arc<tokio::sync::Mutex<Socket>>>,
}

/// What the crowd saw in a span of time.
pub struct Seen {
    pub prices: u64,
    /// Of the frames, without their heads.
    pub bytes: u64,
    pub messages: u64,
    /// Microseconds from the first client that saw a price to each other one.
    pub spread: Histogram<u64>,
}

#[derive(Default)]
struct First(Mutex<HashMap<(u32, i64), Instant>>);

impl First {
    /// How long after the first one this price is seen.
    fn after(&self, price: (u32, i64), now: Instant) -> Duration {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        now.saturating_duration_since(*first.entry(price).or_insert(now))
    }
}

async fn open(address: SocketAddr, is_binary: bool) -> Socket {
    let mut request = format!("ws://{address}/ws").into_client_request().expect("an address");
    if is_binary {
        request.headers_mut().insert("sec-websocket-protocol", PRICES_PROTOCOL.parse().expect("a value"));
    }
    connect_async(request).await.expect("opens").0
}

async fn listed() -> Vec<String> {
    let table = include_str!("../../data/instruments.csv");
    table.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_owned).collect()
}

async fn connected(address: SocketAddr, count: usize, is_binary: bool, each: usize) -> Vec<Socket> {
    let symbols = listed().await;
    let mut sockets = Vec::new();
    for nth in 0..count {
        let mut socket = open(address, is_binary).await;
        if each > 0 {
            let mine: Vec<_> = (0..each).map(|k| symbols[(nth * 37 + k * 13) % symbols.len()].clone()).collect();
            let frame = json!({"event": "subscribe", "data": {"symbols": mine}});
            socket.send(Message::text(frame.to_string())).await.expect("sent");
        }
        sockets.push(socket);
    }
    sockets
}

impl Crowd {
    pub async fn idle(address: SocketAddr, count: usize) -> Crowd {
        Self::of(connected(address, count, true, 0).await)
    }

    pub async fn following(address: SocketAddr, count: usize, is_binary: bool) -> Crowd {
        Self::of(connected(address, count, is_binary, SYMBOLS_EACH).await)
    }

    /// They ask for as much as they may and read nothing of it.
    pub async fn stalled(address: SocketAddr, count: usize) -> Crowd {
        Self::of(connected(address, count, false, 500).await)
    }

    fn of(sockets: Vec<Socket>) -> Crowd {
        Crowd { clients: sockets.into_iter().map(|socket| Arc::new(tokio::sync::Mutex::new(socket))).collect() }
    }

    /// Reads on all of them for a while.
    pub async fn count(&self, span: Duration) -> Seen {
        let (first, end) = (Arc::new(First::default()), tokio::time::Instant::now() + span);
        let readers = self.clients.iter().map(|client| tokio::spawn(read(Arc::clone(client), Arc::clone(&first), end)));
        let mut all = Seen::none();
        for seen in join_all(readers).await {
            let seen = seen.expect("no panic");
            all.prices += seen.prices;
            all.bytes += seen.bytes;
            all.messages += seen.messages;
            all.spread.add(&seen.spread).expect("of one kind");
        }
        all
    }
}

impl Seen {
    fn none() -> Self {
        Self { prices: 0, bytes: 0, messages: 0, spread: Histogram::new(3).expect("three digits") }
    }

    fn price(&mut self, first: &First, symbol: u32, timestamp: i64, now: Instant) {
        self.prices += 1;
        let after = first.after((symbol, timestamp), now).as_micros();
        self.spread.saturating_record(u64::try_from(after).unwrap_or(u64::MAX));
    }
}

async fn read(client: Arc<tokio::sync::Mutex<Socket>>, first: Arc<First>, end: tokio::time::Instant) -> Seen {
    let (mut socket, mut seen) = (client.lock().await, Seen::none());
    while let Ok(Some(Ok(message))) = tokio::time::timeout_at(end, socket.next()).await {
        let now = Instant::now();
        seen.messages += 1;
        seen.bytes += message.len() as u64;
        match message {
            Message::Binary(records) => {
                for record in PriceRecord::decode_all(&records) {
                    seen.price(&first, record.symbol, record.timestamp, now);
                }
            }
            Message::Text(text) => {
                let frame: Value = serde_json::from_str(&text).expect("JSON");
                if let Some(timestamp) = frame["data"]["timestamp"].as_i64() {
                    let symbol = frame["data"]["symbol"].as_str().unwrap_or_default();
                    let number = symbol.bytes().fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
                    seen.price(&first, number, timestamp, now);
                }
            }
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => {}
        }
    }
    seen
}
