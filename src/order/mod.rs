//! An order's life: `OrderTicket` (typed by a person) → `NewOrder` (checked against the instrument) → `Order`.
//!
//! Must never decide whether an account can pay: that is `risk`.

mod at_venue;
mod change;
mod event;
mod group;
mod kind;
mod mistake;
mod new_order;
mod status;
mod terms;
mod ticket;
mod venue_name;

use rust_decimal::Decimal;

use crate::{
    ids::{AccountId, FillId, OrderId},
    instrument::{AssetType, Symbol},
    market::Quote,
    money::{OutOfRange, Price, Qty, Usd},
    position::{LotChoice, LotMethod, LotOrder},
    time::Timestamp,
};

pub use at_venue::{AtVenue, CancelState, Holder};
pub use change::{ChangedTerms, OrderChange, Terms};
pub use event::OrderEvent;
pub use group::{Exits, Group, OrderClass, Role, StopLoss};
pub use kind::{OrderKind, Side, TimeInForce, Trail, UnknownWord};
pub(crate) use mistake::Mistake;
pub use mistake::TICKET_CODES;
pub use new_order::{Amount, ClientOrderId, NewOrder};
pub use status::{IllegalTransition, OrderStatus};
pub use ticket::{FieldError, OrderTicket, StopLossTicket, TakeProfitTicket, TicketErrors};
pub use venue_name::{TAG_LENGTH, order_of_name, venue_name};

/// An order as the desk knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub account_id: AccountId,
    pub client_order_id: ClientOrderId,
    pub symbol: Symbol,
    pub asset_type: AssetType,
    pub side: Side,
    pub kind: OrderKind,
    pub time_in_force: TimeInForce,
    /// Trades before and after the core session too.
    pub extended_hours: bool,
    pub group: Option<Group>,
    pub qty: Qty,
    pub notional: Option<Usd>,
    pub filled_qty: Qty,
    /// Dollars exchanged in fills so far: cost of a buy, proceeds of a sell, without fees.
    pub filled_value: Usd,
    pub fees: Usd,
    /// Dollars a buy reserved when it was placed; what is left of it is `hold`.
    pub reserve: Usd,
    pub hold: Usd,
    /// Units a sell still reserves of the position. Less than what is open where another order of the group reserves them.
    pub hold_qty: Qty,
    pub status: OrderStatus,
    pub reject_reason: Option<String>,
    /// When the trigger of a stop was reached; from then on it trades like a market or limit order.
    pub triggered_at: Option<Timestamp>,
    /// The best price since a trailing stop was placed.
    pub watermark: Option<Price>,
    pub lot_method: LotMethod,
    pub chosen_lots: Vec<FillId>,
    pub replaces: Option<OrderId>,
    pub replaced_by: Option<OrderId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub filled_at: Option<Timestamp>,
    pub canceled_at: Option<Timestamp>,
    /// It can't trade before: the venue's delay, or the auction it waits for.
    pub eligible_at: Timestamp,
    /// When it ends by itself; `None` for good-till-canceled.
    pub expires_at: Option<Timestamp>,
    /// `None` on paper.
    pub venue: Option<AtVenue>,
}

impl Order {
    pub fn open_qty(&self) -> Qty {
        self.qty.checked_sub(self.filled_qty).unwrap_or(Qty::ZERO)
    }

    pub fn filled_avg_price(&self) -> Option<Price> {
        self.filled_value.per_unit(self.filled_qty)
    }

    pub fn role(&self) -> Option<Role> {
        self.group.map(|group| group.role)
    }

    /// False for two that are in none.
    pub fn same_group(&self, other: &Order) -> bool {
        self.group.is_some() && self.group.map(|group| group.id) == other.group.map(|group| group.id)
    }

    pub fn lot_choice(&self) -> LotChoice {
        LotChoice { method: self.lot_method, chosen: self.chosen_lots.clone() }
    }

    pub fn lot_order(&self) -> LotOrder<'_> {
        LotOrder { method: self.lot_method, chosen: &self.chosen_lots }
    }

    /// The price its trigger waits for now.
    pub fn current_stop(&self, tick: Price) -> Option<Price> {
        match self.kind {
            OrderKind::TrailingStop { trail } => self.watermark.map(|mark| trail.stop_price(self.side, mark, tick)),
            OrderKind::Market | OrderKind::Limit { .. } | OrderKind::Stop { .. } | OrderKind::StopLimit { .. } => self.kind.stop_price(),
        }
    }

    /// The trigger as shown: that of a trailing stop to the cent or, below a dollar, to a hundredth of one.
    pub fn shown_stop(&self) -> Option<Price> {
        let places = if self.watermark.is_some_and(|mark| mark.decimal() >= Decimal::ONE) { 2 } else { 4 };
        Price::new(Decimal::new(1, places)).and_then(|tick| self.current_stop(tick))
    }

    /// Whether the last price has reached the trigger. An order without one is always ready.
    pub fn is_triggered_by(&self, quote: &Quote, tick: Price) -> bool {
        if !self.kind.has_trigger() || self.triggered_at.is_some() {
            return true;
        }
        self.current_stop(tick).is_some_and(|stop| match self.side {
            Side::Buy => quote.price >= stop,
            Side::Sell => quote.price <= stop,
        })
    }

    /// The watermark after `quote`, where the quote is better than it.
    pub fn better_watermark(&self, quote: &Quote) -> Option<Price> {
        self.kind.trail()?;
        let is_better = self.watermark.is_none_or(|mark| match self.side {
            Side::Buy => quote.price < mark,
            Side::Sell => quote.price > mark,
        });
        (is_better && self.triggered_at.is_none()).then_some(quote.price)
    }

    /// The worst price it may trade at: the limit, if it has one.
    pub fn limit(&self) -> Option<Price> {
        self.kind.limit_price()
    }

    /// It was sent to a venue or is about to be: the venue decides what becomes of it.
    pub fn is_at_venue(&self) -> bool {
        self.venue.as_ref().is_some_and(|venue| venue.holder == Holder::Venue)
    }

    /// Stands in the venue's book with its limit, where others can trade against it.
    pub fn is_resting_limit(&self) -> bool {
        let is_active = matches!(self.status, OrderStatus::New | OrderStatus::PartiallyFilled);
        is_active && self.limit().is_some() && (!self.kind.has_trigger() || self.triggered_at.is_some())
    }

    /// Moves to `next`, or says that no order may go that way.
    pub fn transition(&mut self, next: OrderStatus, now: Timestamp) -> Result<(), IllegalTransition> {
        self.status = self.status.check_transition(next)?;
        self.updated_at = now;
        match next {
            OrderStatus::Filled => self.filled_at = Some(now),
            OrderStatus::Canceled | OrderStatus::Expired => self.canceled_at = Some(now),
            OrderStatus::PendingNew
            | OrderStatus::New
            | OrderStatus::PartiallyFilled
            | OrderStatus::PendingCancel
            | OrderStatus::PendingReplace
            | OrderStatus::Replaced
            | OrderStatus::Rejected
            | OrderStatus::Held
            | OrderStatus::Unknown => {}
        }
        Ok(())
    }

    /// Adds an execution to the totals. More than was ordered is recorded too.
    pub fn record_fill(&mut self, qty: Qty, value: Usd, fee: Usd) -> Result<(), OutOfRange> {
        self.filled_qty = self.filled_qty.checked_add(qty)?;
        self.filled_value = self.filled_value.checked_add(value)?;
        self.fees = self.fees.checked_add(fee)?;
        Ok(())
    }

    /// The status that follows from the executions: they beat what the venue said before. An order that ended stays ended,
    /// with more filled, unless all of it was.
    pub fn status_by_fills(&self) -> OrderStatus {
        if self.filled_qty >= self.qty {
            OrderStatus::Filled
        } else if self.status.is_ended_unfilled() {
            self.status
        } else if self.filled_qty.is_zero() {
            OrderStatus::New
        } else {
            OrderStatus::PartiallyFilled
        }
    }

    /// What the order is for once `qty` more has traded for `value`: units were an estimate where a venue was asked for dollars,
    /// and it says how many they are. More than the dollars is an overfill like any other.
    pub fn qty_with(&self, qty: Qty, value: Usd) -> Result<Qty, OutOfRange> {
        const WITHIN_BPS: i64 = 10_010;
        let filled = self.filled_qty.checked_add(qty)?;
        let spent = self.filled_value.checked_add(value)?;
        let is_within = match self.notional.filter(|_| self.venue.is_some()) {
            Some(dollars) => spent <= dollars.bps_up(WITHIN_BPS)?,
            None => false,
        };
        Ok(if is_within { self.qty.max(filled) } else { self.qty })
    }

    /// Dollars that the open part still has to reserve.
    pub fn hold_due(&self) -> Usd {
        match self.notional {
            None => self.reserve.share_up(self.open_qty(), self.qty),
            Some(_) if self.open_qty().is_zero() => Usd::ZERO,
            Some(_) => self.unspent(self.reserve),
        }
    }

    /// What is left of `dollars` after the executions and their fees.
    pub fn unspent(&self, dollars: Usd) -> Usd {
        let left = dollars.checked_sub(self.filled_value).and_then(|left| left.checked_sub(self.fees));
        left.unwrap_or(Usd::ZERO).max(Usd::ZERO)
    }
}

#[cfg(test)]
mod tests;
