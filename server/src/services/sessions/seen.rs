//! Tokens that were checked lately, so that not each request asks the store. Holds 10,000; then it forgets all and asks again.
//!
//! Exact where this process is the store's only writer: a session that ends here is forgotten at once. With other hosts on
//! the store what is known counts for a second, or less when they tell.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use speedtrade::{
    ids::SessionId,
    time::{SECOND_US, Timestamp},
};

use tokio::sync::broadcast;

use super::SignedInUser;
use crate::store::{Db, SessionRecord};

const TOKENS_MAX: usize = 10_000;
const SHARED_US: i64 = SECOND_US;
/// Endings that a socket may fall behind; then it asks the store.
const ENDED_MAX: usize = 256;

#[derive(Debug, Clone)]
struct Known {
    user: Arc<SignedInUser>,
    session: SessionRecord,
    token_ends: Timestamp,
    checked_at: Timestamp,
}

#[derive(Default)]
struct Tokens {
    by_text: HashMap<String, Known>,
    /// Grows whenever a session ends: what was read before that is not kept.
    endings: u64,
}

pub(super) struct Seen {
    is_shared: bool,
    tokens: Mutex<Tokens>,
    ended: broadcast::Sender<SessionId>,
}

impl Seen {
    pub(super) fn of(db: &Db) -> Self {
        Self { is_shared: matches!(db, Db::Postgres(_)), tokens: Mutex::default(), ended: broadcast::Sender::new(ENDED_MAX) }
    }

    fn lock(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn find(&self, token: &str, now: Timestamp) -> Option<Arc<SignedInUser>> {
        let tokens = self.lock();
        let known = tokens.by_text.get(token)?;
        let is_fresh = !self.is_shared || now.micros() - known.checked_at.micros() < SHARED_US;
        (is_fresh && now < known.token_ends && known.session.is_live(now)).then(|| Arc::clone(&known.user))
    }

    /// To be asked before the store is.
    pub(super) fn endings(&self) -> u64 {
        self.lock().endings
    }

    /// Keeps what the store said, unless a session ended since `endings`.
    pub(super) fn keep(
        &self,
        token: &str,
        (user, session): (&Arc<SignedInUser>, &SessionRecord),
        token_ends: Timestamp,
        now: Timestamp,
        endings: u64,
    ) {
        let mut tokens = self.lock();
        if tokens.endings != endings {
            return;
        }
        if tokens.by_text.len() >= TOKENS_MAX {
            tokens.by_text.clear();
        }
        let known = Known { user: Arc::clone(user), session: *session, token_ends, checked_at: now };
        tokens.by_text.insert(token.to_owned(), known);
    }

    /// After the store has it that the session ended.
    pub(super) fn forget(&self, session: SessionId) {
        let mut tokens = self.lock();
        tokens.endings += 1;
        tokens.by_text.retain(|_, known| known.session.id != session);
        // Nobody may listen.
        let _ = self.ended.send(session);
    }

    pub(super) fn ended(&self) -> broadcast::Receiver<SessionId> {
        self.ended.subscribe()
    }
}
