//! Takes firings and what alerts remember to the store, many at once; tells of a firing after its commit.
//!
//! What gathers during one commit is the next one. A store that is away is asked again; nothing is lost meanwhile.

use std::{collections::HashSet, time::Duration};

use speedtrade::{
    alert::Fired,
    ids::{AlertId, FiringId},
    wire::{AlertTriggered, ServerFrame},
};
use tokio_util::sync::CancellationToken;

use super::{Alerts, index::Work};
use crate::{
    bus::UserEvent,
    store::{self, Db, StoreError, Writer},
};

const FIRINGS_MAX: usize = 2_000;
/// Few, because the next firing waits for them.
const QUIET_MAX: usize = 200;
const RETRY: Duration = Duration::from_millis(500);
const LOOK_FOR_ENDS: Duration = Duration::from_secs(1);
/// At the end, a store that does not answer is asked so often.
const LAST_TRIES: usize = 3;

pub(super) async fn run(alerts: Alerts, writer: Writer, stop: CancellationToken) {
    alerts.write_until(&writer, &stop).await;
    writer.close().await;
}

impl Alerts {
    async fn write_until(&self, writer: &Writer, stop: &CancellationToken) {
        let mut ends = tokio::time::interval(LOOK_FOR_ENDS);
        ends.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.written.notified() => self.write_all(writer, stop).await,
                _ = ends.tick() => self.expire().await,
                () = stop.cancelled() => break,
            }
        }
        for _ in 0..LAST_TRIES {
            if self.write_some(writer).await.is_ok_and(|is_empty| is_empty) {
                return;
            }
        }
    }

    async fn write_all(&self, writer: &Writer, stop: &CancellationToken) {
        loop {
            match self.write_some(writer).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "alerts wait for the store");
                    if stop.run_until_cancelled(tokio::time::sleep(RETRY)).await.is_none() {
                        return;
                    }
                }
            }
        }
    }

    /// One commit; true when there was nothing to write.
    async fn write_some(&self, writer: &Writer) -> Result<bool, StoreError> {
        let _writing = self.writing.lock().await;
        let work = self.lock().work(FIRINGS_MAX, QUIET_MAX);
        if work.firings.is_empty() && work.quiet.is_empty() {
            return Ok(true);
        }
        let won = match writer.new_entry() {
            Some(mut entry) => {
                store::fire_alone(&mut entry, &work.firings, &work.quiet).await?;
                writer.append(entry).await?;
                work.firings.iter().map(|firing| firing.fired.id).collect()
            }
            None => self.commit_first(&work).await?,
        };
        let (told, lost) = self.lock().settle_all(&work, &won);
        self.tell(&told);
        self.outlets.send(told);
        self.reload(&lost).await?;
        Ok(false)
    }

    /// Among other hosts; the firings that are in the store by us: by this transaction, or by one whose answer was lost.
    async fn commit_first(&self, work: &Work) -> Result<HashSet<FiringId>, StoreError> {
        // Before anybody can read them: who looks at what other hosts fired must not take ours for theirs.
        self.note_told(work.firings.iter().map(|firing| &firing.fired));
        let mut tx = self.db.begin().await?;
        let alerts = store::fire(&mut tx, &work.firings).await?;
        let (mut won, mut rest) = (HashSet::new(), Vec::new());
        for firing in &work.firings {
            if alerts.contains(&firing.fired.alert_id) {
                won.insert(firing.fired.id);
            } else {
                rest.push(firing.fired.id);
            }
        }
        won.extend(store::list_told(&mut tx, &rest).await?);
        store::remember(&mut tx, &work.quiet).await?;
        tx.commit().await?;
        Ok(won)
    }

    /// To the sockets of this host.
    pub(super) fn tell(&self, told: &[Fired]) {
        let event = |fired: &Fired| {
            let frame = ServerFrame::AlertTriggered(AlertTriggered::from(fired));
            UserEvent { user_id: fired.user_id, seq: 0, frame }
        };
        self.bus.publish(told.iter().map(event));
    }

    pub(super) fn note_told<'a>(&self, told: impl Iterator<Item = &'a Fired>) {
        if let Db::Postgres(_) = self.db {
            self.lock().note_told(told.map(|fired| (fired.id, fired.fired_at)));
        }
    }

    /// Alerts that another host or their owner changed first.
    pub(super) async fn reload(&self, ids: &[AlertId]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        for alert in store::list_alerts_by_id(&self.db, ids).await? {
            self.take_in_seeded(alert).await;
        }
        Ok(())
    }

    async fn expire(&self) {
        let now = self.clock.now();
        let over = self.lock().take_expired(now);
        if over.is_empty() {
            return;
        }
        if let Err(error) = store::expire_alerts(&self.db, now).await {
            // An alert that is loaded again ends then.
            tracing::warn!(error = &error as &dyn std::error::Error, "alerts whose time is over are not marked");
            let _ = self.reload(&over).await;
        }
    }
}
