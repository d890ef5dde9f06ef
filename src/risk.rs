//! May this account place this order now? The only maker of `Approved`, which is the only thing the engine books.

mod denied;
mod estimate;
mod limits;

use crate::{
    account::{Cash, Gate},
    fee::FeeSchedule,
    instrument::Instrument,
    market::Quote,
    money::{Price, Qty, Usd},
    order::{Amount, NewOrder, OrderKind, Side},
    position::{LotMethod, Lots, Position},
    time::Timestamp,
};

pub use denied::{CODES, Denied};
pub use estimate::{Estimate, estimate};
pub use limits::{LIMIT_CODES, LimitMistake, Pace, RiskLimits, SYMBOLS_MAX};

/// Most orders an account may have open at once.
pub const OPEN_ORDERS_MAX: usize = 1_000;
/// How far above its reference price a buy that can fill at an unknown price reserves, in basis points.
pub const GAP_BUFFER_BPS: i64 = 300;

/// What the check looks at.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    pub now: Timestamp,
    pub cash: &'a Cash,
    pub position: Option<&'a Position>,
    pub lots: Option<&'a Lots>,
    pub quote: Option<&'a Quote>,
    /// Trades now, at the quote; otherwise the order rests until the market opens.
    pub is_market_open: bool,
    pub open_orders: usize,
    /// The lowest limit at which the account sells this symbol, and the highest at which it buys.
    pub own_ask: Option<Price>,
    pub own_bid: Option<Price>,
    pub fees: &'a FeeSchedule,
    pub limits: &'a RiskLimits,
    pub is_halted: bool,
    pub gate: Option<Gate>,
    pub pace: Pace,
    /// Worth of the account and the day's profit, where its limits ask for them.
    pub equity: Option<Usd>,
    pub day_pl: Option<Usd>,
}

/// Proof that the check passed: the quantity is known and paid for. `hold` dollars for a buy, zero for a sell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    order: NewOrder,
    qty: Qty,
    hold: Usd,
}

impl Approved {
    pub const fn order(&self) -> &NewOrder {
        &self.order
    }

    pub const fn qty(&self) -> Qty {
        self.qty
    }

    pub const fn hold(&self) -> Usd {
        self.hold
    }
}

pub fn check(order: NewOrder, instrument: &Instrument, now: &Situation<'_>) -> Result<Approved, Denied> {
    check_account(&order, now)?;
    let estimate = estimate(&order, instrument, now)?;
    check_prices(&order, now)?;
    check_own_orders(&order, instrument, now)?;
    let hold = match order.side {
        Side::Buy => buy_hold(&order, &estimate, now)?,
        Side::Sell => {
            check_held(&order, estimate.qty, now)?;
            Usd::ZERO
        }
    };
    Ok(Approved { qty: estimate.qty, order, hold })
}

/// What does not depend on the price.
fn check_account(order: &NewOrder, now: &Situation<'_>) -> Result<(), Denied> {
    if now.is_halted {
        return Err(Denied::Halted);
    }
    if now.gate.is_some() {
        return Err(Denied::Gated);
    }
    if now.open_orders >= OPEN_ORDERS_MAX {
        return Err(Denied::TooManyOpenOrders { max: OPEN_ORDERS_MAX });
    }
    if let Some(max) = now.limits.orders_a_minute
        && now.pace.orders_at(now.now) >= max
    {
        return Err(Denied::OverPace { max });
    }
    if order.time_in_force.is_immediate() && !now.is_market_open {
        return Err(Denied::MarketClosed);
    }
    let is_listed = |symbols: &Vec<_>| symbols.contains(&order.symbol);
    if order.side == Side::Buy && !now.limits.symbols.as_ref().is_none_or(is_listed) {
        return Err(Denied::SymbolNotAllowed);
    }
    Ok(())
}

/// A price typed wrong, in the direction that hurts: bidding far above the market, asking far below it.
fn check_prices(order: &NewOrder, now: &Situation<'_>) -> Result<(), Denied> {
    let (Some(quote), Some(limit)) = (now.quote, order.kind.limit_price()) else { return Ok(()) };
    let collar = now.limits.collar;
    let market = match order.kind {
        OrderKind::StopLimit { stop_price, .. } => stop_price,
        OrderKind::Market | OrderKind::Limit { .. } | OrderKind::Stop { .. } | OrderKind::TrailingStop { .. } => quote.touch(order.side),
    };
    let beyond = match order.side {
        Side::Buy => limit.change_pct(market),
        Side::Sell => market.change_pct(limit),
    };
    if beyond > collar { Err(Denied::OutsideCollar { market, collar }) } else { Ok(()) }
}

/// An order never trades with another of the same account.
fn check_own_orders(order: &NewOrder, instrument: &Instrument, now: &Situation<'_>) -> Result<(), Denied> {
    if order.kind.has_trigger() {
        return Ok(());
    }
    let own = match order.side {
        Side::Buy => now.own_ask,
        Side::Sell => now.own_bid,
    };
    let Some(own) = own else { return Ok(()) };
    let worst = order.kind.limit_price().or_else(|| estimate::worst_price(order, instrument, now));
    let is_crossing = worst.is_some_and(|worst| match order.side {
        Side::Buy => worst >= own,
        Side::Sell => worst <= own,
    });
    if is_crossing { Err(Denied::CrossesOwnOrder { price: own }) } else { Ok(()) }
}

fn check_held(order: &NewOrder, qty: Qty, now: &Situation<'_>) -> Result<(), Denied> {
    let available = now.position.map_or(Qty::ZERO, Position::available);
    if qty > available {
        return Err(Denied::InsufficientPosition { available });
    }
    let is_open = |lot| now.lots.is_some_and(|lots| lots.find(lot).is_some());
    if order.lot_method == LotMethod::Chosen && !order.lots.iter().all(|lot| is_open(*lot)) {
        return Err(Denied::UnknownLot);
    }
    Ok(())
}

/// Dollars that the order may cost at most, with its fee; refused when they are not there or not allowed.
fn buy_hold(order: &NewOrder, estimate: &Estimate, now: &Situation<'_>) -> Result<Usd, Denied> {
    let needed = match order.amount {
        Amount::Notional(amount) => amount,
        Amount::Qty(qty) => estimate::most(order, qty, estimate, now)?.max(estimate::most_of_stop(order, qty, now)?),
    };
    let shown = needed.to_cents();
    if let Some(max) = now.limits.order_max
        && needed > max
    {
        return Err(Denied::OverOrderLimit { needed: shown, max });
    }
    if let (Some(max), Some(equity)) = (now.limits.equity_share_max, now.equity)
        && needed.pct_of(equity) > max
    {
        return Err(Denied::OverEquityShare { needed: shown, max });
    }
    if let (Some(max), Some(day_pl)) = (now.limits.daily_loss_max, now.day_pl)
        && day_pl.checked_add(max)? <= Usd::ZERO
    {
        return Err(Denied::OverDailyLoss { max });
    }
    if needed > now.cash.available {
        return Err(Denied::InsufficientBuyingPower { needed: shown, available: now.cash.available.to_cents() });
    }
    Ok(needed)
}

#[cfg(test)]
mod tests;
