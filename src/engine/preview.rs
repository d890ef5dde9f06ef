//! What an order would come to, without placing it. The numbers are those a fill at that price then has.

use super::{EngineError, Env, fold::Fold, place::Freed};
use crate::{
    account::AccountState,
    market::Session,
    money::{Price, Qty, Usd},
    order::{NewOrder, OrderKind, Side, TimeInForce},
    risk::{Denied, Estimate},
    time::Timestamp,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub estimate: Estimate,
    pub spread: Option<Usd>,
    pub power_before: Usd,
    pub power_after: Usd,
    pub quote_time: Option<Timestamp>,
    /// Why it would be refused now.
    pub denied: Option<Denied>,
    pub warnings: Vec<Warning>,
}

/// What a trader should know before sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    #[error("The market is closed: the order waits for the next session.")]
    Closed,
    #[error("There is no current price: the estimate may be old.")]
    NoQuote,
    #[error("Only {size} are offered at {price}: the rest fills at worse prices.")]
    BeyondSize { size: Qty, price: Price },
    #[error("The stop is reached already: it trades at once.")]
    StopReached,
    #[error("A stop becomes a market order: it may fill far from its price.")]
    StopIsMarket,
    #[error("It trades at the next opening.")]
    Opening,
    #[error("It trades at the close.")]
    Closing,
}

impl Warning {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Closed => "market_closed",
            Self::NoQuote => "quote_unavailable",
            Self::BeyondSize { .. } => "beyond_size",
            Self::StopReached => "stop_reached",
            Self::StopIsMarket => "stop_is_market",
            Self::Opening => "at_opening",
            Self::Closing => "at_close",
        }
    }
}

pub fn preview(state: &AccountState, order: &NewOrder, env: &Env<'_>) -> Result<Preview, EngineError> {
    // The fold is not run: only its check looks.
    let mut scratch = state.clone();
    let fold = Fold { state: &mut scratch, env, applied: super::Applied::default() };
    let denied = match fold.approve(order.clone(), &Freed::default()) {
        Ok(_) => None,
        Err(EngineError::Denied(denied)) => Some(denied),
        Err(other) => return Err(other),
    };
    let estimate = fold.estimate(order)?;
    let total = estimate.total(order.side)?;
    let power_before = state.cash.available;
    let power_after = match order.side {
        Side::Buy => power_before.checked_sub(total),
        Side::Sell => power_before.checked_add(total),
    }
    .map_err(Denied::from)?;
    Ok(Preview {
        spread: env.quote.map(|quote| quote.ask.difference(quote.bid)),
        quote_time: env.quote.map(|quote| quote.time),
        warnings: warnings(order, &estimate, env),
        estimate,
        power_before,
        power_after,
        denied,
    })
}

fn warnings(order: &NewOrder, estimate: &Estimate, env: &Env<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !env.is_open(order.extended_hours) && env.calendar.session(env.now) != Session::Core {
        warnings.push(Warning::Closed);
    }
    match order.time_in_force {
        TimeInForce::Opg => warnings.push(Warning::Opening),
        TimeInForce::Cls => warnings.push(Warning::Closing),
        TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Ioc | TimeInForce::Fok => {}
    }
    let Some(quote) = env.quote else {
        warnings.push(Warning::NoQuote);
        return warnings;
    };
    if env.is_open(order.extended_hours) && !quote.is_fresh(env.now) {
        warnings.push(Warning::NoQuote);
    }
    let (size, price) = match order.side {
        Side::Buy => (quote.ask_size, quote.ask),
        Side::Sell => (quote.bid_size, quote.bid),
    };
    if estimate.at_once > size {
        warnings.push(Warning::BeyondSize { size, price });
    }
    if let Some(stop) = order.kind.stop_price() {
        let is_reached = match order.side {
            Side::Buy => quote.price >= stop,
            Side::Sell => quote.price <= stop,
        };
        if is_reached {
            warnings.push(Warning::StopReached);
        }
    }
    if matches!(order.kind, OrderKind::Stop { .. } | OrderKind::TrailingStop { .. }) {
        warnings.push(Warning::StopIsMarket);
    }
    warnings
}
