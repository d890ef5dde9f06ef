//! A market and one account of it: instruments, prices, funds, orders, trades. The four protocols are skins over it.
//!
//! It knows no wire and decides no fault; what happens is kept as events until somebody takes them.

pub mod change;
pub mod funds;
pub mod instrument;
pub mod matching;
pub mod order;
pub mod submit;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use funds::Funds;
use instrument::Instrument;
use order::{Event, Order, OrderId, Side, Trade, What};
use rust_decimal::Decimal;

/// How a client's own id of an order is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientIdRule {
    /// Never twice, whatever became of the first.
    UniqueForever,
    /// Free again when the order is closed.
    UniqueAmongOpen,
    /// No second order: the first is the answer.
    ReturnsFirst,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeeAsset {
    Quote,
    /// Of a buy the base, of a sale the quote.
    Received,
}

/// What tells one venue from another.
pub struct Profile {
    pub instruments: Vec<Instrument>,
    pub funds: Funds,
    pub client_ids: ClientIdRule,
    pub fee_asset: FeeAsset,
    pub maker: Decimal,
    pub taker: Decimal,
    pub order_id: fn(u64) -> String,
    /// What the venue calls an order whose client gave it no name.
    pub own_client_id: fn(u64) -> String,
}

#[derive(Debug, Clone)]
pub struct Touch {
    pub bid: Decimal,
    pub ask: Decimal,
    /// What can still be taken at the touch; `None` is without end.
    pub depth: Option<Decimal>,
}

pub struct Exchange {
    pub profile: Profile,
    pub touches: BTreeMap<String, Touch>,
    pub funds: Funds,
    pub orders: BTreeMap<OrderId, Order>,
    pub trades: Vec<Trade>,
    pub events: Vec<Event>,
    /// Off: nothing fills but by command.
    pub is_filling: bool,
    pub is_withdrawal_permitted: bool,
    /// Trades are counted in orders, and not listed yet.
    pub is_hiding_trades: bool,
    pub clock_offset_ms: i64,
    /// New orders are not found by look-ups for so long.
    pub lookup_lag_ms: i64,
    pub next_id: u64,
}

impl Exchange {
    /// Ids go on from `first_id`, so that two runs of a venue share none.
    pub fn new(profile: Profile, first_id: u64) -> Self {
        let touch = |one: &Instrument| (one.symbol.clone(), Touch { bid: one.bid, ask: one.ask, depth: None });
        Self {
            touches: profile.instruments.iter().map(touch).collect(),
            funds: profile.funds.clone(),
            profile,
            orders: BTreeMap::new(),
            trades: Vec::new(),
            events: Vec::new(),
            is_filling: true,
            is_withdrawal_permitted: false,
            is_hiding_trades: false,
            clock_offset_ms: 0,
            lookup_lag_ms: 0,
            next_id: first_id,
        }
    }

    pub fn now_us(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        i64::try_from(since.as_micros()).expect("before the year 200000") + self.clock_offset_ms * 1000
    }

    pub fn now_ms(&self) -> i64 {
        self.now_us() / 1000
    }

    pub fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub fn instrument(&self, symbol: &str) -> Option<&Instrument> {
        self.profile.instruments.iter().find(|one| one.symbol == symbol)
    }

    pub fn instrument_of(&self, order: &Order) -> &Instrument {
        self.instrument(&order.asked.symbol).expect("checked when it was taken")
    }

    pub fn touch(&self, symbol: &str) -> &Touch {
        self.touches.get(symbol).expect("every instrument has one")
    }

    pub fn order(&self, id: OrderId) -> &Order {
        self.orders.get(&id).expect("an id of this exchange")
    }

    pub fn order_mut(&mut self, id: OrderId) -> &mut Order {
        self.orders.get_mut(&id).expect("an id of this exchange")
    }

    pub fn by_venue_id(&self, venue_id: &str) -> Option<&Order> {
        self.orders.values().find(|order| order.venue_id == venue_id)
    }

    /// The newest with this id, for it may have been used before.
    pub fn by_client_id(&self, client_id: &str) -> Option<&Order> {
        self.orders.values().rev().find(|order| order.asked.client_id == client_id && !client_id.is_empty())
    }

    /// As a look-up sees it: orders younger than the lag are not there yet.
    pub fn is_visible(&self, order: &Order) -> bool {
        order.created_us + self.lookup_lag_ms * 1000 <= self.now_us()
    }

    pub fn trades_of(&self, id: OrderId) -> impl DoubleEndedIterator<Item = &Trade> {
        self.trades.iter().filter(move |trade| trade.order == id && !trade.is_busted)
    }

    /// Marks the order as changed now and tells of it.
    pub fn tell(&mut self, id: OrderId, what: What) {
        let at_us = self.now_us();
        let order = self.order_mut(id);
        order.updated_us = at_us;
        let order = Box::new(order.clone());
        self.events.push(Event::Order { what, order, at_us });
    }

    pub fn deposit(&mut self, asset: &str, amount: Decimal) {
        let at_us = self.now_us();
        if amount.is_sign_negative() {
            self.funds.take(asset, -amount);
        } else {
            self.funds.add(asset, amount, Decimal::ZERO);
        }
        self.events.push(Event::Balance { asset: asset.to_owned(), amount, at_us });
    }

    /// The asset that the order spends.
    pub fn spent_asset(&self, symbol: &str, side: Side) -> &'static str {
        let instrument = self.instrument(symbol).expect("checked when it was taken");
        match side {
            Side::Buy => instrument.quote,
            Side::Sell => instrument.base,
        }
    }
}
