//! The outbox of an account: sends what was committed, once, and finds out what became of what nobody knows.
//! Must never send the bytes of an intent twice unless it is certain that none of them left.

use std::{sync::Arc, time::Duration};

use speedtrade::{
    engine::{Command, Standing as OrderStanding, VenueReport},
    ids::OrderId,
    money::Qty,
    order::{CancelState, Order},
    time::{SECOND_US, Timestamp},
};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::desk::{Desk, Trouble};
use crate::{
    broker::{CancelError, Connector, Frozen, OrderReport, SubmitError, departure},
    services::{crash, trading::Fresh},
    store::{self, Attempt, Ended, Intent, IntentState, Standing},
};

const NEVER_SENT: &str = "The venue could not be reached. Nothing was sent.";
const CANCELED_BEFORE: &str = "It was canceled before it was sent.";
/// An answer that takes longer is shown as unknown meanwhile.
const SLOW: Duration = Duration::from_millis(1_500);

/// From a commit to the hands of its sender it takes no longer, unless the process was stopped.
const HANDOVER_US: i64 = 2 * SECOND_US;

/// An attempt, and when its bytes left.
#[derive(Clone, Copy)]
struct Sent {
    attempt: Attempt,
    left_at: Option<Timestamp>,
    answered_at: Timestamp,
}

impl Sent {
    /// Nothing of it left, which is known since `at`.
    const fn nothing(attempt: Attempt, at: Timestamp) -> Self {
        Self { attempt, left_at: None, answered_at: at }
    }
}

impl<C: Connector + 'static> Desk<C> {
    /// One round: everything that is due gets a task of its own.
    pub(super) async fn work_off(self: &Arc<Self>, fresh: &mut mpsc::Receiver<Fresh>, tasks: &TaskTracker) -> Result<(), Trouble> {
        let pending = store::list_pending_intents(&self.books.db, self.books.account).await?;
        while let Ok(fresh) = fresh.try_recv() {
            self.send_fresh(fresh, tasks);
        }
        for standing in pending {
            if self.is_being_handed_over(&standing) || !self.occupy(standing.intent.order) {
                continue;
            }
            let desk = Arc::clone(self);
            tasks.spawn(async move {
                let order = standing.intent.order;
                let settled = desk.settle(standing).await;
                desk.leave(order, settled);
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

    /// Committed with the right to send it, and about to be in `fresh`.
    fn is_being_handed_over(&self, standing: &Standing) -> bool {
        let is_ours = standing.state == IntentState::Sending && standing.owner.as_deref() == Some(&*self.owner);
        is_ours && standing.sent_at.is_some_and(|at| self.books.now() < at.plus_micros(HANDOVER_US))
    }

    /// What was committed just now goes out without a look into the books.
    pub(super) fn send_fresh(self: &Arc<Self>, Fresh { intent, order, right }: Fresh, tasks: &TaskTracker) {
        if !self.occupy(order.id) {
            return;
        }
        let desk = Arc::clone(self);
        tasks.spawn(async move {
            let sent = match right {
                Some((attempt, _place)) => desk.send_once(&order, &intent, attempt).await,
                None => desk.send(&order, &intent).await,
            };
            desk.leave(order.id, sent);
        });
    }

    /// Nothing of it left: whoever speaks for the account next may send it.
    pub(super) async fn give_back(&self, fresh: Fresh) {
        let Some((attempt, _place)) = fresh.right else { return };
        let unsent = Sent::nothing(attempt, self.books.now());
        if let Err(trouble) = self.end(unsent, IntentState::New, ("not_sent", "SpeedTrade was stopping.")).await {
            tracing::warn!(%trouble, order = %attempt.order, "an order that was not sent is looked for");
        }
    }

    fn leave(&self, order: OrderId, settled: Result<(), Trouble>) {
        if let Err(trouble) = settled {
            tracing::warn!(%trouble, %order, "an order on its way is looked after again");
        }
        self.release(order);
    }

    async fn settle(&self, standing: Standing) -> Result<(), Trouble> {
        let Some(order) = self.still_open(standing.intent.order).await? else { return Ok(()) };
        match standing.state {
            IntentState::New => self.send(&order, &standing.intent).await,
            IntentState::Sending | IntentState::Unknown => self.look_for(&order, &standing).await,
            IntentState::Done => Ok(()),
        }
    }

    /// `None`: its end came by another way, and there is nothing to send any more.
    async fn still_open(&self, id: OrderId) -> Result<Option<Order>, Trouble> {
        let order = store::find_account_order(&self.books.db, self.books.account, id).await?.filter(|order| order.status.is_open());
        if order.is_none() {
            store::close_intent(&self.books.db, id).await?;
        }
        Ok(order)
    }

    async fn send(&self, order: &Order, intent: &Intent) -> Result<(), Trouble> {
        if let Ok(_place) = self.places.try_acquire() {
            return self.begin(order, intent).await;
        }
        let Ok(_place) = self.places.acquire().await else { return Ok(()) };
        // While it waited it may have been canceled.
        match self.still_open(order.id).await? {
            Some(order) => self.begin(&order, intent).await,
            None => Ok(()),
        }
    }

    async fn begin(&self, order: &Order, intent: &Intent) -> Result<(), Trouble> {
        let now = self.books.now();
        let lease_until = now.plus_micros(self.timing.attempt_lease_us);
        match store::begin_attempt(&self.books.db, order.id, &self.owner, now, lease_until).await? {
            Some(attempt) => self.send_once(order, intent, attempt).await,
            None => Ok(()),
        }
    }

    /// `attempt` is in the books.
    async fn send_once(&self, order: &Order, intent: &Intent, attempt: Attempt) -> Result<(), Trouble> {
        crash::point("attempt-written");
        let is_canceled = order.venue.as_ref().is_some_and(|venue| venue.cancel.is_pending());
        let unsent = match (is_canceled, self.books.now() > intent.deadline) {
            (true, _) => Some(CANCELED_BEFORE),
            (false, true) => Some(NEVER_SENT),
            (false, false) => None,
        };
        if let Some(reason) = unsent {
            return self.give_up(order, attempt, reason).await;
        }
        let frozen = Frozen { path: intent.path.clone(), body: intent.body.clone() };
        // Whoever slept through the lease does not send: others may have looked already.
        let began = self.books.now();
        if began > attempt.sent_at.plus_micros(self.timing.attempt_lease_us / 2) {
            return self.lose(order, Sent::nothing(attempt, began), "the process was stopped before it could send").await;
        }
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
        self.end(Sent::nothing(attempt, self.books.now()), IntentState::Done, ("given_up", reason)).await
    }

    async fn reject(&self, order: &Order, attempt: Attempt, reason: String) -> Result<(), Trouble> {
        let _turn = self.turn.lock().await;
        let newest = store::find_account_order(&self.books.db, self.books.account, order.id).await?;
        let refused = VenueReport {
            order: newest.unwrap_or_else(|| order.clone()),
            venue_id: None,
            standing: OrderStanding::Rejected,
            qty: None,
            counted: Qty::ZERO,
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
