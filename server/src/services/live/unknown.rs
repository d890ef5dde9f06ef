//! Finding out what became of an order that nobody knows of. Must never call one absent that may have arrived.

use speedtrade::{
    engine::Command,
    order::{Order, OrderStatus},
    time::{MINUTE_US, Timestamp},
};

use super::desk::{Desk, Trouble};
use crate::{
    broker::{Connector, OrderName},
    store::{self, Standing},
};

const NEVER_ARRIVED: &str = "It never reached the venue.";
/// Before it was sent the venue's lists are read from so much earlier: clocks differ.
const MARGIN_US: i64 = 5 * MINUTE_US;

impl<C: Connector> Desk<C> {
    /// Asks until the order is found, or the absence rule is met.
    pub(super) async fn look_for(&self, order: &Order, standing: &Standing) -> Result<(), Trouble> {
        let sent_at = standing.sent_at.unwrap_or(standing.intent.created_at);
        // Whoever sent it is gone, or has not heard: nobody knows.
        if order.status == OrderStatus::PendingNew {
            self.books.tell(Command::Lost(order.id, sent_at)).await;
        }
        let mut name = self.books.name_of(order);
        name.sent_at = sent_at;
        let (mut misses, mut first_miss, mut pause) = (0, None::<Timestamp>, self.timing.lookup_pause);
        let is_old = |now: Timestamp| now.micros() - sent_at.micros() >= self.timing.attention_after_us;
        let mut is_told = false;
        loop {
            match self.connector.find_order(&name).await {
                Ok(Some(report)) => {
                    self.take_order(&report, Some(sent_at)).await?;
                    return Ok(store::close_intent(&self.books.db, order.id).await?);
                }
                Ok(None) => {
                    misses += 1;
                    let since = *first_miss.get_or_insert(self.books.now());
                    let now = self.books.now();
                    let is_due = misses >= self.timing.absent_lookups
                        && now.micros() - since.micros() >= self.timing.absent_span_us
                        && now.micros() - sent_at.micros() >= self.timing.absent_after_us
                        && now > standing.lease_until;
                    if is_due && self.is_nowhere(order, &name, sent_at).await? {
                        self.books.tell(Command::NotPlaced(order.id, NEVER_ARRIVED)).await;
                        return Ok(store::close_intent(&self.books.db, order.id).await?);
                    }
                }
                Err(trouble) => {
                    // A failed question is no miss.
                    tracing::info!(%trouble, order = %order.id, "an unknown order could not be looked for");
                }
            }
            if !is_told && is_old(self.books.now()) {
                is_told = true;
                tracing::error!(order = %order.id, "an order has been unknown for long: look at the venue");
                self.books.tell(Command::NeedsAttention(order.id)).await;
            }
            if self.is_over(order).await? {
                return Ok(store::close_intent(&self.books.db, order.id).await?);
            }
            // Some venues count every question: the first ones come soon, the later ones seldom.
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(self.timing.lookup_pause_max);
        }
    }

    /// The stream may have told meanwhile.
    async fn is_over(&self, order: &Order) -> Result<bool, Trouble> {
        let newest = store::find_account_order(&self.books.db, self.books.account, order.id).await?;
        Ok(newest.is_none_or(|order| !matches!(order.status, OrderStatus::PendingNew | OrderStatus::Unknown)))
    }

    /// Neither lists nor executions nor holdings show a trace of it.
    async fn is_nowhere(&self, order: &Order, name: &OrderName, sent_at: Timestamp) -> Result<bool, Trouble> {
        let since = sent_at.plus_micros(-MARGIN_US);
        let symbols = [order.symbol.clone()];
        let is_ours = |client_id: &Option<String>| client_id.as_deref() == Some(name.client_id.as_str());
        let open = self.connector.open_orders().await?;
        let ended = self.connector.orders_since(since, &symbols).await?;
        if let Some(report) = open.iter().chain(&ended).find(|report| is_ours(&report.client_id)) {
            self.take_order(report, Some(sent_at)).await?;
            return Ok(false);
        }
        let executions = self.connector.executions_since(since, &symbols).await?;
        // An execution of an order that neither the lists nor the books show may be of this one.
        for execution in &executions {
            let is_listed = open.iter().chain(&ended).any(|report| report.venue_id == execution.venue_order_id);
            if !is_listed && self.books.find(None, &execution.venue_order_id).await?.is_none() {
                return Ok(false);
            }
        }
        let differences = self.differences().await?;
        Ok(!differences.iter().any(|difference| difference.symbol.as_ref() == Some(&order.symbol)))
    }
}
