//! What the venue trades in multiples of, asked once: exits and closes are cut to it, and other quantities refused here.

use super::desk::Desk;
use crate::broker::Connector;

impl<C: Connector> Desk<C> {
    /// A venue that does not say refuses for itself what it does not take.
    pub(super) async fn learn_rules(&self) {
        let (venue, lots) = (self.books.venue, self.books.trading.venues().lots());
        if lots.is_known(venue) {
            return;
        }
        match self.connector.rules().await {
            Ok(rules) => lots.note(venue, rules.into_iter().map(|rule| (rule.symbol, rule.lot))),
            Err(error) => tracing::warn!(%error, %venue, "the venue's lots are not known"),
        }
    }
}
