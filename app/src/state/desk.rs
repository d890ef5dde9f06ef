//! The signed-in trader's desk on this page: the host's snapshot, refetched after every event, revalued with every tick.

use leptos::{prelude::*, task::spawn_local};
use speedtrade::{
    instrument::Symbol,
    money::{Price, Usd},
    order::OrderTicket,
    portfolio,
    wire::{OrderView, PortfolioView, PositionView},
};

use crate::{
    api::portfolio::{Desk, desk},
    live,
    state::{
        account,
        effect::{effect, on_change},
    },
};

#[derive(Clone, Copy)]
pub struct DeskState {
    desk: RwSignal<Option<Desk>>,
    /// Last prices of what is held, from the live feed.
    marks: RwSignal<Vec<(Symbol, Price)>>,
    /// Tickets on their way to the host.
    sending: RwSignal<Vec<OrderTicket>>,
    fetch: StoredValue<Fetch>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fetch {
    Idle,
    Running,
    /// Something happened while running: once more.
    Again,
}

/// Once per page, with the desk the host sent; `None` for a visitor.
pub fn provide(snapshot: Option<Desk>) -> DeskState {
    let state = DeskState {
        desk: RwSignal::new(snapshot),
        marks: RwSignal::new(Vec::new()),
        sending: RwSignal::new(Vec::new()),
        fetch: StoredValue::new(Fetch::Idle),
    };
    provide_context(state);
    state.follow_events();
    state.follow_prices();
    state
}

pub fn use_desk() -> DeskState {
    expect_context()
}

impl DeskState {
    pub fn is_signed_in(self) -> bool {
        self.desk.with_untracked(Option::is_some)
    }

    /// What `read` takes from the host's last answer.
    pub fn with<T>(self, read: impl FnOnce(Option<&Desk>) -> T) -> T {
        self.desk.with(|desk| read(desk.as_ref()))
    }

    pub fn position(self, symbol: &Symbol) -> Option<PositionView> {
        let mark = self.marks.with(|marks| find(marks, symbol));
        let held = self.with(|desk| desk.and_then(|desk| desk.positions.iter().find(|p| p.symbol == *symbol).cloned()));
        held.map(|held| marked(&held, mark))
    }

    pub fn symbols(self) -> Vec<Symbol> {
        self.with(|desk| desk.map(|desk| desk.positions.iter().map(|p| p.symbol.clone()).collect()).unwrap_or_default())
    }

    pub fn positions(self) -> Vec<PositionView> {
        let held = self.with(|desk| desk.map(|desk| desk.positions.clone()).unwrap_or_default());
        self.marks.with(|marks| held.iter().map(|held| marked(held, find(marks, &held.symbol))).collect())
    }

    /// Worth now.
    pub fn portfolio(self) -> Option<PortfolioView> {
        let view = self.with(|desk| desk.map(|desk| desk.portfolio.clone()))?;
        if self.marks.with(Vec::is_empty) {
            return Some(view);
        }
        let worth = Usd::sum(self.positions().into_iter().map(|p| p.market_value)).ok()?;
        Some(portfolio::remark(&view, worth, view.as_of).unwrap_or(view))
    }

    pub fn sending(self) -> Vec<OrderTicket> {
        self.sending.get()
    }

    pub fn begin_sending(self, ticket: OrderTicket) {
        self.sending.update(|sending| sending.push(ticket));
    }

    /// The ticket was answered. Its row gives way to the order, if there is one.
    pub fn end_sending(self, ticket: &OrderTicket, order: Option<OrderView>) {
        self.sending.try_update(|sending| sending.retain(|other| other != ticket));
        if let Some(order) = order {
            self.put_order(order);
        }
    }

    /// Shows what the host said of one order, before the whole desk is read again.
    pub fn put_order(self, order: OrderView) {
        self.desk.try_update(|desk| {
            let Some(desk) = desk else { return };
            desk.open_orders.retain(|other| other.id != order.id && Some(other.id) != order.replaces);
            desk.recent_orders.retain(|other| other.id != order.id);
            if order.status.is_open() {
                desk.open_orders.insert(0, order.clone());
            }
            desk.recent_orders.insert(0, order);
        });
        self.refetch();
    }

    /// One question at a time, and never one too few.
    pub fn refetch(self) {
        if !self.desk.try_with_untracked(Option::is_some).unwrap_or(false) {
            return;
        }
        let was = self.fetch.try_update_value(|fetch| {
            let was = *fetch;
            *fetch = if was == Fetch::Idle { Fetch::Running } else { Fetch::Again };
            was
        });
        if was == Some(Fetch::Idle) {
            spawn_local(self.fetch());
        }
    }

    async fn fetch(self) {
        loop {
            if let Ok(answer) = desk(account::id()).await {
                self.desk.try_set(Some(answer));
            }
            let is_done = self.fetch.try_update_value(|fetch| {
                let is_done = *fetch != Fetch::Again;
                *fetch = if is_done { Fetch::Idle } else { Fetch::Running };
                is_done
            });
            if is_done.unwrap_or(true) {
                return;
            }
        }
    }

    fn follow_events(self) {
        let version = live::desk_version();
        on_change(move || version.get(), move |_, _| self.refetch());
    }

    fn follow_prices(self) {
        let symbols = Memo::new(move |_| self.symbols());
        effect(move || {
            for symbol in symbols.get() {
                let newest = live::price(&symbol);
                effect(move || {
                    if let Some(update) = newest.get() {
                        self.marks.update(|marks| {
                            marks.retain(|(marked, _)| *marked != symbol);
                            marks.push((symbol.clone(), update.price));
                        });
                    }
                });
            }
        });
    }
}

fn find(marks: &[(Symbol, Price)], symbol: &Symbol) -> Option<Price> {
    marks.iter().find(|(other, _)| other == symbol).map(|(_, price)| *price)
}

fn marked(held: &PositionView, mark: Option<Price>) -> PositionView {
    mark.and_then(|mark| held.at(mark).ok()).unwrap_or_else(|| held.clone())
}
