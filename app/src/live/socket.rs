//! The WebSocket of this tab: connects, resubscribes, answers silence with a ping, and comes back after a loss.
//! It never sends an order.

use std::time::Duration;

use futures::{
    FutureExt, SinkExt, StreamExt,
    channel::mpsc::{Receiver, Sender, channel},
    select,
    stream::SplitSink,
};
use gloo_net::websocket::{Message, State, futures::WebSocket};
use gloo_timers::future::{IntervalStream, TimeoutFuture};
use leptos::{prelude::*, task::spawn_local};
use speedtrade::wire::{ClientFrame, PRICES_PROTOCOL, PriceRecord};

use super::{
    Connection, Live,
    age::{count_age, now_ms},
    backoff,
    frames::{self, Heard},
    hub::Hub,
    news,
};
use crate::{
    components::later::once_awake,
    state::{
        session::use_user,
        toasts::{ToastKind, ToastStore, use_toasts},
    },
};

/// A connection that is silent for two of these is taken for dead.
const HEARTBEAT_MS: u32 = 10_000;
/// Who begins and ends to follow a price within so long is told to the host at once: a page that is scrolled does it all the time.
const GATHER: Duration = Duration::from_millis(100);
/// How often a socket that is opening is looked at.
const OPENING_MS: u32 = 20;

pub(super) struct Wire {
    hub: Hub,
    /// Holds one wake at most: a second one would say nothing new.
    wake: Sender<()>,
    /// Whether a wake is due after `GATHER`.
    is_gathering: bool,
    last_seq: Option<i64>,
    pub(super) last_price_ms: Option<i64>,
    /// When the host last told how its feeds are.
    pub(super) feeds_told_ms: i64,
    /// How far the host's clock is ahead of the browser's.
    pub(super) ahead_ms: Option<i64>,
}

impl Wire {
    pub(super) fn new() -> (Self, Receiver<()>) {
        let (wake, wakes) = channel(1);
        let hub = Hub::default();
        (Self { hub, wake, is_gathering: false, last_seq: None, last_price_ms: None, feeds_told_ms: 0, ahead_ms: None }, wakes)
    }

    fn wake(&mut self) {
        // Full means that a wake is on its way already.
        let _ = self.wake.try_send(());
    }
}

pub(super) fn watch(live: Live, symbol: &str) -> Signal<Option<PriceRecord>> {
    let newest = live.wire.try_update_value(|wire| wire.hub.acquire(symbol));
    wake_soon(live);
    let symbol = symbol.to_owned();
    on_cleanup(move || {
        live.wire.try_update_value(|wire| wire.hub.release(&symbol));
        wake_soon(live);
    });
    newest.map_or_else(|| Signal::stored(None), Signal::from)
}

fn wake_soon(live: Live) {
    if live.wire.try_update_value(|wire| std::mem::replace(&mut wire.is_gathering, true)) == Some(false) {
        let wake = move || {
            live.wire.try_update_value(|wire| {
                wire.is_gathering = false;
                wire.wake();
            });
        };
        set_timeout(wake, GATHER);
    }
}

/// Connects once the whole page is alive: before that, no part of it may change.
pub(super) fn start(live: Live, wakes: Receiver<()>) {
    let trader = use_user().is_some();
    let toasts = use_toasts();
    once_awake(move || {
        spawn_local(Tab { live, trader, toasts }.run(wakes));
        spawn_local(count_age(live));
    });
}

/// Follows the frames of one event while the current owner lives; `farewell` is said when it ends.
pub(super) fn follow(live: Live, event: &'static str, farewell: Option<ClientFrame>) -> (u32, Signal<Option<String>>) {
    let followed = live.wire.try_update_value(|wire| wire.hub.follow(event));
    let Some((number, newest)) = followed else { return (0, Signal::stored(None)) };
    on_cleanup(move || {
        live.wire.try_update_value(|wire| {
            wire.hub.leave(number, farewell);
            wire.wake();
        });
    });
    (number, Signal::from(newest))
}

pub(super) fn ask(live: Live, topic: u32, frame: ClientFrame) {
    live.wire.try_update_value(|wire| {
        wire.hub.ask(topic, frame);
        wire.wake();
    });
}

struct Tab {
    live: Live,
    trader: bool,
    toasts: ToastStore,
}

type Outgoing = SplitSink<WebSocket, Message>;

impl Tab {
    async fn run(self, mut wakes: Receiver<()>) {
        let mut attempt = 0;
        loop {
            if let Ok(socket) = WebSocket::open_with_protocol(&address(), PRICES_PROTOCOL)
                && self.serve(socket, &mut wakes).await
            {
                attempt = 0;
            }
            self.live.connection.set(Connection::Offline);
            TimeoutFuture::new(backoff::delay_ms(attempt, random())).await;
            attempt += 1;
        }
    }

    /// Until the connection ends; whether the host ever answered on it.
    async fn serve(&self, socket: WebSocket, wakes: &mut Receiver<()>) -> bool {
        if !is_opened(&socket).await {
            return false;
        }
        let (mut outgoing, incoming) = socket.split();
        let (mut incoming, mut heartbeat) = (incoming.fuse(), IntervalStream::new(HEARTBEAT_MS).fuse());
        let (mut asked, mut answered, mut heard) = (Vec::new(), false, true);
        if self.greet(&mut outgoing).await.is_none() {
            return false;
        }
        loop {
            let frames = self.live.wire.try_update_value(|wire| wire.hub.changes(&mut asked)).unwrap_or_default();
            for frame in &frames {
                if send(&mut outgoing, frame).await.is_none() {
                    return answered;
                }
            }
            let is_wanted = loop {
                select! {
                    message = incoming.next() => match message {
                        Some(Ok(Message::Text(text))) => {
                            (answered, heard) = (true, true);
                            self.receive(&text);
                        }
                        Some(Ok(Message::Bytes(records))) => {
                            (answered, heard) = (true, true);
                            self.prices(&records);
                        }
                        Some(Err(_)) | None => break false,
                    },
                    _ = wakes.next().fuse() => break true,
                    _ = heartbeat.next() => {
                        let is_alive = std::mem::take(&mut heard);
                        if !is_alive || send(&mut outgoing, &ClientFrame::Ping { t: now_ms() }).await.is_none() {
                            break false;
                        }
                    }
                }
            };
            if !is_wanted {
                return answered;
            }
        }
    }

    async fn greet(&self, outgoing: &mut Outgoing) -> Option<()> {
        self.live.wire.try_update_value(|wire| wire.hub.connected());
        send(outgoing, &ClientFrame::Ping { t: now_ms() }).await?;
        if self.trader {
            let after_seq = self.live.wire.with_value(|wire| wire.last_seq);
            send(outgoing, &ClientFrame::SubscribeOrders { after_seq }).await?;
        }
        Some(())
    }

    fn receive(&self, text: &str) {
        let Some(heard) = frames::read(text) else { return };
        self.is_live();
        match heard {
            Heard::Subscribed(symbols, ids, now) => {
                self.live.wire.try_update_value(|wire| {
                    wire.hub.number(symbols, &ids);
                    wire.ahead_ms = Some(now - now_ms());
                });
            }
            Heard::Feeds(feeds) => {
                self.live.wire.try_update_value(|wire| wire.feeds_told_ms = now_ms());
                self.live.feeds.set(feeds);
            }
            Heard::Order(update) => {
                if self.is_news(update.seq)
                    && let Some((kind, words)) = news::of_order(&update)
                {
                    self.toasts.push(kind, words);
                }
            }
            Heard::Alert(told) => {
                self.toasts.push(ToastKind::Info, news::of_alert(&told));
                self.live.desk_version.update(|version| *version = version.wrapping_add(1));
            }
            // The page's snapshot is older than this by at most a moment; after a loss it may be much older.
            Heard::Account(seq) => {
                self.is_news(seq);
            }
            Heard::Topic(event) => {
                let followers = self.live.wire.try_update_value(|wire| wire.hub.followers(&event)).unwrap_or_default();
                for newest in followers {
                    newest.set(Some(text.to_owned()));
                }
            }
        }
    }

    fn is_live(&self) {
        if self.live.connection.get_untracked() != Connection::Live {
            self.live.connection.set(Connection::Live);
        }
    }

    fn prices(&self, records: &[u8]) {
        self.is_live();
        for record in PriceRecord::decode_all(records) {
            let newest = self.live.wire.try_update_value(|wire| {
                wire.last_price_ms = Some(now_ms());
                wire.hub.symbol_of(record.symbol).and_then(|symbol| wire.hub.find(symbol))
            });
            if let Some(newest) = newest.flatten() {
                newest.set(Some(record));
            }
        }
    }

    /// Remembers how far the account's events were read, and has the desk refetched unless this one is an old one again.
    /// An order's event and its position's may share a number.
    fn is_news(&self, seq: i64) -> bool {
        let is_new = self.live.wire.try_update_value(|wire| {
            let is_new = wire.last_seq.is_none_or(|last| seq >= last);
            wire.last_seq = Some(wire.last_seq.map_or(seq, |last| last.max(seq)));
            is_new
        });
        let is_new = is_new.unwrap_or(false);
        if is_new {
            self.live.desk_version.update(|version| *version = version.wrapping_add(1));
        }
        is_new
    }
}

/// Sending on a socket that never opened is an error in the browser's console.
async fn is_opened(socket: &WebSocket) -> bool {
    while matches!(socket.state(), State::Connecting) {
        TimeoutFuture::new(OPENING_MS).await;
    }
    matches!(socket.state(), State::Open)
}

async fn send(outgoing: &mut Outgoing, frame: &ClientFrame) -> Option<()> {
    let text = serde_json::to_string(frame).ok()?;
    outgoing.send(Message::Text(text)).await.ok()
}

fn address() -> String {
    let location = window().location();
    let scheme = if location.protocol().is_ok_and(|p| p == "http:") { "ws" } else { "wss" };
    format!("{scheme}://{}/ws", location.host().unwrap_or_default())
}

/// The middle bits of a random fraction's mantissa: no float is computed with.
#[expect(clippy::cast_possible_truncation, reason = "only some of the bits are wanted")]
pub(crate) fn random() -> u32 {
    (js_sys::Math::random().to_bits() >> 12) as u32
}
