//! How the connection of a live account is, for the page and for the log.

use std::sync::{Mutex, PoisonError};

use speedtrade::{
    time::Timestamp,
    wire::{ConnectionHealth, ConnectionState, RequestBudget},
};

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
}

impl HealthView {
    /// As the page shows it.
    pub(super) fn connection(self) -> ConnectionHealth {
        let (state, reason) = match self.state {
            LiveState::Connecting => (ConnectionState::Connecting, None),
            LiveState::Reconciling => (ConnectionState::Reconciling, None),
            LiveState::Live => (ConnectionState::Ready, None),
            LiveState::Down { reason } => (ConnectionState::Down, Some(reason)),
            LiveState::Refused { reason } => (ConnectionState::Refused, Some(reason)),
        };
        ConnectionHealth {
            state,
            reason,
            last_heartbeat_at: self.last_heard,
            budget: self.budget.map(|(left, max)| RequestBudget { left, max }),
            clock_skew_ms: self.skew_ms,
            open_discrepancies: 0,
            discrepancies: Vec::new(),
        }
    }

    /// Of an account that another host speaks for.
    pub(super) fn elsewhere(is_ready: bool, note: String) -> ConnectionHealth {
        let state = if is_ready { LiveState::Live } else { LiveState::Down { reason: note } };
        Self { state, ..Self::default() }.connection()
    }
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
