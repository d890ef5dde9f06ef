//! Folding the commands of a batch over their accounts, in order, and noting what has to be written and told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use speedtrade::{
    account::AccountState,
    engine::{self, Command, EngineError, Env},
    fill::Fill,
    ids::{AccountId, OrderId, UserId},
    instrument::Symbol,
    order::{Amount, ChangedTerms, NewOrder, Order, OrderClass, OrderEvent},
    position::LotChoice,
    time::Timestamp,
};

use super::{
    committer::{CommandError, Outcome, Reply, Request},
    frames,
    outlets::Reserved,
    venues::Venues,
    world::{Histories, World, recent_since, symbol_of},
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
    /// Rights to send that are committed along.
    pub(super) reserved: BTreeMap<OrderId, Reserved>,
}

/// What venues told before: executions by their names, and the histories that late ones need.
pub(super) struct Inbox {
    pub(super) known: BTreeSet<(AccountId, String)>,
    pub(super) histories: Histories,
}

/// Why a batch has to be folded anew.
pub(super) enum Unfoldable {
    /// A command broke a rule of the ledger and is left out.
    Broken(EngineError),
    NeedsHistory(AccountId, Symbol),
}

pub(super) struct Folding<'a> {
    world: &'a World,
    states: BTreeMap<AccountId, AccountState>,
    names: HashMap<(AccountId, String), Order>,
    /// Names that orders of this batch took.
    new_names: HashMap<(AccountId, String), OrderId>,
    /// Fills of today, of accounts whose limits ask for the day's profit.
    recent: HashMap<AccountId, Vec<Fill>>,
    venues: &'a Venues,
    inbox: Inbox,
    /// The newest event of each user, over all accounts.
    seqs: HashMap<UserId, i64>,
    folded: Folded,
}

impl<'a> Folding<'a> {
    pub(super) fn new(
        world: &'a World,
        venues: &'a Venues,
        states: BTreeMap<AccountId, AccountState>,
        named: Vec<Order>,
        inbox: Inbox,
    ) -> Self {
        let named = named.into_iter().map(|order| ((order.account_id, order.client_order_id.to_string()), order));
        let now = world.clock.now();
        let folded = Folded {
            now,
            replies: Vec::new(),
            changes: Changes::default(),
            touched: BTreeSet::new(),
            published: Vec::new(),
            reserved: BTreeMap::new(),
        };
        Self {
            world,
            states,
            names: named.collect(),
            new_names: HashMap::new(),
            recent: HashMap::new(),
            venues,
            inbox,
            seqs: HashMap::new(),
            folded,
        }
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

    /// After an error the fold has to begin anew.
    pub(super) fn fold(&mut self, request: &Request) -> Result<(), Unfoldable> {
        let reply = match self.named(request) {
            Some(reply) => reply,
            None => match self.apply(request) {
                Err(CommandError::Engine(EngineError::Broken(rule))) => return Err(Unfoldable::Broken(EngineError::Broken(rule))),
                Err(CommandError::Engine(EngineError::NeedsHistory)) => {
                    let state = self.states.get(&request.account);
                    let symbol = state.and_then(|state| symbol_of(&request.command, state)).cloned();
                    let symbol = symbol.ok_or(Unfoldable::Broken(EngineError::NeedsHistory))?;
                    return Err(Unfoldable::NeedsHistory(request.account, symbol));
                }
                reply => reply,
            },
        };
        self.folded.replies.push(reply);
        Ok(())
    }

    /// The answer to a command whose name is taken.
    fn named(&self, request: &Request) -> Option<Reply> {
        let name = request.command.name()?;
        let key = (request.account, name.to_string());
        let new = self.new_names.get(&key).and_then(|id| self.folded.changes.order(*id));
        let first = new.or_else(|| self.names.get(&key))?;
        let is_same = match &request.command {
            Command::Place(new) => is_same_order(first, new) && self.has_exits(first, new),
            Command::Replace(id, changed) => first.replaces == Some(*id) && is_same_change(first, changed),
            Command::Cancel(_)
            | Command::CancelAll(_)
            | Command::Close(..)
            | Command::Wake(_)
            | Command::Execute(_)
            | Command::Bust(..)
            | Command::SetLimits(_)
            | Command::SetHalted(_)
            | Command::OpenGate
            | Command::Report(_)
            | Command::Lost(..)
            | Command::NeedsAttention(_)
            | Command::NotPlaced(..)
            | Command::NoteCancel(..)
            | Command::Adopt(_)
            | Command::Transfer(_) => false,
        };
        Some(if is_same { Ok(Outcome::AlreadyPlaced(Box::new(first.clone()))) } else { Err(CommandError::NameTaken) })
    }

    /// Whether its exits were asked for like this, as far as they are open and as they were.
    fn has_exits(&self, first: &Order, again: &NewOrder) -> bool {
        let in_books = self.states.get(&first.account_id).into_iter().flat_map(|state| state.open_orders.values());
        let of_group = |order: &&Order| order.id != first.id && order.replaces.is_none() && order.same_group(first);
        in_books.filter(of_group).all(|exit| again.exits.kinds().any(|(role, kind)| exit.role() == Some(role) && exit.kind == kind))
    }

    fn apply(&mut self, request: &Request) -> Reply {
        if let Command::Execute(execution) = &request.command
            && !self.inbox.known.insert((request.account, execution.exec_id.clone()))
        {
            return Ok(Outcome::Done(Vec::new()));
        }
        let history = self.history(request);
        let state = self.states.get_mut(&request.account).ok_or(CommandError::UnknownAccount)?;
        let now = self.folded.now;
        let new_id = || self.world.clock.new_id();
        let recent = self.recent.get(&state.id).into_iter().flatten().chain(self.folded.changes.fills_of(state.id));
        let worth = self.world.worth(state, recent, now);
        let symbol = symbol_of(&request.command, state).cloned();
        let env = Env { history: history.as_deref(), ..self.world.env(state.venue, symbol.as_ref(), worth, now, &new_id) };
        let applied = engine::apply(state, &request.command, &env)?;
        if applied.is_changed {
            self.folded.touched.insert(state.id);
        }
        let names = applied.events.iter().map(|event| ((state.id, event.order.client_order_id.to_string()), event.order.id));
        self.new_names.extend(names);
        for transfer in &applied.transfers {
            self.folded.changes.add_transfer(state.id, transfer, self.world.clock.new_id());
        }
        let intents = applied.events.iter().filter(|event| event.is_intent);
        for event in intents {
            let mut intent = self.venues.intent(state, &event.order, request.asked_at, now)?;
            if let Some((claim, reserved)) = self.venues.outlets.reserve(state.id, now) {
                intent.claim = Some(claim);
                self.folded.reserved.insert(intent.order, reserved);
            }
            self.folded.changes.intents.push(intent);
        }
        let seq = self.seqs.entry(state.user_id).or_insert(state.event_seq);
        state.event_seq = state.event_seq.max(*seq);
        let published = record_events(&mut self.folded.changes, state, &applied.events, &self.world.clock, now);
        *seq = state.event_seq;
        self.folded.published.extend(published);
        Ok(Outcome::Done(applied.events))
    }

    /// The executions of the command's holding, with those of this batch, where they were asked for.
    fn history(&self, request: &Request) -> Option<Vec<(Fill, LotChoice)>> {
        let state = self.states.get(&request.account)?;
        let symbol = symbol_of(&request.command, state)?;
        let mut history = self.inbox.histories.get(&(request.account, symbol.clone()))?.clone();
        let choice = |fill: &Fill| self.folded.changes.order(fill.order_id).map(Order::lot_choice).unwrap_or_default();
        let here = self.folded.changes.fills_of(request.account).filter(|fill| fill.symbol == *symbol);
        history.extend(here.map(|fill| (fill.clone(), choice(fill))));
        Some(history)
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
            changes.events.push((state.user_id, seq, frames::text_of(&frame)));
            published.push(UserEvent { user_id: state.user_id, seq, frame });
        }
    }
    published
}

fn is_same_change(first: &Order, again: &ChangedTerms) -> bool {
    // Exits share a quantity, which shrinks with what each of them fills.
    let is_same_qty = first.group.is_some() || [again.terms.qty, again.left].contains(&first.qty);
    is_same_qty && (first.kind, first.time_in_force) == (again.terms.kind, again.terms.time_in_force)
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
