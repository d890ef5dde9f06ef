//! A recording as a feed of a desk: played at its speed, over and over, as if it were now. Serves whatever it holds.
//! Must never show a time of the past as the age of a price.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use speedtrade::{
    instrument::Symbol,
    market::{MarketEvent, Timeframe},
    time::Timestamp,
};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{Line, Recording, ReplayError, Speed};
use crate::{
    clock::Clock,
    market::feeds::{
        FeedKind, FeedStatus, Sink,
        binance::{Decoder, Names},
        garbage::Garbage,
    },
    net::with_causes,
};

const KIND: FeedKind = FeedKind::Replay;
/// Frames read ahead. When it is full the reader waits.
const AHEAD: usize = 1_024;
/// Between two rounds, and before a file that can't be read is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// While a recording is quiet, those who listen are told that it still holds.
const HEARTBEAT: Duration = Duration::from_secs(1);

pub struct ReplayFeed {
    path: PathBuf,
    speed: Speed,
    names: Names,
    sink: Arc<dyn Sink>,
    clock: Clock,
}

impl ReplayFeed {
    pub fn new(path: &Path, speed: Speed, names: Names, sink: Arc<dyn Sink>, clock: Clock) -> Self {
        Self { path: path.to_owned(), speed, names, sink, clock }
    }

    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            self.sink.status(KIND, FeedStatus::Connecting);
            match stop.run_until_cancelled(self.round()).await {
                None => return,
                Some(Ok(())) => {}
                Some(Err(error)) => self.sink.status(KIND, FeedStatus::Down { detail: with_causes(&error) }),
            }
            let _ = stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
        }
    }

    /// The recording once, from its first frame to its last.
    async fn round(&self) -> Result<(), ReplayError> {
        let (sender, mut lines) = mpsc::channel(AHEAD);
        let path = self.path.clone();
        let reader = tokio::task::spawn_blocking(move || read(&path, &sender));
        let mut decoder = Decoder::for_recording(KIND, self.names.clone());
        let (started, mut first_ns, mut garbage) = (Instant::now(), None, Garbage::default());
        while let Some((at_ns, text)) = lines.recv().await {
            if first_ns.is_none() {
                self.sink.status(KIND, FeedStatus::Live);
            }
            let due = started + self.speed.due(*first_ns.get_or_insert(at_ns), at_ns);
            self.wait_until(due).await;
            let now = self.clock.now();
            if let Err(error) = decoder.decode(&text, now, &AsOfNow { sink: &*self.sink, now }) {
                garbage.note(KIND, &error.reason, Instant::now());
            }
        }
        match reader.await {
            Ok(read) => read?,
            Err(error) => tracing::error!(%error, "the recording's reader ended"),
        }
        if first_ns.is_none() { Err(ReplayError::NoRecording { path: self.path.clone() }) } else { Ok(()) }
    }

    async fn wait_until(&self, due: Instant) {
        while Instant::now() < due {
            tokio::time::sleep_until(due.min(Instant::now() + HEARTBEAT)).await;
            self.sink.heard(KIND);
        }
    }
}

/// Ends early when nobody listens any more.
fn read(path: &Path, sender: &mpsc::Sender<(i64, String)>) -> Result<(), ReplayError> {
    for line in Recording::open(path)? {
        if let Line::Frame { at_ns, text } = line?
            && sender.blocking_send((at_ns, text)).is_err()
        {
            break;
        }
    }
    Ok(())
}

/// What was recorded happens now.
struct AsOfNow<'a> {
    sink: &'a dyn Sink,
    now: Timestamp,
}

impl Sink for AsOfNow<'_> {
    fn event(&self, feed: FeedKind, symbol: &Symbol, mut event: MarketEvent) {
        match &mut event {
            MarketEvent::Trade(trade) => trade.time = self.now,
            MarketEvent::Touch(touch) => touch.time = self.now,
            MarketEvent::Day(day) => day.time = self.now,
            MarketEvent::Minute(bar) => bar.t = Timeframe::M1.bar_start(self.now),
            MarketEvent::Book(_) => {}
        }
        self.sink.event(feed, symbol, event);
    }

    fn status(&self, feed: FeedKind, status: FeedStatus) {
        self.sink.status(feed, status);
    }

    fn heard(&self, feed: FeedKind) {
        self.sink.heard(feed);
    }
}
