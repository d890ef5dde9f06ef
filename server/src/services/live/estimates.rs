//! What a venue has counted and not named: after a while it is booked as one execution of ours, until the venue's own are
//! there. Must never count anything twice.

use std::sync::PoisonError;

use speedtrade::{
    engine::{Command, FilledSoFar},
    fill::Fill,
    money::Qty,
    order::Order,
};

use super::{
    desk::{Desk, Trouble},
    reports::so_far,
};
use crate::{
    broker::{Connector, ExecutionReport, FillSource, OrderReport},
    store,
};

impl<C: Connector> Desk<C> {
    /// What the venue has counted beyond the executions in the books, once that has lasted.
    pub(super) fn estimate(&self, order: &Order, report: &OrderReport) -> Option<FilledSoFar> {
        let now = self.books.now();
        let mut short_since = self.short_since.lock().unwrap_or_else(PoisonError::into_inner);
        if report.filled_qty <= order.filled_qty {
            short_since.remove(&order.id);
            return None;
        }
        let since = *short_since.entry(order.id).or_insert(now);
        if now.micros() - since.micros() < self.timing.estimate_after_us {
            return None;
        }
        short_since.remove(&order.id);
        tracing::warn!(order = %order.id, ours = %order.filled_qty, theirs = %report.filled_qty,
            "the venue names no executions for what it has counted");
        so_far(self.books.venue, order, report, now)
    }

    pub(super) async fn estimates_of(&self, order: &Order) -> Result<Vec<Fill>, Trouble> {
        // Venues that only count have nothing else.
        if C::FILLS == FillSource::Cumulative || order.filled_qty.is_zero() {
            return Ok(Vec::new());
        }
        Ok(store::list_estimates(&self.books.db, order.account_id, order.id).await?)
    }

    /// Takes the estimates back where the venue's executions tell at least as much as the books count. False: they do not yet.
    pub(super) async fn has_replaced(&self, estimates: &[Fill], order: &Order, executions: &[ExecutionReport]) -> Result<bool, Trouble> {
        let told = executions.iter().try_fold(Qty::ZERO, |sum, execution| sum.checked_add(execution.qty).ok());
        if !estimates.is_empty() && told.is_none_or(|told| told < order.filled_qty) {
            return Ok(false);
        }
        for estimate in estimates {
            let newest = store::find_account_order(&self.books.db, order.account_id, order.id).await?;
            let newest = newest.unwrap_or_else(|| order.clone());
            self.books.tell(Command::Bust(Box::new(estimate.clone()), Box::new(newest))).await;
        }
        Ok(true)
    }
}
