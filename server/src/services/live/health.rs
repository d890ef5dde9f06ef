//! How the connection of a live account is, for the page and for the log.

use std::sync::{Mutex, PoisonError};

use speedtrade::time::Timestamp;

/// Where a live account stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LiveState {
    #[default]
    Connecting,
    /// Everything is being read; new orders wait outside.
    Reconciling,
    Live,
    Down {
        reason: String,
    },
    /// The venue says no: the key has to be changed.
    Refused {
        reason: String,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HealthView {
    pub state: LiveState,
    pub last_heard: Option<Timestamp>,
    /// The venue's clock less ours.
    pub skew_ms: Option<i64>,
    /// What is left of the rate limit, and the whole.
    pub budget: Option<(u32, u32)>,
    pub last_reconciled: Option<Timestamp>,
}

#[derive(Debug, Default)]
pub(super) struct Health(Mutex<HealthView>);

impl Health {
    pub(super) fn view(&self) -> HealthView {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut HealthView)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
