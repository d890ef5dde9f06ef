//! How the paper venue fills: against the quote and its size, worse beyond it, never better than the market.
//!
//! Pure arithmetic: the same quote and the same demand give the same executions.

use rust_decimal::Decimal;

use crate::{
    fee::{FeeSchedule, Liquidity},
    fill::Settlement,
    instrument::Instrument,
    market::Quote,
    money::{OutOfRange, Price, Qty, Usd},
    order::Side,
};

/// No order moves the price further than this in one quote, in basis points; what is left waits for the next quote.
const SLIPPAGE_MAX_BPS: i64 = 500;

/// What wants to trade. `taken` is what the account has had of this quote before.
#[derive(Debug, Clone, Copy)]
pub struct Demand {
    pub side: Side,
    pub qty: Qty,
    pub limit: Option<Price>,
    pub taken: Qty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Execution {
    pub qty: Qty,
    pub price: Price,
}

/// At most two executions: what is left of the level that others have reached, then the levels beyond at their average price.
///
/// A level holds the size that the quote shows; the next is one spread (at least a tick) worse. The average is rounded
/// against the trader. A limit and `SLIPPAGE_MAX_BPS` end the way.
pub fn executions(demand: &Demand, quote: &Quote, instrument: &Instrument) -> Vec<Execution> {
    let depth = Depth::new(demand, quote, instrument.tick);
    let Some(level) = depth.level_of(demand.taken).filter(|level| *level <= depth.deepest) else { return Vec::new() };
    let here = depth.left_in(level, demand.taken).min(demand.qty);
    let beyond = demand.qty.checked_sub(here).unwrap_or(Qty::ZERO).min(depth.size_of(depth.deepest - level));
    let first = depth.price(level).map(|price| Execution { qty: here, price });
    let levels = depth.levels_for(beyond);
    let second = depth.price(level + i64::midpoint(levels, 2)).map(|price| Execution { qty: beyond, price });
    first.into_iter().chain(second).filter(|execution| !execution.qty.is_zero()).collect()
}

struct Depth {
    touch: Price,
    /// From one level to the next, and in which direction.
    step: Price,
    sign: i64,
    size: Qty,
    /// The last level that may be reached; negative when not even the touch is good enough.
    deepest: i64,
}

impl Depth {
    fn new(demand: &Demand, quote: &Quote, tick: Price) -> Self {
        let (touch, size, sign) = match demand.side {
            Side::Buy => (quote.ask, quote.ask_size, 1),
            Side::Sell => (quote.bid, quote.bid_size, -1),
        };
        let spread = Price::new(quote.ask.decimal() - quote.bid.decimal()).map_or(tick, |spread| spread.to_tick(tick));
        let step = spread.max(tick);
        let within = |room: Decimal| i64::try_from((room / step.decimal()).floor()).unwrap_or(i64::MAX);
        let collar = within(touch.decimal() * Decimal::new(SLIPPAGE_MAX_BPS, 4));
        let limit = demand.limit.map_or(i64::MAX, |limit| within((limit.decimal() - touch.decimal()) * Decimal::from(sign)));
        Self { touch, step, sign, size, deepest: collar.min(limit) }
    }

    fn level_of(&self, taken: Qty) -> Option<i64> {
        if self.size.is_zero() { None } else { Some(taken.to_atoms() / self.size.to_atoms()) }
    }

    fn left_in(&self, level: i64, taken: Qty) -> Qty {
        self.size_of(level + 1).checked_sub(taken).unwrap_or(Qty::ZERO)
    }

    /// Units in `levels` levels.
    fn size_of(&self, levels: i64) -> Qty {
        let atoms = i128::from(self.size.to_atoms()) * i128::from(levels.max(0));
        i64::try_from(atoms).ok().and_then(Qty::from_atoms).unwrap_or(Qty::MAX)
    }

    fn levels_for(&self, qty: Qty) -> i64 {
        let (qty, size) = (qty.to_atoms(), self.size.to_atoms());
        qty / size + i64::from(qty % size != 0)
    }

    fn price(&self, level: i64) -> Option<Price> {
        self.touch.moved(self.step, level * self.sign)
    }
}

/// The most that `amount` dollars buy with its fee, at what the quote offers, in whole lots.
pub fn affordable(amount: Usd, quote: &Quote, taken: Qty, schedule: &FeeSchedule, instrument: &Instrument) -> Qty {
    let lots = |n: i64| Qty::from_atoms(n * instrument.lot.to_atoms()).unwrap_or(Qty::ZERO);
    let fits = |qty: Qty| cost(qty, quote, taken, schedule, instrument).is_ok_and(|cost| cost <= amount);
    // The cost never falls with the quantity, so the answer is found by halving.
    let at_touch = Qty::affordable(amount, quote.ask, instrument.lot);
    let (mut enough, mut too_many) = (0, at_touch.to_atoms() / instrument.lot.to_atoms() + 1);
    while too_many - enough > 1 {
        let middle = enough + (too_many - enough) / 2;
        if fits(lots(middle)) {
            enough = middle;
        } else {
            too_many = middle;
        }
    }
    lots(enough)
}

/// What a taker pays for `qty`; what the quote does not offer is reckoned at the last price.
fn cost(qty: Qty, quote: &Quote, taken: Qty, schedule: &FeeSchedule, instrument: &Instrument) -> Result<Usd, OutOfRange> {
    let plan = executions(&Demand { side: Side::Buy, qty, limit: None, taken }, quote, instrument);
    let last = plan.last().map_or(quote.ask, |execution| execution.price);
    let add = |sum: Sum, execution: Execution| sum.add(Side::Buy, execution, schedule, Liquidity::Taker);
    let sum = plan.into_iter().try_fold(Sum::NOTHING, add)?;
    let left = qty.checked_sub(sum.qty).unwrap_or(Qty::ZERO);
    add(sum, Execution { qty: left, price: last })?.total(Side::Buy)
}

/// What executions in a row come to: dollars exchanged and fees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    pub qty: Qty,
    pub value: Usd,
    pub fee: Usd,
}

impl Sum {
    pub const NOTHING: Sum = Sum { qty: Qty::ZERO, value: Usd::ZERO, fee: Usd::ZERO };

    pub fn add(self, side: Side, execution: Execution, schedule: &FeeSchedule, liquidity: Liquidity) -> Result<Sum, OutOfRange> {
        let settled = Settlement::charged(side, execution.price, execution.qty, schedule, liquidity, self.qty)?;
        Ok(Sum {
            qty: self.qty.checked_add(execution.qty)?,
            value: self.value.checked_add(settled.value(side)?)?,
            fee: self.fee.checked_add(settled.fee)?,
        })
    }

    /// What leaves (buy) or reaches (sell) the cash.
    pub fn total(&self, side: Side) -> Result<Usd, OutOfRange> {
        match side {
            Side::Buy => self.value.checked_add(self.fee),
            Side::Sell => self.value.checked_sub(self.fee),
        }
    }
}

#[cfg(test)]
mod tests;
