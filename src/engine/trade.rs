//! Trading on paper: when an order may, against what, and what becomes of the rest.

use super::{
    EngineError,
    fold::{Facts, Fold},
};
use crate::{
    fee::Liquidity,
    fill::{Fill, Settlement},
    ids::{FillId, OrderId},
    ledger::Reason,
    market::Quote,
    money::{Qty, Usd},
    order::{Order, OrderKind, OrderStatus, Side, TimeInForce},
    paper::{self, Demand, Execution},
};

const NOT_ENOUGH: &str = "The price moved beyond the buying power that was left.";
const SPENT: &str = "What is left of its dollars buys nothing at this price.";
const NOT_AT_ONCE: &str = "It could not be filled at once.";

impl Fold<'_> {
    pub(super) fn wake(&mut self, id: OrderId) -> Result<(), EngineError> {
        let Some(mut order) = self.state.open_orders.get(&id).cloned() else { return Ok(()) };
        if order.status == OrderStatus::Held {
            return Ok(());
        }
        if order.expires_at.is_some_and(|end| end <= self.env.now) {
            return self.expire(order);
        }
        self.trade(&mut order)
    }

    /// Fills what the quote reaches, if the order may trade now.
    pub(super) fn trade(&mut self, order: &mut Order) -> Result<(), EngineError> {
        if order.venue.is_some() {
            return self.try_dispatch(order);
        }
        let is_due = order.eligible_at <= self.env.now && self.env.is_open(order.extended_hours);
        let Some(quote) = self.env.quote.filter(|q| is_due && q.is_fresh(self.env.now)) else {
            let is_late = order.time_in_force.is_immediate() && order.eligible_at <= self.env.now;
            return if is_late { self.end_and_settle(order.clone(), OrderStatus::Canceled, Some(NOT_AT_ONCE)) } else { Ok(()) };
        };
        if !self.is_triggered(order, &quote)? {
            return Ok(());
        }
        if !self.resize(order, &quote)? {
            let status = if order.filled_qty.is_zero() { OrderStatus::Rejected } else { OrderStatus::Canceled };
            return self.end_and_settle(order.clone(), status, Some(SPENT));
        }
        let plan = self.plan(order, &quote)?;
        let planned = plan.iter().try_fold(Qty::ZERO, |sum, e| sum.checked_add(e.qty))?;
        if order.time_in_force == TimeInForce::Fok && planned < order.open_qty() {
            return self.end_and_settle(order.clone(), OrderStatus::Canceled, Some(NOT_AT_ONCE));
        }
        for execution in plan {
            if !self.fill(order, execution, &quote)? {
                return Ok(());
            }
        }
        if order.status.is_open() && order.time_in_force.is_immediate() {
            return self.end_and_settle(order.clone(), OrderStatus::Canceled, Some(NOT_AT_ONCE));
        }
        Ok(())
    }

    /// Follows the market with a trailing stop, and notes the moment a trigger is reached.
    fn is_triggered(&mut self, order: &mut Order, quote: &Quote) -> Result<bool, EngineError> {
        if !order.kind.has_trigger() || order.triggered_at.is_some() {
            return Ok(true);
        }
        let tick = self.instrument()?.tick;
        let watermark = order.better_watermark(quote);
        order.watermark = watermark.or(order.watermark);
        let is_reached = order.is_triggered_by(quote, tick);
        if is_reached && !self.take_over(order)? {
            return Ok(false);
        }
        if is_reached {
            order.triggered_at = Some(self.env.now);
        }
        if is_reached || watermark.is_some() {
            order.updated_at = self.env.now;
            let before = self.before(&order.symbol);
            self.record(order, &before, Reason::Reserve, Facts { is_quiet: !is_reached, ..Facts::default() })?;
        }
        Ok(is_reached)
    }

    /// An order for dollars buys what those that are left buy at the quote that fills it. False: they buy nothing.
    fn resize(&self, order: &mut Order, quote: &Quote) -> Result<bool, EngineError> {
        let Some(amount) = order.notional.filter(|_| order.side == Side::Buy) else { return Ok(true) };
        let (left, taken) = (order.unspent(amount), self.taken(order, quote));
        let qty = paper::affordable(left, quote, taken, &self.env.fees, self.instrument()?);
        if qty.is_zero() {
            return Ok(false);
        }
        order.qty = order.filled_qty.checked_add(qty)?;
        Ok(true)
    }

    fn taken(&self, order: &Order, quote: &Quote) -> Qty {
        self.state.positions.get(&order.symbol).map_or(Qty::ZERO, |p| p.taken.of(quote.touched_at, order.side))
    }

    /// Nothing while it would meet an order of the same account.
    fn plan(&self, order: &Order, quote: &Quote) -> Result<Vec<Execution>, EngineError> {
        let demand = Demand { side: order.side, qty: order.open_qty(), limit: order.limit(), taken: self.taken(order, quote) };
        let mut plan = paper::executions(&demand, quote, self.instrument()?);
        if let Some(own) = self.own_limit(&order.symbol, order.side.opposite(), &[order.id]) {
            plan.retain(|execution| match order.side {
                Side::Buy => execution.price < own,
                Side::Sell => execution.price > own,
            });
        }
        Ok(plan)
    }

    /// False: the account could not pay, and the order has ended.
    fn fill(&mut self, order: &mut Order, execution: Execution, quote: &Quote) -> Result<bool, EngineError> {
        // A feed may have confirmed it since this moment began.
        let quote_time = quote.time.min(self.env.now);
        let is_resting = matches!(order.kind, OrderKind::Limit { .. }) && quote.touched_at.min(self.env.now) > order.eligible_at;
        let liquidity = if is_resting { Liquidity::Maker } else { Liquidity::Taker };
        let Execution { qty, price } = execution;
        let charged = Settlement::charged(order.side, price, qty, &self.env.fees, liquidity, order.filled_qty)?;
        let lacking = self.lacking(order, qty, &charged)?;
        let settlement = waived(charged, lacking);
        if lacking > Usd::ZERO && settlement == charged {
            let status = if order.filled_qty.is_zero() { OrderStatus::Rejected } else { OrderStatus::Canceled };
            self.end_and_settle(order.clone(), status, Some(NOT_ENOUGH))?;
            return Ok(false);
        }
        let id = FillId::new((self.env.new_id)());
        let fill = Fill {
            id,
            order_id: order.id,
            symbol: order.symbol.clone(),
            side: order.side,
            qty,
            price,
            settlement,
            time: self.env.now,
            fee_qty: Qty::ZERO,
            exec_id: id.to_string(),
            quote_time: Some(quote_time),
        };
        self.position(&order.symbol).taken.add(quote.touched_at, order.side, qty)?;
        self.book(order, fill)?;
        self.settle_group(order)?;
        Ok(true)
    }

    /// What a buyer lacks for this execution when its share of the hold is free: zero or less is enough.
    fn lacking(&self, order: &Order, qty: Qty, settlement: &Settlement) -> Result<Usd, EngineError> {
        if order.side == Side::Sell {
            return Ok(Usd::ZERO);
        }
        let left = order.open_qty().checked_sub(qty).unwrap_or(Qty::ZERO);
        let kept = match order.notional {
            None => order.reserve.share_up(left, order.qty),
            Some(_) => order.hold.checked_sub(settlement.paid()?)?.max(Usd::ZERO),
        };
        let freed = order.hold.checked_sub(kept)?;
        Ok(settlement.paid()?.checked_sub(self.state.cash.available.checked_add(freed)?)?)
    }

    /// What a stop that was held back by its sibling has to reserve now.
    pub(super) fn stop_hold(&self, order: &Order) -> Result<Usd, EngineError> {
        if order.side == Side::Sell {
            return Ok(Usd::ZERO);
        }
        let price = order.limit().or(self.env.quote.map(|quote| quote.ask)).ok_or(EngineError::Broken("quote"))?;
        let value = Usd::cost(price, order.open_qty())?;
        Ok(value.checked_add(value.bps_up(self.env.fees.taker_bps)?)?)
    }
}

/// Rounding every execution up may come to some atoms more than the hold of the whole: those are waived from the fee.
fn waived(charged: Settlement, lacking: Usd) -> Settlement {
    const ROUNDING_ATOMS: i64 = 4;
    let is_rounding = lacking > Usd::ZERO && lacking.to_atoms() <= ROUNDING_ATOMS;
    match charged.fee.checked_sub(lacking) {
        Ok(fee) if is_rounding && !fee.is_negative() => Settlement { fee, ..charged },
        Ok(_) | Err(_) => charged,
    }
}
