//! Windows of alerts begin with the market's bars: what moved before the desk started, or before the alert was made, counts.

use speedtrade::{
    alert::Alert,
    market::{Bar, Timeframe},
};
use tokio_util::sync::CancellationToken;

use super::Alerts;

impl Alerts {
    pub(super) async fn seed_all(self, alerts: Vec<Alert>, stop: CancellationToken) {
        for alert in alerts {
            if stop.is_cancelled() {
                return;
            }
            self.take_in_seeded(alert).await;
        }
    }

    /// Watches an alert from now on, with what its window needs of the past.
    pub(super) async fn take_in_seeded(&self, alert: Alert) {
        let bars = self.bars_of(&alert).await;
        self.take_in(alert, &bars);
    }

    async fn bars_of(&self, alert: &Alert) -> Vec<Bar> {
        let (Some(minutes), Some(id)) = (alert.terms.condition.minutes(), self.market.catalog().find(alert.symbol.as_str())) else {
            return Vec::new();
        };
        // The running minute, and one more for the minute that ends meanwhile.
        self.market.bars(id, Timeframe::M1, None, None, minutes as usize + 2).await
    }

    /// Replaces what was known of the alert. One of an instrument that is not listed any more sleeps.
    pub(super) fn take_in(&self, alert: Alert, bars: &[Bar]) {
        let Some(instrument) = self.market.catalog().find(alert.symbol.as_str()) else {
            tracing::warn!(symbol = %alert.symbol, "an alert waits for an instrument that is not listed");
            return;
        };
        let look = self.market.interest().look(instrument, false);
        self.lock().put(instrument, look, alert, bars, self.clock.now());
    }
}
