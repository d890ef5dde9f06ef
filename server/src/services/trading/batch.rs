//! One batch: read the accounts, fold the commands in order, write, commit, then answer and publish.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use speedtrade::{
    account::AccountState,
    ids::{AccountId, OrderId},
    instrument::Symbol,
    order::{Amount, NewOrder, Order, OrderEvent},
    time::Timestamp,
};

use super::{
    committer::{CommandError, Outcome, Reply, Request},
    frames,
};
use crate::{
    bus::{Bus, UserEvent},
    clock::Clock,
    engine::{self, Command, Env, RestingOrders},
    market::Market,
    store::{self, Changes, Db, StoreError},
};

const ATTEMPTS_MAX: usize = 5;

pub(super) struct Desk {
    pub(super) db: Db,
    pub(super) market: Market,
    pub(super) bus: Bus,
    pub(super) clock: Clock,
    pub(super) resting: Arc<Mutex<RestingOrders>>,
}

/// What folding a batch gave, not yet committed.
#[derive(Default)]
struct Folded {
    replies: Vec<Option<Reply>>,
    changes: Changes,
    published: Vec<UserEvent>,
}

impl Desk {
    pub(super) async fn commit(&self, batch: Vec<Request>) {
        match self.try_commit(&batch).await {
            Ok(folded) => self.announce(batch, folded),
            // One bad command must not fail its neighbors: each gets a batch of its own.
            Err(error) if batch.len() > 1 => {
                tracing::warn!(error = &error as &dyn std::error::Error, commands = batch.len(), "batch not committed; trying one by one");
                for request in batch {
                    Box::pin(self.commit(vec![request])).await;
                }
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "command not committed");
                for request in batch {
                    let _ = request.reply.send(Err(CommandError::NotCommitted));
                }
            }
        }
    }

    async fn try_commit(&self, batch: &[Request]) -> Result<Folded, StoreError> {
        for _ in 1..ATTEMPTS_MAX {
            match self.commit_once(batch).await {
                // Another host was first: read again and fold again.
                Err(StoreError::Conflict) => {}
                done => return done,
            }
        }
        self.commit_once(batch).await
    }

    async fn commit_once(&self, batch: &[Request]) -> Result<Folded, StoreError> {
        let accounts: BTreeSet<AccountId> = batch.iter().map(|r| r.account).collect();
        let accounts: Vec<_> = accounts.into_iter().collect();
        let names: Vec<_> = batch.iter().filter_map(|r| Some((r.account, name_of(&r.command)?))).collect();
        let mut tx = self.db.begin().await?;
        let book = store::load_book(&mut tx, &accounts, &names).await?;
        let now = self.clock.now();
        let mut folding = Folding::new(self, book, now);
        for request in batch {
            let reply = folding.fold(request);
            folding.folded.replies.push(Some(reply));
        }
        let folded = folding.finish();
        if !folded.changes.orders.is_empty() {
            store::write_changes(&mut tx, &folded.changes, now).await?;
            tx.commit().await?;
        }
        Ok(folded)
    }

    fn announce(&self, batch: Vec<Request>, folded: Folded) {
        {
            let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
            folded.changes.orders.values().for_each(|(_, order)| resting.record(order));
        }
        self.bus.publish(folded.published);
        for (request, reply) in batch.into_iter().zip(folded.replies) {
            // A caller that went away finds its order in the list.
            let _ = request.reply.send(reply.unwrap_or(Err(CommandError::NotCommitted)));
        }
    }
}

struct Folding<'a> {
    desk: &'a Desk,
    now: Timestamp,
    accounts: BTreeMap<AccountId, AccountState>,
    touched: BTreeSet<AccountId>,
    names: HashMap<(AccountId, String), Order>,
    folded: Folded,
}

impl<'a> Folding<'a> {
    fn new(desk: &'a Desk, book: store::Book, now: Timestamp) -> Self {
        let named = |order: Order| ((order.account_id, order.client_order_id.to_string()), order);
        let names = book.named.into_iter().map(named).collect();
        Self { desk, now, accounts: book.accounts, touched: BTreeSet::new(), names, folded: Folded::default() }
    }

    fn fold(&mut self, request: &Request) -> Reply {
        let state = self.accounts.get(&request.account).ok_or(CommandError::UnknownAccount)?;
        if let Command::Place(place) = &request.command
            && let Some(name) = &place.order.client_order_id
            && let Some(first) = self.names.get(&(request.account, name.to_string()))
        {
            let is_same = is_same_order(first, &place.order);
            return if is_same { Ok(Outcome::AlreadyPlaced(Box::new(first.clone()))) } else { Err(CommandError::NameTaken) };
        }
        let new_id = || self.desk.clock.new_id();
        let env = self.desk.env(symbol_of(&request.command, state), self.now, &new_id);
        let (mut next, events) = engine::apply(state, &request.command, &env)?;
        if !events.is_empty() {
            self.record(&mut next, &events);
            self.touched.insert(next.id);
            self.accounts.insert(next.id, next);
        }
        Ok(Outcome::Done(events))
    }

    fn record(&mut self, state: &mut AccountState, events: &[OrderEvent]) {
        for event in events {
            self.names.insert((state.id, event.order.client_order_id.to_string()), event.order.clone());
        }
        let published = record_events(&mut self.folded.changes, state, events, &self.desk.clock, self.now);
        self.folded.published.extend(published);
    }

    fn finish(mut self) -> Folded {
        let touched = std::mem::take(&mut self.touched);
        self.folded.changes.accounts = self.accounts.into_iter().filter(|(id, _)| touched.contains(id)).map(|(_, s)| s).collect();
        self.folded
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
        let order = &event.order;
        changes.orders.insert(order.id, (state.user_id, order.clone()));
        if let Some(position) = &event.position {
            changes.positions.insert((state.id, order.symbol.clone()), position.clone());
        }
        changes.fills.extend(event.fill.iter().map(|fill| (state.user_id, state.id, fill.clone())));
        changes.transactions.extend(event.transactions.iter().map(|t| (state.id, order.id, clock.new_id(), t.clone())));
        for (seq, frame) in frames::of_event(event, &mut state.event_seq, now) {
            let text = serde_json::to_string(&frame).expect("a frame is plain data");
            changes.events.push((state.user_id, seq, text));
            published.push(UserEvent { user_id: state.user_id, seq, frame });
        }
    }
    published
}

impl Desk {
    /// The world as the engine sees it: a stale quote is no quote.
    pub(super) fn env<'a>(&self, symbol: Option<&Symbol>, now: Timestamp, new_id: &'a dyn Fn() -> uuid::Uuid) -> Env<'a> {
        let id = symbol.and_then(|s| self.market.catalog().find(s.as_str()));
        let is_market_open = id.is_some_and(|id| self.market.is_open(id, now));
        let quote = id.map(|id| self.market.quote(id)).filter(|q| q.is_fresh(now) || !is_market_open);
        let day_end = id.map_or(now, |id| self.market.calendar(id).day_end(now));
        Env { now, quote, is_market_open, day_end, new_id }
    }
}

fn name_of(command: &Command) -> Option<String> {
    match command {
        Command::Place(place) => place.order.client_order_id.as_ref().map(ToString::to_string),
        Command::Cancel(_) | Command::Wake(_) => None,
    }
}

fn symbol_of<'a>(command: &'a Command, state: &'a AccountState) -> Option<&'a Symbol> {
    let of_order = |id: &OrderId| state.open_orders.get(id).map(|o| &o.symbol);
    match command {
        Command::Place(place) => Some(&place.instrument.symbol),
        Command::Cancel(id) | Command::Wake(id) => of_order(id),
    }
}

fn is_same_order(first: &Order, again: &NewOrder) -> bool {
    let amount = match again.amount {
        Amount::Qty(qty) => first.notional.is_none() && first.qty == qty,
        Amount::Notional(amount) => first.notional == Some(amount),
    };
    let terms = (&first.symbol, first.side, first.kind, first.time_in_force);
    amount && terms == (&again.symbol, again.side, again.kind, again.time_in_force)
}
