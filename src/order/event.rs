//! What happened to an order: the facts that the store keeps and the user is told.

use super::{Order, OrderStatus};
use crate::{
    account::Cash,
    fill::Fill,
    ids::FillId,
    ledger::Transaction,
    position::{Lot, LotClose, Position},
};

/// One step of an order's life, with the state right after it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEvent {
    pub order: Order,
    /// The first event of the order.
    pub is_new: bool,
    pub fill: Option<Fill>,
    /// An execution that the venue took back.
    pub bust: Option<FillId>,
    /// What moved; `None` where nothing did.
    pub transaction: Option<Transaction>,
    pub cash: Cash,
    /// The holding after the step; `None` where it never existed.
    pub position: Option<Position>,
    /// Lots that changed, in their new state. A quantity of zero is a lot that is gone.
    pub lots: Vec<Lot>,
    pub closes: Vec<LotClose>,
    /// The executions of the symbol came out of order and were counted anew: `lots` and `closes` are all there are.
    pub is_rebuilt: bool,
    /// Something that is kept but told to nobody, like a moved watermark.
    pub is_quiet: bool,
    /// From here on it is to be sent to its venue.
    pub is_intent: bool,
}

impl OrderEvent {
    pub fn status(&self) -> OrderStatus {
        self.order.status
    }
}
