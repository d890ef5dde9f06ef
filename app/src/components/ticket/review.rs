//! What the desk thinks of a ticket while it is typed: the host's own checks, run here without a round trip.

use speedtrade::{
    account::Cash,
    instrument::Instrument,
    market::Quote,
    money::{Qty, Usd},
    order::{Amount, FieldError, NewOrder, OrderTicket, Side},
    position::Position,
    risk::{self, Situation},
    wire::{PortfolioView, PositionView},
};

use crate::format;

/// What the ticket is judged by. `funds` is absent for a visitor.
pub(super) struct Circumstances<'a> {
    pub(super) instrument: &'a Instrument,
    pub(super) quote: &'a Quote,
    pub(super) funds: Option<&'a PortfolioView>,
    pub(super) held: Option<&'a PositionView>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Review {
    pub(super) errors: Vec<FieldError>,
    /// Why the account can't place it, in words.
    pub(super) denied: Option<String>,
    pub(super) qty: Option<Qty>,
    pub(super) estimate: Option<Usd>,
    pub(super) power_after: Option<Usd>,
}

impl Review {
    pub(super) fn error(&self, field: &str) -> Option<String> {
        self.errors.iter().find(|e| e.field == field).map(|e| e.message.clone())
    }

    /// `Estimated cost $2,143.00 · Buying power after $97,857.00`
    pub(super) fn words(&self, side: Side) -> String {
        let Some(estimate) = self.estimate else { return "Enter a quantity to see what it comes to.".to_owned() };
        let what = match side {
            Side::Buy => "Estimated cost",
            Side::Sell => "Estimated proceeds",
        };
        let after = self.power_after.map(|after| format!(" · Buying power after {}", format::money(after)));
        format!("{what} {}{}", format::money(estimate), after.unwrap_or_default())
    }

    /// `Buy 10 AAPL · $2,143.00`
    pub(super) fn button(&self, side: Side, symbol: &str) -> String {
        let verb = format::side(side);
        match (self.qty, self.estimate) {
            (Some(qty), Some(estimate)) => format!("{verb} {} {symbol} · {}", format::qty(qty), format::money(estimate)),
            _ => format!("{verb} {symbol}"),
        }
    }
}

pub(super) fn review(ticket: &OrderTicket, around: &Circumstances<'_>) -> Review {
    let order = match NewOrder::from_ticket(ticket, around.instrument) {
        Ok(order) => order,
        Err(mistakes) => return Review { errors: mistakes.0, ..Review::default() },
    };
    let estimate = risk::estimate(&order, around.instrument, Some(around.quote)).ok();
    let power = around.funds.map(|funds| funds.buying_power);
    let power_after = power.zip(estimate).and_then(|(power, estimate)| match order.side {
        Side::Buy => power.checked_sub(estimate).ok(),
        Side::Sell => power.checked_add(estimate).ok(),
    });
    let qty = match order.amount {
        Amount::Qty(qty) => Some(qty),
        Amount::Notional(_) => None,
    };
    Review { errors: Vec::new(), denied: denied(order, around), qty, estimate, power_after }
}

fn denied(order: NewOrder, around: &Circumstances<'_>) -> Option<String> {
    let funds = around.funds?;
    let reserved = funds.cash.checked_sub(funds.buying_power).unwrap_or(Usd::ZERO);
    let cash = Cash { available: funds.buying_power, reserved };
    let position = around.held.map(position_of);
    let situation = Situation {
        cash: &cash,
        position: position.as_ref(),
        quote: Some(around.quote),
        // The host knows the session; here the friendlier answer is enough.
        is_market_open: true,
        open_orders: 0,
    };
    risk::check(order, around.instrument, &situation).err().map(|denied| denied.to_string())
}

fn position_of(held: &PositionView) -> Position {
    Position {
        symbol: held.symbol.clone(),
        qty: held.qty,
        reserved: held.qty.checked_sub(held.qty_available).unwrap_or(Qty::ZERO),
        cost_basis: held.cost_basis,
        realized_pnl: held.realized_pl,
    }
}

#[cfg(test)]
#[path = "review_tests.rs"]
mod tests;
