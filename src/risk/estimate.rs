//! What an order comes to: at the market for what trades now, at its own price for what waits.

use super::{Denied, GAP_BUFFER_BPS, Situation};
use crate::{
    fee::Liquidity,
    instrument::Instrument,
    money::{Price, Qty, Usd},
    order::{Amount, NewOrder, OrderClass, OrderKind, Side},
    paper::{self, Demand, Execution, Sum},
    position::Position,
};

/// Quantity, price, dollars without the fee, and the fee. A fill at that price then costs exactly this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    pub qty: Qty,
    /// The average of what it would fill at.
    pub price: Price,
    pub value: Usd,
    pub fee: Usd,
    /// How much of it trades at once.
    pub at_once: Qty,
}

impl Estimate {
    /// What leaves (buy) or reaches (sell) the cash.
    pub fn total(&self, side: Side) -> Result<Usd, Denied> {
        Ok(Sum { qty: self.qty, value: self.value, fee: self.fee }.total(side)?)
    }
}

pub fn estimate(order: &NewOrder, instrument: &Instrument, now: &Situation<'_>) -> Result<Estimate, Denied> {
    let qty = quantity(order, instrument, now)?;
    let plan = at_once(order, qty, instrument, now);
    let taker = |sum: Sum, execution: &Execution| sum.add(order.side, *execution, now.fees, Liquidity::Taker);
    let traded = plan.iter().try_fold(Sum::NOTHING, taker)?;
    let left = qty.checked_sub(traded.qty).unwrap_or(Qty::ZERO);
    let sum = if left.is_zero() {
        traded
    } else {
        let price = reference_price(order, instrument, now)?;
        let liquidity = if matches!(order.kind, OrderKind::Limit { .. }) { Liquidity::Maker } else { Liquidity::Taker };
        traded.add(order.side, Execution { qty: left, price }, now.fees, liquidity)?
    };
    // Exact where it is one price; else the average.
    let price = match plan.first() {
        None => reference_price(order, instrument, now)?,
        Some(only) if plan.len() == 1 && left.is_zero() => only.price,
        Some(_) => sum.value.per_unit(sum.qty).ok_or(Denied::TooSmall)?,
    };
    Ok(Estimate { qty, price, value: sum.value, fee: sum.fee, at_once: traded.qty })
}

/// The most that a buy of `qty` can cost with its fee: what it reserves.
pub(super) fn most(order: &NewOrder, qty: Qty, estimate: &Estimate, now: &Situation<'_>) -> Result<Usd, Denied> {
    let capped = |price: Price| capped(price, qty, now);
    let gap = |price: Price| price.shifted_bps(GAP_BUFFER_BPS).ok_or(Denied::TooLarge).and_then(capped);
    match order.kind {
        OrderKind::Limit { limit_price } | OrderKind::StopLimit { limit_price, .. } => capped(limit_price),
        OrderKind::Market if estimate.at_once == qty => estimate.total(Side::Buy),
        OrderKind::Market | OrderKind::Stop { .. } | OrderKind::TrailingStop { .. } => gap(estimate.price),
    }
}

/// What a stop trades at: its price, or the market where that is beyond it already.
fn reached_or(stop: Price, side: Side, now: &Situation<'_>) -> Price {
    match (now.quote, side) {
        (None, _) => stop,
        (Some(quote), Side::Buy) => stop.max(quote.ask),
        (Some(quote), Side::Sell) => stop.min(quote.bid),
    }
}

/// The most that the stop of an oco can cost: it needs other dollars than its limit when it trades instead.
pub(super) fn most_of_stop(order: &NewOrder, qty: Qty, now: &Situation<'_>) -> Result<Usd, Denied> {
    let Some(stop) = order.exits.stop_loss.filter(|_| order.class == OrderClass::Oco) else { return Ok(Usd::ZERO) };
    let with_gap = || reached_or(stop.stop_price, order.side, now).shifted_bps(GAP_BUFFER_BPS).ok_or(Denied::TooLarge);
    capped(stop.limit_price.map_or_else(with_gap, Ok)?, qty, now)
}

/// `qty` at `price` with the fee of a taker.
fn capped(price: Price, qty: Qty, now: &Situation<'_>) -> Result<Usd, Denied> {
    let value = Usd::cost(price, qty)?;
    Ok(value.checked_add(value.bps_up(now.fees.taker_bps)?)?)
}

/// The worst price at which an order at the market would trade now.
pub(super) fn worst_price(order: &NewOrder, instrument: &Instrument, now: &Situation<'_>) -> Option<Price> {
    let qty = quantity(order, instrument, now).ok()?;
    let plan = at_once(order, qty, instrument, now);
    plan.last().map(|e| e.price).or_else(|| now.quote.map(|quote| quote.touch(order.side)))
}

/// What trades against the quote as soon as it is placed.
fn at_once(order: &NewOrder, qty: Qty, instrument: &Instrument, now: &Situation<'_>) -> Vec<Execution> {
    let is_ready = now.is_market_open && !order.kind.has_trigger() && !order.time_in_force.is_auction();
    let Some(quote) = now.quote.filter(|quote| is_ready && quote.is_fresh(now.now)) else { return Vec::new() };
    let demand = Demand { side: order.side, qty, limit: order.kind.limit_price(), taken: taken(order.side, now) };
    paper::executions(&demand, quote, instrument)
}

fn taken(side: Side, now: &Situation<'_>) -> Qty {
    let of = |position: &Position| now.quote.map(|quote| position.taken.of(quote.touched_at, side));
    now.position.and_then(of).unwrap_or(Qty::ZERO)
}

fn quantity(order: &NewOrder, instrument: &Instrument, now: &Situation<'_>) -> Result<Qty, Denied> {
    match order.amount {
        Amount::Qty(qty) => Ok(qty),
        Amount::Notional(amount) => {
            let quote = now.quote.ok_or(Denied::QuoteUnavailable)?;
            let qty = match order.side {
                Side::Buy => paper::affordable(amount, quote, taken(Side::Buy, now), now.fees, instrument),
                Side::Sell => Qty::affordable(amount, quote.bid, instrument.lot),
            };
            if qty.is_zero() { Err(Denied::TooSmall) } else { Ok(qty) }
        }
    }
}

/// The price that an order which does not trade at once is reckoned at.
fn reference_price(order: &NewOrder, instrument: &Instrument, now: &Situation<'_>) -> Result<Price, Denied> {
    match order.kind {
        OrderKind::Market => now.quote.map(|quote| quote.touch(order.side)).ok_or(Denied::QuoteUnavailable),
        OrderKind::Limit { limit_price } | OrderKind::StopLimit { limit_price, .. } => Ok(limit_price),
        OrderKind::Stop { stop_price } => Ok(reached_or(stop_price, order.side, now)),
        OrderKind::TrailingStop { trail } => {
            let quote = now.quote.ok_or(Denied::QuoteUnavailable)?;
            Ok(trail.stop_price(order.side, quote.price, instrument.tick))
        }
    }
}
