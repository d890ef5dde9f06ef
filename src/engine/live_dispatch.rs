//! What waits here for its trigger, and how it goes to the venue. Must never send an exit while its sibling may still trade.

use super::{
    EngineError,
    fold::{Facts, Fold},
    group::OTHER_EXIT,
};
use crate::{
    ledger::Reason,
    money::Usd,
    order::{Holder, Order, OrderKind, OrderStatus, Role, Side},
};

impl Fold<'_> {
    /// Sends what waited here, once its time has come.
    pub(super) fn try_dispatch(&mut self, order: &mut Order) -> Result<(), EngineError> {
        if order.is_at_venue() || order.status != OrderStatus::New || !self.env.is_open(order.extended_hours) {
            return Ok(());
        }
        let Some(quote) = self.env.quote.filter(|quote| quote.is_fresh(self.env.now)) else { return Ok(()) };
        if order.triggered_at.is_none() {
            let watermark = order.better_watermark(&quote);
            order.watermark = watermark.or(order.watermark);
            let is_reached = match order.kind {
                OrderKind::Limit { limit_price } => match order.side {
                    Side::Buy => quote.ask <= limit_price,
                    Side::Sell => quote.bid >= limit_price,
                },
                OrderKind::Market => true,
                OrderKind::Stop { .. } | OrderKind::StopLimit { .. } | OrderKind::TrailingStop { .. } => {
                    order.is_triggered_by(&quote, self.instrument()?.tick)
                }
            };
            if !is_reached && watermark.is_none() {
                return Ok(());
            }
            order.triggered_at = is_reached.then_some(self.env.now);
            order.updated_at = self.env.now;
            let before = self.before(&order.symbol);
            self.record(order, &before, Reason::Reserve, Facts { is_quiet: !is_reached, ..Facts::default() })?;
        }
        if order.triggered_at.is_some() { self.take_turn(order) } else { Ok(()) }
    }

    /// A triggered exit goes once its sibling is out of the way, which the venue has to confirm.
    fn take_turn(&mut self, order: &mut Order) -> Result<(), EngineError> {
        let is_exit = matches!(order.role(), Some(Role::TakeProfit | Role::StopLoss));
        let siblings = self.others(order).into_iter().filter(|o| is_exit && o.role() != Some(Role::Entry));
        let mut is_waiting = false;
        for sibling in siblings.collect::<Vec<_>>() {
            if sibling.is_at_venue() {
                is_waiting = true;
                self.request_cancel(sibling)?;
            } else if order.role() == Some(Role::StopLoss) {
                self.end(sibling, OrderStatus::Canceled, Some(OTHER_EXIT))?;
            }
        }
        if is_waiting || !self.is_reserved(order)? {
            return Ok(());
        }
        self.dispatch(order)
    }

    /// Reserves what a triggered exit needs. False: there is not enough, and it has ended.
    fn is_reserved(&mut self, order: &mut Order) -> Result<bool, EngineError> {
        let is_reserved = self.reserve_units(order)?;
        if !is_reserved {
            self.end(order.clone(), OrderStatus::Rejected, Some("What it would trade was not free any more."))?;
        }
        Ok(is_reserved)
    }

    /// Reserves what a sell waited without. False: there is not enough.
    pub(super) fn reserve_units(&mut self, order: &mut Order) -> Result<bool, EngineError> {
        if order.side == Side::Buy || !order.hold_qty.is_zero() {
            return Ok(true);
        }
        if order.open_qty() > self.free_units(&order.symbol) {
            return Ok(false);
        }
        let before = self.before(&order.symbol);
        self.reserve(order, Usd::ZERO)?;
        self.record(order, &before, Reason::Reserve, Facts { is_quiet: true, ..Facts::default() })?;
        Ok(true)
    }

    pub(super) fn dispatch(&mut self, order: &mut Order) -> Result<(), EngineError> {
        let Some(venue) = &mut order.venue else { return Err(EngineError::Broken("venue")) };
        venue.holder = Holder::Venue;
        order.transition(OrderStatus::PendingNew, self.env.now)?;
        let before = self.before(&order.symbol);
        self.record(order, &before, Reason::Reserve, Facts { is_intent: true, ..Facts::default() })
    }
}
