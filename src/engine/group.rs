//! Exits: born with their entry, awake when it has traded, gone when one of them has.

use super::{
    EngineError,
    fold::{Facts, Fold},
};
use crate::{
    ids::OrderId,
    ledger::Reason,
    money::{Qty, Usd},
    order::{Group, Holder, NewOrder, Order, OrderClass, OrderStatus, Role, Side},
};

pub(super) const OTHER_EXIT: &str = "The other exit of its group traded or was canceled.";
const NO_ENTRY: &str = "Its entry ended without a fill that could be sold.";

impl Fold<'_> {
    /// The exits that the ticket asked for. Those of an entry are held until it has filled.
    pub(super) fn add_exits(&mut self, first: &Order, new: &NewOrder) -> Result<(), EngineError> {
        let Some(group) = first.group else { return Ok(()) };
        let status = if group.class == OrderClass::Oco { OrderStatus::New } else { OrderStatus::Held };
        for (role, kind) in new.exits.kinds() {
            let side = if group.class == OrderClass::Oco { first.side } else { first.side.opposite() };
            let id = OrderId::new((self.env.new_id)());
            let exit = Order {
                group: Some(Group { role, ..group }),
                qty: first.qty,
                status,
                lot_method: first.lot_method,
                chosen_lots: first.chosen_lots.clone(),
                ..self.blank(id, self.instrument()?, side, kind, None)
            };
            let exit = self.timed(exit, first.time_in_force);
            let before = self.before(&exit.symbol);
            self.record(&exit, &before, Reason::Reserve, Facts::default())?;
        }
        Ok(())
    }

    pub(super) fn others(&self, order: &Order) -> Vec<Order> {
        let same = |o: &&Order| o.id != order.id && o.same_group(order);
        self.state.open_orders.values().filter(same).cloned().collect()
    }

    /// After every fill and every end of an order: what its group does about it.
    pub(super) fn settle_group(&mut self, order: &Order) -> Result<(), EngineError> {
        match order.role() {
            None => Ok(()),
            Some(Role::Entry) if order.status.is_open() => Ok(()),
            Some(Role::Entry) => self.wake_exits(order),
            Some(Role::TakeProfit | Role::StopLoss) => self.settle_sibling(order),
        }
    }

    /// The entry is done: its exits guard what it bought.
    fn wake_exits(&mut self, entry: &Order) -> Result<(), EngineError> {
        let mut exits: Vec<_> =
            self.others(entry).into_iter().filter(|o| o.status == OrderStatus::Held && o.role() != Some(Role::Entry)).collect();
        exits.sort_by_key(|exit| exit.role() != Some(Role::TakeProfit));
        // What was bought may have been sold by hand meanwhile.
        let free = self.free_units(&entry.symbol);
        let is_alone = exits.len() == 1;
        for (n, exit) in exits.into_iter().enumerate() {
            // The exits were born for all that was ordered, over every replacement of the entry.
            let bought = exit.qty.checked_sub(entry.open_qty()).unwrap_or(Qty::ZERO);
            let guarded = bought.min(free);
            // A fee in coins leaves dust that no venue sells.
            let guarded = if exit.venue.is_some() && !guarded.is_zero() { guarded.whole_lots(self.lot()?) } else { guarded };
            if guarded.is_zero() {
                self.end(exit, OrderStatus::Canceled, Some(NO_ENTRY))?;
                continue;
            }
            let before = self.before(&exit.symbol);
            // Their day begins when they do.
            let tif = exit.time_in_force;
            let mut exit = self.timed(exit, tif);
            exit.qty = guarded;
            exit.transition(OrderStatus::New, self.env.now)?;
            if n == 0 {
                self.reserve(&mut exit, Usd::ZERO)?;
            }
            self.record(&exit, &before, Reason::Reserve, Facts::default())?;
            // Two exits are watched together, here; one alone is safer at the venue.
            if is_alone && exit.venue.is_some() && self.first_holder(exit.kind, OrderClass::Simple, exit.asset_type) == Holder::Venue {
                self.dispatch(&mut exit)?;
            }
        }
        Ok(())
    }

    /// One exit traded or ended: the other shrinks with it, or ends too. One that was refused leaves the other on guard.
    fn settle_sibling(&mut self, order: &Order) -> Result<(), EngineError> {
        for mut sibling in self.others(order).into_iter().filter(|o| o.role() != Some(Role::Entry)) {
            let left = order.open_qty();
            if order.status == OrderStatus::Rejected && order.filled_qty.is_zero() {
                // What the refused exit had reserved is free for this one.
                self.reserve_units(&mut sibling)?;
                continue;
            }
            if sibling.venue.is_some() && sibling.triggered_at.is_some() && !sibling.is_at_venue() && !left.is_zero() {
                if !order.status.is_open() {
                    sibling.qty = sibling.filled_qty.checked_add(left)?;
                    self.try_dispatch(&mut sibling)?;
                }
                continue;
            }
            if !order.status.is_open() || left.is_zero() {
                if sibling.is_at_venue() {
                    self.request_cancel(sibling)?;
                    continue;
                }
                self.end(sibling, OrderStatus::Canceled, Some(OTHER_EXIT))?;
            } else if sibling.open_qty() > left {
                let before = self.before(&sibling.symbol);
                sibling.qty = sibling.filled_qty.checked_add(left)?;
                sibling.updated_at = self.env.now;
                self.record(&sibling, &before, Reason::Release, Facts::default())?;
            }
        }
        Ok(())
    }

    /// A triggered stop takes over what its sibling reserved. False: there is not enough, and the order has ended.
    pub(super) fn take_over(&mut self, order: &mut Order) -> Result<bool, EngineError> {
        // An entry has a trigger too, and its exits stay.
        let is_exit = order.role() == Some(Role::StopLoss);
        for sibling in self.others(order).into_iter().filter(|o| is_exit && o.role() == Some(Role::TakeProfit)) {
            self.end(sibling, OrderStatus::Canceled, Some(OTHER_EXIT))?;
        }
        let needs = match order.side {
            Side::Sell => order.hold_qty.is_zero(),
            Side::Buy => order.hold == Usd::ZERO,
        };
        if !needs {
            return Ok(true);
        }
        let before = self.before(&order.symbol);
        let hold = self.stop_hold(order).ok();
        let is_there = match order.side {
            Side::Sell => order.open_qty() <= self.free_units(&order.symbol),
            Side::Buy => hold.is_some_and(|hold| hold <= self.state.cash.available),
        };
        let Some(hold) = hold.filter(|_| is_there) else {
            let reason = "What it would trade was not free any more.";
            self.end(order.clone(), OrderStatus::Rejected, Some(reason))?;
            return Ok(false);
        };
        self.reserve(order, hold)?;
        self.record(order, &before, Reason::Reserve, Facts::default())?;
        Ok(true)
    }
}
