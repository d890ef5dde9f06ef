//! A world of one instrument whose quotes and clock the tests move by hand.

mod at_venue;
mod closing;
mod groups;
mod laws;
mod lies;
mod live;
mod live_laws;
mod orders;
mod previews;
mod replacing;
mod reviewed;
mod tickets;
mod trailing;
mod venue;
mod waiting;

use std::{cell::Cell, collections::BTreeMap};

use uuid::Uuid;

use self::tickets::{ticket, with_exits, with_tif};
use super::*;
use crate::{
    account::{AccountState, Cash},
    audit::{Booked, Books, Report, audit},
    fee::FeeSchedule,
    fill::Fill,
    ids::{AccountId, FillId, OrderId, UserId},
    instrument::{AssetType, Instrument},
    ledger::{Reason, Transaction},
    market::{Calendar, Quote},
    money::{Price, Qty, Usd},
    order::{NewOrder, Order, OrderEvent, OrderStatus, OrderTicket},
    position::{LotChoice, LotClose},
    risk::{Pace, RiskLimits},
    time::Timestamp,
};

fn instrument() -> Instrument {
    Instrument {
        symbol: "AAPL".parse().expect("valid"),
        name: "Apple".to_owned(),
        asset_type: AssetType::Stock,
        exchange: "NASDAQ".to_owned(),
        sector: "Information Technology".to_owned(),
        tick: "0.01".parse().expect("valid"),
        lot: "0.000001".parse().expect("valid"),
        notional_min: "1".parse().expect("valid"),
    }
}

fn price(cents: i64) -> Price {
    Price::new(rust_decimal::Decimal::new(cents, 2)).expect("positive")
}

fn quote(cents: i64, now: i64) -> Quote {
    let size = "100".parse().expect("valid");
    let p = price(cents);
    let still = Quote::still(p, Timestamp::from_micros(now));
    Quote { bid: price(cents - 1), ask: price(cents + 1), bid_size: size, ask_size: size, ..still }
}

/// Everything that a store would have kept.
struct World {
    state: AccountState,
    ids: Cell<u128>,
    quote: Option<Quote>,
    calendar: Calendar,
    fees: FeeSchedule,
    venue_lot: Option<Qty>,
    now: i64,
    latency_us: i64,
    orders: BTreeMap<OrderId, Order>,
    fills: Vec<(Fill, LotChoice)>,
    busted: Vec<FillId>,
    booked: Vec<Booked>,
    closes: Vec<LotClose>,
    is_paper: bool,
    asset_type: AssetType,
}

impl World {
    /// An account with `dollars`, the market at 100.
    fn new(dollars: &str) -> Self {
        let deposits: Usd = dollars.parse().expect("valid");
        let state = AccountState {
            id: AccountId::new(Uuid::from_u128(1)),
            user_id: UserId::new(Uuid::from_u128(2)),
            version: 0,
            event_seq: 0,
            venue: None,
            deposits,
            cash: Cash::new(deposits, Usd::ZERO),
            positions: BTreeMap::new(),
            lots: BTreeMap::new(),
            open_orders: BTreeMap::new(),
            limits: RiskLimits::default(),
            is_halted: false,
            gate: None,
            pace: Pace::STILL,
        };
        let deposit = Transaction::deposit(deposits.to_atoms());
        Self {
            state,
            ids: Cell::new(100),
            quote: Some(quote(10_000, 0)),
            calendar: Calendar::AlwaysOpen,
            fees: FeeSchedule::FREE,
            venue_lot: None,
            now: 0,
            latency_us: 0,
            orders: BTreeMap::new(),
            fills: Vec::new(),
            busted: Vec::new(),
            booked: vec![Booked { reason: Reason::Deposit, fill: None, lines: deposit.lines().to_vec() }],
            closes: Vec::new(),
            is_paper: true,
            asset_type: AssetType::Stock,
        }
    }

    /// The market at `cents`, a microsecond later, so that the quote is a new one.
    fn market(&mut self, cents: i64) {
        self.now += 1;
        self.quote = Some(quote(cents, self.now));
    }

    /// The market moves and every open order is woken by it.
    fn tick(&mut self, cents: i64) -> Vec<OrderEvent> {
        self.market(cents);
        self.wake()
    }

    fn wake(&mut self) -> Vec<OrderEvent> {
        let ids: Vec<_> = self.state.open_orders.keys().copied().collect();
        ids.into_iter().flat_map(|id| self.apply(&Command::Wake(id)).expect("waking never fails")).collect()
    }

    fn apply(&mut self, command: &Command) -> Result<Vec<OrderEvent>, EngineError> {
        let before = self.state.clone();
        let new_id = || {
            self.ids.set(self.ids.get() + 1);
            Uuid::from_u128(self.ids.get())
        };
        // As the host does: what is for the whole account knows no instrument.
        let is_for_all = matches!(command, Command::CancelAll(None) | Command::SetHalted(_));
        let instrument = (!is_for_all).then(|| Instrument { asset_type: self.asset_type, ..instrument() });
        let env = Env {
            now: Timestamp::from_micros(self.now),
            instrument: instrument.as_ref(),
            quote: self.quote.filter(|_| !is_for_all),
            calendar: self.calendar,
            fees: self.fees,
            venue_lot: self.venue_lot,
            latency_us: self.latency_us,
            equity: None,
            day_pl: None,
            history: Some(&self.fills),
            new_id: &new_id,
        };
        match super::apply(&mut self.state, command, &env) {
            Ok(applied) => {
                self.keep(&applied.events);
                let lines = applied.transfers.iter().map(|t| Booked { reason: t.reason(), fill: None, lines: t.lines().to_vec() });
                self.booked.extend(lines);
                Ok(applied.events)
            }
            Err(error) => {
                assert!(matches!(error, EngineError::Broken(_)) || self.state == before, "a refusal changed the account: {error}");
                self.state = before;
                Err(error)
            }
        }
    }

    fn preview(&self, order: &NewOrder) -> Preview {
        let instrument = instrument();
        let env = Env {
            now: Timestamp::from_micros(self.now),
            instrument: Some(&instrument),
            quote: self.quote,
            calendar: self.calendar,
            fees: self.fees,
            venue_lot: self.venue_lot,
            latency_us: 0,
            equity: None,
            day_pl: None,
            history: None,
            new_id: &|| Uuid::nil(),
        };
        super::preview(&self.state, order, &env).expect("an estimate")
    }

    fn keep(&mut self, events: &[OrderEvent]) {
        for event in events {
            self.orders.insert(event.order.id, event.order.clone());
            if event.is_rebuilt {
                self.closes.retain(|_| false);
            }
            self.closes.extend(event.closes.iter().copied());
            if let Some(fill) = &event.fill {
                self.fills.push((fill.clone(), event.order.lot_choice()));
            }
            if let Some(id) = event.bust {
                self.fills.retain(|(fill, _)| fill.id != id);
                self.busted.push(id);
            }
            if let Some(transaction) = &event.transaction {
                let fill = event.fill.as_ref().map(|fill| fill.id).or(event.bust);
                self.booked.push(Booked { reason: transaction.reason(), fill, lines: transaction.lines().to_vec() });
            }
        }
    }

    /// Every invariant, from what was kept.
    fn audit(&self) {
        let report = self.report();
        assert!(report.is_clean(), "{:#?}", report.findings);
    }

    fn report(&self) -> Report {
        let mut report = Report::default();
        let orders: Vec<_> = self.orders.values().cloned().collect();
        let fills: Vec<_> = self.fills.iter().map(|(fill, _)| fill.clone()).collect();
        let books = Books {
            state: &self.state,
            orders: &orders,
            fills: &fills,
            busted: &self.busted,
            transactions: &self.booked,
            closes: &self.closes,
            instrument: &|_| Some(instrument()),
            is_paper: self.is_paper,
            stock_calendar: self.calendar,
        };
        audit(&books, &mut report);
        report
    }

    fn place(&mut self, ticket: &OrderTicket) -> Result<Vec<OrderEvent>, EngineError> {
        self.apply(&Command::Place(Box::new(checked(ticket))))
    }

    /// Places what must be accepted, and answers with the order as it is then.
    fn placed(&mut self, ticket: &OrderTicket) -> Order {
        let events = self.place(ticket).expect("accepted");
        self.orders[&events[0].order.id].clone()
    }

    fn order(&self, id: OrderId) -> &Order {
        &self.orders[&id]
    }

    fn status(&self, id: OrderId) -> OrderStatus {
        self.orders[&id].status
    }

    fn held(&self) -> String {
        self.state.positions.get(&instrument().symbol).map_or(Qty::ZERO, |p| p.qty).to_string()
    }
}

fn checked(ticket: &OrderTicket) -> NewOrder {
    NewOrder::from_ticket(ticket, &instrument()).expect("a valid ticket")
}

fn statuses(events: &[OrderEvent]) -> Vec<OrderStatus> {
    events.iter().map(OrderEvent::status).collect()
}
