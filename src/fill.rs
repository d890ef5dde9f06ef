//! One execution of an order.

use crate::{
    ids::{FillId, OrderId},
    instrument::Symbol,
    money::{Price, Qty, Usd},
    order::Side,
    time::Timestamp,
};

/// `value` is what was paid (buy, rounded up) or received (sell, rounded down).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    pub id: FillId,
    pub order_id: OrderId,
    pub symbol: Symbol,
    pub side: Side,
    pub qty: Qty,
    pub price: Price,
    pub value: Usd,
    pub time: Timestamp,
}
