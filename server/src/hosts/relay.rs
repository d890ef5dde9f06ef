//! One provider's connection for all hosts: whoever holds its lease is connected and tells what it hears, the others follow.
//!
//! Must never show an old price as a new one: what comes late, or from an owner that has lost its lease, is left out. Without
//! Redis each host connects for itself.

mod following;
mod neighbours;
mod outgoing;
mod tenure;
mod wire;

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    time::{Instant, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{
    Channel, Message,
    lease::{self, LEASE, Lease},
    link::Link,
};
use crate::{
    clock::Clock,
    market::{
        Market,
        feeds::{FeedKind, FeedStatus, Sink, Wanted},
    },
};
use neighbours::Neighbours;
use tenure::Tenure;
use wire::{Head, Looking};

/// How often the lease is asked for, or renewed.
const HOLD_EVERY: Duration = Duration::from_millis(500);
/// News are told at most so often.
const TELL_EVERY: Duration = Duration::from_millis(50);
/// Depth comes with every fourth message, for it is long.
const BOOKS_EVERY: u32 = 4;
/// An owner with nothing to tell says so.
const QUIET_MAX: Duration = Duration::from_millis(500);
/// What clients look at is told again, for who did not hear it.
const WANTED_EVERY: Duration = Duration::from_secs(1);
/// Connects to the provider until the token is canceled: what it hears goes to the sink.
pub type StartFeed = Box<dyn Fn(Arc<dyn Sink>, watch::Receiver<Arc<Wanted>>, CancellationToken) -> BoxFuture<'static, ()> + Send>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Another host is connected, or it is not known yet who is.
    Follower,
    /// Until then, unless renewed.
    Owner { fence: u64, until: Instant },
    /// Redis is away, so nobody can be followed.
    Alone,
}

pub struct Relay {
    feed: FeedKind,
    market: Market,
    clock: Clock,
    link: Link,
    start: StartFeed,
    own: watch::Receiver<Arc<Wanted>>,
    neighbours: Neighbours,
    role: Role,
    tenure: Option<Tenure>,
    /// The highest one heard: a lower one is of an owner that was.
    fence: u64,
    /// What the owner said last about its connection.
    line: Option<Head>,
    /// When Redis last said whose the lease is.
    asked_at: Instant,
    told_at: Instant,
    ticks: u32,
    /// Messages told in this tenure.
    told: u64,
    wanted_told_at: Instant,
    /// What was told of what we look at counts no more, and nobody has heard that from us yet.
    is_anew: bool,
}

impl Relay {
    /// `None` for a feed that serves nothing here.
    pub(crate) fn new(feed: FeedKind, market: Market, clock: Clock, link: Link, start: StartFeed) -> Option<Self> {
        let own = market.own_wanted(feed)?;
        let now = Instant::now();
        Some(Self {
            feed,
            market,
            clock,
            link,
            start,
            own,
            neighbours: Neighbours::default(),
            role: Role::Follower,
            tenure: None,
            fence: 0,
            line: None,
            asked_at: now,
            told_at: now,
            ticks: 0,
            told: 0,
            wanted_told_at: now,
            is_anew: false,
        })
    }

    /// Ends after `stop`, and lets another host take over at once.
    pub async fn run(mut self, stop: CancellationToken) {
        let (mut feeds, mut wanted) = (self.link.listen(Channel::Feeds), self.link.listen(Channel::Wanted));
        stop.run_until_cancelled(self.serve(&mut feeds, &mut wanted)).await;
        let is_owner = matches!(self.role, Role::Owner { .. });
        self.end_tenure().await;
        if is_owner {
            lease::release(&self.link, self.feed.as_str()).await;
        }
    }

    async fn serve(&mut self, feeds: &mut Receiver<Message>, wanted: &mut Receiver<Message>) {
        let [mut hold, mut tell] = [HOLD_EVERY, TELL_EVERY].map(interval);
        for ticks in [&mut hold, &mut tell] {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            tokio::select! {
                _ = hold.tick() => {
                    self.hold().await;
                    if self.wanted_told_at.elapsed() >= WANTED_EVERY {
                        self.tell_wanted().await;
                    }
                    self.neighbours.forget_silent(Instant::now());
                    self.ask_for_neighbours();
                }
                _ = tell.tick() => self.tell().await,
                changed = self.own.changed() => match changed {
                    Ok(()) => self.tell_wanted().await,
                    Err(_) => return,
                },
                message = feeds.recv() => match message {
                    Ok(message) => self.follow(&message).await,
                    // What was missed is made good by what comes.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                message = wanted.recv() => match message {
                    Ok(message) => self.note_wanted(&message),
                    Err(RecvError::Lagged(_)) => self.neighbours.restate_all(),
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    async fn hold(&mut self) {
        let asked = Instant::now();
        match lease::hold(&self.link, self.feed.as_str()).await {
            Some(Lease::Ours { fence }) => {
                self.asked_at = asked;
                let is_new = !matches!(self.role, Role::Owner { fence: before, .. } if before == fence);
                self.become_connected(Role::Owner { fence, until: asked + LEASE });
                if is_new {
                    tracing::info!(feed = self.feed.as_str(), fence, "this host has the feed's connection");
                    self.neighbours.restate_all();
                }
            }
            Some(Lease::Others) => {
                self.asked_at = asked;
                self.become_follower().await;
            }
            None if self.tenure.is_none() && self.asked_at.elapsed() < LEASE => {}
            None => self.become_connected(Role::Alone),
        }
    }

    fn become_connected(&mut self, role: Role) {
        self.role = role;
        self.line = None;
        if self.tenure.is_none()
            && let Some(wanted) = self.market.wanted(self.feed)
        {
            self.tenure = Some(Tenure::begin(&self.start, self.market.sink(), wanted, self.clock.clone()));
        }
    }

    async fn become_follower(&mut self) {
        let was_connected = self.tenure.is_some();
        self.role = Role::Follower;
        self.end_tenure().await;
        if was_connected {
            tracing::info!(feed = self.feed.as_str(), "another host has the feed's connection");
            self.tell_wanted().await;
        }
    }

    /// What the connection said last is not confirmed any more, until the owner is heard.
    async fn end_tenure(&mut self) {
        let Some(tenure) = self.tenure.take() else { return };
        tenure.end().await;
        self.market.sink().status(self.feed, FeedStatus::Connecting);
        self.ask_for_neighbours();
    }

    /// The owner asks the provider for what the clients of the others look at.
    fn ask_for_neighbours(&self) {
        let wanted = if self.tenure.is_some() { self.neighbours.wanted() } else { Wanted::default() };
        self.market.set_neighbours(self.feed, wanted);
    }

    async fn tell(&mut self) {
        let (Role::Owner { fence, until }, Some(tenure)) = (self.role, &self.tenure) else { return };
        if Instant::now() >= until {
            return;
        }
        self.ticks = self.ticks.wrapping_add(1);
        let books = self.ticks.is_multiple_of(BOOKS_EVERY).then(|| self.neighbours.wanted().books);
        let news = tenure.outgoing.take(&self.market, books.as_ref());
        if news.is_empty() && self.told_at.elapsed() < QUIET_MAX {
            return;
        }
        let (status, heard_at) = tenure.outgoing.line();
        self.told_at = Instant::now();
        let head = Head { feed: self.feed, fence, number: self.told, sent_at: self.clock.now(), heard_at, status };
        let messages = wire::write(&head, &news);
        // Also those that can't be sent: then the others know that they missed something.
        self.told += messages.len() as u64;
        for message in messages {
            if !self.link.publish(Channel::Feeds, &message).await {
                return;
            }
        }
    }

    async fn tell_wanted(&mut self) {
        self.wanted_told_at = Instant::now();
        let wanted = Wanted::clone(&self.own.borrow_and_update());
        let looking = Looking { feed: self.feed, is_anew: self.is_anew, wanted };
        self.is_anew &= !self.link.publish(Channel::Wanted, &wire::write_looking(&looking)).await;
    }

    fn note_wanted(&mut self, message: &Message) {
        let Some(Looking { feed, is_anew, wanted }) = wire::read_looking(&message.body) else { return };
        if feed != self.feed {
            return;
        }
        if is_anew {
            self.neighbours.restate(message.host);
        }
        let begun = self.neighbours.note(message.host, wanted, Instant::now());
        if let Some(tenure) = &self.tenure {
            self.ask_for_neighbours();
            if !tenure.outgoing.restate(&self.market, self.feed, &begun) {
                // When they say it the next time, the provider may have been heard.
                self.neighbours.restate(message.host);
            }
        }
    }
}
