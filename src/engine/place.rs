//! Placing: the check, the reservation, the exits of a group, and the first try to trade.

use super::{
    EngineError,
    fold::{Facts, Fold},
};
use crate::{
    account::Cash,
    ids::OrderId,
    instrument::{Instrument, Symbol},
    ledger::Reason,
    money::{Price, Qty, Usd},
    order::{Amount, AtVenue, ClientOrderId, Group, Holder, NewOrder, Order, OrderClass, OrderKind, OrderStatus, Role, Side, TimeInForce},
    position::Position,
    risk::{self, Approved, Estimate, Pace, Situation},
    time::{MINUTE_US, SECOND_US, Timestamp},
};

/// An immediate order that nothing came to decide is over after this long.
const IMMEDIATE_US: i64 = 5 * SECOND_US;
/// An opening auction is over after this long, and a closing one begins this long before the close.
const AUCTION_US: i64 = 5 * MINUTE_US;
const CLOSING_US: i64 = 5 * SECOND_US;

/// A check may look at the account as it will be once something open has been given back.
#[derive(Default)]
pub(super) struct Freed {
    pub(super) orders: Vec<OrderId>,
    pub(super) cash: Usd,
    pub(super) units: Qty,
    /// The account's pace has counted the order already.
    pub(super) is_counted: bool,
}

impl Fold<'_> {
    pub(super) fn place(&mut self, new: &NewOrder) -> Result<(), EngineError> {
        let approved = self.approve(new.clone(), &Freed::default())?;
        self.book_new(&approved).map(|_| ())
    }

    pub(super) fn instrument(&self) -> Result<&Instrument, EngineError> {
        self.env.instrument.ok_or(EngineError::Broken("instrument"))
    }

    /// Changes nothing.
    pub(super) fn approve(&self, new: NewOrder, freed: &Freed) -> Result<Approved, EngineError> {
        self.check_venue(&new)?;
        let instrument = self.instrument()?;
        let (cash, position) = self.once_freed(&new.symbol, freed)?;
        let situation = self.situation(&new, freed, &cash, position.as_ref());
        Ok(risk::check(new, instrument, &situation)?)
    }

    /// What it would come to, allowed or not.
    pub(super) fn estimate(&self, new: &NewOrder) -> Result<Estimate, EngineError> {
        let (cash, position) = self.once_freed(&new.symbol, &Freed::default())?;
        Ok(risk::estimate(new, self.instrument()?, &self.situation(new, &Freed::default(), &cash, position.as_ref()))?)
    }

    fn once_freed(&self, symbol: &Symbol, freed: &Freed) -> Result<(Cash, Option<Position>), EngineError> {
        let mut cash = self.state.cash;
        cash.release(freed.cash)?;
        let mut position = self.state.positions.get(symbol).cloned();
        if let Some(position) = &mut position {
            position.release(freed.units)?;
        }
        Ok((cash, position))
    }

    fn situation<'a>(&'a self, new: &NewOrder, freed: &Freed, cash: &'a Cash, position: Option<&'a Position>) -> Situation<'a> {
        Situation {
            now: self.env.now,
            cash,
            position,
            lots: self.state.lots.get(&new.symbol),
            quote: self.env.quote.as_ref(),
            is_market_open: self.env.is_open(new.extended_hours),
            open_orders: self.state.open_orders.len() - freed.orders.len(),
            own_ask: self.own_limit(&new.symbol, Side::Sell, &freed.orders),
            own_bid: self.own_limit(&new.symbol, Side::Buy, &freed.orders),
            fees: &self.env.fees,
            limits: &self.state.limits,
            is_halted: self.state.is_halted,
            gate: self.state.gate,
            pace: if freed.is_counted { Pace::STILL } else { self.state.pace },
            equity: self.env.equity,
            day_pl: self.env.day_pl,
        }
    }

    /// The best limit of the account's own resting orders on one side of a symbol.
    pub(super) fn own_limit(&self, symbol: &Symbol, side: Side, but: &[OrderId]) -> Option<Price> {
        let orders = self.state.open_orders.values();
        let resting = orders.filter(|o| o.side == side && o.symbol == *symbol && o.is_resting_limit() && !but.contains(&o.id));
        let limits = resting.filter_map(Order::limit);
        match side {
            Side::Buy => limits.max(),
            Side::Sell => limits.min(),
        }
    }

    pub(super) fn book_new(&mut self, approved: &Approved) -> Result<OrderId, EngineError> {
        let new = approved.order();
        let mut order = self.accept(approved)?;
        self.state.pace.count(self.env.now);
        let before = self.before(&order.symbol);
        self.reserve(&mut order, approved.hold())?;
        self.record(&order, &before, Reason::Reserve, Facts { is_intent: order.is_at_venue(), ..Facts::default() })?;
        self.add_exits(&order, new)?;
        self.trade(&mut order)?;
        Ok(order.id)
    }

    fn accept(&self, approved: &Approved) -> Result<Order, EngineError> {
        let (instrument, new) = (self.instrument()?, approved.order());
        let id = OrderId::new((self.env.new_id)());
        let role = if new.class == OrderClass::Oco { Role::TakeProfit } else { Role::Entry };
        let notional = match new.amount {
            Amount::Qty(_) => None,
            Amount::Notional(amount) => Some(amount),
        };
        let holder = self.first_holder(new.kind, new.class, instrument.asset_type);
        let is_sent = self.state.venue.is_some() && holder == Holder::Venue;
        let order = Order {
            venue: self.state.venue.map(|_| AtVenue::held_by(holder)),
            status: if is_sent { OrderStatus::PendingNew } else { OrderStatus::New },
            group: (new.class != OrderClass::Simple).then_some(Group { id, class: new.class, role }),
            notional,
            qty: approved.qty(),
            lot_method: new.lot_method,
            chosen_lots: new.lots.clone(),
            extended_hours: new.extended_hours,
            ..self.blank(id, instrument, new.side, new.kind, new.client_order_id.clone())
        };
        Ok(self.timed(order, new.time_in_force))
    }

    /// An order with nothing but its terms.
    pub(super) fn blank(&self, id: OrderId, instrument: &Instrument, side: Side, kind: OrderKind, name: Option<ClientOrderId>) -> Order {
        let own_name = || id.to_string().parse().expect("a UUID is printable and short");
        Order {
            id,
            account_id: self.state.id,
            client_order_id: name.unwrap_or_else(own_name),
            symbol: instrument.symbol.clone(),
            asset_type: instrument.asset_type,
            side,
            kind,
            time_in_force: TimeInForce::Day,
            extended_hours: false,
            group: None,
            qty: Qty::ZERO,
            notional: None,
            filled_qty: Qty::ZERO,
            filled_value: Usd::ZERO,
            fees: Usd::ZERO,
            reserve: Usd::ZERO,
            hold: Usd::ZERO,
            hold_qty: Qty::ZERO,
            status: OrderStatus::New,
            reject_reason: None,
            triggered_at: None,
            watermark: kind.trail().and(self.env.quote).map(|quote| quote.price),
            lot_method: crate::position::LotMethod::Fifo,
            chosen_lots: Vec::new(),
            replaces: None,
            replaced_by: None,
            created_at: self.env.now,
            updated_at: self.env.now,
            filled_at: None,
            canceled_at: None,
            eligible_at: self.env.now,
            expires_at: None,
            venue: self.state.venue.map(|_| AtVenue::held_by(Holder::Server)),
        }
    }

    /// The order with the time in force and what follows from it: when it may trade and when it ends.
    pub(super) fn timed(&self, mut order: Order, tif: TimeInForce) -> Order {
        let (now, calendar) = (self.env.now, self.env.calendar);
        let soon = now.plus_micros(self.env.latency_us);
        let (eligible_at, expires_at): (Timestamp, Option<Timestamp>) = match tif {
            TimeInForce::Gtc => (soon, None),
            TimeInForce::Ioc | TimeInForce::Fok => (soon, Some(soon.plus_micros(IMMEDIATE_US))),
            TimeInForce::Day if order.extended_hours => (soon, Some(calendar.extended_day_end(now))),
            TimeInForce::Day => (soon, Some(calendar.day_end(now))),
            TimeInForce::Opg => {
                let open = calendar.next_open(now);
                (open, Some(open.plus_micros(AUCTION_US)))
            }
            TimeInForce::Cls => {
                let close = calendar.next_close(now);
                (close.plus_micros(-CLOSING_US).max(soon), Some(close))
            }
        };
        order.time_in_force = tif;
        let expires_at = if order.venue.is_some() { self.live_end(&order, tif) } else { expires_at };
        (order.eligible_at, order.expires_at) = (eligible_at, expires_at);
        order
    }

    /// The units a sell of this symbol could still promise.
    pub(super) fn free_units(&self, symbol: &Symbol) -> Qty {
        self.state.positions.get(symbol).map_or(Qty::ZERO, Position::available)
    }
}
