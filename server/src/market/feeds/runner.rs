//! Keeps one provider's connection alive: connects when somebody looks, tries again when it breaks, rests when refused.
//! Must never end by itself, never panic on what a provider sends, and never make anybody wait.

use std::{sync::Arc, time::Duration};

use rand::RngCore;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    FeedStatus, Protocol, Sink, Wanted,
    garbage::Garbage,
    session::{Ended, Session},
};
use crate::{
    clock::Clock,
    net::{
        backoff::{Backoff, jittered},
        connection::{DialError, dial},
    },
};

/// How patient a runner is. Tests are less so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For the TCP, TLS and WebSocket handshakes together.
    pub connect: Duration,
    /// From open to ready.
    pub greeting: Duration,
    /// Nothing heard for this long: a ping.
    pub ping_after: Duration,
    /// Nothing heard for this long, pongs neither: the connection is replaced.
    pub silent_after: Duration,
    /// For the network to take one message of ours.
    pub send: Duration,
    pub backoff_min: Duration,
    pub backoff_max: Duration,
    /// A connection that was ready for this long has proved itself.
    pub settled_after: Duration,
    /// After the provider said no.
    pub refused_retry: Duration,
    /// Nobody looks for this long: the connection is closed.
    pub linger: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            greeting: Duration::from_secs(10),
            ping_after: Duration::from_secs(1),
            silent_after: Duration::from_secs(8),
            send: Duration::from_secs(5),
            backoff_min: Duration::from_millis(250),
            backoff_max: Duration::from_secs(30),
            settled_after: Duration::from_secs(10),
            refused_retry: Duration::from_mins(15),
            linger: Duration::from_mins(1),
        }
    }
}

pub struct Runner {
    pub(super) protocol: Box<dyn Protocol>,
    pub(super) sink: Arc<dyn Sink>,
    pub(super) clock: Clock,
    pub(super) timing: Timing,
    pub(super) random: Box<dyn RngCore + Send>,
    pub(super) garbage: Garbage,
}

impl Runner {
    pub fn new(protocol: Box<dyn Protocol>, sink: Arc<dyn Sink>, clock: Clock, timing: Timing, random: Box<dyn RngCore + Send>) -> Self {
        Self { protocol, sink, clock, timing, random, garbage: Garbage::default() }
    }

    /// Runs until `stop`. What it hears goes to the sink; how it is, too.
    pub async fn run(mut self, mut wanted: watch::Receiver<Arc<Wanted>>, stop: CancellationToken) {
        let mut backoff = Backoff::new(self.timing.backoff_min, self.timing.backoff_max);
        // After a loss it tries again even when nobody looks: who stands in for it looks away only once it is live again.
        let mut is_idle = true;
        loop {
            if is_idle && wanted.borrow().is_empty() {
                self.say(FeedStatus::Idle);
                let is_wanted = async { wanted.wait_for(|wanted| !wanted.is_empty()).await.is_ok() };
                if stop.run_until_cancelled(is_wanted).await != Some(true) {
                    return;
                }
            }
            self.say(FeedStatus::Connecting);
            // A handshake needs 24 KB; they are not kept with the waiting.
            let connection = Box::pin(self.connect_once(&mut wanted));
            let Some((ended, is_settled)) = stop.run_until_cancelled(connection).await else {
                return;
            };
            if is_settled {
                backoff.reset();
            }
            is_idle = ended == Ended::Idle;
            let wait = self.after(ended, &mut backoff);
            if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
                return;
            }
        }
    }

    /// From dialing to the end of the connection, and whether it had proved itself.
    async fn connect_once(&mut self, wanted: &mut watch::Receiver<Arc<Wanted>>) -> (Ended, bool) {
        let (endpoint, habits) = (self.protocol.endpoint(self.clock.now()), self.protocol.habits());
        match dial(&endpoint, habits.frame_max, self.timing.connect).await {
            Ok(socket) => Session::new(self, socket, habits).run(wanted).await,
            Err(DialError::Refused { code, detail }) => (Ended::Refused { code, detail }, false),
            Err(DialError::Down { detail, retry_after }) => (Ended::Lost { detail, retry_after }, false),
        }
    }

    /// Says how the connection ended, and how long to wait before the next.
    fn after(&mut self, ended: Ended, backoff: &mut Backoff) -> Duration {
        let feed = self.protocol.kind();
        match ended {
            Ended::Idle => Duration::ZERO,
            Ended::Old => {
                tracing::info!(?feed, "the connection is old and is replaced");
                Duration::ZERO
            }
            Ended::Silent { detail } => {
                tracing::warn!(?feed, detail, "the connection is silent and is replaced");
                self.say(FeedStatus::Silent);
                backoff.next(&mut *self.random)
            }
            Ended::Refused { code, detail } => {
                tracing::error!(?feed, code, detail, "the provider refuses");
                self.say(FeedStatus::Refused { code, detail });
                jittered(self.timing.refused_retry, &mut *self.random)
            }
            Ended::Lost { detail, retry_after } => {
                let wait = backoff.next(&mut *self.random).max(retry_after.unwrap_or_default());
                tracing::warn!(?feed, detail, wait_ms = wait.as_millis(), "the connection is lost");
                self.say(FeedStatus::Down { detail });
                wait
            }
        }
    }

    pub(super) fn say(&self, status: FeedStatus) {
        self.sink.status(self.protocol.kind(), status);
    }
}
