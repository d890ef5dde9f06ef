//! The outbox of an account: sends what was committed, once, and finds out what became of what nobody knows.
//! Must never send the bytes of an intent twice unless it is certain that none of them left.

use std::{sync::Arc, time::Duration};

use speedtrade::{
    engine::{Command, Standing as OrderStanding, VenueReport},
    order::{CancelState, Order, OrderStatus},
    time::{MINUTE_US, Timestamp},
};
use tokio_util::task::TaskTracker;

use super::desk::{Desk, Trouble};
use crate::{
    broker::{CancelError, Connector, Frozen, OrderReport, SubmitError, departure},
    services::crash,
    store::{self, Attempt, Ended, IntentState, Standing},
};

const NEVER_SENT: &str = "The venue could not be reached. Nothing was sent.";
const CANCELED_BEFORE: &str = "It was canceled before it was sent.";
const NEVER_ARRIVED: &str = "It never reached the venue.";
/// An answer that takes longer is shown as unknown meanwhile.
const SLOW: Duration = Duration::from_millis(1_500);
/// Before it was sent the venue's lists are read from so much earlier: clocks differ.
const MARGIN_US: i64 = 5 * MINUTE_US;

/// An attempt, and when its bytes left.
#[derive(Clone, Copy)]
struct Sent {
    attempt: Attempt,
    left_at: Option<Timestamp>,
    answered_at: Timestamp,
}

impl<C: Connector + 'static> Desk<C> {
    /// One round: everything that is due gets a task of its own.
    pub(super) async fn work_off(self: &Arc<Self>, tasks: &TaskTracker) -> Result<(), Trouble> {
        for standing in store::list_pending_intents(&self.books.db, self.books.account).await? {
            if !self.occupy(standing.intent.order) {
                continue;
            }
            let desk = Arc::clone(self);
            tasks.spawn(async move {
                let order = standing.intent.order;
                if let Err(trouble) = desk.settle(standing).await {
                    tracing::warn!(%trouble, %order, "an order on its way is looked after again");
                }
                desk.release(order);
            });
        }
        for order in self.books.open_at_venue().await? {
            let is_due = order.venue.as_ref().is_some_and(|venue| venue.cancel.is_due() && venue.venue_id.is_some());
            if is_due && self.occupy(order.id) {
                let desk = Arc::clone(self);
                tasks.spawn(async move {
                    if let Err(trouble) = desk.cancel(&order).await {
                        tracing::warn!(%trouble, order = %order.id, "a cancel is tried again");
                    }
                    desk.release(order.id);
                });
            }
        }
        Ok(())
    }

    async fn settle(&self, standing: Standing) -> Result<(), Trouble> {
        let order = store::find_account_order(&self.books.db, self.books.account, standing.intent.order).await?;
        let Some(order) = order.filter(|order| order.status.is_open()) else {
            // Its end came by another way.
            return Ok(store::close_intent(&self.books.db, standing.intent.order).await?);
        };
        match standing.state {
            IntentState::New => self.send(&order, &standing).await,
            IntentState::Sending | IntentState::Unknown => self.look_for(&order, &standing).await,
            IntentState::Done => Ok(()),
        }
    }

    async fn send(&self, order: &Order, standing: &Standing) -> Result<(), Trouble> {
        let Ok(_place) = self.places.acquire().await else { return Ok(()) };
        let now = self.books.now();
        let lease_until = now.plus_micros(self.timing.attempt_lease_us);
        let Some(attempt) = store::begin_attempt(&self.books.db, order.id, &self.owner, now, lease_until).await? else { return Ok(()) };
        crash::point("attempt-written");
        let is_canceled = order.venue.as_ref().is_some_and(|venue| venue.cancel.is_pending());
        let unsent = match (is_canceled, now > standing.intent.deadline) {
            (true, _) => Some(CANCELED_BEFORE),
            (false, true) => Some(NEVER_SENT),
            (false, false) => None,
        };
        if let Some(reason) = unsent {
            return self.give_up(order, attempt, reason).await;
        }
        let frozen = Frozen { path: standing.intent.path.clone(), body: standing.intent.body.clone() };
        // Whoever slept through the lease does not send: others may have looked already.
        if self.books.now() > attempt.sent_at.plus_micros(self.timing.attempt_lease_us / 2) {
            return self
                .lose(order, Sent { attempt, left_at: None, answered_at: now }, "the process was stopped before it could send")
                .await;
        }
        let began = self.books.now();
        let sending = departure::timed(self.connector.submit(&frozen, attempt.sent_at));
        tokio::pin!(sending);
        let (answer, left) = if let Ok(answer) = tokio::time::timeout(SLOW, &mut sending).await {
            answer
        } else {
            // Its owner is told before the wait for an answer ends.
            self.books.tell(Command::Lost(order.id, attempt.sent_at)).await;
            sending.await
        };
        crash::point("answered");
        let left_at = left.map(|left| began.plus_micros(i64::try_from(left.as_micros()).unwrap_or(i64::MAX)));
        self.take_answer(order, Sent { attempt, left_at, answered_at: self.books.now() }, answer).await
    }

    async fn take_answer(&self, order: &Order, sent: Sent, answer: Result<OrderReport, SubmitError>) -> Result<(), Trouble> {
        match answer {
            Ok(report) => {
                self.take_order(&report, Some(sent.attempt.sent_at)).await?;
                self.end(sent, IntentState::Done, ("accepted", &report.venue_id)).await
            }
            Err(SubmitError::Rejected { code, message }) => {
                self.reject(order, sent.attempt, format!("{message} ({code})")).await?;
                self.end(sent, IntentState::Done, ("rejected", &code)).await
            }
            Err(SubmitError::NotSent { detail }) => {
                tracing::warn!(order = %order.id, %detail, "an order was not sent");
                self.end(Sent { left_at: None, ..sent }, IntentState::New, ("not_sent", &detail)).await?;
                tokio::time::sleep(self.timing.backoff_min).await;
                Ok(())
            }
            Err(SubmitError::Exists) => self.lose(order, sent, "the venue knows an order of this name").await,
            Err(SubmitError::Unknown { detail, .. }) => self.lose(order, sent, &detail).await,
        }
    }

    /// Sent, and nobody knows: the money stays reserved, and the venue is asked until it is known.
    async fn lose(&self, order: &Order, sent: Sent, detail: &str) -> Result<(), Trouble> {
        tracing::warn!(order = %order.id, detail, "the outcome of an order is unknown");
        self.books.tell(Command::Lost(order.id, sent.attempt.sent_at)).await;
        self.end(sent, IntentState::Unknown, ("unknown", detail)).await
    }

    async fn give_up(&self, order: &Order, attempt: Attempt, reason: &'static str) -> Result<(), Trouble> {
        self.books.tell(Command::NotPlaced(order.id, reason)).await;
        self.end(Sent { attempt, left_at: None, answered_at: self.books.now() }, IntentState::Done, ("given_up", reason)).await
    }

    async fn reject(&self, order: &Order, attempt: Attempt, reason: String) -> Result<(), Trouble> {
        let _turn = self.turn.lock().await;
        let newest = store::find_account_order(&self.books.db, self.books.account, order.id).await?;
        let refused = VenueReport {
            order: newest.unwrap_or_else(|| order.clone()),
            venue_id: None,
            standing: OrderStanding::Rejected,
            qty: None,
            filled: None,
            reason: Some(reason.chars().take(300).collect()),
            sent_at: Some(attempt.sent_at),
        };
        self.books.tell(Command::Report(Box::new(refused))).await;
        Ok(())
    }

    async fn end(&self, sent: Sent, state: IntentState, (outcome, detail): (&str, &str)) -> Result<(), Trouble> {
        let detail: String = detail.chars().take(300).collect();
        let ended = Ended { outcome, detail: &detail, left_at: sent.left_at };
        store::end_attempt(&self.books.db, sent.attempt, state, &ended, sent.answered_at).await?;
        Ok(())
    }

    /// Asks until the order is found, or the absence rule is met.
    async fn look_for(&self, order: &Order, standing: &Standing) -> Result<(), Trouble> {
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
    async fn is_nowhere(&self, order: &Order, name: &crate::broker::OrderName, sent_at: Timestamp) -> Result<bool, Trouble> {
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

    async fn cancel(&self, order: &Order) -> Result<(), Trouble> {
        let name = self.books.name_of(order);
        match self.connector.cancel(&name).await {
            Ok(()) => {
                self.books.tell(Command::NoteCancel(order.id, CancelState::Sent)).await;
                // The stream tells; who missed it is told by a question.
                tokio::time::sleep(self.timing.backoff_min).await;
                self.refresh(order).await
            }
            Err(CancelError::NotOpen) => {
                self.refresh(order).await?;
                if !self.is_closed(order).await? {
                    self.books.tell(Command::NoteCancel(order.id, CancelState::Refused)).await;
                }
                Ok(())
            }
            Err(CancelError::Refused { code, message }) => {
                tracing::warn!(order = %order.id, %code, %message, "the venue refused a cancel");
                self.books.tell(Command::NoteCancel(order.id, CancelState::Refused)).await;
                self.refresh(order).await
            }
            Err(CancelError::NotSent { detail } | CancelError::Unknown { detail, .. }) => {
                tracing::warn!(order = %order.id, %detail, "the outcome of a cancel is unknown");
                self.books.tell(Command::NoteCancel(order.id, CancelState::Unknown)).await;
                self.refresh(order).await
            }
        }
    }

    async fn is_closed(&self, order: &Order) -> Result<bool, Trouble> {
        let newest = store::find_account_order(&self.books.db, self.books.account, order.id).await?;
        Ok(newest.is_none_or(|order| !order.status.is_open()))
    }

    /// Asks the venue where an order stands.
    pub(super) async fn refresh(&self, order: &Order) -> Result<(), Trouble> {
        if let Some(report) = self.connector.find_order(&self.books.name_of(order)).await? {
            self.take_order(&report, None).await?;
        }
        Ok(())
    }
}
