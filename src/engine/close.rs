//! Ending orders: cancel, expire, reject; closing positions; the kill switch.

use super::{
    CloseAmount, EngineError,
    fold::{Facts, Fold},
    place::Freed,
};
use crate::{
    ids::OrderId,
    instrument::Symbol,
    ledger::Reason,
    money::Qty,
    order::{Amount, NewOrder, Order, OrderKind, OrderStatus, Side},
};

impl Fold<'_> {
    pub(super) fn cancel(&mut self, id: OrderId) -> Result<(), EngineError> {
        let order = self.open_order(id)?;
        self.end_and_settle(order, OrderStatus::Canceled, None)
    }

    /// Every open order, of one symbol and side if given.
    pub(super) fn cancel_all(&mut self, symbol: Option<&Symbol>, side: Option<Side>, reason: Option<&str>) -> Result<(), EngineError> {
        for id in self.open_ids(symbol, side) {
            // Its group may have taken it along.
            if let Some(order) = self.state.open_orders.get(&id).cloned() {
                self.end_and_settle(order, OrderStatus::Canceled, reason)?;
            }
        }
        Ok(())
    }

    fn open_ids(&self, symbol: Option<&Symbol>, side: Option<Side>) -> Vec<OrderId> {
        let of = |o: &&Order| symbol.is_none_or(|s| o.symbol == *s) && side.is_none_or(|s| o.side == s);
        self.state.open_orders.values().filter(of).map(|o| o.id).collect()
    }

    /// Ends one order and gives back what it held.
    pub(super) fn end(&mut self, mut order: Order, status: OrderStatus, reason: Option<&str>) -> Result<(), EngineError> {
        let before = self.before(&order.symbol);
        self.release(&mut order)?;
        order.transition(status, self.env.now)?;
        order.reject_reason = reason.map(ToOwned::to_owned);
        self.record(&order, &before, Reason::Release, Facts::default())
    }

    /// Ends an order, and then its group does what follows from that.
    pub(super) fn end_and_settle(&mut self, order: Order, status: OrderStatus, reason: Option<&str>) -> Result<(), EngineError> {
        let id = order.id;
        self.end(order, status, reason)?;
        let ended = self.applied.events.iter().rev().find(|e| e.order.id == id).map(|e| e.order.clone());
        match ended {
            Some(order) => self.settle_group(&order),
            None => Ok(()),
        }
    }

    pub(super) fn close_position(&mut self, symbol: &Symbol, amount: CloseAmount) -> Result<(), EngineError> {
        let position = self.state.positions.get(symbol).filter(|p| !p.qty.is_zero()).ok_or(EngineError::NoPosition)?;
        let lot = self.instrument()?.lot;
        let (qty, freed) = match amount {
            CloseAmount::All => (position.qty, self.sells_of(symbol)),
            CloseAmount::Qty(qty) => (qty, Freed::default()),
            CloseAmount::Percent(percent) => (position.qty.percent_of(percent, lot), Freed::default()),
        };
        if qty.is_zero() {
            return Err(EngineError::Denied(crate::risk::Denied::TooSmall));
        }
        let new = NewOrder::simple(symbol.clone(), Side::Sell, OrderKind::Market, Amount::Qty(qty));
        let approved = self.approve(new, &freed)?;
        for id in freed.orders {
            if let Some(order) = self.state.open_orders.get(&id).cloned() {
                self.end_and_settle(order, OrderStatus::Canceled, Some("The position was closed."))?;
            }
        }
        self.book_new(&approved).map(|_| ())
    }

    fn sells_of(&self, symbol: &Symbol) -> Freed {
        // Held exits hold nothing: they stay with their entry.
        let is_active = |id: &OrderId| self.state.open_orders.get(id).is_some_and(|o| o.status != OrderStatus::Held);
        let orders: Vec<_> = self.open_ids(Some(symbol), Some(Side::Sell)).into_iter().filter(is_active).collect();
        let held = orders.iter().filter_map(|id| self.state.open_orders.get(id)).map(|o| o.hold_qty);
        let units = held.fold(Qty::ZERO, |sum, qty| sum.checked_add(qty).unwrap_or(sum));
        Freed { orders, units, ..Freed::default() }
    }

    pub(super) fn set_halted(&mut self, is_halted: bool) -> Result<(), EngineError> {
        self.applied.is_changed = self.state.is_halted != is_halted;
        self.state.is_halted = is_halted;
        if is_halted {
            self.cancel_all(None, None, Some("Trading was switched off."))?;
        }
        Ok(())
    }
}
