//! Replacing: the old order ends as the new one begins, in one step; what is refused changes nothing.

use super::{
    EngineError,
    fold::{Facts, Fold},
    place::Freed,
};
use crate::{
    ids::OrderId,
    ledger::Reason,
    money::Usd,
    order::{Amount, ChangedTerms, NewOrder, Order, OrderStatus, Role, Side},
    risk::Denied,
};

impl Fold<'_> {
    pub(super) fn replace(&mut self, id: OrderId, changed: &ChangedTerms) -> Result<(), EngineError> {
        let mut old = self.open_order(id)?;
        if self.is_waiting_replacement(&old) {
            return Err(Denied::OnItsWay.into());
        }
        let terms = changed.terms;
        let is_exit = matches!(old.role(), Some(Role::TakeProfit | Role::StopLoss));
        if is_exit && terms.qty != old.qty {
            return Err(Denied::ExitQty.into());
        }
        let qty = terms.qty.checked_sub(old.filled_qty).filter(|qty| !qty.is_zero()).ok_or(EngineError::FilledAlready)?;
        // An exit that holds nothing itself is not paid for again.
        let is_holding = old.hold != Usd::ZERO || !old.hold_qty.is_zero();
        let mut hold = Usd::ZERO;
        if is_holding || !is_exit {
            let freed = Freed { orders: vec![id], cash: old.hold, units: old.hold_qty, is_counted: false };
            let new = NewOrder {
                time_in_force: terms.time_in_force,
                extended_hours: old.extended_hours,
                ..NewOrder::simple(old.symbol.clone(), old.side, terms.kind, Amount::Qty(qty))
            };
            hold = self.approve(new, &freed)?.hold();
        }
        let new_id = OrderId::new((self.env.new_id)());
        let mut new = self.replacement(&old, new_id, changed)?;
        if old.is_at_venue() {
            new.qty = terms.qty;
            return self.replace_live(old, new);
        }
        new.qty = qty;
        self.swap(&mut old, &mut new, hold, is_holding)?;
        self.resize_exits(&old, &new)?;
        if new.status == OrderStatus::Held { Ok(()) } else { self.trade(&mut new) }
    }

    fn replacement(&self, old: &Order, id: OrderId, changed: &ChangedTerms) -> Result<Order, EngineError> {
        let blank = self.blank(id, self.instrument()?, old.side, changed.terms.kind, changed.client_order_id.clone());
        let new = Order {
            group: old.group,
            extended_hours: old.extended_hours,
            status: if old.status == OrderStatus::Held { OrderStatus::Held } else { OrderStatus::New },
            watermark: changed.terms.kind.trail().and(old.watermark.or(blank.watermark)),
            lot_method: old.lot_method,
            chosen_lots: old.chosen_lots.clone(),
            replaces: Some(old.id),
            ..blank
        };
        let timed = self.timed(new, changed.terms.time_in_force);
        // A day order that was placed before keeps its day.
        let keeps_day = old.time_in_force == changed.terms.time_in_force;
        Ok(if keeps_day { Order { expires_at: old.expires_at, ..timed } } else { timed })
    }

    fn swap(&mut self, old: &mut Order, new: &mut Order, hold: Usd, is_holding: bool) -> Result<(), EngineError> {
        self.state.pace.count(self.env.now);
        let before = self.before(&old.symbol);
        self.release(old)?;
        old.transition(OrderStatus::Replaced, self.env.now)?;
        old.replaced_by = Some(new.id);
        self.record(old, &before, Reason::Release, Facts::default())?;
        let before = self.before(&new.symbol);
        if is_holding || (new.side == Side::Buy && hold != Usd::ZERO) {
            self.reserve(new, hold)?;
        }
        self.record(new, &before, Reason::Reserve, Facts::default())
    }

    /// The held exits of an entry follow its quantity: all that was ordered, over every replacement.
    pub(super) fn resize_exits(&mut self, old: &Order, new: &Order) -> Result<(), EngineError> {
        if new.role() != Some(Role::Entry) {
            return Ok(());
        }
        let held = self.state.open_orders.values().filter(|o| o.status == OrderStatus::Held && o.same_group(new));
        for mut exit in held.cloned().collect::<Vec<_>>() {
            let before_this = exit.qty.checked_sub(old.open_qty()).unwrap_or_default();
            let qty = before_this.checked_add(new.qty)?;
            if qty != exit.qty || exit.time_in_force != new.time_in_force {
                let before = self.before(&exit.symbol);
                (exit.qty, exit.time_in_force) = (qty, new.time_in_force);
                exit.updated_at = self.env.now;
                self.record(&exit, &before, Reason::Reserve, Facts::default())?;
            }
        }
        Ok(())
    }
}
