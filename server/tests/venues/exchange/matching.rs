//! Prices move, orders trigger and fill: a market order at the touch, a resting limit order at its own price.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    Exchange, FeeAsset, Touch,
    order::{Class, Kind, Order, OrderId, Side, Status, Tif, Trade, Trail, What},
    submit::is_immediate,
};

/// Fees are charged to so many places.
const FEE_PLACES: u32 = 8;

impl Exchange {
    pub fn set_price(&mut self, symbol: &str, touch: Touch) {
        self.touches.insert(symbol.to_owned(), touch);
        let open: Vec<OrderId> =
            self.orders.values().filter(|order| order.is_open() && order.asked.symbol == symbol).map(|order| order.id).collect();
        for id in open {
            self.work(id);
        }
    }

    pub fn crosses(&self, side: Side, limit: Option<Decimal>, symbol: &str) -> bool {
        let touch = self.touch(symbol);
        limit.is_none_or(|limit| match side {
            Side::Buy => limit >= touch.ask,
            Side::Sell => limit <= touch.bid,
        })
    }

    /// Does what the present price allows with an open order.
    pub fn work(&mut self, id: OrderId) {
        let order = self.order(id);
        if !order.is_open() || order.status == Status::Held || !self.is_filling {
            return;
        }
        if !self.is_awake(id) {
            return;
        }
        let order = self.order(id);
        let limit = if order.is_market() { None } else { order.asked.limit };
        if self.crosses(order.asked.side, limit, &order.asked.symbol) {
            self.take(id);
        }
        let order = self.order_mut(id);
        order.is_resting = true;
        if order.is_open() && (is_immediate(order.asked.tif) || order.is_market()) {
            self.close(id, Status::Expired, What::Expired);
        }
    }

    /// Whether the order's stop, if it has one, has been reached; follows a trailing one.
    fn is_awake(&mut self, id: OrderId) -> bool {
        let order = self.order(id);
        let waits = match order.asked.kind {
            Kind::Market | Kind::Limit => false,
            Kind::Stop | Kind::StopLimit | Kind::TakeProfit | Kind::TakeProfitLimit | Kind::TrailingStop => !order.is_triggered,
        };
        if !waits {
            return true;
        }
        let touch = self.touch(&order.asked.symbol);
        let price = match order.asked.side {
            Side::Buy => touch.ask,
            Side::Sell => touch.bid,
        };
        let stop = trailed(order, price);
        let is_profit = matches!(order.asked.kind, Kind::TakeProfit | Kind::TakeProfitLimit);
        let rises = (order.asked.side == Side::Buy) != is_profit;
        let is_reached = stop.is_some_and(|stop| if rises { price >= stop } else { price <= stop });
        let order = self.order_mut(id);
        order.stop = stop;
        order.is_triggered = is_reached;
        is_reached
    }

    fn take(&mut self, id: OrderId) {
        let order = self.order(id);
        let touch = self.touch(&order.asked.symbol).clone();
        let best = match order.asked.side {
            Side::Buy => touch.ask,
            Side::Sell => touch.bid,
        };
        let is_maker = order.is_resting && !order.is_market();
        let price = if is_maker { order.asked.limit.unwrap_or(best) } else { best };
        if order.qty.is_zero() {
            let step = self.instrument_of(order).step;
            let wanted = order.asked.notional.unwrap_or_default() / price;
            self.order_mut(id).qty = (wanted / step).floor() * step;
        }
        let remaining = self.order(id).remaining();
        let qty = touch.depth.map_or(remaining, |depth| remaining.min(depth));
        let is_all_or_none = self.order(id).asked.tif == Tif::Fok;
        if qty.is_zero() || (is_all_or_none && qty < remaining) {
            return;
        }
        let symbol = self.order(id).asked.symbol.clone();
        if let Some(depth) = self.touches.get_mut(&symbol).and_then(|touch| touch.depth.as_mut()) {
            *depth -= qty;
        }
        self.fill(id, qty, price, is_maker);
    }

    /// Moves the money of one execution and tells of it.
    pub fn fill(&mut self, id: OrderId, qty: Decimal, price: Decimal, is_maker: bool) {
        let order = self.order(id).clone();
        let (base, quote, is_stock) = {
            let instrument = self.instrument_of(&order);
            (instrument.base, instrument.quote, instrument.is_stock)
        };
        let rate = match (is_stock, is_maker) {
            (true, _) => Decimal::ZERO,
            (false, true) => self.profile.maker,
            (false, false) => self.profile.taker,
        };
        let cost = qty * price;
        let in_base = self.profile.fee_asset == FeeAsset::Received && order.asked.side == Side::Buy;
        let (fee_asset, charged) = if in_base { (base, qty) } else { (quote, cost) };
        let fee = (charged * rate).round_dp_with_strategy(FEE_PLACES, RoundingStrategy::AwayFromZero).normalize();
        self.release(id);
        match order.asked.side {
            Side::Buy => {
                self.funds.take(quote, cost);
                self.funds.add(base, qty, cost);
            }
            Side::Sell => {
                self.funds.take(base, qty);
                self.funds.add(quote, cost, Decimal::ZERO);
            }
        }
        self.funds.take(fee_asset, fee);
        let trade = Trade {
            id: self.new_id(),
            order: id,
            symbol: order.asked.symbol.clone(),
            side: order.asked.side,
            qty,
            price,
            fee,
            fee_asset: fee_asset.to_owned(),
            is_maker,
            is_busted: false,
            at_us: self.now_us(),
        };
        self.trades.push(trade.clone());
        let order = self.order_mut(id);
        order.qty = order.qty.max(order.filled + qty);
        order.filled += qty;
        order.cost += cost;
        order.fee += fee;
        // A late fill is a fact, but it does not open what is closed.
        if order.is_open() {
            order.status = if order.remaining().is_zero() { Status::Filled } else { Status::PartiallyFilled };
        }
        self.rehold(id);
        self.tell(id, What::Trade(trade));
        if self.order(id).status == Status::Filled {
            self.settle_family(id);
        }
    }

    fn release(&mut self, id: OrderId) {
        let order = self.order(id);
        let (asset, held) = (self.spent_asset(&order.asked.symbol, order.asked.side), order.hold);
        self.funds.hold(asset, -held);
        self.order_mut(id).hold = Decimal::ZERO;
    }

    /// A filled parent wakes its legs; a filled leg ends the other one.
    fn settle_family(&mut self, id: OrderId) {
        let order = self.order(id).clone();
        if order.asked.class == Class::Oco {
            self.cancel_all(&order.legs);
        } else {
            for leg in &order.legs {
                self.order_mut(*leg).status = Status::New;
                self.rehold(*leg);
                self.tell(*leg, What::New);
            }
            for leg in &order.legs {
                self.work(*leg);
            }
        }
        if let Some(parent) = order.parent {
            let mut others = self.order(parent).legs.clone();
            others.push(parent);
            others.retain(|other| *other != id);
            self.cancel_all(&others);
        }
    }

    pub fn cancel_all(&mut self, ids: &[OrderId]) {
        for id in ids {
            if self.order(*id).is_open() {
                self.close(*id, Status::Canceled, What::Canceled);
            }
        }
    }

    /// Ends an open order and frees what it held.
    pub fn close(&mut self, id: OrderId, status: Status, what: What) {
        self.release(id);
        self.order_mut(id).status = status;
        self.tell(id, what);
    }
}

fn trailed(order: &Order, price: Decimal) -> Option<Decimal> {
    let Some(trail) = order.asked.trail else { return order.stop };
    let distance = match trail {
        Trail::Price(distance) => distance,
        Trail::Percent(percent) => price * percent / Decimal::ONE_HUNDRED,
    };
    let fresh = match order.asked.side {
        Side::Buy => price + distance,
        Side::Sell => price - distance,
    };
    Some(match (order.stop, order.asked.side) {
        (None, _) => fresh,
        (Some(stop), Side::Buy) => stop.min(fresh),
        (Some(stop), Side::Sell) => stop.max(fresh),
    })
}
