//! Changing and ending orders of live accounts: the new terms wait here until the venue has ended the old order.
//! Must never let two orders of one wish stand at the venue.

use super::{
    EngineError,
    fold::{Facts, Fold},
    place::Freed,
};
use crate::{
    ledger::Reason,
    order::{Amount, NewOrder, Order, OrderStatus},
    risk::Denied,
};

impl Fold<'_> {
    /// After an execution: what the order's group or its replacement does about it.
    pub(super) fn after_fill(&mut self, order: &Order) -> Result<(), EngineError> {
        if order.venue.is_some() && order.replaced_by.is_some() {
            return if order.status.is_open() { Ok(()) } else { self.turn_of_replacement(order) };
        }
        self.settle_group(order)
    }

    /// Ends an order as the venue said, and goes on with what waited for that.
    pub(super) fn end_live(&mut self, order: Order, status: OrderStatus, reason: Option<&str>) -> Result<(), EngineError> {
        if order.replaced_by.is_none_or(|id| !self.state.open_orders.contains_key(&id)) {
            return self.end_and_settle(order, status, reason);
        }
        let status = if status == OrderStatus::Filled { status } else { OrderStatus::Replaced };
        let ended = self.end(order, status, reason)?;
        self.turn_of_replacement(&ended)
    }

    /// The old order has ended: the new one takes what is left of it to the venue.
    fn turn_of_replacement(&mut self, old: &Order) -> Result<(), EngineError> {
        let Some(mut new) = old.replaced_by.and_then(|id| self.state.open_orders.get(&id)).cloned() else { return self.settle_group(old) };
        // It has its turn once: what is told late of the old order changes nothing of what went to the venue for it.
        if new.status != OrderStatus::Held {
            return Ok(());
        }
        let left = new.qty.checked_sub(old.filled_qty).filter(|left| !left.is_zero() && old.status != OrderStatus::Filled);
        let Some(left) = left else {
            self.end(new, OrderStatus::Canceled, Some("The order had filled before it could be changed."))?;
            return self.settle_group(old);
        };
        let wanted = NewOrder {
            time_in_force: new.time_in_force,
            extended_hours: new.extended_hours,
            ..NewOrder::simple(new.symbol.clone(), new.side, new.kind, Amount::Qty(left))
        };
        new.qty = left;
        // Also where the new one is refused: they guard what the old one bought, and no more.
        self.resize_exits(old, &new)?;
        let approved = match self.approve(wanted, &Freed { is_counted: true, ..Freed::default() }) {
            Ok(approved) => approved,
            Err(EngineError::Denied(denied)) => return self.end_and_settle(new, OrderStatus::Rejected, Some(&denied.to_string())),
            Err(other) => return Err(other),
        };
        let before = self.before(&new.symbol);
        self.reserve(&mut new, approved.hold())?;
        self.record(&new, &before, Reason::Reserve, Facts { is_quiet: true, ..Facts::default() })?;
        self.dispatch(&mut new)
    }

    /// The replacement that waited for `order` will not come.
    pub(super) fn give_up_replacement(&mut self, mut order: Order, reason: Option<&str>) -> Result<Order, EngineError> {
        if let Some(new) = order.replaced_by.take().and_then(|id| self.state.open_orders.get(&id)).cloned() {
            self.end(new, OrderStatus::Canceled, reason)?;
        }
        Ok(order)
    }

    /// A replacement that waits for the venue to end what it replaces.
    pub(super) fn is_waiting_replacement(&self, order: &Order) -> bool {
        order.status == OrderStatus::Held && order.replaces.is_some_and(|old| self.state.open_orders.contains_key(&old))
    }

    /// The new terms wait here until the venue has ended the old order: nothing can trade twice.
    pub(super) fn replace_live(&mut self, mut old: Order, mut new: Order) -> Result<(), EngineError> {
        let Some(venue) = &old.venue else { return Err(EngineError::Broken("venue")) };
        if venue.is_external {
            return Err(Denied::External.into());
        }
        if matches!(old.status, OrderStatus::PendingNew | OrderStatus::Unknown) || venue.cancel.is_pending() {
            return Err(Denied::OnItsWay.into());
        }
        self.state.pace.count(self.env.now);
        new.status = OrderStatus::Held;
        old.replaced_by = Some(new.id);
        let before = self.before(&new.symbol);
        self.record(&new, &before, Reason::Reserve, Facts::default())?;
        self.request_cancel(old)
    }
}
