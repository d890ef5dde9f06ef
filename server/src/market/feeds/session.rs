//! The life of one connection: greeting, subscriptions by difference, frames, pings, and the watch over its silence.
//! Holds at most one message of each side at a time; what is not read yet waits in the system's buffers.

use std::{sync::Arc, time::Duration};

use futures::{FutureExt as _, SinkExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use speedtrade::market::{BookChange, MarketEvent};
use tokio::{sync::watch, time::Instant};
use tokio_tungstenite::tungstenite::{self, Bytes, Message};

use super::{Change, Context, FeedStatus, Fetched, Habits, Heard, Keepalive, Outbox, Protocol, Runner, Wanted, budget::Budget};
use crate::net::{connection::Socket, with_causes};

/// Questions over REST on their way at once.
const FETCHES_AT_ONCE: usize = 2;
/// Frames read in a row before anything else has its turn.
const BURST: usize = 256;

/// Why a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Nobody looks.
    Idle,
    /// Replaced before the provider ends it.
    Old,
    Silent {
        detail: &'static str,
    },
    Refused {
        code: String,
        detail: String,
    },
    Lost {
        detail: String,
        retry_after: Option<Duration>,
    },
}

impl Ended {
    fn lost(detail: String) -> Self {
        Self::Lost { detail, retry_after: None }
    }
}

pub(super) struct Session<'a> {
    runner: &'a mut Runner,
    socket: Socket,
    habits: Habits,
    outbox: Outbox,
    budget: Budget,
    subscribed: Arc<Wanted>,
    /// `Wanted` may differ from what is subscribed.
    is_behind: bool,
    fetching: FuturesUnordered<BoxFuture<'static, Fetched>>,
    opened_at: Instant,
    ready_at: Option<Instant>,
    /// Anything at all, pongs too.
    heard_at: Instant,
    /// Something of substance.
    spoke_at: Instant,
    is_pinged: bool,
    unwanted_since: Option<Instant>,
}

impl<'a> Session<'a> {
    pub(super) fn new(runner: &'a mut Runner, socket: Socket, habits: Habits) -> Self {
        let now = Instant::now();
        Self {
            runner,
            socket,
            habits,
            outbox: Outbox::default(),
            budget: Budget::new(habits.rate),
            subscribed: Arc::default(),
            is_behind: true,
            fetching: FuturesUnordered::new(),
            opened_at: now,
            ready_at: None,
            heard_at: now,
            spoke_at: now,
            is_pinged: false,
            unwanted_since: None,
        }
    }

    /// Until the connection ends; true when it had proved itself.
    pub(super) async fn run(mut self, wanted: &mut watch::Receiver<Arc<Wanted>>) -> (Ended, bool) {
        let ended = self.live(wanted).await;
        let feed = self.runner.protocol.kind();
        for symbol in &self.subscribed.books {
            self.runner.sink.event(feed, symbol, MarketEvent::Book(BookChange::Lost));
        }
        let is_settled = self.ready_at.is_some_and(|at| at.elapsed() >= self.runner.timing.settled_after);
        // A good-bye is polite, and nobody waits for it.
        let _ = self.socket.close(None).now_or_never();
        (ended, is_settled)
    }

    async fn live(&mut self, wanted: &mut watch::Receiver<Arc<Wanted>>) -> Ended {
        let greeted = self.with(|protocol, context| protocol.opened(context));
        if let Some(ended) = self.note(greeted) {
            return ended;
        }
        let mut is_watched = true;
        loop {
            if let Some(ended) = self.catch_up(wanted).await {
                return ended;
            }
            let deadline = self.deadline();
            let ended = tokio::select! {
                biased;
                changed = wanted.changed(), if is_watched => {
                    (is_watched, self.is_behind) = (changed.is_ok(), true);
                    None
                }
                Some(fetched) = self.fetching.next() => {
                    let heard = self.with(|protocol, context| protocol.fetched(fetched, context));
                    self.note(heard)
                }
                () = tokio::time::sleep_until(deadline) => self.look_at_the_time().await,
                frame = self.socket.next() => self.read_burst(frame),
            };
            if let Some(ended) = ended {
                return ended;
            }
        }
    }

    /// Subscribes to what changed, sends what may be sent, asks what may be asked.
    async fn catch_up(&mut self, wanted: &mut watch::Receiver<Arc<Wanted>>) -> Option<Ended> {
        if self.is_behind && self.ready_at.is_some() && self.outbox.messages.is_empty() {
            let new = wanted.borrow_and_update().clone();
            let change = Change::between(&self.subscribed, &new);
            self.unwanted_since = new.is_empty().then(Instant::now);
            (self.subscribed, self.is_behind) = (new, false);
            if !change.is_empty() {
                self.spoke_at = Instant::now();
                self.with(|protocol, context| protocol.subscribe(&change, context));
            }
        }
        if self.outbox.is_overfull() {
            return Some(Ended::lost("more to send than the provider's rate allows".to_owned()));
        }
        while self.fetching.len() < FETCHES_AT_ONCE {
            let Some(question) = self.outbox.fetches.pop_front() else { break };
            self.fetching.push(question);
        }
        while !self.outbox.messages.is_empty() && self.budget.next_at(Instant::now()) <= Instant::now() {
            let text = self.outbox.messages.pop_front().expect("just seen");
            if let Err(ended) = self.send(Message::text(text)).await {
                return Some(ended);
            }
        }
        None
    }

    async fn send(&mut self, message: Message) -> Result<(), Ended> {
        self.budget.spend(Instant::now());
        match tokio::time::timeout(self.runner.timing.send, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Ended::lost(with_causes(&error))),
            Err(_) => Err(Ended::lost("the provider takes no more messages".to_owned())),
        }
    }

    /// The next time at which something is due.
    fn deadline(&self) -> Instant {
        let timing = &self.runner.timing;
        let now = Instant::now();
        let due = [
            Some(self.heard_at + timing.silent_after),
            (!self.is_pinged).then(|| self.budget.next_at(self.heard_at + timing.ping_after)),
            self.must_speak_by(),
            self.ready_at.is_none().then(|| self.opened_at + timing.greeting),
            Some(self.opened_at + self.habits.age_max),
            self.unwanted_since.map(|at| at + timing.linger),
            (!self.outbox.messages.is_empty()).then(|| self.budget.next_at(now)),
        ];
        due.into_iter().flatten().min().unwrap_or(now)
    }

    fn must_speak_by(&self) -> Option<Instant> {
        let every = self.habits.speaks_every?;
        (self.ready_at.is_some() && !self.subscribed.is_empty()).then(|| self.spoke_at + every)
    }

    async fn look_at_the_time(&mut self) -> Option<Ended> {
        let (now, timing) = (Instant::now(), self.runner.timing);
        if now >= self.heard_at + timing.silent_after {
            return Some(Ended::Silent { detail: "nothing at all was heard" });
        }
        if self.must_speak_by().is_some_and(|by| now >= by) {
            return Some(Ended::Silent { detail: "it answers pings, but no data came" });
        }
        if self.ready_at.is_none() && now >= self.opened_at + timing.greeting {
            return Some(Ended::lost("the greeting took too long".to_owned()));
        }
        if now >= self.opened_at + self.habits.age_max {
            return Some(Ended::Old);
        }
        if self.unwanted_since.is_some_and(|at| now >= at + timing.linger) {
            return Some(Ended::Idle);
        }
        if !self.is_pinged && now >= self.heard_at + timing.ping_after && self.budget.next_at(now) <= now {
            self.is_pinged = true;
            let message = match self.runner.protocol.keepalive() {
                Keepalive::Ping => Message::Ping(Bytes::from_static(b"speedtrade")),
                Keepalive::Text(text) => Message::text(text),
            };
            return self.send(message).await.err();
        }
        None
    }

    /// This frame and those that are here already.
    fn read_burst(&mut self, first: Option<Result<Message, tungstenite::Error>>) -> Option<Ended> {
        self.runner.sink.heard(self.runner.protocol.kind());
        (self.heard_at, self.is_pinged) = (Instant::now(), false);
        let mut frame = first;
        for _ in 0..BURST {
            if let Some(ended) = self.read(frame) {
                return Some(ended);
            }
            match self.socket.next().now_or_never() {
                Some(next) => frame = next,
                None => return None,
            }
        }
        self.read(frame)
    }

    fn read(&mut self, frame: Option<Result<Message, tungstenite::Error>>) -> Option<Ended> {
        let heard = match frame {
            None => return Some(Ended::lost("the provider hung up".to_owned())),
            Some(Err(error)) => return Some(Ended::lost(with_causes(&error))),
            Some(Ok(Message::Text(text))) => self.decode(&text),
            Some(Ok(Message::Binary(bytes))) => match std::str::from_utf8(&bytes) {
                Ok(text) => self.decode(text),
                Err(_) => self.unreadable("a binary frame that is no text"),
            },
            Some(Ok(Message::Close(Some(frame)))) => self.runner.protocol.closed(frame.code.into(), &frame.reason),
            Some(Ok(Message::Close(None))) => Heard::Reconnect { detail: "closed by the provider".to_owned() },
            // Pings are answered below us, with the next read.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Heard::Fine,
        };
        self.note(heard)
    }

    fn decode(&mut self, text: &str) -> Heard {
        self.spoke_at = self.heard_at;
        match self.with(|protocol, context| protocol.decode(text, context)) {
            Ok(Heard::Unknown) => self.unreadable("a frame of an unknown kind"),
            Ok(heard) => heard,
            Err(error) => self.unreadable(&error.reason),
        }
    }

    fn unreadable(&mut self, reason: &str) -> Heard {
        self.runner.garbage.note(self.runner.protocol.kind(), reason, Instant::now());
        Heard::Fine
    }

    fn note(&mut self, heard: Heard) -> Option<Ended> {
        match heard {
            Heard::Fine | Heard::Unknown => None,
            Heard::Ready => {
                if self.ready_at.is_none() {
                    self.ready_at = Some(Instant::now());
                    self.runner.say(FeedStatus::Live);
                }
                None
            }
            Heard::Refused { code, detail } => Some(Ended::Refused { code, detail }),
            Heard::Reconnect { detail } => Some(Ended::lost(detail)),
        }
    }

    fn with<T>(&mut self, work: impl FnOnce(&mut dyn Protocol, &mut Context<'_>) -> T) -> T {
        let Runner { protocol, sink, clock, random, .. } = &mut *self.runner;
        let mut context = Context { now: clock.now(), sink: &**sink, out: &mut self.outbox, random: &mut **random };
        work(&mut **protocol, &mut context)
    }
}
