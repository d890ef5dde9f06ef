//! Which open orders wait for which price. An index of what is committed; the engine decides again when it wakes one.

use std::collections::{BTreeMap, HashMap};

use speedtrade::{
    ids::{AccountId, OrderId},
    instrument::Symbol,
    market::Quote,
    order::{Order, OrderKind, Side},
    time::Timestamp,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestingOrder {
    pub account_id: AccountId,
    pub side: Side,
    pub kind: OrderKind,
    pub expires_at: Option<Timestamp>,
}

/// Bounded by the open orders each account may have.
#[derive(Debug, Default)]
pub struct RestingOrders {
    by_symbol: HashMap<Symbol, BTreeMap<OrderId, RestingOrder>>,
}

impl RestingOrders {
    /// Takes note of the newest state of an order.
    pub fn record(&mut self, order: &Order) {
        if order.status.is_open() {
            let resting = RestingOrder { account_id: order.account_id, side: order.side, kind: order.kind, expires_at: order.expires_at };
            self.by_symbol.entry(order.symbol.clone()).or_default().insert(order.id, resting);
        } else if let Some(orders) = self.by_symbol.get_mut(&order.symbol) {
            orders.remove(&order.id);
            if orders.is_empty() {
                self.by_symbol.remove(&order.symbol);
            }
        }
    }

    /// Orders on `symbol` that would trade at `quote`, oldest first.
    pub fn reached(&self, symbol: &Symbol, quote: &Quote) -> Vec<(OrderId, AccountId)> {
        let orders = self.by_symbol.get(symbol);
        let due = orders.into_iter().flatten().filter(|(_, o)| o.kind.fill_price(o.side, quote).is_some());
        due.map(|(id, o)| (*id, o.account_id)).collect()
    }

    /// Orders whose day has ended.
    pub fn expired(&self, now: Timestamp) -> Vec<(OrderId, AccountId)> {
        let all = self.by_symbol.values().flatten();
        all.filter(|(_, o)| o.expires_at.is_some_and(|end| end <= now)).map(|(id, o)| (*id, o.account_id)).collect()
    }

    pub fn is_waiting_for(&self, symbol: &Symbol) -> bool {
        self.by_symbol.contains_key(symbol)
    }
}
