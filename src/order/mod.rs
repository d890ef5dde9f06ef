//! An order's life: `OrderTicket` (typed by a person) → `NewOrder` (checked against the instrument) → `Order`.
//!
//! Must never decide whether an account can pay: that is `risk`.

mod event;
mod kind;
mod new_order;
mod status;
mod ticket;

use crate::{
    ids::{AccountId, OrderId},
    instrument::{AssetType, Symbol},
    money::{OutOfRange, Price, Qty, Usd},
    time::Timestamp,
};

pub use event::OrderEvent;
pub use kind::{OrderKind, Side, TimeInForce, UnknownWord};
pub use new_order::{Amount, ClientOrderId, NewOrder};
pub use status::{IllegalTransition, OrderStatus};
pub use ticket::{FieldError, OrderTicket, TicketErrors};

/// An order as the desk knows it. `hold` is what it still reserves: dollars for a buy, nothing for a sell
/// (a sell reserves its open quantity of the position).
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
    pub qty: Qty,
    pub notional: Option<Usd>,
    pub filled_qty: Qty,
    /// Dollars exchanged in fills so far: cost of a buy, proceeds of a sell.
    pub filled_value: Usd,
    pub hold: Usd,
    pub status: OrderStatus,
    pub reject_reason: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub filled_at: Option<Timestamp>,
    pub canceled_at: Option<Timestamp>,
    /// When a day order ends; `None` for good-till-canceled.
    pub expires_at: Option<Timestamp>,
}

impl Order {
    pub fn open_qty(&self) -> Qty {
        self.qty.checked_sub(self.filled_qty).unwrap_or(Qty::ZERO)
    }

    pub fn filled_avg_price(&self) -> Option<Price> {
        self.filled_value.per_unit(self.filled_qty)
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

    /// Adds an execution to the totals; the status follows the filled quantity.
    pub fn record_fill(&mut self, qty: Qty, value: Usd) -> Result<OrderStatus, OutOfRange> {
        self.filled_qty = self.filled_qty.checked_add(qty)?;
        self.filled_value = self.filled_value.checked_add(value)?;
        Ok(if self.open_qty().is_zero() { OrderStatus::Filled } else { OrderStatus::PartiallyFilled })
    }
}
