//! What an account is worth: one set of formulas for REST, pages and the browser's live numbers.

mod curve;

use std::collections::BTreeMap;

use crate::{
    account::Cash,
    fill::Fill,
    instrument::Symbol,
    money::{OutOfRange, Percent, Price, Qty, Usd},
    order::Side,
    position::Position,
    time::Timestamp,
    wire::PortfolioView,
};

pub use curve::{CurveInput, EquityPoint, equity_curve};

/// Last and previous closing price of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub price: Price,
    pub prev_close: Price,
}

pub type Marks = BTreeMap<Symbol, Mark>;

/// Quantities and dollars traded in one symbol since the day began.
#[derive(Debug, Clone, Copy, Default)]
struct DayFlow {
    bought: i64,
    sold: i64,
    net_paid: i64,
}

/// Values the account. A symbol without a mark counts at its cost, so that nothing vanishes while a feed is silent.
pub fn value(
    cash: &Cash,
    deposits: Usd,
    positions: &[Position],
    fills_today: &[Fill],
    marks: &Marks,
    now: Timestamp,
) -> Result<PortfolioView, OutOfRange> {
    let mut market_value = Usd::ZERO;
    for position in positions {
        let marked = marks.get(&position.symbol).map(|m| position.market_value(m.price)).transpose()?;
        market_value = market_value.checked_add(marked.unwrap_or(position.cost_basis))?;
    }
    let day_base = day_base(positions, fills_today, marks)?;
    let view = PortfolioView {
        cash: cash.total()?,
        buying_power: cash.available,
        equity: Usd::ZERO,
        market_value,
        day_pl: Usd::ZERO,
        day_pl_pct: Percent::ZERO,
        total_pl: Usd::ZERO,
        total_pl_pct: Percent::ZERO,
        deposits,
        day_base,
        as_of: now,
    };
    remark(&view, market_value, now)
}

/// The same account at a new market value: what a tick changes, and nothing else.
pub fn remark(view: &PortfolioView, market_value: Usd, now: Timestamp) -> Result<PortfolioView, OutOfRange> {
    let equity = view.cash.checked_add(market_value)?;
    let day_pl = market_value.checked_sub(view.day_base)?;
    let total_pl = equity.checked_sub(view.deposits)?;
    Ok(PortfolioView {
        equity,
        market_value,
        day_pl,
        day_pl_pct: day_pl.pct_of(equity.checked_sub(day_pl)?),
        total_pl,
        total_pl_pct: total_pl.pct_of(view.deposits),
        as_of: now,
        ..view.clone()
    })
}

/// What the holdings of today's start were worth at the previous close, plus what today's trades paid in.
fn day_base(positions: &[Position], fills_today: &[Fill], marks: &Marks) -> Result<Usd, OutOfRange> {
    let mut flows: BTreeMap<&Symbol, DayFlow> = BTreeMap::new();
    for fill in fills_today {
        let flow = flows.entry(&fill.symbol).or_default();
        match fill.side {
            Side::Buy => {
                flow.bought += fill.received_qty().to_atoms();
                flow.net_paid += fill.value().to_atoms() + fill.settlement.fee.to_atoms();
            }
            Side::Sell => {
                flow.sold += fill.qty.to_atoms();
                flow.net_paid -= fill.value().to_atoms() - fill.settlement.fee.to_atoms();
            }
        }
    }
    let mut base = Usd::ZERO;
    for position in positions {
        let flow = flows.remove(&position.symbol).unwrap_or_default();
        let at_start = Qty::from_atoms((position.qty.to_atoms() - flow.bought + flow.sold).max(0)).ok_or(OutOfRange)?;
        let prev_close = marks.get(&position.symbol).map(|m| m.prev_close);
        let held = prev_close.map(|p| Usd::proceeds(p, at_start)).transpose()?.unwrap_or(position.cost_basis);
        base = base.checked_add(held)?.checked_add(Usd::from_atoms(flow.net_paid))?;
    }
    Ok(base)
}

#[cfg(test)]
mod tests;
