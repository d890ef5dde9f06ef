//! What happened to an order: the facts that the store keeps and the user is told.

use super::{Order, OrderStatus};
use crate::{account::Cash, fill::Fill, ledger::Transaction, position::Position};

/// One step of an order's life, with the state right after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEvent {
    pub order: Order,
    pub fill: Option<Fill>,
    pub transactions: Vec<Transaction>,
    pub cash: Cash,
    /// The holding after the step; `None` where it never existed.
    pub position: Option<Position>,
}

impl OrderEvent {
    pub fn status(&self) -> OrderStatus {
        self.order.status
    }
}
