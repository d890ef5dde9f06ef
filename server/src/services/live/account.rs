//! The tasks of one live account while this host owns it: its stream, its outbox, its regular look at everything.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use speedtrade::venue::Venue;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, MissedTickBehavior, interval, interval_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    desk::{Desk, Trouble},
    health::LiveState,
    holdings::Believed,
    pace::Pace,
};
use crate::{
    broker::{Connector, StreamEnd, VenueEvent},
    services::{ServiceError, trading::Outbox},
    store,
};

/// What the stream told and nobody booked yet. When it is full the stream waits: nothing is dropped.
const EVENTS_MAX: usize = 1_024;
/// How long a venue may take to confirm the stream.
const LISTEN_PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks into the outbox that nobody asked for.
const OUTBOX_PAUSE: Duration = Duration::from_millis(250);

/// What the account's owner wants of the one host that speaks for it.
pub(super) struct Wish {
    /// The venue is right about this asset.
    pub(super) asset: String,
    /// The venue's number as they saw it.
    pub(super) seen: Option<String>,
    pub(super) done: oneshot::Sender<Result<Believed, ServiceError>>,
}

/// Runs until `stop`; then what is on its way may end.
pub(super) async fn run<C: Connector>(desk: Arc<Desk<C>>, mut outbox: Outbox, wishes: mpsc::Receiver<Wish>, stop: CancellationToken) {
    let tasks = TaskTracker::new();
    let work = async {
        tokio::join!(
            keep_listening(&desk),
            keep_sending(&desk, &mut outbox, &tasks),
            keep_polling(&desk),
            keep_time(&desk),
            keep_answering(&desk, wishes)
        );
    };
    let _ = stop.run_until_cancelled(work).await;
    outbox.fresh.close();
    while let Some(fresh) = outbox.fresh.recv().await {
        desk.give_back(fresh).await;
    }
    desk.gate(false, "SpeedTrade is stopping.").await;
    tasks.close();
    let _ = tokio::time::timeout(Duration::from_secs(15), tasks.wait()).await;
}

async fn keep_sending<C: Connector + 'static>(desk: &Arc<Desk<C>>, outbox: &mut Outbox, tasks: &TaskTracker) {
    let mut looks = interval(OUTBOX_PAUSE);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            Some(fresh) = outbox.fresh.recv() => {
                desk.send_fresh(fresh, tasks);
                continue;
            }
            _ = looks.tick() => {}
            () = outbox.waker.notified() => {}
        }
        if let Err(trouble) = desk.work_off(&mut outbox.fresh, tasks).await {
            tracing::warn!(%trouble, account = %desk.books.account, "the outbox is looked at again");
        }
    }
}

async fn keep_polling<C: Connector>(desk: &Desk<C>) {
    let mut ticks = interval_at(Instant::now() + desk.timing.poll, desk.timing.poll);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(trouble) = desk.poll().await {
            tracing::warn!(%trouble, account = %desk.books.account, "the venue could not be compared with the books");
        }
        if desk.stream.is_behind() {
            tokio::time::sleep(desk.timing.stream_late).await;
            desk.doubt.notify_one();
        }
    }
}

/// Looks whether the clocks of this machine go together. Whoever slept, or was set, does not know what happened meanwhile.
async fn keep_time<C: Connector>(desk: &Desk<C>) {
    let clock = &desk.books.clock;
    let mut pace = Pace::from(clock.now(), clock.steady());
    let mut looks = interval(desk.timing.clock_look);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let parted = pace.look(clock.now(), clock.steady());
        if parted.saturating_abs() > desk.timing.clock_jump_us {
            tracing::warn!(account = %desk.books.account, parted_ms = parted / 1_000, "the clock of this machine has jumped");
            desk.is_outdated.store(true, Ordering::Release);
            desk.gate(false, "The clock of this machine has jumped, so everything is read again. Try again in a moment.").await;
            desk.doubt.notify_one();
        }
    }
}

async fn keep_answering<C: Connector>(desk: &Desk<C>, mut wishes: mpsc::Receiver<Wish>) {
    while let Some(Wish { asset, seen, done }) = wishes.recv().await {
        let answer = desk.believe(&asset, seen.as_deref()).await.map_err(|trouble| {
            tracing::warn!(%trouble, account = %desk.books.account, "the venue's number could not be taken over");
            ServiceError::NotReady { detail: "The venue could not be asked. Try again in a moment.".to_owned() }
        });
        let _ = done.send(answer);
    }
}

async fn keep_listening<C: Connector>(desk: &Desk<C>) {
    let mut pause = desk.timing.backoff_min;
    loop {
        desk.health.note(|health| health.state = LiveState::Connecting);
        let (sender, events) = mpsc::channel(EVENTS_MAX);
        let began = Instant::now();
        let state = tokio::select! {
            end = desk.connector.listen(&sender) => match end {
                StreamEnd::Refused { detail } => LiveState::Refused { reason: detail },
                StreamEnd::Dropped { detail } => LiveState::Down { reason: detail },
            },
            trouble = session(desk, events) => LiveState::Down { reason: trouble.to_string() },
        };
        let words = match &state {
            LiveState::Refused { reason } | LiveState::Down { reason } => reason.clone(),
            LiveState::Connecting | LiveState::Reconciling | LiveState::Live => String::new(),
        };
        tracing::warn!(account = %desk.books.account, venue = %desk.books.venue, reason = %words, "the account's stream ended");
        desk.gate(false, &format!("The connection to {} is down: {words}", desk.books.venue)).await;
        desk.health.note(|health| health.state = state);
        // A connection that stood for a while was no failure of connecting.
        pause = if began.elapsed() > desk.timing.backoff_max { desk.timing.backoff_min } else { (pause * 2).min(desk.timing.backoff_max) };
        tokio::time::sleep(pause).await;
    }
}

/// Books what the stream tells, after everything has been read once. Ends only with trouble.
async fn session<C: Connector>(desk: &Desk<C>, mut events: mpsc::Receiver<VenueEvent>) -> Trouble {
    let late = || crate::broker::VenueError::Unavailable { detail: "the venue did not confirm the stream".to_owned() };
    let confirmed = tokio::time::timeout(LISTEN_PATIENCE, async {
        while let Some(event) = events.recv().await {
            if event == VenueEvent::Listening {
                return true;
            }
        }
        false
    });
    if !confirmed.await.unwrap_or(false) {
        return late().into();
    }
    if let Err(trouble) = open(desk).await {
        return trouble;
    }
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            () = desk.doubt.notified() => match answer_doubt(desk).await {
                Ok(()) => continue,
                Err(trouble) => return trouble,
            },
        };
        let Some(event) = event else { break };
        let now = desk.books.now();
        desk.health.note(|health| health.last_heard = Some(now));
        if let Err(trouble) = hear(desk, event).await {
            return trouble;
        }
    }
    crate::broker::VenueError::Unavailable { detail: "the stream ended".to_owned() }.into()
}

/// Whether a stream that was doubted has told by now, and whether what was read still counts.
async fn answer_doubt<C: Connector>(desk: &Desk<C>) -> Result<(), Trouble> {
    let late = i64::try_from(desk.timing.stream_late.as_micros()).unwrap_or(i64::MAX);
    if desk.stream.is_silent_since(desk.books.now().plus_micros(-late)) {
        return Err(Trouble::SilentStream);
    }
    if desk.is_outdated.load(Ordering::Acquire) { open(desk).await } else { Ok(()) }
}

async fn open<C: Connector>(desk: &Desk<C>) -> Result<(), Trouble> {
    desk.gate(false, "Everything is being read from the venue. Try again in a moment.").await;
    desk.is_outdated.store(true, Ordering::Release);
    // The clock may jump while it is read.
    while desk.is_outdated.swap(false, Ordering::AcqRel) {
        desk.reconcile().await?;
    }
    if desk.may_withdraw {
        let reason = may_withdraw_words(desk.books.venue);
        tracing::error!(account = %desk.books.account, venue = %desk.books.venue, "the account's key may withdraw: it takes no new orders");
        desk.gate(false, &reason).await;
        desk.health.note(|health| health.state = LiveState::Refused { reason });
        return Ok(());
    }
    desk.gate(true, "").await;
    desk.health.note(|health| health.state = LiveState::Live);
    tracing::info!(account = %desk.books.account, venue = %desk.books.venue, "the account is live");
    Ok(())
}

fn may_withdraw_words(venue: Venue) -> String {
    format!(
        "The key of this account may withdraw, so no new orders are taken; cancels pass. Take that right from the key at {venue} and \
         verify it again, or replace the key."
    )
}

async fn hear<C: Connector>(desk: &Desk<C>, event: VenueEvent) -> Result<(), Trouble> {
    match event {
        VenueEvent::Order(report) => {
            for report in report.with_legs() {
                desk.stream.hear(report);
                desk.take_heard(report).await?;
            }
            Ok(())
        }
        VenueEvent::Execution(execution) => {
            desk.stream.hear_of(&execution.venue_order_id);
            desk.take_execution(&execution).await
        }
        VenueEvent::ChangeRefused { venue_id } => desk.note_refused_change(&venue_id).await,
        VenueEvent::Holdings | VenueEvent::Heartbeat => Ok(()),
        VenueEvent::Listening | VenueEvent::Gap => open(desk).await,
    }
}

impl<C: Connector> Desk<C> {
    /// New orders may be placed, or why not.
    async fn gate(&self, is_open: bool, words: &str) {
        if !is_open {
            self.is_open.store(false, Ordering::Release);
        }
        let words: String = words.chars().take(300).collect();
        let set = store::set_venue_ready(&self.books.db, self.books.account, &self.owner, is_open, &words).await;
        match set {
            // False: another host speaks for the account by now.
            Ok(is_ours) => self.is_open.store(is_open && is_ours, Ordering::Release),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, account = %self.books.account, "the account's gate could not be set");
            }
        }
    }
}
