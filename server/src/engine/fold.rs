//! `(AccountState, Command) → (AccountState, Vec<OrderEvent>)`. On an error nothing has changed.

use speedtrade::{
    account::{AccountState, CashError},
    fill::Fill,
    ids::{FillId, OrderId},
    instrument::Instrument,
    ledger::{Asset, Pot, Reason, Transaction},
    market::Quote,
    money::{OutOfRange, Price, Qty, Usd},
    order::{Amount, IllegalTransition, NewOrder, Order, OrderEvent, OrderStatus, Side, TimeInForce},
    position::{Position, PositionError},
    risk::{self, Approved, Denied, Situation},
    time::Timestamp,
};
use uuid::Uuid;

/// The world at the moment of the fold. `quote` is `None` when there is no fresh price.
pub struct Env<'a> {
    pub now: Timestamp,
    pub quote: Option<Quote>,
    pub is_market_open: bool,
    /// When a day order placed now ends.
    pub day_end: Timestamp,
    pub new_id: &'a dyn Fn() -> Uuid,
}

#[derive(Debug, Clone)]
pub struct PlaceCommand {
    pub order: NewOrder,
    pub instrument: Instrument,
}

#[derive(Debug, Clone)]
pub enum Command {
    Place(Box<PlaceCommand>),
    Cancel(OrderId),
    /// The market reached this order, or its day ended: trade it or expire it if that is so.
    Wake(OrderId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the order is not open")]
    NotOpen,
    /// A rule of the ledger would break. The command is refused and the account stays as it was.
    #[error("the ledger refused: {0}")]
    Broken(&'static str),
}

impl From<CashError> for EngineError {
    fn from(_: CashError) -> Self {
        Self::Broken("cash")
    }
}

impl From<PositionError> for EngineError {
    fn from(_: PositionError) -> Self {
        Self::Broken("position")
    }
}

impl From<OutOfRange> for EngineError {
    fn from(_: OutOfRange) -> Self {
        Self::Broken("range")
    }
}

impl From<IllegalTransition> for EngineError {
    fn from(_: IllegalTransition) -> Self {
        Self::Broken("transition")
    }
}

pub fn apply(state: &AccountState, command: &Command, env: &Env<'_>) -> Result<(AccountState, Vec<OrderEvent>), EngineError> {
    let mut fold = Fold { state: state.clone(), env, events: Vec::new() };
    match command {
        Command::Place(place) => fold.place(place)?,
        Command::Cancel(id) => fold.cancel(*id)?,
        Command::Wake(id) => fold.wake(*id)?,
    }
    Ok((fold.state, fold.events))
}

struct Fold<'a> {
    state: AccountState,
    env: &'a Env<'a>,
    events: Vec<OrderEvent>,
}

impl Fold<'_> {
    fn place(&mut self, place: &PlaceCommand) -> Result<(), EngineError> {
        let symbol = &place.instrument.symbol;
        let situation = Situation {
            cash: &self.state.cash,
            position: self.state.positions.get(symbol),
            quote: self.env.quote.as_ref(),
            is_market_open: self.env.is_market_open,
            open_orders: self.state.open_orders.len(),
        };
        let approved = risk::check(place.order.clone(), &place.instrument, &situation)?;
        let mut order = self.accept(&approved, &place.instrument);
        let reserved = self.reserve(&order)?;
        self.record(&order, None, vec![reserved]);
        self.trade(&mut order)
    }

    fn accept(&self, approved: &Approved, instrument: &Instrument) -> Order {
        let id = OrderId::new((self.env.new_id)());
        let new = approved.order();
        let own_name = || id.to_string().parse().expect("a UUID is printable and short");
        Order {
            id,
            account_id: self.state.id,
            client_order_id: new.client_order_id.clone().unwrap_or_else(own_name),
            symbol: instrument.symbol.clone(),
            asset_type: instrument.asset_type,
            side: new.side,
            kind: new.kind,
            time_in_force: new.time_in_force,
            qty: approved.qty(),
            notional: match new.amount {
                Amount::Qty(_) => None,
                Amount::Notional(amount) => Some(amount),
            },
            filled_qty: Qty::ZERO,
            filled_value: Usd::ZERO,
            hold: approved.hold(),
            status: OrderStatus::New,
            reject_reason: None,
            created_at: self.env.now,
            updated_at: self.env.now,
            filled_at: None,
            canceled_at: None,
            expires_at: match new.time_in_force {
                TimeInForce::Day => Some(self.env.day_end),
                TimeInForce::Gtc => None,
            },
        }
    }

    fn reserve(&mut self, order: &Order) -> Result<Transaction, EngineError> {
        match order.side {
            Side::Buy => {
                self.state.cash.reserve(order.hold)?;
                Ok(Transaction::transfer(Reason::Reserve, Asset::Usd, Pot::Available, Pot::Reserved, order.hold.to_atoms()))
            }
            Side::Sell => {
                self.position(order).reserve(order.qty)?;
                Ok(units(Reason::Reserve, order, Pot::Available, Pot::Reserved, order.qty))
            }
        }
    }

    /// Gives back what the open part of the order still holds.
    fn release(&mut self, order: &mut Order) -> Result<Transaction, EngineError> {
        match order.side {
            Side::Buy => {
                self.state.cash.release(order.hold)?;
                let hold = std::mem::replace(&mut order.hold, Usd::ZERO);
                Ok(Transaction::transfer(Reason::Release, Asset::Usd, Pot::Reserved, Pot::Available, hold.to_atoms()))
            }
            Side::Sell => {
                let open = order.open_qty();
                self.position(order).release(open)?;
                Ok(units(Reason::Release, order, Pot::Reserved, Pot::Available, open))
            }
        }
    }

    fn cancel(&mut self, id: OrderId) -> Result<(), EngineError> {
        self.close(id, OrderStatus::Canceled, None)
    }

    fn close(&mut self, id: OrderId, status: OrderStatus, reason: Option<&str>) -> Result<(), EngineError> {
        let mut order = self.state.open_orders.get(&id).cloned().ok_or(EngineError::NotOpen)?;
        let released = self.release(&mut order)?;
        order.transition(status, self.env.now)?;
        order.reject_reason = reason.map(ToOwned::to_owned);
        self.record(&order, None, vec![released]);
        Ok(())
    }

    fn wake(&mut self, id: OrderId) -> Result<(), EngineError> {
        let Some(mut order) = self.state.open_orders.get(&id).cloned() else { return Ok(()) };
        if order.expires_at.is_some_and(|end| end <= self.env.now) {
            return self.close(id, OrderStatus::Expired, None);
        }
        self.trade(&mut order)
    }

    /// Fills the order if the market is open and the quote reaches it.
    fn trade(&mut self, order: &mut Order) -> Result<(), EngineError> {
        let quote = self.env.quote.filter(|_| self.env.is_market_open);
        let Some(price) = quote.and_then(|q| order.kind.fill_price(order.side, &q)) else { return Ok(()) };
        let qty = order.open_qty();
        match order.side {
            Side::Buy => self.fill_buy(order, qty, price),
            Side::Sell => self.fill_sell(order, qty, price),
        }
    }

    fn fill_buy(&mut self, order: &mut Order, qty: Qty, price: Price) -> Result<(), EngineError> {
        let cost = Usd::cost(price, qty)?;
        let held = order.hold.share(qty, order.open_qty());
        if cost > self.state.cash.available.checked_add(held)? {
            return self.close(order.id, OrderStatus::Rejected, Some("The price moved beyond the buying power that was left."));
        }
        self.state.cash.release(held)?;
        self.state.cash.pay(cost)?;
        order.hold = order.hold.checked_sub(held)?;
        self.position(order).apply_buy(qty, cost)?;
        let booked = Transaction::transfer(Reason::Fill, Asset::Usd, Pot::Reserved, Pot::Available, held.to_atoms())
            .and(Transaction::transfer(Reason::Fill, Asset::Usd, Pot::Available, Pot::External, cost.to_atoms()))
            .and(units(Reason::Fill, order, Pot::External, Pot::Available, qty));
        self.finish_fill(order, qty, price, cost, booked)
    }

    fn fill_sell(&mut self, order: &mut Order, qty: Qty, price: Price) -> Result<(), EngineError> {
        let proceeds = Usd::proceeds(price, qty)?;
        let position = self.position(order);
        position.release(qty)?;
        position.apply_sell(qty, proceeds)?;
        self.state.cash.receive(proceeds)?;
        let booked = units(Reason::Fill, order, Pot::Reserved, Pot::External, qty).and(Transaction::transfer(
            Reason::Fill,
            Asset::Usd,
            Pot::External,
            Pot::Available,
            proceeds.to_atoms(),
        ));
        self.finish_fill(order, qty, price, proceeds, booked)
    }

    fn finish_fill(&mut self, order: &mut Order, qty: Qty, price: Price, value: Usd, booked: Transaction) -> Result<(), EngineError> {
        let status = order.record_fill(qty, value)?;
        order.transition(status, self.env.now)?;
        let fill = Fill {
            id: FillId::new((self.env.new_id)()),
            order_id: order.id,
            symbol: order.symbol.clone(),
            side: order.side,
            qty,
            price,
            value,
            time: self.env.now,
        };
        self.record(order, Some(fill), vec![booked]);
        Ok(())
    }

    fn position(&mut self, order: &Order) -> &mut Position {
        self.state.positions.entry(order.symbol.clone()).or_insert_with(|| Position::empty(order.symbol.clone()))
    }

    fn record(&mut self, order: &Order, fill: Option<Fill>, transactions: Vec<Transaction>) {
        debug_assert!(transactions.iter().all(Transaction::is_balanced), "postings sum to zero");
        if order.status.is_open() {
            self.state.open_orders.insert(order.id, order.clone());
        } else {
            self.state.open_orders.remove(&order.id);
        }
        let position = self.state.positions.get(&order.symbol).cloned();
        self.events.push(OrderEvent { order: order.clone(), fill, transactions, cash: self.state.cash, position });
    }
}

fn units(reason: Reason, order: &Order, from: Pot, to: Pot, qty: Qty) -> Transaction {
    Transaction::transfer(reason, Asset::Units(order.symbol.clone()), from, to, qty.to_atoms())
}

#[cfg(test)]
mod tests;
