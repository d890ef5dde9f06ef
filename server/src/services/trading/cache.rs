//! The newest committed state of accounts, where this process is the store's only writer. Elsewhere it keeps nothing.
//!
//! A state is taken out for a batch and put back once it is committed; what failed is read again.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

use speedtrade::{
    account::AccountState,
    ids::{AccountId, UserId},
};

use crate::store::Db;

/// When more are kept, all are forgotten and read again as they are needed.
const ACCOUNTS_MAX: usize = 10_000;

pub(super) struct AccountCache {
    is_used: bool,
    states: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    states: HashMap<AccountId, AccountState>,
    /// The newest event of each user: its accounts number theirs together.
    seqs: HashMap<UserId, i64>,
}

impl AccountCache {
    pub(super) fn of(db: &Db) -> Self {
        Self { is_used: matches!(db, Db::Sqlite(_)), states: Mutex::default() }
    }

    /// What is known of `ids`, and the ids that are not.
    pub(super) fn take(&self, ids: BTreeSet<AccountId>) -> (BTreeMap<AccountId, AccountState>, Vec<AccountId>) {
        let mut kept = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut found, mut missing) = (BTreeMap::new(), Vec::new());
        for id in ids {
            match kept.states.remove(&id) {
                Some(mut state) => {
                    state.event_seq = kept.seqs.get(&state.user_id).map_or(state.event_seq, |seq| state.event_seq.max(*seq));
                    found.insert(id, state);
                }
                None => missing.push(id),
            }
        }
        (found, missing)
    }

    pub(super) fn put(&self, states: BTreeMap<AccountId, AccountState>) {
        if !self.is_used {
            return;
        }
        let mut kept = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.states.len() + states.len() > ACCOUNTS_MAX {
            *kept = Kept::default();
        }
        for state in states.values() {
            let seq = kept.seqs.entry(state.user_id).or_default();
            *seq = state.event_seq.max(*seq);
        }
        kept.states.extend(states);
    }
}
