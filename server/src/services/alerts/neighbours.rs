//! Other hosts on the same PostgreSQL make, change and fire alerts too: looks at what changed and tells what they fired.

use std::time::Duration;

use speedtrade::time::{SECOND_US, Timestamp};
use tokio_util::sync::CancellationToken;

use super::Alerts;
use crate::store::{self, Db, StoreError};

const LOOK_AROUND: Duration = Duration::from_secs(1);
/// Clocks of hosts differ, and a transaction is seen later than the time it notes.
const OVERLAP_US: i64 = 10 * SECOND_US;

/// Ends after `stop`. Where this process alone writes there is nothing to look at.
pub(super) async fn look_around(alerts: Alerts, stop: CancellationToken) {
    let Db::Postgres(_) = alerts.db else { return };
    let begun = alerts.clock.now();
    let mut seen = begun;
    while stop.run_until_cancelled(tokio::time::sleep(LOOK_AROUND)).await.is_some() {
        let now = alerts.clock.now();
        match alerts.look_at_neighbours(seen.plus_micros(-OVERLAP_US), begun).await {
            Ok(()) => seen = now,
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the alerts of other hosts are not known"),
        }
    }
}

impl Alerts {
    async fn look_at_neighbours(&self, since: Timestamp, begun: Timestamp) -> Result<(), StoreError> {
        for alert in store::list_changed_alerts(&self.db, since).await? {
            if alert.status != speedtrade::alert::AlertStatus::Armed {
                self.lock().forget(&alert);
            } else if !self.lock().knows(&alert) {
                self.take_in_seeded(alert).await;
            }
        }
        let fired = store::list_firings_after(&self.db, since.max(begun)).await?;
        let index = self.lock();
        let news: Vec<_> = fired.into_iter().filter(|fired| !index.is_told(fired.id)).collect();
        drop(index);
        self.note_told(news.iter());
        self.tell(&news);
        self.lock().forget_told(since.plus_micros(-OVERLAP_US));
        Ok(())
    }
}
