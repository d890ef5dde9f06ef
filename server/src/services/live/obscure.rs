//! Open orders of which the venue does not tell how much they are for. They can't be booked, so they are shown as a difference.
//! Must never guess a quantity.

use std::{
    collections::BTreeMap,
    sync::{MutexGuard, PoisonError},
};

use super::desk::{Desk, Trouble};
use crate::broker::{Connector, OrderName, OrderReport};

const NOT_OURS: &str = "not in the books";

impl<C: Connector> Desk<C> {
    /// Books what a list or a question shows, and keeps in sight what can't be booked.
    pub(super) async fn take_listed(&self, report: &OrderReport) -> Result<(), Trouble> {
        self.take_order(report, None).await?;
        let is_listed = report.symbol.as_ref().is_some_and(|symbol| self.books.is_listed(symbol));
        if is_listed && says_no_quantity(report) && !self.is_in_books(report).await? {
            let words = in_words(report);
            if self.obscure().insert(report.venue_id.clone(), words.clone()).is_none() {
                tracing::error!(account = %self.books.account, order = %report.venue_id, %words, "an order at the venue can't be booked");
            }
        } else {
            self.obscure().remove(&report.venue_id);
        }
        Ok(())
    }

    /// Books what the stream tells. Where it tells too little of an order that is not in the books, the venue is asked.
    pub(super) async fn take_heard(&self, report: &OrderReport) -> Result<(), Trouble> {
        let symbol = report.symbol.clone().filter(|symbol| self.books.is_listed(symbol));
        let Some(symbol) = symbol.filter(|_| says_no_quantity(report)) else { return self.take_listed(report).await };
        if self.is_in_books(report).await? {
            return self.take_listed(report).await;
        }
        let (client_id, venue_id) = (report.client_id.clone().unwrap_or_default(), Some(report.venue_id.clone()));
        let name = OrderName { client_id, venue_id, symbol, sent_at: self.books.now() };
        let found = self.connector.find_order(&name).await?;
        self.take_listed(found.as_ref().unwrap_or(report)).await
    }

    /// As differences are kept: what it is about, ours, theirs.
    pub(super) fn obscure_orders(&self) -> Vec<(String, &'static str, String)> {
        self.obscure().iter().map(|(venue_id, words)| (format!("order {venue_id}"), NOT_OURS, words.clone())).collect()
    }

    async fn is_in_books(&self, report: &OrderReport) -> Result<bool, Trouble> {
        Ok(self.books.find(report.client_id.as_deref(), &report.venue_id).await?.is_some())
    }

    fn obscure(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.obscure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn says_no_quantity(report: &OrderReport) -> bool {
    report.qty.is_none() && report.filled_qty.is_zero() && !report.status.is_final()
}

fn in_words(report: &OrderReport) -> String {
    let symbol = report.symbol.as_ref().map_or_else(String::new, ToString::to_string);
    match report.notional {
        Some(dollars) => format!("{} {symbol} for ${dollars}, units not told", report.side.as_str()),
        None => format!("{} {symbol}, quantity not told", report.side.as_str()),
    }
}
