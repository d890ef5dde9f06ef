//! Shows every published quote to the alerts of its instrument. Waits for nothing: what fires is written by another task.

use speedtrade::alert::Tick;
use tokio_util::sync::CancellationToken;

use super::Alerts;
use crate::market::Source;

pub(super) async fn run(alerts: Alerts, stop: CancellationToken) {
    let mut ticks = alerts.market.hub().ticks();
    // The first look is at everything: what became true while the desk was away fires now.
    let mut cursor = 0;
    loop {
        alerts.look(&mut cursor);
        tokio::select! {
            ticked = ticks.changed() => if ticked.is_err() { return },
            () = stop.cancelled() => return,
        }
    }
}

impl Alerts {
    pub(super) fn look(&self, cursor: &mut u64) {
        let now = self.clock.now();
        let mut is_new = false;
        let mut index = self.lock();
        for id in self.market.hub().take_changed(cursor) {
            // The table's prices are of the past: nobody said them.
            if index.is_watched(id) && self.market.hub().source(id) != Source::Reference {
                is_new |= index.observe(id, &Tick::from(&self.market.quote(id)), now, || self.clock.new_id());
            }
        }
        drop(index);
        if is_new {
            self.written.notify_one();
        }
    }
}
