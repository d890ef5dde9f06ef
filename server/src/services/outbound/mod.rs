//! Calls to addresses that users name: how far they may go, how patient they are, and the bounded queue of firings to be told.
//!
//! Telling is best effort: nothing is kept over a restart. The history of firings is complete.

mod guard;
mod queue;

use std::{sync::Arc, time::Duration};

use reqwest::{Client, redirect};

pub use guard::Reach;
pub(super) use guard::{GlobalOnly, check_url};
pub(super) use queue::Queue;
#[cfg(test)]
pub(super) use {guard::is_global, queue::QUEUE_LENGTH_MAX};

/// Calls that run at once.
pub(super) const CALLS_MAX: usize = 16;

/// How patient calls are.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub timeout: Duration,
    /// Before the second and the third try.
    pub pauses: [Duration; 2],
}

impl Default for Pace {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(5), pauses: [Duration::from_secs(1), Duration::from_secs(5)] }
    }
}

/// Follows no redirect, asks no proxy.
pub(super) fn client(reach: Reach, pace: Pace) -> reqwest::Result<Client> {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(pace.timeout)
        .dns_resolver(Arc::new(GlobalOnly(reach)))
        .https_only(reach == Reach::Internet)
        .user_agent("SpeedTrade")
        .build()
}
