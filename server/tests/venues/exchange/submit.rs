//! Taking an order: the rules of the instrument, the client's id, the funds.

use rust_decimal::Decimal;

use super::{
    ClientIdRule, Exchange, FeeAsset,
    instrument::Instrument,
    order::{Class, Kind, NewOrder, Order, OrderId, Refusal, Side, Status, Tif, What},
};

/// Of a quantity or a price: their product is a number that can still be written.
const AMOUNT_MAX: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

impl Exchange {
    pub fn submit(&mut self, asked: NewOrder) -> Result<OrderId, Refusal> {
        self.submit_family(asked, Vec::new())
    }

    /// An order with its legs: none is taken where one of them cannot be.
    pub fn submit_family(&mut self, asked: NewOrder, legs: Vec<NewOrder>) -> Result<OrderId, Refusal> {
        self.check(&asked)?;
        for leg in &legs {
            self.check(leg)?;
        }
        let id = self.insert(asked, None);
        self.reserve(id)?;
        self.tell(id, What::New);
        for leg in legs {
            self.attach(id, leg);
        }
        self.work(id);
        Ok(id)
    }

    /// A leg of another order: waits, and holds nothing until its turn comes.
    fn attach(&mut self, parent: OrderId, asked: NewOrder) {
        let id = self.insert(asked, Some(parent));
        let parent = self.order_mut(parent);
        parent.legs.push(id);
        // Both of a pair can be met from the start.
        if parent.asked.class != Class::Oco {
            self.order_mut(id).status = Status::Held;
        }
    }

    pub fn insert(&mut self, mut asked: NewOrder, parent: Option<OrderId>) -> OrderId {
        let (id, now) = (self.new_id(), self.now_us());
        if asked.client_id.is_empty() {
            asked.client_id = (self.profile.own_client_id)(id);
        }
        let order = Order {
            id,
            venue_id: (self.profile.order_id)(id),
            qty: asked.qty.unwrap_or_default(),
            stop: asked.stop,
            is_triggered: false,
            is_resting: false,
            status: Status::New,
            filled: Decimal::ZERO,
            cost: Decimal::ZERO,
            fee: Decimal::ZERO,
            hold: Decimal::ZERO,
            parent,
            legs: Vec::new(),
            replaced_by: None,
            created_us: now,
            updated_us: now,
            asked,
        };
        self.orders.insert(id, order);
        id
    }

    pub fn check(&self, asked: &NewOrder) -> Result<(), Refusal> {
        let instrument = self.instrument(&asked.symbol).ok_or(Refusal::UnknownSymbol)?;
        if let Some(first) = self.by_client_id(&asked.client_id) {
            let is_taken = match self.profile.client_ids {
                ClientIdRule::UniqueForever | ClientIdRule::ReturnsFirst => true,
                ClientIdRule::UniqueAmongOpen => first.is_open(),
            };
            if is_taken {
                return Err(Refusal::DuplicateClientId(first.id));
            }
        }
        let amounts = [asked.qty, asked.notional, asked.limit, asked.stop];
        if amounts.into_iter().flatten().any(|amount| amount > AMOUNT_MAX) {
            return Err(Refusal::TooLarge);
        }
        self.check_size(asked, instrument)?;
        check_prices(asked, instrument)?;
        if asked.post_only && self.crosses(asked.side, asked.limit, &asked.symbol) {
            return Err(Refusal::WouldCross);
        }
        Ok(())
    }

    fn check_size(&self, asked: &NewOrder, instrument: &Instrument) -> Result<(), Refusal> {
        let touch = self.touch(&asked.symbol);
        let worst = match asked.side {
            Side::Buy => touch.ask,
            Side::Sell => touch.bid,
        };
        let notional = match (asked.qty, asked.notional) {
            (None, None) => return Err(Refusal::NoQty),
            (None, Some(notional)) => notional,
            (Some(qty), _) => {
                if qty <= Decimal::ZERO || qty < instrument.min_qty {
                    return Err(Refusal::BelowMinimum);
                }
                if !(qty % instrument.step).is_zero() {
                    return Err(Refusal::BadQtyStep);
                }
                qty * asked.limit.unwrap_or(worst)
            }
        };
        if notional <= Decimal::ZERO || notional < instrument.min_notional { Err(Refusal::BelowNotional) } else { Ok(()) }
    }

    /// Takes the order back where the funds do not reach.
    fn reserve(&mut self, id: OrderId) -> Result<(), Refusal> {
        let order = self.order(id);
        let (asset, needed) = (self.spent_asset(&order.asked.symbol, order.asked.side), self.needed(order));
        let free = self.funds.get(asset).free;
        if needed > free && !order.asked.is_external {
            self.orders.remove(&id);
            return Err(Refusal::InsufficientFunds { asset: asset.to_owned(), needed, free });
        }
        self.rehold(id);
        Ok(())
    }

    /// What the rest of the order can cost at most.
    pub fn needed(&self, order: &Order) -> Decimal {
        let is_second_of_pair = order.parent.is_some_and(|parent| {
            let parent = self.order(parent);
            parent.asked.class == Class::Oco || parent.legs.first() != Some(&order.id)
        });
        if !order.is_open() || order.status == Status::Held || is_second_of_pair {
            return Decimal::ZERO;
        }
        let instrument = self.instrument_of(order);
        let touch = self.touch(&order.asked.symbol);
        match order.asked.side {
            Side::Sell if order.qty.is_zero() => order.asked.notional.unwrap_or_default() / touch.bid,
            Side::Sell => order.remaining(),
            Side::Buy => {
                let price = order.asked.limit.or(order.stop).unwrap_or(touch.ask);
                let notional = match order.asked.notional {
                    Some(notional) => notional - order.cost,
                    None => order.remaining() * price,
                };
                let fee = match self.profile.fee_asset {
                    FeeAsset::Quote if !instrument.is_stock => notional * self.profile.taker,
                    FeeAsset::Quote | FeeAsset::Received => Decimal::ZERO,
                };
                notional + fee
            }
        }
    }

    /// Makes the hold of an order what it now needs.
    pub fn rehold(&mut self, id: OrderId) {
        let order = self.order(id);
        let (asset, needed, held) = (self.spent_asset(&order.asked.symbol, order.asked.side), self.needed(order), order.hold);
        self.funds.hold(asset, needed - held);
        self.order_mut(id).hold = needed;
    }
}

fn check_prices(asked: &NewOrder, instrument: &Instrument) -> Result<(), Refusal> {
    let needs_limit = matches!(asked.kind, Kind::Limit | Kind::StopLimit | Kind::TakeProfitLimit);
    let needs_stop = matches!(asked.kind, Kind::Stop | Kind::StopLimit | Kind::TakeProfit | Kind::TakeProfitLimit);
    let needs_trail = asked.kind == Kind::TrailingStop;
    if needs_limit && asked.limit.is_none() || needs_stop && asked.stop.is_none() || needs_trail && asked.trail.is_none() {
        return Err(Refusal::MissingPrice);
    }
    for price in [asked.limit, asked.stop].into_iter().flatten() {
        // Stocks below a dollar trade in hundredths of a cent.
        let tick = if instrument.is_stock && price < Decimal::ONE { instrument.tick / Decimal::ONE_HUNDRED } else { instrument.tick };
        if price <= Decimal::ZERO || !(price % tick).is_zero() {
            return Err(Refusal::BadPriceTick);
        }
    }
    Ok(())
}

/// Whether what cannot be filled at once is given up.
pub fn is_immediate(tif: Tif) -> bool {
    match tif {
        Tif::Ioc | Tif::Fok => true,
        Tif::Day | Tif::Gtc | Tif::Gtd | Tif::Opg | Tif::Cls => false,
    }
}
