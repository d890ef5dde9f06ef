//! Folding the commands of a batch over their accounts, in order, and noting what has to be written and told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use speedtrade::{
    account::AccountState,
    engine::{self, Command, EngineError},
    fill::Fill,
    ids::AccountId,
    order::{Amount, NewOrder, Order, OrderClass, OrderEvent},
    time::Timestamp,
};

use super::{
    committer::{CommandError, Outcome, Reply, Request},
    frames,
    world::{World, recent_since, symbol_of},
};
use crate::{
    bus::UserEvent,
    clock::Clock,
    store::{self, Changes, Db, StoreError},
};

/// What folding a batch gave, not yet committed.
pub(super) struct Folded {
    pub(super) now: Timestamp,
    pub(super) replies: Vec<Reply>,
    pub(super) changes: Changes,
    pub(super) touched: BTreeSet<AccountId>,
    pub(super) published: Vec<UserEvent>,
}

pub(super) struct Folding<'a> {
    world: &'a World,
    states: BTreeMap<AccountId, AccountState>,
    names: HashMap<(AccountId, String), Order>,
    /// Fills of today, of accounts whose limits ask for the day's profit.
    recent: HashMap<AccountId, Vec<Fill>>,
    folded: Folded,
}

impl<'a> Folding<'a> {
    pub(super) fn new(world: &'a World, states: BTreeMap<AccountId, AccountState>, named: Vec<Order>) -> Self {
        let named = named.into_iter().map(|order| ((order.account_id, order.client_order_id.to_string()), order));
        let now = world.clock.now();
        let folded = Folded { now, replies: Vec::new(), changes: Changes::default(), touched: BTreeSet::new(), published: Vec::new() };
        Self { world, states, names: named.collect(), recent: HashMap::new(), folded }
    }

    /// Reads what limits of a day's loss need.
    pub(super) async fn read_limits(&mut self, db: &Db) -> Result<(), StoreError> {
        for state in self.states.values().filter(|state| state.limits.daily_loss_max.is_some()) {
            let mut fills = store::list_fills_since(db, state.id, recent_since(self.folded.now)).await?;
            fills.retain(|fill| self.world.is_of_today(fill, self.folded.now));
            self.recent.insert(state.id, fills);
        }
        Ok(())
    }

    pub(super) fn refuse(&mut self, error: CommandError) {
        self.folded.replies.push(Err(error));
    }

    /// An error is a broken rule: the fold has to begin anew without this command.
    pub(super) fn fold(&mut self, request: &Request) -> Result<(), EngineError> {
        let reply = match self.named(request) {
            Some(reply) => reply,
            None => match self.apply(request) {
                Err(CommandError::Engine(EngineError::Broken(rule))) => return Err(EngineError::Broken(rule)),
                reply => reply,
            },
        };
        self.folded.replies.push(reply);
        Ok(())
    }

    /// The answer to a command whose name is taken.
    fn named(&self, request: &Request) -> Option<Reply> {
        let name = request.command.name()?;
        let first = self.names.get(&(request.account, name.to_string()))?;
        let is_same = match &request.command {
            Command::Place(new) => is_same_order(first, new),
            Command::Replace(id, _) => first.replaces == Some(*id),
            Command::Cancel(_)
            | Command::CancelAll(_)
            | Command::Close(..)
            | Command::Wake(_)
            | Command::Execute(_)
            | Command::Bust(..)
            | Command::SetLimits(_)
            | Command::SetHalted(_)
            | Command::OpenGate => false,
        };
        Some(if is_same { Ok(Outcome::AlreadyPlaced(Box::new(first.clone()))) } else { Err(CommandError::NameTaken) })
    }

    fn apply(&mut self, request: &Request) -> Reply {
        let state = self.states.get_mut(&request.account).ok_or(CommandError::UnknownAccount)?;
        let now = self.folded.now;
        let new_id = || self.world.clock.new_id();
        let recent = self.recent.get(&state.id).into_iter().flatten().chain(self.folded.changes.fills_of(state.id));
        let worth = self.world.worth(state, recent, now);
        let symbol = symbol_of(&request.command, state).cloned();
        let env = self.world.env(symbol.as_ref(), worth, now, &new_id);
        let applied = engine::apply(state, &request.command, &env)?;
        if applied.is_changed {
            self.folded.touched.insert(state.id);
        }
        for event in &applied.events {
            self.names.insert((state.id, event.order.client_order_id.to_string()), event.order.clone());
        }
        let published = record_events(&mut self.folded.changes, state, &applied.events, &self.world.clock, now);
        self.folded.published.extend(published);
        Ok(Outcome::Done(applied.events))
    }

    pub(super) fn finish(self) -> (Folded, BTreeMap<AccountId, AccountState>) {
        (self.folded, self.states)
    }
}

/// Adds what the events changed; answers what their user is to be told after the commit.
pub(in crate::services) fn record_events(
    changes: &mut Changes,
    state: &mut AccountState,
    events: &[OrderEvent],
    clock: &Clock,
    now: Timestamp,
) -> Vec<UserEvent> {
    let mut published = Vec::new();
    for event in events {
        changes.add(state, event, clock.new_id());
        for (seq, frame) in frames::of_event(event, &mut state.event_seq, now) {
            let text = serde_json::to_string(&frame).expect("a frame is plain data");
            changes.events.push((state.user_id, seq, text));
            published.push(UserEvent { user_id: state.user_id, seq, frame });
        }
    }
    published
}

fn is_same_order(first: &Order, again: &NewOrder) -> bool {
    let amount = match again.amount {
        Amount::Qty(qty) => first.notional.is_none() && first.qty == qty,
        Amount::Notional(amount) => first.notional == Some(amount),
    };
    let terms = (&first.symbol, first.side, first.kind, first.time_in_force, first.extended_hours);
    let class = first.group.map_or(OrderClass::Simple, |group| group.class);
    let lots = (first.lot_method, &first.chosen_lots) == (again.lot_method, &again.lots);
    let same_terms = terms == (&again.symbol, again.side, again.kind, again.time_in_force, again.extended_hours);
    amount && lots && same_terms && class == again.class
}
