//! What was read of accounts that have not changed since, where this process is the store's only writer. A commit makes what
//! it touched forgotten; elsewhere nothing is kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::api::OrderFilter;
use speedtrade::{
    ids::AccountId,
    wire::{OrderView, Page},
};

use super::holdings::Snapshot;
use crate::store::Db;

/// When more are kept, all are forgotten.
const ACCOUNTS_MAX: usize = 10_000;
const PAGES_MAX: usize = 8;

#[derive(Default)]
struct Kept {
    snapshot: Option<Arc<Snapshot>>,
    pages: Vec<(OrderFilter, Arc<Page<OrderView>>)>,
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

    pub(super) fn page(&self, account: AccountId, filter: &OrderFilter) -> Option<Arc<Page<OrderView>>> {
        let accounts = self.lock();
        let pages = &accounts.by_id.get(&account)?.pages;
        pages.iter().find(|(of, _)| of == filter).map(|(_, page)| Arc::clone(page))
    }

    pub(super) fn keep_snapshot(&self, account: AccountId, snapshot: &Arc<Snapshot>, commits: u64) {
        self.keep(account, commits, |kept| kept.snapshot = Some(Arc::clone(snapshot)));
    }

    pub(super) fn keep_page(&self, account: AccountId, filter: &OrderFilter, page: &Arc<Page<OrderView>>, commits: u64) {
        self.keep(account, commits, |kept| {
            if kept.pages.len() >= PAGES_MAX {
                kept.pages.clear();
            }
            kept.pages.push((filter.clone(), Arc::clone(page)));
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
