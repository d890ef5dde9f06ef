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
    by_symbol: HashMap<Symbol, BTreeMap<OrderId, Noted>>,
    /// How often something was noted.
    notes: u64,
}

#[derive(Debug)]
struct Noted {
    order: Order,
    note: u64,
}

impl RestingOrders {
    /// Takes note of the newest state of an order.
    pub fn record(&mut self, order: &Order) {
        self.notes += 1;
        if order.status.is_open() && order.status != OrderStatus::Held {
            let noted = Noted { order: order.clone(), note: self.notes };
            self.by_symbol.entry(order.symbol.clone()).or_default().insert(order.id, noted);
        } else if let Some(orders) = self.by_symbol.get_mut(&order.symbol) {
            orders.remove(&order.id);
            if orders.is_empty() {
                self.by_symbol.remove(&order.symbol);
            }
        }
    }

    /// To be asked before what rests is read from elsewhere.
    pub fn notes(&self) -> u64 {
        self.notes
    }

    /// Takes `open` for all that rests; what was noted here after `notes` stays.
    pub fn refresh(&mut self, open: &[Order], notes: u64) {
        let old = std::mem::take(&mut self.by_symbol);
        for order in open {
            self.record(order);
        }
        for noted in old.into_values().flat_map(BTreeMap::into_values).filter(|noted| noted.note > notes) {
            self.record(&noted.order);
        }
    }

    /// Orders on `instrument` that would do something at `quote`, oldest first.
    pub fn reached(&self, instrument: &Instrument, quote: &Quote, now: Timestamp) -> Vec<(OrderId, AccountId)> {
        let orders = self.by_symbol.get(&instrument.symbol);
        let due = orders.into_iter().flatten().filter(|(_, noted)| wants(&noted.order, instrument, quote, now));
        due.map(|(id, noted)| (*id, noted.order.account_id)).collect()
    }

    /// Orders whose time has ended, but for those whose venue was asked to end them.
    pub fn expired(&self, now: Timestamp) -> Vec<(OrderId, AccountId)> {
        let all = self.by_symbol.values().flatten();
        let is_asked = |order: &Order| order.venue.as_ref().is_some_and(|venue| venue.cancel.is_pending());
        let ended = |noted: &Noted| noted.order.expires_at.is_some_and(|end| end <= now) && !is_asked(&noted.order);
        all.filter(|(_, noted)| ended(noted)).map(|(id, noted)| (*id, noted.order.account_id)).collect()
    }

    /// The symbols that orders wait for, in no order.
    pub fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.by_symbol.iter().filter(|(_, orders)| !orders.is_empty()).map(|(symbol, _)| symbol)
    }

    pub fn is_waiting_for(&self, symbol: &Symbol) -> bool {
        self.by_symbol.contains_key(symbol)
    }
}

fn wants(order: &Order, instrument: &Instrument, quote: &Quote, now: Timestamp) -> bool {
    if order.eligible_at > now || order.is_at_venue() {
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
