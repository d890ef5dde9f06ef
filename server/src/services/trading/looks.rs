//! What was read of accounts that have not changed since, where this process is the store's only writer. A commit makes what
//! it touched forgotten; elsewhere nothing is kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::api::OrderFilter;
use speedtrade::{
    ids::AccountId,
    time::{SECOND_US, Timestamp},
};

use super::holdings::Snapshot;
use crate::store::Db;

/// When more are kept, all are forgotten.
const ACCOUNTS_MAX: usize = 10_000;
const ANSWERS_MAX: usize = 8;
/// A valuation is made anew after this long, even when no price moved.
const VALUED_US: i64 = SECOND_US;

/// JSON as it is sent.
pub type Json = Arc<[u8]>;

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    Orders(OrderFilter),
    Portfolio,
    Positions,
}

/// At which prices an answer was made: the market's step and the time. Orders have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Priced {
    pub(super) step: u64,
    pub(super) at: Timestamp,
}

struct Answer {
    asked: Asked,
    priced: Priced,
    json: Json,
}

#[derive(Default)]
struct Kept {
    snapshot: Option<Arc<Snapshot>>,
    answers: Vec<Answer>,
}

#[derive(Default)]
struct Accounts {
    by_id: HashMap<AccountId, Kept>,
    /// Grows with each commit: what was read before it is not kept.
    commits: u64,
}

pub(super) struct Looks {
    is_used: bool,
    accounts: Mutex<Accounts>,
}

impl Looks {
    pub(super) fn of(db: &Db) -> Self {
        Self { is_used: matches!(db, Db::Sqlite(_)), accounts: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To be asked before the store is.
    pub(super) fn commits(&self) -> u64 {
        self.lock().commits
    }

    /// After a commit, before anybody is answered.
    pub(super) fn forget<'a>(&self, touched: impl IntoIterator<Item = &'a AccountId>) {
        let mut accounts = self.lock();
        accounts.commits += 1;
        for id in touched {
            accounts.by_id.remove(id);
        }
    }

    pub(super) fn snapshot(&self, account: AccountId) -> Option<Arc<Snapshot>> {
        self.lock().by_id.get(&account)?.snapshot.clone()
    }

    /// The answer to the same question, if the prices are the same.
    pub(super) fn answer(&self, account: AccountId, asked: &Asked, now: Priced) -> Option<Json> {
        let accounts = self.lock();
        let answers = &accounts.by_id.get(&account)?.answers;
        let found = answers.iter().find(|answer| answer.asked == *asked)?;
        let is_fresh = match asked {
            Asked::Orders(_) => true,
            Asked::Portfolio | Asked::Positions => found.priced.step == now.step && now.at.micros() - found.priced.at.micros() < VALUED_US,
        };
        is_fresh.then(|| Arc::clone(&found.json))
    }

    pub(super) fn keep_snapshot(&self, account: AccountId, snapshot: &Arc<Snapshot>, commits: u64) {
        self.keep(account, commits, |kept| kept.snapshot = Some(Arc::clone(snapshot)));
    }

    pub(super) fn keep_answer(&self, account: AccountId, asked: Asked, priced: Priced, json: &Json, commits: u64) {
        self.keep(account, commits, |kept| {
            kept.answers.retain(|answer| answer.asked != asked);
            if kept.answers.len() >= ANSWERS_MAX {
                kept.answers.clear();
            }
            kept.answers.push(Answer { asked, priced, json: Arc::clone(json) });
        });
    }

    fn keep(&self, account: AccountId, commits: u64, change: impl FnOnce(&mut Kept)) {
        let mut accounts = self.lock();
        if !self.is_used || accounts.commits != commits {
            return;
        }
        if accounts.by_id.len() >= ACCOUNTS_MAX {
            accounts.by_id.clear();
        }
        change(accounts.by_id.entry(account).or_default());
    }
}
