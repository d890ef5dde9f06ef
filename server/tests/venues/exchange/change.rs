//! Cancel, amend, replace, expire, bust: what ends or changes an order that was taken.

use rust_decimal::Decimal;

use super::{
    Exchange,
    order::{Class, NewOrder, Order, OrderId, Refusal, Side, Status, Trail, What},
};

#[derive(Debug, Clone, Default)]
pub struct Changes {
    pub qty: Option<Decimal>,
    pub limit: Option<Decimal>,
    pub stop: Option<Decimal>,
    pub trail: Option<Trail>,
    pub tif: Option<super::order::Tif>,
    pub client_id: Option<String>,
}

impl Changes {
    fn apply(&self, asked: &mut NewOrder) {
        asked.qty = self.qty.or(asked.qty);
        asked.limit = self.limit.or(asked.limit);
        asked.stop = self.stop.or(asked.stop);
        asked.trail = self.trail.or(asked.trail);
        asked.tif = self.tif.unwrap_or(asked.tif);
    }
}

impl Exchange {
    /// With its legs, and with the other one of a pair.
    pub fn cancel(&mut self, id: OrderId) -> Result<(), Refusal> {
        if !self.order(id).is_open() {
            return Err(Refusal::NotOpen(id));
        }
        self.close_family(id, Status::Canceled, &What::Canceled);
        Ok(())
    }

    pub fn expire(&mut self, id: OrderId) -> Result<(), Refusal> {
        if !self.order(id).is_open() {
            return Err(Refusal::NotOpen(id));
        }
        self.close_family(id, Status::Expired, &What::Expired);
        Ok(())
    }

    fn close_family(&mut self, id: OrderId, status: Status, what: &What) {
        let order = self.order(id);
        let mut family = vec![id];
        family.extend(&order.legs);
        if let Some(parent) = order.parent {
            let parent = self.order(parent);
            family.extend(&parent.legs);
            if parent.asked.class == Class::Oco {
                family.push(parent.id);
            }
        }
        for id in family {
            if self.order(id).is_open() {
                self.close(id, status, what.clone());
            }
        }
    }

    /// Orders whose time has come.
    pub fn expire_due(&mut self) {
        let now = self.now_ms();
        let due = self.orders.values().filter(|order| order.is_open() && order.asked.expires_ms.is_some_and(|at| at <= now));
        for id in due.map(|order| order.id).collect::<Vec<_>>() {
            self.close_family(id, Status::Expired, &What::Expired);
        }
    }

    /// Changes an order in place: it keeps its id, and what was filled stays.
    pub fn amend(&mut self, id: OrderId, changes: &Changes) -> Result<(), Refusal> {
        let order = self.order(id);
        if !order.is_open() {
            return Err(Refusal::NotOpen(id));
        }
        let mut asked = order.asked.clone();
        changes.apply(&mut asked);
        self.check_change(id, &asked)?;
        let order = self.order_mut(id);
        order.qty = asked.qty.unwrap_or(order.qty);
        order.stop = asked.stop;
        order.asked = asked;
        self.rehold(id);
        self.tell(id, What::Amended);
        self.work(id);
        Ok(())
    }

    /// Another order takes its place, for what is left of the new quantity.
    pub fn replace(&mut self, id: OrderId, changes: &Changes) -> Result<OrderId, Refusal> {
        let old = self.order(id).clone();
        if !old.is_open() {
            return Err(Refusal::NotOpen(id));
        }
        let mut asked = old.asked.clone();
        changes.apply(&mut asked);
        asked.client_id = changes.client_id.clone().unwrap_or_default();
        self.check_change(id, &asked)?;
        if let Some(first) = self.by_client_id(&asked.client_id) {
            return Err(Refusal::DuplicateClientId(first.id));
        }
        // The id that the next order gets: both sides of the exchange of places are told at once.
        self.order_mut(id).replaced_by = Some(self.next_id + 1);
        self.close(id, Status::Replaced, What::Replaced);
        asked.qty = asked.qty.map(|qty| qty - old.filled);
        asked.replaces = Some(id);
        let new = self.insert(asked, old.parent);
        self.inherit(&old, new);
        self.rehold(new);
        self.tell(new, What::New);
        self.work(new);
        Ok(new)
    }

    /// The place of an order among its parent and legs.
    fn inherit(&mut self, old: &Order, new: OrderId) {
        for leg in &old.legs {
            self.order_mut(*leg).parent = Some(new);
        }
        if let Some(parent) = old.parent {
            for leg in self.order_mut(parent).legs.iter_mut().filter(|leg| **leg == old.id) {
                *leg = new;
            }
        }
        let order = self.order_mut(new);
        order.legs.clone_from(&old.legs);
        if old.status == Status::Held {
            order.status = Status::Held;
        }
    }

    /// The rules of a new order, and the funds as if the old one held nothing.
    fn check_change(&self, id: OrderId, asked: &NewOrder) -> Result<(), Refusal> {
        let order = self.order(id);
        let nameless = NewOrder { client_id: String::new(), ..asked.clone() };
        self.check(&nameless)?;
        if asked.qty.is_some_and(|qty| qty <= order.filled) {
            return Err(Refusal::BelowMinimum);
        }
        let mut changed = order.clone();
        changed.qty = asked.qty.unwrap_or(order.qty);
        changed.asked = nameless;
        let (asset, needed) = (self.spent_asset(&asked.symbol, asked.side), self.needed(&changed));
        let free = self.funds.get(asset).free + order.hold;
        if needed > free {
            return Err(Refusal::InsufficientFunds { asset: asset.to_owned(), needed, free });
        }
        Ok(())
    }

    /// Takes an execution back, as if it had not been.
    pub fn bust(&mut self, trade_id: u64) -> Result<(), Refusal> {
        let trade = self.trades.iter_mut().find(|trade| trade.id == trade_id && !trade.is_busted).ok_or(Refusal::UnknownOrder)?;
        trade.is_busted = true;
        let trade = trade.clone();
        let (base, quote) = {
            let instrument = self.instrument(&trade.symbol).expect("it traded");
            (instrument.base, instrument.quote)
        };
        let cost = trade.qty * trade.price;
        match trade.side {
            Side::Buy => {
                self.funds.take(base, trade.qty);
                self.funds.add(quote, cost, Decimal::ZERO);
            }
            Side::Sell => {
                self.funds.take(quote, cost);
                self.funds.add(base, trade.qty, cost);
            }
        }
        self.funds.add(&trade.fee_asset, trade.fee, Decimal::ZERO);
        let order = self.order_mut(trade.order);
        order.filled -= trade.qty;
        order.cost -= cost;
        order.fee -= trade.fee;
        self.tell(trade.order, What::Bust(trade));
        Ok(())
    }
}
