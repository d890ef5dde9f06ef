//! Orders of live accounts: what goes to the venue, what the venue says of it, and what waits here meanwhile.
//! Must never fill an order by itself, and never end one that the venue may still trade.

use super::{
    EngineError, FilledSoFar, Standing, VenueReport,
    command::Execution,
    fold::{Facts, Fold},
};
use crate::{
    ids::{FillId, OrderId},
    instrument::AssetType,
    ledger::{Asset, Line, Pots, Reason, Transaction},
    money::{Price, Qty, Usd},
    order::{Amount, CancelState, Holder, NewOrder, Order, OrderClass, OrderKind, OrderStatus, Side, TimeInForce},
    risk::Denied,
    time::Timestamp,
    venue::Capabilities,
};

impl Fold<'_> {
    /// Whether the account's venue takes such an order, or SpeedTrade can hold it for it.
    pub(super) fn check_venue(&self, new: &NewOrder) -> Result<(), EngineError> {
        let Some(venue) = self.state.venue else { return Ok(()) };
        let able = self.capabilities(self.instrument()?.asset_type).ok_or(Denied::NotAtVenue { venue })?;
        let lot = self.lot()?;
        if let Amount::Qty(qty) = new.amount
            && !qty.is_multiple_of(lot)
            && self.env.venue_lot.is_some()
        {
            return Err(Denied::LotAtVenue { venue, lot }.into());
        }
        if !able.times.contains(&new.time_in_force) {
            return Err(Denied::TimeAtVenue { venue, allowed: able.times_words() }.into());
        }
        Ok(())
    }

    /// What is traded in multiples of.
    pub(super) fn lot(&self) -> Result<Qty, EngineError> {
        let own = self.instrument()?.lot;
        Ok(self.env.venue_lot.map_or(own, |lot| lot.max(own)))
    }

    fn capabilities(&self, asset: AssetType) -> Option<Capabilities> {
        self.state.venue.and_then(|venue| venue.capabilities(asset))
    }

    /// Who watches over a new order first.
    pub(super) fn first_holder(&self, kind: OrderKind, class: OrderClass, asset: AssetType) -> Holder {
        self.state.venue.map_or(Holder::Server, |venue| venue.first_holder(kind, class, asset))
    }

    /// Ends what only we know of; what the venue knows is asked to end.
    pub(super) fn cancel_or_request(&mut self, order: Order, reason: Option<&str>) -> Result<(), EngineError> {
        if self.is_waiting_replacement(&order) {
            // Its group goes on with the order that still stands at the venue.
            return self.end(order, OrderStatus::Canceled, reason).map(|_| ());
        }
        if !order.is_at_venue() {
            return self.end_and_settle(order, OrderStatus::Canceled, reason);
        }
        let order = self.give_up_replacement(order, Some("The order it was to replace was canceled."))?;
        self.request_cancel_again(order)
    }

    pub(super) fn request_cancel(&mut self, mut order: Order) -> Result<(), EngineError> {
        let Some(venue) = &mut order.venue else { return Err(EngineError::Broken("venue")) };
        if venue.cancel.is_pending() {
            return Ok(());
        }
        venue.cancel = CancelState::Requested;
        self.keep_facts(&order)
    }

    /// Somebody asks: a venue that took the wish before and did not carry it out is told again.
    fn request_cancel_again(&mut self, mut order: Order) -> Result<(), EngineError> {
        if let Some(venue) = order.venue.as_mut().filter(|venue| venue.cancel == CancelState::Sent) {
            venue.cancel = CancelState::None;
        }
        self.request_cancel(order)
    }

    /// The end of an order's day, where the venue does not end it by itself.
    pub(super) fn expire(&mut self, order: Order) -> Result<(), EngineError> {
        if !order.is_at_venue() {
            return self.end_and_settle(order, OrderStatus::Expired, None);
        }
        match self.capabilities(order.asset_type) {
            Some(able) if !able.ends_day => self.request_cancel(order),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn note_cancel(&mut self, id: OrderId, state: CancelState) -> Result<(), EngineError> {
        let Some(mut order) = self.state.open_orders.get(&id).cloned() else { return Ok(()) };
        match &mut order.venue {
            Some(venue) if venue.cancel != state => venue.cancel = state,
            Some(_) | None => return Ok(()),
        }
        if state == CancelState::Refused {
            order = self.give_up_replacement(order, Some("The venue did not cancel the order it was to replace."))?;
        }
        self.keep_facts(&order)
    }

    /// Writes down facts that move nothing.
    fn keep_facts(&mut self, order: &Order) -> Result<(), EngineError> {
        let mut order = order.clone();
        order.updated_at = self.env.now;
        let before = self.before(&order.symbol);
        self.record(&order, &before, Reason::Reserve, Facts::default())
    }

    pub(super) fn lose(&mut self, id: OrderId, sent_at: Timestamp) -> Result<(), EngineError> {
        let Some(mut order) = self.state.open_orders.get(&id).cloned() else { return Ok(()) };
        if order.status != OrderStatus::PendingNew {
            return Ok(());
        }
        if let Some(venue) = &mut order.venue {
            (venue.sent_at, venue.unknown_since) = (venue.sent_at.or(Some(sent_at)), Some(self.env.now));
        }
        order.transition(OrderStatus::Unknown, self.env.now)?;
        self.keep_facts(&order)
    }

    pub(super) fn need_attention(&mut self, id: OrderId) -> Result<(), EngineError> {
        let Some(mut order) = self.state.open_orders.get(&id).cloned() else { return Ok(()) };
        match &mut order.venue {
            Some(venue) if order.status == OrderStatus::Unknown && !venue.needs_attention => venue.needs_attention = true,
            Some(_) | None => return Ok(()),
        }
        self.keep_facts(&order)
    }

    pub(super) fn not_placed(&mut self, id: OrderId, reason: &str) -> Result<(), EngineError> {
        let Some(order) = self.state.open_orders.get(&id).cloned() else { return Ok(()) };
        let is_unheard = matches!(order.status, OrderStatus::PendingNew | OrderStatus::Unknown) && order.filled_qty.is_zero();
        if is_unheard { self.end_live(order, OrderStatus::Rejected, Some(reason)) } else { Ok(()) }
    }

    pub(super) fn adopt(&mut self, order: &Order) -> Result<(), EngineError> {
        if self.state.open_orders.contains_key(&order.id) {
            return Ok(());
        }
        let before = self.before(&order.symbol);
        self.record(order, &before, Reason::Reserve, Facts::default())
    }

    pub(super) fn transfer(&mut self, amount: Usd) -> Result<(), EngineError> {
        let (old, cash) = (self.state.cash, &mut self.state.cash);
        cash.receive(amount)?;
        let moved = |new: Usd, old: Usd| new.checked_sub(old).map(Usd::to_atoms);
        let pots = Pots {
            available: moved(cash.available, old.available)?,
            shortfall: moved(old.shortfall, cash.shortfall)?,
            external: -amount.to_atoms(),
            ..Pots::default()
        };
        self.state.deposits = self.state.deposits.checked_add(amount)?;
        let reason = if amount.is_negative() { Reason::Withdrawal } else { Reason::Deposit };
        self.applied.transfers.extend(Transaction::new(reason, [Line { asset: Asset::Usd, pots }])?);
        Ok(())
    }

    pub(super) fn report(&mut self, report: &VenueReport) -> Result<(), EngineError> {
        let mut order = self.state.open_orders.get(&report.order.id).unwrap_or(&report.order).clone();
        let kept = order.clone();
        let Some(venue) = &mut order.venue else { return Err(EngineError::Broken("venue")) };
        venue.holder = Holder::Venue;
        venue.venue_id = report.venue_id.clone().or(venue.venue_id.take());
        venue.sent_at = venue.sent_at.or(report.sent_at);
        venue.acknowledged_at = venue.acknowledged_at.or(Some(self.env.now));
        (venue.unknown_since, venue.needs_attention) = (None, false);
        let filled = report.filled.filter(|filled| filled.qty > order.filled_qty);
        if let Some(filled) = filled {
            self.fill_up_to(&mut order, &filled)?;
            self.after_fill(&order)?;
        }
        let kept = if filled.is_some() { order.clone() } else { kept };
        if order.status.is_open() {
            return self.stand(order, &kept, report);
        }
        if order == kept { Ok(()) } else { self.keep_facts(&order) }
    }

    /// The venue's word for an order that is open in the books.
    fn stand(&mut self, mut order: Order, kept: &Order, report: &VenueReport) -> Result<(), EngineError> {
        let reason = report.reason.as_deref();
        match report.standing {
            // Executions beat status: those that the venue has counted and not named yet are still to come.
            Standing::Canceled | Standing::Expired | Standing::Rejected if report.counted > order.filled_qty => self.work(order, kept),
            Standing::Filled => {
                // A venue that counts is believed; where executions have names, the missing ones are still to come.
                let whole = report.filled.map(|filled| filled.qty).or(report.qty);
                if whole.is_some_and(|whole| whole <= order.filled_qty) && !order.filled_qty.is_zero() {
                    order.qty = order.filled_qty;
                    return self.end_live(order, OrderStatus::Filled, None);
                }
                self.work(order, kept)
            }
            Standing::Pending | Standing::Open => self.work(order, kept),
            Standing::Canceled if order.expires_at.is_some_and(|end| end <= self.env.now) => {
                self.end_live(order, OrderStatus::Expired, reason)
            }
            Standing::Canceled => self.end_live(order, OrderStatus::Canceled, reason),
            Standing::Expired => self.end_live(order, OrderStatus::Expired, reason),
            Standing::Rejected => self.end_live(order, OrderStatus::Rejected, reason),
        }
    }

    /// It stands at the venue and works.
    fn work(&mut self, mut order: Order, kept: &Order) -> Result<(), EngineError> {
        match order.status {
            OrderStatus::PendingNew | OrderStatus::Unknown | OrderStatus::Held => {
                let status = order.status_by_fills();
                order.transition(status, self.env.now)?;
            }
            OrderStatus::New
            | OrderStatus::PartiallyFilled
            | OrderStatus::Filled
            | OrderStatus::PendingCancel
            | OrderStatus::Canceled
            | OrderStatus::PendingReplace
            | OrderStatus::Replaced
            | OrderStatus::Rejected
            | OrderStatus::Expired => {}
        }
        if order == *kept { Ok(()) } else { self.keep_facts(&order) }
    }

    /// Books the difference between what the venue has counted and what is in the books.
    fn fill_up_to(&mut self, order: &mut Order, filled: &FilledSoFar) -> Result<(), EngineError> {
        let range = EngineError::Broken("range");
        let qty = filled.qty.checked_sub(order.filled_qty).ok_or(range)?;
        let price = match filled.last {
            Some((last, price)) if last == qty => price,
            Some(_) | None => difference_price(order, filled, qty).unwrap_or(filled.avg_price),
        };
        let venue_id = order.venue.as_ref().and_then(|venue| venue.venue_id.clone()).unwrap_or_default();
        let execution = Execution {
            order: order.clone(),
            id: FillId::new((self.env.new_id)()),
            exec_id: format!("{venue_id}@{}", filled.qty),
            qty,
            price,
            fee: filled.fees.checked_sub(order.fees)?.max(Usd::ZERO),
            fee_qty: if order.side == Side::Buy { qty.bps_up(filled.kept_bps) } else { Qty::ZERO },
            time: filled.time,
        };
        self.execute_of(order, &execution)
    }

    /// A day order ends with its day, everything else when the venue says so.
    pub(super) fn live_end(&self, order: &Order, tif: TimeInForce) -> Option<Timestamp> {
        let calendar = self.env.calendar;
        match tif {
            TimeInForce::Day if order.extended_hours => Some(calendar.extended_day_end(self.env.now)),
            TimeInForce::Day => Some(calendar.day_end(self.env.now)),
            TimeInForce::Gtc | TimeInForce::Ioc | TimeInForce::Fok | TimeInForce::Opg | TimeInForce::Cls => None,
        }
    }
}

/// The average of what came since the books last heard.
fn difference_price(order: &Order, filled: &FilledSoFar, qty: Qty) -> Option<Price> {
    let whole = filled.avg_price.decimal().checked_mul(filled.qty.decimal())?;
    let value = whole.checked_sub(order.filled_value.decimal())?;
    Price::new(value.checked_div(qty.decimal())?.round_dp(10))
}
