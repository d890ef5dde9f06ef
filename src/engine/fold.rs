//! The fold and its bookkeeping: what a step changed becomes one balanced transaction.

use super::{Applied, Command, EngineError, Env};
use crate::{
    account::{AccountState, Cash},
    fill::Fill,
    ids::{FillId, OrderId},
    instrument::Symbol,
    ledger::{Asset, Line, Pots, Reason, Transaction},
    money::Usd,
    order::{Order, OrderEvent, Side},
    position::{Lot, LotClose, Position},
};

/// Applies one command in place. On `Broken` the state is not to be used any more; on any other error it is unchanged.
pub fn apply(state: &mut AccountState, command: &Command, env: &Env<'_>) -> Result<Applied, EngineError> {
    let mut fold = Fold { state, env, applied: Applied::default() };
    match command {
        Command::Place(order) => fold.place(order)?,
        Command::Replace(id, changed) => fold.replace(*id, changed)?,
        Command::Cancel(id) => fold.cancel(*id)?,
        Command::CancelAll(symbol) => fold.cancel_all(symbol.as_ref(), None)?,
        Command::Close(symbol, amount) => fold.close_position(symbol, *amount)?,
        Command::Wake(id) => fold.wake(*id)?,
        Command::Execute(execution) => fold.execute(execution)?,
        Command::Bust(fill, order) => fold.bust(fill, order)?,
        Command::SetLimits(limits) => {
            fold.state.limits = (**limits).clone();
            fold.applied.is_changed = true;
        }
        Command::SetHalted(is_halted) => fold.set_halted(*is_halted)?,
        Command::OpenGate => {
            fold.applied.is_changed = fold.state.gate.take().is_some();
        }
        Command::Report(report) => fold.report(report)?,
        Command::Lost(id, sent_at) => fold.lose(*id, *sent_at)?,
        Command::NeedsAttention(id) => fold.need_attention(*id)?,
        Command::NotPlaced(id, reason) => fold.not_placed(*id, reason)?,
        Command::NoteCancel(id, state) => fold.note_cancel(*id, *state)?,
        Command::Adopt(order) => fold.adopt(order)?,
        Command::Transfer(amount) => fold.transfer(*amount)?,
    }
    let mut applied = fold.applied;
    applied.is_changed |= !applied.events.is_empty() || !applied.transfers.is_empty();
    Ok(applied)
}

pub(super) struct Fold<'a> {
    pub(super) state: &'a mut AccountState,
    pub(super) env: &'a Env<'a>,
    pub(super) applied: Applied,
}

/// The pots that a step can change, before it.
pub(super) struct Before {
    realized: Usd,
    usd: Pots,
    units: Pots,
}

/// What a step leaves beside the order.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) fill: Option<Fill>,
    pub(super) bust: Option<FillId>,
    pub(super) lots: Vec<Lot>,
    pub(super) closes: Vec<LotClose>,
    pub(super) is_rebuilt: bool,
    pub(super) is_quiet: bool,
    pub(super) is_intent: bool,
}

impl Fold<'_> {
    pub(super) fn before(&self, symbol: &Symbol) -> Before {
        let position = self.state.positions.get(symbol);
        Before {
            realized: position.map_or(Usd::ZERO, |p| p.realized_pnl),
            usd: usd_pots(&self.state.cash, position),
            units: position.map_or(Pots::default(), unit_pots),
        }
    }

    /// Notes what became of the order and books what moved since `before`.
    pub(super) fn record(&mut self, order: &Order, before: &Before, reason: Reason, facts: Facts) -> Result<(), EngineError> {
        let after = self.before(&order.symbol);
        let range = EngineError::Broken("range");
        // Profit comes from outside: what was realized leaves the external pot.
        let realized = after.realized.checked_sub(before.realized)?;
        let mut usd = after.usd.checked_sub(before.usd).ok_or(range)?;
        usd.external = realized.to_atoms().checked_neg().ok_or(range)?;
        let units = after.units.checked_sub(before.units).ok_or(range)?;
        let lines = [Line { asset: Asset::Usd, pots: usd }, Line { asset: Asset::Units(order.symbol.clone()), pots: units }];
        let transaction = Transaction::new(reason, lines)?;
        // What has ended never opens again, so an open order that is not listed is new.
        let is_new = order.status.is_open() && !self.state.open_orders.contains_key(&order.id);
        self.keep(order);
        self.applied.events.push(OrderEvent {
            order: order.clone(),
            is_new,
            fill: facts.fill,
            bust: facts.bust,
            transaction,
            cash: self.state.cash,
            position: self.state.positions.get(&order.symbol).cloned(),
            lots: facts.lots,
            closes: facts.closes,
            is_rebuilt: facts.is_rebuilt,
            is_quiet: facts.is_quiet,
            is_intent: facts.is_intent,
        });
        Ok(())
    }

    fn keep(&mut self, order: &Order) {
        if order.status.is_open() {
            self.state.open_orders.insert(order.id, order.clone());
        } else {
            self.state.open_orders.remove(&order.id);
        }
    }

    pub(super) fn open_order(&self, id: OrderId) -> Result<Order, EngineError> {
        self.state.open_orders.get(&id).cloned().ok_or(EngineError::NotOpen)
    }

    pub(super) fn position(&mut self, symbol: &Symbol) -> &mut Position {
        self.state.positions.entry(symbol.clone()).or_insert_with(|| Position::empty(symbol.clone()))
    }

    /// Sets aside what the order may need: dollars for a buy, units for a sell.
    pub(super) fn reserve(&mut self, order: &mut Order, hold: Usd) -> Result<(), EngineError> {
        match order.side {
            Side::Buy => {
                self.state.cash.reserve(hold)?;
                (order.reserve, order.hold) = (hold, hold);
            }
            Side::Sell => {
                let open = order.open_qty();
                self.position(&order.symbol).reserve(open)?;
                order.hold_qty = open;
            }
        }
        Ok(())
    }

    /// Gives back all that the order still holds.
    pub(super) fn release(&mut self, order: &mut Order) -> Result<(), EngineError> {
        let (hold, hold_qty) = (std::mem::replace(&mut order.hold, Usd::ZERO), std::mem::take(&mut order.hold_qty));
        if hold != Usd::ZERO {
            self.state.cash.release(hold)?;
        }
        if !hold_qty.is_zero() {
            self.position(&order.symbol).release(hold_qty)?;
        }
        Ok(())
    }
}

/// Dollars of the account by pot, with one symbol's holding at cost. External is reckoned from what was realized.
fn usd_pots(cash: &Cash, position: Option<&Position>) -> Pots {
    Pots {
        available: cash.available.to_atoms(),
        reserved: cash.reserved.to_atoms(),
        position: position.map_or(0, |p| p.cost_basis.to_atoms()),
        fees: cash.fees.to_atoms(),
        external: 0,
        rounding: cash.rounding.to_atoms(),
        shortfall: -cash.shortfall.to_atoms(),
    }
}

/// Units of a holding by pot.
pub fn unit_pots(position: &Position) -> Pots {
    let (qty, reserved, lacking) = (position.qty.to_atoms(), position.reserved.to_atoms(), position.shortfall.to_atoms());
    let promised_beyond = (reserved - qty).max(0);
    Pots { available: (qty - reserved).max(0), reserved, external: lacking - qty, shortfall: -lacking - promised_beyond, ..Pots::default() }
}
