//! What was read of accounts that have not changed since. A commit makes what it touched forgotten. Where other hosts write too,
//! no answers are kept, and what an account holds counts only at the version that the store has.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::api::OrderFilter;
use speedtrade::{
    ids::AccountId,
    time::{MINUTE_US, SECOND_US, Timestamp},
};

use super::holdings::Snapshot;
use crate::store::Db;

/// When more are kept, all are forgotten.
const ACCOUNTS_MAX: usize = 10_000;
const ANSWERS_MAX: usize = 8;
/// A valuation is made anew after this long, even when no price moved.
const VALUED_US: i64 = SECOND_US;

/// Holdings are read anew after this long, for fills grow old and other days begin.
const HELD_US: i64 = 5 * MINUTE_US;

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
    snapshot: Option<(Arc<Snapshot>, Timestamp)>,
    answers: Vec<Answer>,
}

#[derive(Default)]
struct Accounts {
    by_id: HashMap<AccountId, Kept>,
    /// Grows with each commit: what was read before it is not kept.
    commits: u64,
}

pub(super) struct Looks {
    /// Other hosts write the same accounts.
    is_shared: bool,
    accounts: Mutex<Accounts>,
}

impl Looks {
    pub(super) fn of(db: &Db) -> Self {
        Self { is_shared: matches!(db, Db::Postgres(_)), accounts: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many there were so far. To be asked before the store is.
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

    /// As of the last commit here; where others write too, `version` is to be compared with the store's.
    pub(super) fn snapshot(&self, account: AccountId, now: Timestamp) -> Option<Arc<Snapshot>> {
        let accounts = self.lock();
        let (snapshot, read_at) = accounts.by_id.get(&account)?.snapshot.as_ref()?;
        (now.micros() - read_at.micros() < HELD_US).then(|| Arc::clone(snapshot))
    }

    pub(super) fn is_shared(&self) -> bool {
        self.is_shared
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

    pub(super) fn keep_snapshot(&self, account: AccountId, snapshot: &Arc<Snapshot>, read_at: Timestamp, commits: u64) {
        self.keep(account, commits, |kept| kept.snapshot = Some((Arc::clone(snapshot), read_at)));
    }

    pub(super) fn keep_answer(&self, account: AccountId, asked: Asked, priced: Priced, json: &Json, commits: u64) {
        if self.is_shared {
            return;
        }
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
        if accounts.commits != commits {
            return;
        }
        if accounts.by_id.len() >= ACCOUNTS_MAX {
            accounts.by_id.clear();
        }
        change(accounts.by_id.entry(account).or_default());
    }
}
