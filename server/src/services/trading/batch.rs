//! One batch: read the accounts, fold the commands in order, write, commit, then answer and publish.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use speedtrade::{
    account::AccountState,
    engine::{EngineError, RestingOrders},
    ids::AccountId,
    instrument::Symbol,
};

use super::{
    cache::AccountCache,
    committer::{CommandError, Request},
    folding::{Folded, Folding, Inbox, Unfoldable},
    looks::Looks,
    venues::Venues,
    world::{Histories, World},
};
use crate::{
    bus::Bus,
    services::crash,
    store::{self, Db, Purpose, StoreError, Writer},
};

const ATTEMPTS_MAX: usize = 8;
/// How long a commit whose answer was lost is looked for, and how often.
const LOOKUP_MAX: Duration = Duration::from_mins(1);
const LOOKUP_PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Desk {
    pub(super) db: Db,
    pub(super) writer: Writer,
    pub(super) world: World,
    pub(super) bus: Bus,
    pub(super) cache: Arc<AccountCache>,
    pub(super) looks: Arc<Looks>,
    pub(super) resting: Arc<Mutex<RestingOrders>>,
    /// Folds and answers, and writes nothing: the reference of the benches.
    pub(super) is_forgetful: bool,
    pub(super) venues: Venues,
}

/// What one try learned for the next.
#[derive(Default)]
struct Retry {
    /// Commands that break a rule of the ledger, by their place in the batch.
    broken: BTreeMap<usize, EngineError>,
    /// Holdings whose executions came out of order.
    late: BTreeSet<(AccountId, Symbol)>,
}

impl Retry {
    fn note(&mut self, place: usize, error: Unfoldable) {
        match error {
            Unfoldable::Broken(error) => {
                tracing::error!(%error, "a command broke a rule of the ledger and is refused");
                self.broken.insert(place, error);
            }
            Unfoldable::NeedsHistory(account, symbol) => drop(self.late.insert((account, symbol))),
        }
    }
}

/// Why a batch is not in the books.
enum Failed {
    /// Somebody else was first, or one command broke a rule and is left out: read again and fold again.
    Again,
    /// Nothing of it was written.
    Store(StoreError),
    /// The store went away in the middle of the commit, and has not said what became of it.
    Unknown,
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Again,
            StoreError::OutcomeUnknown => Self::Unknown,
            StoreError::Unavailable(_) | StoreError::Corrupt { .. } | StoreError::Migration(_) | StoreError::InUse => Self::Store(error),
        }
    }
}

impl Desk {
    pub(super) async fn commit(&self, batch: Vec<Request>) {
        match self.try_commit(&batch).await {
            Ok(folded) => self.announce(batch, folded),
            // One bad row must not fail the neighbors: each command gets a batch of its own.
            Err(Failed::Store(StoreError::Corrupt { .. }) | Failed::Again) if batch.len() > 1 => {
                tracing::warn!(commands = batch.len(), "batch not committed; trying one by one");
                for request in batch {
                    Box::pin(self.commit(vec![request])).await;
                }
            }
            Err(Failed::Unknown) => refuse(batch, CommandError::OutcomeUnknown),
            Err(Failed::Again) => refuse(batch, CommandError::NotCommitted),
            Err(Failed::Store(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, commands = batch.len(), "batch not committed");
                refuse(batch, CommandError::NotCommitted);
            }
        }
    }

    async fn try_commit(&self, batch: &[Request]) -> Result<Folded, Failed> {
        let mut retry = Retry::default();
        for _ in 1..ATTEMPTS_MAX {
            match self.commit_once(batch, &mut retry).await {
                Err(Failed::Again) => {}
                done => return done,
            }
        }
        self.commit_once(batch, &mut retry).await
    }

    async fn commit_once(&self, batch: &[Request], retry: &mut Retry) -> Result<Folded, Failed> {
        let ids: BTreeSet<AccountId> = batch.iter().map(|r| r.account).collect();
        let names: Vec<_> = batch.iter().filter_map(|r| Some((r.account, r.command.name()?.to_string()))).collect();
        let (mut states, missing) = self.cache.take(ids);
        let mut reading = self.begin_reading(&missing, &names).await?;
        let mut named = Vec::new();
        if let Some(tx) = &mut reading {
            states.extend(store::load_accounts(tx, &missing, Purpose::Change).await?);
            named = store::list_named(tx, &names).await?;
        }
        if let Db::Sqlite(_) = self.db {
            reading = None;
        }
        let inbox = self.read_inbox(batch, retry).await?;
        let mut folding = Folding::new(&self.world, &self.venues, states, named, inbox);
        folding.read_limits(&self.db).await?;
        for (place, request) in batch.iter().enumerate() {
            match retry.broken.get(&place) {
                Some(error) => folding.refuse((*error).into()),
                None => {
                    if let Err(error) = folding.fold(request) {
                        retry.note(place, error);
                        return Err(Failed::Again);
                    }
                }
            }
        }
        crash::point("folded");
        let (folded, mut states) = folding.finish();
        let changed: Vec<&AccountState> = states.values().filter(|state| folded.touched.contains(&state.id)).collect();
        if changed.is_empty() || self.is_forgetful {
            self.cache.put(states);
            return Ok(folded);
        }
        let mut writing = store::Batch::new(&self.writer, reading)?;
        store::write_changes(&mut writing.writes(), &changed, &folded.changes, folded.now).await?;
        crash::point("before-commit");
        if let Err(error) = writing.commit().await {
            self.look_for(&folded, error).await?;
        }
        crash::point("after-commit");
        self.looks.forget(&folded.touched);
        states.values_mut().filter(|state| folded.touched.contains(&state.id)).for_each(|state| state.version += 1);
        self.cache.put(states);
        Ok(folded)
    }

    /// Executions that are booked, and the histories that the try before asked for.
    async fn read_inbox(&self, batch: &[Request], retry: &Retry) -> Result<Inbox, StoreError> {
        let named = batch.iter().filter_map(|request| Some((request.account, request.command.execution()?.to_owned())));
        let known = store::list_known_executions(&self.db, &named.collect::<Vec<_>>()).await?;
        let mut histories = Histories::new();
        for (account, symbol) in &retry.late {
            let history = store::list_holding_history(&self.db, *account, symbol).await?;
            histories.insert((*account, symbol.clone()), history);
        }
        Ok(Inbox { known, histories })
    }

    /// PostgreSQL holds the accounts from here until the commit. SQLite only reads, where there is something to read:
    /// nobody else writes its accounts.
    async fn begin_reading(&self, accounts: &[AccountId], names: &[(AccountId, String)]) -> Result<Option<store::Tx>, StoreError> {
        match self.db {
            Db::Postgres(_) => Ok(Some(self.db.begin().await?)),
            Db::Sqlite(_) if !accounts.is_empty() || self.writer.is_behind(names).await => Ok(Some(self.db.begin_read().await?)),
            Db::Sqlite(_) if !names.is_empty() => Ok(Some(self.db.begin_read_of_tables().await?)),
            Db::Sqlite(_) => Ok(None),
        }
    }

    /// A commit failed. An embedded store has then written nothing; one behind a connection is asked, until it answers.
    async fn look_for(&self, folded: &Folded, error: StoreError) -> Result<(), Failed> {
        if let Db::Sqlite(_) = self.db {
            return Err(error.into());
        }
        // Nothing that anybody could be told of: limits, a switch, a moved watermark.
        let Some((user, seq, frame)) = folded.changes.events.last() else { return Err(Failed::Unknown) };
        let asked = async {
            loop {
                match store::has_event(&self.db, *user, *seq, frame).await {
                    Ok(is_there) => return is_there,
                    Err(_) => tokio::time::sleep(LOOKUP_PAUSE).await,
                }
            }
        };
        match tokio::time::timeout(LOOKUP_MAX, asked).await {
            Ok(true) => return Ok(()),
            Ok(false) => return Err(error.into()),
            Err(_) => {}
        }
        tracing::error!(error = &error as &dyn std::error::Error, "the store does not say whether a batch was committed");
        Err(Failed::Unknown)
    }

    fn announce(&self, batch: Vec<Request>, folded: Folded) {
        {
            let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
            folded.changes.orders().for_each(|order| resting.record(order));
        }
        self.venues.outlets.announce(&folded.changes, folded.reserved);
        self.bus.publish(folded.published);
        for (request, reply) in batch.into_iter().zip(folded.replies) {
            // A caller that went away finds its order in the list.
            let _ = request.reply.send(reply);
        }
        crash::point("announced");
    }
}

fn refuse(batch: Vec<Request>, error: CommandError) {
    for request in batch {
        let _ = request.reply.send(Err(error));
    }
}
