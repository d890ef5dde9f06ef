//! The order events of one connection: every committed one after a sequence number, in order, once.
//!
//! The bus is subscribed to before the store is read, so nothing falls between; a gap is filled from the store.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use speedtrade::ids::UserId;
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    time::{Instant, sleep_until},
};

use crate::services::{
    ServiceError,
    events::{Events, UserEvent},
};

const BACKFILL_PAGE: i64 = 500;
/// Other hosts on the store commit for the same user: how often the store is asked for what they did, told of it or not.
const LOOK_AROUND: Duration = Duration::from_secs(1);

pub(super) struct OrderFeed {
    user: UserId,
    events: Events,
    live: Receiver<Arc<UserEvent>>,
    elsewhere: watch::Receiver<()>,
    /// Other hosts may have committed something: the store is asked before anything else.
    must_look: bool,
    look_at: Instant,
    /// The sequence number of the last frame given out.
    sent: i64,
    /// Events up to here are in the store and not given out yet.
    stored_until: i64,
    page: VecDeque<(i64, String)>,
}

#[derive(Debug)]
pub(super) enum FeedError {
    /// Too far behind; the client resumes by its sequence number.
    Overflow,
    Service(ServiceError),
}

impl OrderFeed {
    /// Events follow after `after_seq`, or after the newest one there is.
    pub(super) async fn start(events: Events, user: UserId, after_seq: Option<i64>) -> Result<Self, ServiceError> {
        let (live, elsewhere) = (events.subscribe(user), events.elsewhere(user));
        let last = events.last_seq(user).await?;
        let sent = after_seq.map_or(last, |after| after.clamp(0, last));
        Ok(Self {
            user,
            events,
            live,
            elsewhere,
            must_look: false,
            look_at: Instant::now() + LOOK_AROUND,
            sent,
            stored_until: last,
            page: VecDeque::new(),
        })
    }

    /// Where the feed stands: the events that follow have higher numbers.
    pub(super) fn seq(&self) -> i64 {
        self.sent
    }

    /// The next frame. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Result<String, FeedError> {
        loop {
            if let Some((seq, frame)) = self.page.pop_front() {
                self.sent = seq;
                return Ok(frame);
            }
            if self.sent < self.stored_until {
                let page = self.events.list(self.user, self.sent, BACKFILL_PAGE).await.map_err(FeedError::Service)?;
                if page.is_empty() {
                    self.sent = self.stored_until;
                }
                self.page = page.into();
                continue;
            }
            if self.must_look {
                let last = self.events.last_seq(self.user).await.map_err(FeedError::Service)?;
                self.stored_until = last.max(self.stored_until);
                (self.must_look, self.look_at) = (false, Instant::now() + LOOK_AROUND);
                continue;
            }
            let event = tokio::select! {
                event = self.live.recv() => match event {
                    Ok(event) => event,
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return Err(FeedError::Overflow),
                },
                Ok(()) = self.elsewhere.changed() => {
                    self.must_look = true;
                    continue;
                }
                () = sleep_until(self.look_at), if self.events.is_shared() => {
                    self.must_look = true;
                    continue;
                }
            };
            if event.seq > self.sent + 1 {
                self.stored_until = event.seq;
            } else if event.seq > self.sent {
                self.page.push_back((event.seq, frame_text(&event)?));
                self.stored_until = event.seq;
            }
        }
    }
}

fn frame_text(event: &UserEvent) -> Result<String, FeedError> {
    let unwritable = |_| FeedError::Service(ServiceError::Internal("an event could not be written as JSON"));
    serde_json::to_string(&event.frame).map_err(unwritable)
}
