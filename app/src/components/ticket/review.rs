//! What the desk thinks of a ticket while it is typed: the host's own checks, run here without a round trip.

use speedtrade::{
    account::Cash,
    fee::FeeSchedule,
    instrument::Instrument,
    market::Quote,
    money::{Qty, Usd},
    order::{Amount, FieldError, NewOrder, OrderTicket, Side},
    position::{LotMethod, Position},
    risk::{self, Pace, RiskLimits, Situation},
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
    pub(super) amount: Option<Amount>,
    /// With the fee.
    pub(super) estimate: Option<Usd>,
    pub(super) fee: Option<Usd>,
    pub(super) power_after: Option<Usd>,
}

impl Review {
    pub(super) fn error(&self, field: &str) -> Option<String> {
        self.errors.iter().find(|e| e.field == field).map(|e| e.message.clone())
    }

    /// `Estimated cost $2,143.00 · Buying power after $97,857.00`
    pub(super) fn words(&self, side: Side) -> String {
        let Some(estimate) = self.estimate else { return "Enter an amount to see what it comes to.".to_owned() };
        let what = match side {
            Side::Buy => "Estimated cost",
            Side::Sell => "Estimated proceeds",
        };
        let after = self.power_after.map(|after| format!(" · Buying power after {}", format::money(after)));
        let fee = self.fee.map(|fee| format!(" with a fee of {}", format::money(fee)));
        format!("{what} {}{}{}", format::money(estimate), fee.unwrap_or_default(), after.unwrap_or_default())
    }

    /// `Buy 10 AAPL · $2,143.00`, `Buy $500.00 of AAPL`
    pub(super) fn button(&self, side: Side, symbol: &str) -> String {
        let verb = format::side(side);
        match (self.amount, self.estimate) {
            (Some(Amount::Qty(qty)), Some(estimate)) => format!("{verb} {} {symbol} · {}", format::qty(qty), format::money(estimate)),
            (Some(Amount::Notional(dollars)), Some(_)) => format!("{verb} {} of {symbol}", format::money(dollars)),
            _ => format!("{verb} {symbol}"),
        }
    }
}

pub(super) fn review(ticket: &OrderTicket, around: &Circumstances<'_>) -> Review {
    let order = match NewOrder::from_ticket(ticket, around.instrument) {
        Ok(order) => order,
        Err(mistakes) => return Review { errors: mistakes.0, ..Review::default() },
    };
    let (cash, position) = (cash_of(around.funds), around.held.map(position_of));
    let (fees, limits) = (FeeSchedule::paper(around.instrument.asset_type), RiskLimits::default());
    let situation = situation(around.quote, &cash, position.as_ref(), &fees, &limits);
    let estimate = risk::estimate(&order, around.instrument, &situation).ok();
    let total = estimate.and_then(|estimate| estimate.total(order.side).ok());
    let power = around.funds.map(|funds| funds.buying_power);
    let power_after = power.zip(total).and_then(|(power, total)| match order.side {
        Side::Buy => power.checked_sub(total).ok(),
        Side::Sell => power.checked_add(total).ok(),
    });
    let amount = Some(order.amount);
    let is_judged = around.funds.is_some() && order.lot_method != LotMethod::Chosen;
    let denied = if is_judged { risk::check(order, around.instrument, &situation).err() } else { None };
    let fee = estimate.map(|estimate| estimate.fee).filter(|fee| *fee > Usd::ZERO);
    Review { errors: Vec::new(), denied: denied.map(|denied| denied.to_string()), amount, estimate: total, fee, power_after }
}

/// What is known here. The host knows the session, the account's limits and its other orders: there the friendlier answer is
/// enough.
fn situation<'a>(
    quote: &'a Quote,
    cash: &'a Cash,
    position: Option<&'a Position>,
    fees: &'a FeeSchedule,
    limits: &'a RiskLimits,
) -> Situation<'a> {
    Situation {
        now: quote.time,
        cash,
        position,
        lots: None,
        quote: Some(quote),
        is_market_open: true,
        open_orders: 0,
        own_ask: None,
        own_bid: None,
        fees,
        limits,
        is_halted: false,
        gate: None,
        pace: Pace::STILL,
        equity: None,
        day_pl: None,
    }
}

fn cash_of(funds: Option<&PortfolioView>) -> Cash {
    funds.map_or(Cash::new(Usd::ZERO, Usd::ZERO), |funds| {
        let reserved = funds.cash.checked_sub(funds.buying_power).unwrap_or(Usd::ZERO);
        Cash::new(funds.buying_power, reserved)
    })
}

fn position_of(held: &PositionView) -> Position {
    Position {
        qty: held.qty,
        reserved: held.qty.checked_sub(held.qty_available).unwrap_or(Qty::ZERO),
        cost_basis: held.cost_basis,
        realized_pnl: held.realized_pl,
        ..Position::empty(held.symbol.clone())
    }
}

#[cfg(test)]
#[path = "review_tests.rs"]
mod tests;
