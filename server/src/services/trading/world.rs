//! What the engine may look at: the market, the clock and the venue's rules at the moment of a fold.

use std::collections::HashMap;

use speedtrade::{
    account::AccountState,
    engine::{Command, Env},
    fee::FeeSchedule,
    fill::Fill,
    ids::{AccountId, OrderId},
    instrument::{AssetType, Symbol},
    market::Calendar,
    money::Usd,
    portfolio::{self, Mark, Marks},
    position::{LotChoice, Position},
    time::{DAY_US, Timestamp},
    venue::Venue,
};

use super::lots::Lots;
use crate::{
    clock::Clock,
    market::{InstrumentId, Market},
};

/// A trading day is over after so long, whatever the calendar.
const RECENT_DAYS: i64 = 5;

/// No fill of today is older.
pub(super) fn recent_since(now: Timestamp) -> Timestamp {
    now.plus_micros(-RECENT_DAYS * DAY_US)
}

#[derive(Clone)]
pub(super) struct World {
    pub(super) market: Market,
    pub(super) clock: Clock,
    /// How long the paper venue takes before an order can trade, in microseconds.
    pub(super) latency_us: i64,
    pub(super) lots: Lots,
}

/// Executions of holdings, where one came out of order.
pub(super) type Histories = HashMap<(AccountId, Symbol), Vec<(Fill, LotChoice)>>;

impl World {
    pub(super) fn find(&self, symbol: &Symbol) -> Option<InstrumentId> {
        self.market.catalog().find(symbol.as_str())
    }

    /// A stale quote is no quote while the market is open.
    pub(super) fn env<'a>(
        &'a self,
        venue: Option<Venue>,
        symbol: Option<&Symbol>,
        worth: Worth,
        now: Timestamp,
        new_id: &'a dyn Fn() -> uuid::Uuid,
    ) -> Env<'a> {
        let id = symbol.and_then(|symbol| self.find(symbol));
        let calendar = id.map_or(Calendar::AlwaysOpen, |id| self.market.calendar(id));
        let quote = id.map(|id| self.market.quote(id)).filter(|q| q.is_fresh(now) || !calendar.is_open(now));
        let instrument = id.map(|id| self.market.catalog().get(id));
        let asset_type = instrument.map_or(AssetType::Stock, |instrument| instrument.asset_type);
        Env {
            now,
            instrument,
            quote,
            calendar,
            fees: venue.map_or_else(|| FeeSchedule::paper(asset_type), |venue| FeeSchedule::at(venue, asset_type)),
            venue_lot: venue.zip(symbol).and_then(|(venue, symbol)| self.lots.of(venue, symbol)),
            latency_us: if venue.is_some() { 0 } else { self.latency_us },
            equity: worth.equity,
            day_pl: worth.day_pl,
            history: None,
            new_id,
        }
    }

    pub(super) fn marks<'a>(&self, positions: impl IntoIterator<Item = &'a Position>) -> Marks {
        positions.into_iter().filter_map(|p| Some((p.symbol.clone(), self.mark(&p.symbol)?))).collect()
    }

    pub(super) fn mark(&self, symbol: &Symbol) -> Option<Mark> {
        let quote = self.market.quote(self.find(symbol)?);
        Some(Mark { price: quote.price, prev_close: quote.prev_close })
    }

    fn day_start(&self, symbol: &Symbol, now: Timestamp) -> Timestamp {
        self.find(symbol).map_or(now.floor_to(DAY_US), |id| self.market.calendar(id).day_start(now))
    }

    /// Whether the fill's trading day is the one of `now`.
    pub(super) fn is_of_today(&self, fill: &Fill, now: Timestamp) -> bool {
        fill.time >= self.day_start(&fill.symbol, now)
    }

    /// What the account's limits ask to know, and nothing where they ask nothing. `fills` are recent ones.
    pub(super) fn worth<'f>(&self, state: &AccountState, fills: impl Iterator<Item = &'f Fill>, now: Timestamp) -> Worth {
        let limits = &state.limits;
        if limits.equity_share_max.is_none() && limits.daily_loss_max.is_none() {
            return Worth::default();
        }
        let positions: Vec<_> = state.positions.values().cloned().collect();
        let today: Vec<_> = fills.filter(|fill| self.is_of_today(fill, now)).cloned().collect();
        let marks = self.marks(&positions);
        let view = portfolio::value(&state.cash, state.deposits, &positions, &today, &marks, now);
        view.map_or_else(|_| Worth::default(), |view| Worth { equity: Some(view.equity), day_pl: Some(view.day_pl) })
    }
}

/// Worth of an account and its day's profit, where they are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Worth {
    pub(super) equity: Option<Usd>,
    pub(super) day_pl: Option<Usd>,
}

/// The instrument that a command is about.
pub(super) fn symbol_of<'a>(command: &'a Command, state: &'a AccountState) -> Option<&'a Symbol> {
    let of_order = |id: &OrderId| state.open_orders.get(id).map(|o| &o.symbol);
    match command {
        Command::Place(order) => Some(&order.symbol),
        Command::Replace(id, _)
        | Command::Cancel(id)
        | Command::Wake(id)
        | Command::Lost(id, _)
        | Command::NeedsAttention(id)
        | Command::NotPlaced(id, _)
        | Command::NoteCancel(id, _) => of_order(id),
        Command::Close(symbol, _) => Some(symbol),
        Command::Execute(execution) => Some(&execution.order.symbol),
        Command::Bust(fill, _) => Some(&fill.symbol),
        Command::Report(report) => Some(&report.order.symbol),
        Command::Adopt(order) => Some(&order.symbol),
        Command::CancelAll(symbol) => symbol.as_ref(),
        Command::SetLimits(_) | Command::SetHalted(_) | Command::OpenGate | Command::Transfer(_) => None,
    }
}
