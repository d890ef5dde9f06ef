//! Which open orders wait for which price. An index of what is committed; the engine decides again when it wakes one.

use std::collections::{BTreeMap, HashMap};

use crate::{
    ids::{AccountId, OrderId},
    instrument::{Instrument, Symbol},
    market::Quote,
    money::Qty,
    order::{Order, OrderStatus},
    paper::{self, Demand},
    time::Timestamp,
};

/// Bounded by the open orders each account may have.
#[derive(Debug, Default)]
pub struct RestingOrders {
    by_symbol: HashMap<Symbol, BTreeMap<OrderId, Order>>,
}

impl RestingOrders {
    /// Takes note of the newest state of an order.
    pub fn record(&mut self, order: &Order) {
        if order.status.is_open() && order.status != OrderStatus::Held {
            self.by_symbol.entry(order.symbol.clone()).or_default().insert(order.id, order.clone());
        } else if let Some(orders) = self.by_symbol.get_mut(&order.symbol) {
            orders.remove(&order.id);
            if orders.is_empty() {
                self.by_symbol.remove(&order.symbol);
            }
        }
    }

    /// Takes `open` for all that rests; what this process has noted since `since` stays.
    pub fn refresh(&mut self, open: Vec<Order>, since: Timestamp) {
        let old = std::mem::take(&mut self.by_symbol);
        open.iter().for_each(|order| self.record(order));
        for order in old.into_values().flat_map(BTreeMap::into_values).filter(|order| order.updated_at >= since) {
            self.record(&order);
        }
    }

    /// Orders on `instrument` that would do something at `quote`, oldest first.
    pub fn reached(&self, instrument: &Instrument, quote: &Quote, now: Timestamp) -> Vec<(OrderId, AccountId)> {
        let orders = self.by_symbol.get(&instrument.symbol);
        let due = orders.into_iter().flatten().filter(|(_, o)| wants(o, instrument, quote, now));
        due.map(|(id, o)| (*id, o.account_id)).collect()
    }

    /// Orders whose time has ended.
    pub fn expired(&self, now: Timestamp) -> Vec<(OrderId, AccountId)> {
        let all = self.by_symbol.values().flatten();
        all.filter(|(_, o)| o.expires_at.is_some_and(|end| end <= now)).map(|(id, o)| (*id, o.account_id)).collect()
    }

    pub fn is_waiting_for(&self, symbol: &Symbol) -> bool {
        self.by_symbol.contains_key(symbol)
    }

    pub fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.by_symbol.keys()
    }
}

fn wants(order: &Order, instrument: &Instrument, quote: &Quote, now: Timestamp) -> bool {
    if order.eligible_at > now {
        return false;
    }
    if !order.is_triggered_by(quote, instrument.tick) {
        return order.better_watermark(quote).is_some();
    }
    if order.time_in_force.is_immediate() {
        return true;
    }
    let demand = Demand { side: order.side, qty: order.open_qty(), limit: order.limit(), taken: Qty::ZERO };
    order.triggered_at.is_none() && order.kind.has_trigger() || !paper::executions(&demand, quote, instrument).is_empty()
}
