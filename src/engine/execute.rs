//! Booking executions, from the paper venue or from a venue's report: late ones, too large ones, and those taken back.
//! A true execution is never refused; what the account lacks for it becomes a shortfall and closes the gate.

use super::{
    EngineError, Execution,
    fold::{Facts, Fold},
};
use crate::{
    account::Gate,
    fill::{Fill, Settlement},
    ledger::Reason,
    money::{Qty, Usd},
    order::{Order, OrderStatus, Side},
    position::{Lot, LotChoice, Lots, Position},
};

impl Fold<'_> {
    pub(super) fn execute(&mut self, execution: &Execution) -> Result<(), EngineError> {
        let mut order = self.state.open_orders.get(&execution.order.id).unwrap_or(&execution.order).clone();
        self.execute_of(&mut order, execution)?;
        self.after_fill(&order)
    }

    /// Books one execution of `order`, without what its group does about it.
    pub(super) fn execute_of(&mut self, order: &mut Order, execution: &Execution) -> Result<(), EngineError> {
        let settlement = Settlement::new(order.side, execution.price, execution.qty, execution.fee)?;
        order.qty = order.qty_with(execution.qty, settlement.gross)?;
        let fill = Fill {
            id: execution.id,
            order_id: order.id,
            symbol: order.symbol.clone(),
            side: order.side,
            qty: execution.qty,
            price: execution.price,
            settlement,
            time: execution.time,
            fee_qty: execution.fee_qty,
            exec_id: execution.exec_id.clone(),
            quote_time: None,
        };
        let is_late = self.state.positions.get(&order.symbol).is_some_and(|p| fill.time <= p.last_fill_at);
        if is_late && self.env.history.is_none() {
            return Err(EngineError::NeedsHistory);
        }
        if is_late { self.book_late(order, fill) } else { self.book(order, fill) }
    }

    /// Books a fill that is the newest of its symbol.
    pub(super) fn book(&mut self, order: &mut Order, fill: Fill) -> Result<(), EngineError> {
        let before = self.before(&order.symbol);
        self.settle(order, &fill)?;
        let mut lots = self.state.lots.remove(&order.symbol).unwrap_or_default();
        let closes = self.position(&order.symbol).apply(&mut lots, &fill, &order.lot_order())?;
        let facts = Facts { lots: changed(&fill, &lots, &closes), closes, fill: Some(fill), ..Facts::default() };
        self.put_lots(order, lots);
        self.close_gate(order);
        self.record(order, &before, Reason::Fill, facts)
    }

    /// Books a fill that is older than others: the holding is counted anew from all of them.
    fn book_late(&mut self, order: &mut Order, fill: Fill) -> Result<(), EngineError> {
        let before = self.before(&order.symbol);
        self.settle(order, &fill)?;
        let mut fills: Vec<(Fill, LotChoice)> = self.env.history.unwrap_or_default().to_vec();
        fills.push((fill.clone(), order.lot_choice()));
        let facts = self.rebuild(order, &fills)?;
        self.record(order, &before, Reason::Fill, Facts { fill: Some(fill), ..facts })
    }

    pub(super) fn bust(&mut self, fill: &Fill, order: &Order) -> Result<(), EngineError> {
        let Some(history) = self.env.history else { return Err(EngineError::NeedsHistory) };
        let mut order = self.state.open_orders.get(&order.id).unwrap_or(order).clone();
        let before = self.before(&order.symbol);
        let (fee, value) = (fill.settlement.fee, fill.value());
        order.filled_qty = order.filled_qty.checked_sub(fill.qty).ok_or(EngineError::Broken("bust"))?;
        order.filled_value = order.filled_value.checked_sub(value)?;
        order.fees = order.fees.checked_sub(fee)?;
        // The venue is done with it: what was taken back is not ordered again.
        if order.status == OrderStatus::Filled {
            order.status = OrderStatus::Canceled;
            order.reject_reason = Some("The venue took an execution back.".to_owned());
        } else if order.status.is_open() && order.status != OrderStatus::Held {
            order.status = order.status_by_fills();
            self.adjust_hold(&mut order)?;
        }
        order.updated_at = self.env.now;
        let moved = match fill.side {
            Side::Buy => fill.settlement.paid()?,
            Side::Sell => Usd::ZERO.checked_sub(fill.settlement.received()?)?,
        };
        self.state.cash.receive(moved)?;
        self.state.cash.fees = self.state.cash.fees.checked_sub(fee)?;
        self.state.cash.rounding = self.state.cash.rounding.checked_sub(fill.settlement.residue)?;
        let left: Vec<_> = history.iter().filter(|(f, _)| f.exec_id != fill.exec_id).cloned().collect();
        let facts = self.rebuild(&order, &left)?;
        self.record(&order, &before, Reason::Bust, Facts { bust: Some(fill.id), ..facts })
    }

    /// Cash, fees and the order itself. The hold is what the unfilled part needs, whatever way it was filled.
    fn settle(&mut self, order: &mut Order, fill: &Fill) -> Result<(), EngineError> {
        order.record_fill(fill.qty, fill.value(), fill.settlement.fee)?;
        self.adjust_hold(order)?;
        let moved = match fill.side {
            Side::Buy => Usd::ZERO.checked_sub(fill.settlement.paid()?)?,
            Side::Sell => fill.settlement.received()?,
        };
        let cash = &mut self.state.cash;
        cash.receive(moved)?;
        cash.fees = cash.fees.checked_add(fill.settlement.fee)?;
        cash.rounding = cash.rounding.checked_add(fill.settlement.residue)?;
        let status = order.status_by_fills();
        if status == order.status && !status.is_open() {
            order.updated_at = self.env.now;
        } else {
            order.transition(status, self.env.now)?;
        }
        if order.status == OrderStatus::Filled {
            order.reject_reason = None;
        }
        Ok(())
    }

    fn adjust_hold(&mut self, order: &mut Order) -> Result<(), EngineError> {
        let due = if order.status.is_open() { order.hold_due() } else { Usd::ZERO };
        let surplus = order.hold.checked_sub(due)?;
        if surplus > Usd::ZERO {
            self.state.cash.release(surplus)?;
            order.hold = due;
        }
        let open = order.open_qty();
        if let Some(surplus) = order.hold_qty.checked_sub(open).filter(|q| !q.is_zero()) {
            self.position(&order.symbol).release(surplus)?;
            order.hold_qty = open;
        }
        Ok(())
    }

    fn rebuild(&mut self, order: &Order, fills: &[(Fill, LotChoice)]) -> Result<Facts, EngineError> {
        let (rebuilt, lots, closes) = Position::rebuild(&order.symbol, fills)?;
        let position = self.position(&order.symbol);
        *position = Position { reserved: position.reserved, taken: position.taken, ..rebuilt };
        let facts = Facts { lots: lots.iter().copied().collect(), closes, is_rebuilt: true, ..Facts::default() };
        self.put_lots(order, lots);
        self.close_gate(order);
        Ok(facts)
    }

    fn put_lots(&mut self, order: &Order, lots: Lots) {
        if lots.is_empty() {
            self.state.lots.remove(&order.symbol);
        } else {
            self.state.lots.insert(order.symbol.clone(), lots);
        }
    }

    fn close_gate(&mut self, order: &Order) {
        let is_lacking = self.state.cash.shortfall > Usd::ZERO
            || self.state.positions.get(&order.symbol).is_some_and(|p| p.shortfall > Qty::ZERO || p.reserved > p.qty);
        if order.filled_qty > order.qty {
            self.state.gate = Some(Gate::Overfill);
        } else if is_lacking {
            self.state.gate = self.state.gate.or(Some(Gate::Shortfall));
        }
    }
}

/// The lots that a fill opened or took from, as they are now.
fn changed(fill: &Fill, lots: &Lots, closes: &[crate::position::LotClose]) -> Vec<Lot> {
    let opened = lots.find_at(fill.time, fill.id).copied().filter(|_| fill.side == Side::Buy);
    let gone = |close: &crate::position::LotClose| Lot { id: close.lot, opened_at: close.opened_at, qty: Qty::ZERO, cost: Usd::ZERO };
    let taken = closes.iter().map(|close| lots.find_at(close.opened_at, close.lot).copied().unwrap_or_else(|| gone(close)));
    opened.into_iter().chain(taken).collect()
}
