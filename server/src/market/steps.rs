//! The market's own beat: every 250 ms the simulated instruments whose second has changed are published together.
//!
//! Must not hold a thread for long: orders wait for the same threads.

use std::time::Duration;

use speedtrade::time::Timestamp;
use tokio::{
    task::yield_now,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{InstrumentId, Market, Source, simulated::Changed};

/// The day's high and low of this many instruments are made exact with each step after the start.
const REFINED_A_STEP: usize = 64;
const STEP: Duration = Duration::from_millis(250);

impl Market {
    /// Publishes every 250 ms until stopped, and what feeds say as it comes. A late step publishes the newest state once;
    /// none is made up for.
    pub async fn run(self, stop: CancellationToken) {
        let flush = self.clone().flush_feeds(stop.clone());
        let steps = async {
            let mut steps = interval(STEP);
            steps.set_missed_tick_behavior(MissedTickBehavior::Skip);
            while stop.run_until_cancelled(steps.tick()).await.is_some() {
                let now = self.0.clock.now();
                self.step_by_pieces(now).await;
                self.follow_interest(now);
                self.watch_feeds();
            }
        };
        tokio::join!(steps, flush);
    }

    /// Publishes every simulated instrument whose second has changed. Nothing is published for a market that is closed.
    /// For who steps the market instead of running it.
    pub fn step(&self, now: Timestamp) {
        self.publish(self.0.simulated.step(&self.0.catalog, now).flatten().collect());
    }

    /// As `step`, and then the next rough highs and lows; others get the thread after each piece.
    async fn step_by_pieces(&self, now: Timestamp) {
        let _alone = self.0.stepping.lock().await;
        let mut changed = Changed::new();
        for piece in self.0.simulated.step(&self.0.catalog, now) {
            changed.extend(piece);
            yield_now().await;
        }
        self.publish(changed);
        yield_now().await;
        self.publish(self.0.simulated.refine(&self.0.catalog, REFINED_A_STEP));
    }

    /// Makes a rough high and low exact. Blocks its thread: a step that has begun would publish the rough ones after it.
    pub(super) fn refine_one(&self, id: InstrumentId) {
        let _alone = self.0.stepping.blocking_lock();
        if let Some(quote) = self.0.simulated.refine_one(id) {
            self.publish(vec![(id, quote)]);
        }
    }

    fn publish(&self, mut changed: Changed) {
        if !self.routes().is_simulated() {
            changed.retain(|(id, _)| self.is_simulated(*id));
        }
        if !changed.is_empty() {
            self.0.hub.publish(Source::Simulated, changed);
        }
    }
}
