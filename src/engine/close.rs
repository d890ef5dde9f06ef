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
        self.cancel_or_request(order, None)
    }

    /// Every open order, of one symbol if given.
    pub(super) fn cancel_all(&mut self, symbol: Option<&Symbol>, reason: Option<&str>) -> Result<(), EngineError> {
        self.cancel_these(self.open_ids(|order| symbol.is_none_or(|symbol| order.symbol == *symbol)), reason)
    }

    fn cancel_these(&mut self, ids: Vec<OrderId>, reason: Option<&str>) -> Result<(), EngineError> {
        for id in ids {
            // Its group may have taken it along.
            if let Some(order) = self.state.open_orders.get(&id).cloned() {
                self.cancel_or_request(order, reason)?;
            }
        }
        Ok(())
    }

    fn open_ids(&self, which: impl Fn(&Order) -> bool) -> Vec<OrderId> {
        self.state.open_orders.values().filter(|order| which(order)).map(|order| order.id).collect()
    }

    /// Ends one order and gives back what it held; answers with the order as it ended.
    pub(super) fn end(&mut self, mut order: Order, status: OrderStatus, reason: Option<&str>) -> Result<Order, EngineError> {
        let before = self.before(&order.symbol);
        self.release(&mut order)?;
        order.transition(status, self.env.now)?;
        order.reject_reason = reason.map(ToOwned::to_owned);
        self.record(&order, &before, Reason::Release, Facts::default())?;
        Ok(order)
    }

    /// Ends an order, and then its group does what follows from that.
    pub(super) fn end_and_settle(&mut self, order: Order, status: OrderStatus, reason: Option<&str>) -> Result<(), EngineError> {
        let ended = self.end(order, status, reason)?;
        self.settle_group(&ended)
    }

    pub(super) fn close_position(&mut self, symbol: &Symbol, amount: CloseAmount) -> Result<(), EngineError> {
        let position = self.state.positions.get(symbol).filter(|p| !p.qty.is_zero()).ok_or(EngineError::NoPosition)?;
        let lot = self.lot()?;
        let (qty, freed) = match amount {
            // Fees taken in coins leave dust that no venue sells.
            CloseAmount::All if self.state.venue.is_some() => (position.qty.whole_lots(lot), self.sells_of(symbol)),
            CloseAmount::All => (position.qty, self.sells_of(symbol)),
            CloseAmount::Qty(qty) => (qty, Freed::default()),
            CloseAmount::Percent(percent) => (position.qty.percent_of(percent, lot), Freed::default()),
        };
        // The venue frees what sells hold only when it has ended them.
        if freed.orders.iter().filter_map(|id| self.state.open_orders.get(id)).any(Order::is_at_venue) {
            return Err(EngineError::Denied(crate::risk::Denied::SellsOpen));
        }
        if qty.is_zero() {
            return Err(EngineError::Denied(crate::risk::Denied::TooSmall));
        }
        let new = NewOrder::simple(symbol.clone(), Side::Sell, OrderKind::Market, Amount::Qty(qty));
        let approved = self.approve(new, &freed)?;
        self.cancel_these(freed.orders, Some("The position was closed."))?;
        self.book_new(&approved).map(|_| ())
    }

    fn sells_of(&self, symbol: &Symbol) -> Freed {
        // Held exits hold nothing: they stay with their entry.
        let orders = self.open_ids(|o| o.symbol == *symbol && o.side == Side::Sell && o.status != OrderStatus::Held);
        let held = orders.iter().filter_map(|id| self.state.open_orders.get(id)).map(|o| o.hold_qty);
        let units = held.fold(Qty::ZERO, |sum, qty| sum.checked_add(qty).unwrap_or(sum));
        Freed { orders, units, ..Freed::default() }
    }

    pub(super) fn set_halted(&mut self, is_halted: bool) -> Result<(), EngineError> {
        self.applied.is_changed = self.state.is_halted != is_halted;
        self.state.is_halted = is_halted;
        if is_halted {
            self.cancel_all(None, Some("Trading was switched off."))?;
        }
        Ok(())
    }
}
