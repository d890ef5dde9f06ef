//! One socket: what its client asks, what it is told, and when it ends.

use std::{pin::pin, sync::Arc, task::Poll, time::Duration};

use axum::body::Bytes;
use futures::{SinkExt, StreamExt};
use speedtrade::wire::{ClientFrame, ServerFrame};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes, protocol::CloseFrame};

use super::{
    follows::{Follows, error},
    frame,
    handshake::Socket,
    line::Outlet,
    orders::{FeedError, OrderFeed},
    prices::{Prices, Scratch},
    sockets::Place,
};
use crate::{
    http::state::AppState,
    services::{ServiceError, events::UserEvent, sessions::SignedInUser},
};

type AlertFeed = Receiver<Arc<UserEvent>>;

const PING_EVERY: Duration = Duration::from_secs(20);
const SILENCE_MAX: Duration = Duration::from_mins(1);
const RECHECK_EVERY: Duration = Duration::from_secs(30);
/// A client that takes no bytes for this long is gone.
const SEND_MAX: Duration = Duration::from_secs(10);

const GOING_AWAY: u16 = 1001;
const TOO_BIG: u16 = 1009;
const SESSION_ENDED: u16 = 4001;
const OVERFLOW: u16 = 4008;

/// Why a connection ends.
enum End {
    /// The peer left, or can't be reached.
    Gone,
    Close(u16, &'static str),
}

impl<E: std::error::Error> From<E> for End {
    fn from(_: E) -> Self {
        Self::Gone
    }
}

pub(super) struct Connection {
    state: AppState,
    user: Option<Arc<SignedInUser>>,
    place: Place,
    outlet: Arc<Outlet>,
    follows: Follows,
    orders: Option<OrderFeed>,
    alerts: Option<AlertFeed>,
    heard: Instant,
}

impl Connection {
    pub(super) fn new(state: AppState, user: Option<Arc<SignedInUser>>, place: Place, outlet: Arc<Outlet>) -> Self {
        let follows = Follows::new(state.quotes.clone(), Arc::clone(&outlet));
        Self { state, user, place, outlet, follows, orders: None, alerts: None, heard: Instant::now() }
    }

    pub(super) async fn run(mut self, mut socket: Socket) {
        if let Err(End::Close(code, reason)) = self.serve(&mut socket).await {
            let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::from_static(reason) };
            // The peer may be gone already.
            let _ = timeout(SEND_MAX, socket.send(Message::Close(Some(frame)))).await;
            if code == TOO_BIG {
                socket.get_mut().drain().await;
            }
        }
    }

    async fn serve(&mut self, socket: &mut Socket) -> Result<(), End> {
        let outlet = Arc::clone(&self.outlet);
        let _member = self.state.fanout.join(Arc::clone(&outlet), &self.state);
        let mut ticks = self.state.quotes.hub().ticks();
        let mut ping = every(PING_EVERY);
        let mut recheck = every(RECHECK_EVERY);
        let stop = self.state.stop.clone();
        // Waited for once, not anew with every tick.
        let mut stopped = pin!(stop.cancelled());
        let mut feeds = self.state.quotes.feed_changes();
        let is_simulated = self.state.quotes.feeds().is_empty();
        let mut endings = self.state.accounts.sessions.endings();
        self.tell_feeds(socket).await?;
        loop {
            tokio::select! {
                // What comes seldom first: a client that never stops asking delays nothing of it.
                biased;
                () = &mut stopped => return Err(End::Close(GOING_AWAY, "the desk is stopping")),
                () = outlet.behind() => self.catch_up(socket).await?,
                changed = ticks.changed(), if self.follows.has_books_or_screen() => {
                    changed?;
                    send(socket, self.follows.take_changed()).await?;
                }
                frame = next_order(&mut self.orders) => match frame {
                    Ok(frame) => send(socket, [Message::Text(frame.into())]).await?,
                    Err(FeedError::Overflow) => return Err(End::Close(OVERFLOW, "behind; resume with after_seq")),
                    Err(FeedError::Service(error)) => return Err(self.failed(socket, error).await),
                },
                frame = next_alert(&mut self.alerts) => send_frame(socket, &frame).await?,
                changed = feeds.changed(), if !is_simulated => {
                    changed?;
                    self.tell_feeds(socket).await?;
                }
                _ = ping.tick() => {
                    if self.heard.elapsed() > SILENCE_MAX {
                        return Err(End::Gone);
                    }
                    timeout(SEND_MAX, socket.send(Message::Ping(Bytes::new()))).await??;
                }
                ended = endings.recv(), if self.user.is_some() => match ended {
                    Ok(session) if self.user.as_ref().is_none_or(|user| user.session_id != session) => {}
                    Ok(_) | Err(_) => self.recheck().await?,
                },
                _ = recheck.tick() => self.recheck().await?,
                message = socket.next() => match message {
                    Some(Ok(message)) => self.receive(socket, message).await?,
                    Some(Err(Error::Capacity(_))) => return Err(End::Close(TOO_BIG, "a frame has at most 64 KB")),
                    Some(Err(_)) | None => return Err(End::Gone),
                },
            }
        }
    }

    async fn receive(&mut self, socket: &mut Socket, message: Message) -> Result<(), End> {
        self.heard = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => {
                timeout(SEND_MAX, socket.flush()).await??;
                return Err(End::Gone);
            }
            Message::Binary(_) | Message::Frame(_) => return send_error(socket, "malformed", "Send text frames of JSON.").await,
        };
        match serde_json::from_str(text.as_str()) {
            Ok(frame) => self.obey(socket, frame).await,
            Err(_) => send_error(socket, "malformed", "This is not a frame that is understood here.").await,
        }
    }

    async fn obey(&mut self, socket: &mut Socket, frame: ClientFrame) -> Result<(), End> {
        match frame {
            ClientFrame::Ping { t } => send_frame(socket, &ServerFrame::Pong { t }).await,
            ClientFrame::Auth { token } => self.authenticate(socket, &token).await,
            ClientFrame::Subscribe { symbols } => {
                send(socket, self.follows.subscribe(&symbols)).await?;
                self.outlet.with_prices(Prices::begin);
                self.catch_up(socket).await
            }
            ClientFrame::Unsubscribe { symbols } => send(socket, self.follows.unsubscribe(&symbols)).await,
            ClientFrame::SubscribeBook { symbol } => send(socket, self.follows.subscribe_book(&symbol)).await,
            ClientFrame::UnsubscribeBook { symbol } => {
                self.follows.unsubscribe_book(&symbol);
                Ok(())
            }
            ClientFrame::SubscribeScreen { query, offset, limit } => {
                send(socket, self.follows.subscribe_screen(*query, offset, limit)).await
            }
            ClientFrame::UnsubscribeScreen {} => {
                self.follows.unsubscribe_screen();
                Ok(())
            }
            ClientFrame::SubscribeOrders { after_seq } => self.subscribe_orders(socket, after_seq).await,
        }
    }

    /// Tells all that is new, as fast as the client takes it.
    async fn catch_up(&mut self, socket: &mut Socket) -> Result<(), End> {
        let caught_up = async {
            // Memory is held while writing, not while waiting.
            while !self.outlet.tell(&self.state.quotes, &mut Scratch::default()) {
                socket.flush().await?;
            }
            Ok(())
        };
        timeout(SEND_MAX, caught_up).await?
    }

    async fn authenticate(&mut self, socket: &mut Socket, token: &str) -> Result<(), End> {
        let user = match self.state.accounts.sessions.verify(token).await {
            Ok(user) => user,
            Err(ServiceError::Unauthorized { code, detail }) => return send_error(socket, code, detail).await,
            Err(error) => return Err(self.failed(socket, error).await),
        };
        if !self.place.claim(user.user.id) {
            return send_error(socket, "too_many_sockets", "Too many live connections are open. Close some.").await;
        }
        let is_same = self.user.as_ref().is_some_and(|before| before.user.id == user.user.id);
        self.orders = self.orders.take().filter(|_| is_same);
        self.alerts = self.alerts.take().filter(|_| is_same);
        self.user = Some(user);
        send_frame(socket, &ServerFrame::Authenticated {}).await
    }

    /// Where all is simulated there is nothing to tell.
    async fn tell_feeds(&self, socket: &mut Socket) -> Result<(), End> {
        let feeds = self.state.quotes.feeds();
        if feeds.is_empty() { Ok(()) } else { send_frame(socket, &ServerFrame::FeedStatus { feeds }).await }
    }

    async fn subscribe_orders(&mut self, socket: &mut Socket, after_seq: Option<i64>) -> Result<(), End> {
        let Some(user) = &self.user else {
            return send_error(socket, "not_signed_in", "Sign in to follow orders.").await;
        };
        match OrderFeed::start(self.state.events.clone(), user.user.id, after_seq).await {
            Ok(feed) => {
                let seq = feed.seq();
                self.alerts = Some(self.state.alerts.subscribe(user.user.id));
                self.orders = Some(feed);
                send_frame(socket, &ServerFrame::OrdersSubscribed { seq }).await
            }
            Err(error) => Err(self.failed(socket, error).await),
        }
    }

    /// A session that ended takes its sockets with it. While the store can't be asked, the socket stays.
    async fn recheck(&self) -> Result<(), End> {
        let Some(user) = &self.user else { return Ok(()) };
        match self.state.accounts.sessions.is_live(user.session_id).await {
            Ok(false) => Err(End::Close(SESSION_ENDED, "the session has ended")),
            Ok(true) | Err(_) => Ok(()),
        }
    }

    async fn failed(&self, socket: &mut Socket, error: ServiceError) -> End {
        let problem = speedtrade::wire::Problem::from(error);
        match send_error(socket, &problem.code, &problem.detail).await {
            Ok(()) => End::Close(1011, "the desk can't answer now"),
            Err(end) => end,
        }
    }
}

/// Waits for ever while there is no feed.
async fn next_order(orders: &mut Option<OrderFeed>) -> Result<String, FeedError> {
    match orders {
        Some(feed) => feed.next().await,
        None => std::future::pending().await,
    }
}

/// What alerts tell from now on; a connection that is far behind finds the rest in the history of firings.
async fn next_alert(alerts: &mut Option<AlertFeed>) -> ServerFrame {
    while let Some(feed) = alerts {
        match feed.recv().await {
            Ok(event) => return event.frame.clone(),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => *alerts = None,
        }
    }
    std::future::pending().await
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// All of them in one write.
async fn send(socket: &mut Socket, messages: impl IntoIterator<Item = Message>) -> Result<(), End> {
    let mut write = pin!(async {
        for message in messages {
            socket.feed(message).await?;
        }
        socket.flush().await
    });
    // Nearly always there is room at once, and no clock is needed.
    match futures::poll!(&mut write) {
        Poll::Ready(written) => Ok(written?),
        Poll::Pending => Ok(timeout(SEND_MAX, write).await??),
    }
}

async fn send_frame(socket: &mut Socket, told: &ServerFrame) -> Result<(), End> {
    send(socket, frame(told)).await
}

async fn send_error(socket: &mut Socket, code: &str, detail: &str) -> Result<(), End> {
    send(socket, error(code, detail)).await
}
