//! Reading everything from the venue and comparing it with the books: at the start, after a gap, and every half minute.
//! A failed question is never an empty venue.

use speedtrade::time::{MINUTE_US, Timestamp};

use super::{
    desk::{Desk, Trouble},
    health::LiveState,
    sweep::Reading,
};
use crate::{
    broker::{Connector, OrderReport},
    store,
};

/// Lists are read from so much before the last time: clocks differ, and venues are late.
const OVERLAP_US: i64 = 5 * MINUTE_US;

impl<C: Connector> Desk<C> {
    /// Orders first, then executions that come with them, then balances. Afterwards new orders may be placed.
    pub(super) async fn reconcile(&self) -> Result<(), Trouble> {
        self.health.note(|health| health.state = LiveState::Reconciling);
        let (db, account) = (&self.books.db, self.books.account);
        let began = self.books.now();
        let (opened, synced) = store::venue_books(db, account).await?;
        self.set_opened_at(opened);
        self.note_clock().await?;
        self.learn_rules().await;
        let open = self.connector.open_orders().await?;
        self.read_orders(open, synced.unwrap_or(began), Reading::Session).await?;
        if opened.is_none() {
            for difference in self.differences().await? {
                self.take_over(&difference).await?;
            }
            self.books.tell(speedtrade::engine::Command::OpenGate).await;
            self.set_opened_at(Some(began));
        }
        self.check_holdings().await?;
        self.note_compared(began).await?;
        self.health.note(|health| health.last_heard = Some(began));
        Ok(())
    }

    /// What was placed since `since`, together with `open`; then each of ours that no list showed.
    async fn read_orders(&self, open: Vec<OrderReport>, since: Timestamp, reading: Reading) -> Result<(), Trouble> {
        let mut ours = self.books.open_at_venue().await?;
        let since = ours.iter().map(|order| order.created_at).chain([since]).min().unwrap_or(since).plus_micros(-OVERLAP_US);
        let reach = self.reach(reading, since, open.iter().filter_map(|report| report.symbol.clone())).await?;
        let ended = self.connector.orders_since(reach.since, &reach.symbols).await?;
        let mut shown: Vec<&OrderReport> = ended.iter().chain(&open).flat_map(OrderReport::with_legs).collect();
        // The newest word of each order comes last.
        shown.sort_by_key(|report| report.updated_at);
        if reading == Reading::Regular {
            self.stream.compare(&shown, self.books.now());
        }
        for report in &shown {
            self.take_listed(report).await?;
        }
        self.has_read(&reach);
        ours.retain(|order| order.venue.as_ref().is_some_and(|venue| venue.venue_id.is_some()));
        for order in ours {
            let venue_id = order.venue.as_ref().and_then(|venue| venue.venue_id.as_deref());
            if !shown.iter().any(|report| Some(report.venue_id.as_str()) == venue_id) {
                self.refresh(&order).await?;
            }
        }
        if reading == Reading::Session {
            self.stream.begin(&shown, self.books.now());
        }
        Ok(())
    }

    /// The regular look, for what a stream may have swallowed: all that was placed since our oldest open order. Some venues
    /// count every question, so it asks no more than that.
    pub(super) async fn poll(&self) -> Result<(), Trouble> {
        let began = self.books.now();
        let (_, synced) = store::venue_books(&self.books.db, self.books.account).await?;
        self.read_orders(Vec::new(), synced.unwrap_or(began), Reading::Regular).await?;
        self.check_holdings().await?;
        self.health.note(|health| health.budget = Some(self.connector.budget()));
        self.note_compared(began).await
    }

    async fn note_clock(&self) -> Result<(), Trouble> {
        let before = self.books.now();
        let theirs = self.connector.server_time().await?;
        let ours = before.plus_micros((self.books.now().micros() - before.micros()) / 2);
        self.health.note(|health| {
            health.skew_ms = Some(ahead_us(theirs, ours, C::CLOCK_STEP_US) / 1_000);
            health.budget = Some(self.connector.budget());
        });
        Ok(())
    }
}

/// How far a clock that tells its time in steps, cut off, is certainly ahead of `ours`, or behind it.
fn ahead_us(theirs: Timestamp, ours: Timestamp, step: i64) -> i64 {
    let ahead = theirs.micros().saturating_sub(ours.micros());
    if ahead > 0 { ahead } else { ahead.saturating_add(step.saturating_sub(1)).min(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_wrong_by_what_its_steps_do_not_explain() {
        let second = 1_000_000;
        let of = |theirs, ours, step| ahead_us(Timestamp::from_micros(theirs), Timestamp::from_micros(ours), step);
        assert_eq!((of(5_000_000, 5_682_000, second), of(5_000_000, 5_999_999, second)), (0, 0));
        assert_eq!((of(5_000_000, 7_500_000, second), of(7_000_000, 5_500_000, second)), (-1_500_001, 1_500_000));
        assert_eq!((of(5_000_000, 5_682_000, 1), of(5_682_000, 5_000_000, 1)), (-682_000, 682_000));
    }
}
