//! Firings that wait to be told: 1,000 at most; when more come, the oldest are dropped and counted.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use speedtrade::alert::Fired;
use tokio::sync::Notify;

pub(in crate::services) const QUEUE_LENGTH_MAX: usize = 1_000;

#[derive(Default)]
pub(in crate::services) struct Queue {
    waiting: Mutex<VecDeque<Fired>>,
    filled: Notify,
    dropped: AtomicU64,
}

impl Queue {
    pub(in crate::services) fn push(&self, fired: Vec<Fired>) {
        if fired.is_empty() {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(fired);
        let surplus = waiting.len().saturating_sub(QUEUE_LENGTH_MAX);
        waiting.drain(..surplus);
        drop(waiting);
        if surplus > 0 {
            let total = self.dropped.fetch_add(surplus as u64, Ordering::Relaxed) + surplus as u64;
            tracing::warn!(surplus, total, "firings wait too long to be told outside: the oldest are not delivered");
        }
        self.filled.notify_one();
    }

    pub(in crate::services) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(in crate::services) async fn pop(&self) -> Fired {
        loop {
            let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            match next {
                Some(fired) => return fired,
                None => self.filled.notified().await,
            }
        }
    }
}
