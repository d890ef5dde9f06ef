//! Sending a ticket: one intent is one order, however often it is sent.

use leptos::{prelude::*, task::spawn_local};
use speedtrade::{order::OrderTicket, wire::OrderView};

use super::form::TicketForm;
use crate::{
    api::{ApiError, orders},
    state::account::{self, Money},
};

/// How long the button rests after an order, so that the second half of a double click hits nothing.
#[cfg(feature = "hydrate")]
const REST_MS: u64 = 500;

const STALE: &str = "This price is not current: the market may be elsewhere. Press again to send the order all the same.";

const LIVE: &str = "This order moves real money. Press again to send it.";

impl TicketForm {
    pub(super) fn send(self) {
        self.was_asked.set(true);
        // What the host would refuse is not sent: the words stand at the button already.
        let is_refused = self.review.with_untracked(|review| !review.errors.is_empty() || review.denied.is_some());
        if self.is_busy.get_untracked() || is_refused {
            return;
        }
        if self.asks_again() {
            return;
        }
        let intent = self.intent.get_value().unwrap_or_else(new_intent);
        self.intent.set_value(Some(intent.clone()));
        let ticket =
            OrderTicket { client_order_id: Some(intent), account_id: account::id().map(|id| id.to_string()), ..untrack(|| self.ticket()) };
        self.is_busy.set(true);
        self.trouble.set(None);
        self.host_errors.set(Vec::new());
        self.desk.begin_sending(ticket.clone());
        spawn_local(async move {
            let answer = orders::place_order(ticket.clone()).await;
            self.desk.end_sending(&ticket, answer.as_ref().ok().cloned());
            self.answered(answer);
        });
    }

    /// A market order on an old price, and every order that moves real money, is sent when it is asked for twice.
    fn asks_again(self) -> bool {
        if self.was_warned.get_untracked() {
            return false;
        }
        let is_stale = self.is_stale.get_untracked() && self.kind.with_untracked(|kind| kind == "market");
        let words = match (account::account().money, is_stale) {
            (Money::Live, true) => [STALE, " ", LIVE].concat(),
            (Money::Live, false) => LIVE.to_owned(),
            (Money::Paper | Money::Practice, true) => STALE.to_owned(),
            (Money::Paper | Money::Practice, false) => return false,
        };
        self.was_warned.set(true);
        self.trouble.set(Some(words));
        true
    }

    fn answered(self, answer: Result<OrderView, ApiError>) {
        match answer {
            Ok(_) => {
                self.intent.try_set_value(None);
                self.was_asked.try_set(false);
                for text in [self.amount, self.take_profit, self.stop_loss] {
                    text.try_set(String::new());
                }
                self.is_sheet_open.try_set(false);
                self.rest();
            }
            // The intent keeps its name: sending it again can't place it twice.
            Err(ApiError(problem)) => {
                let known = |field: &str| {
                    matches!(field, "qty" | "notional" | "time_in_force") || field.ends_with("_price") || field.starts_with("trail")
                };
                if problem.errors.is_empty() || problem.errors.iter().any(|e| !known(&e.field)) {
                    self.trouble.try_set(Some(problem.detail));
                }
                self.host_errors.try_set(problem.errors);
                self.is_busy.try_set(false);
            }
        }
    }

    fn rest(self) {
        #[cfg(feature = "hydrate")]
        set_timeout(
            move || {
                self.is_busy.try_set(false);
            },
            std::time::Duration::from_millis(REST_MS),
        );
        #[cfg(not(feature = "hydrate"))]
        self.is_busy.try_set(false);
    }
}

/// 128 random bits. `crypto.randomUUID` is missing on a desk served without TLS, `getRandomValues` is not.
#[cfg(feature = "hydrate")]
fn new_intent() -> String {
    let mut bytes = [0_u8; 16];
    let filled = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if filled.is_err() {
        bytes[..8].copy_from_slice(&js_sys::Math::random().to_bits().to_be_bytes());
    }
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// Nothing is sent from the host's render.
#[cfg(not(feature = "hydrate"))]
fn new_intent() -> String {
    String::new()
}
