//! How each feed's connection is, and which feed may speak for an asset type now.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use speedtrade::{instrument::AssetType, time::Timestamp};

use super::Routes;
use crate::market::feeds::{FeedKind, FeedStatus};

/// In one word, what a connection is to a trader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedHealth {
    /// Nobody looks, so it is not connected.
    Idle,
    Connecting,
    Live,
    /// Connected, but nothing comes.
    Silent,
    Refused,
    Down,
}

/// One feed, for pages and the log. No secret is in `detail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedReport {
    pub feed: FeedKind,
    pub serves: Vec<AssetType>,
    /// Speaks for these now; the rest is in reserve.
    pub speaks_for: Vec<AssetType>,
    pub health: FeedHealth,
    pub detail: Option<String>,
    pub heard_at: Option<Timestamp>,
}

#[derive(Debug)]
struct Line {
    status: Mutex<FeedStatus>,
    /// Microseconds; 0 before the first word.
    heard: AtomicI64,
}

#[derive(Debug)]
pub(in crate::market) struct Lines {
    routes: Routes,
    lines: BTreeMap<FeedKind, Line>,
}

impl Lines {
    pub(super) fn new(routes: Routes) -> Self {
        let line = || Line { status: Mutex::new(FeedStatus::Idle), heard: AtomicI64::new(0) };
        let lines = routes.feeds().into_iter().map(|feed| (feed, line())).collect();
        Self { routes, lines }
    }

    pub(in crate::market) fn routes(&self) -> &Routes {
        &self.routes
    }

    fn status(&self, feed: FeedKind) -> Option<MutexGuard<'_, FeedStatus>> {
        self.lines.get(&feed).map(|line| line.status.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, feed: FeedKind, status: FeedStatus, now: Timestamp) {
        if status == FeedStatus::Live {
            self.hear(feed, now);
        }
        let Some(mut before) = self.status(feed) else { return };
        if *before == status {
            return;
        }
        match &status {
            FeedStatus::Idle | FeedStatus::Live | FeedStatus::Connecting => tracing::info!(feed = feed.as_str(), ?status, "feed"),
            FeedStatus::Silent | FeedStatus::Refused { .. } | FeedStatus::Down { .. } => {
                tracing::warn!(feed = feed.as_str(), ?status, "feed");
            }
        }
        *before = status;
    }

    pub(super) fn hear(&self, feed: FeedKind, now: Timestamp) {
        if let Some(line) = self.lines.get(&feed) {
            line.heard.store(now.micros(), Ordering::Relaxed);
        }
    }

    pub(super) fn heard(&self, feed: FeedKind) -> Timestamp {
        Timestamp::from_micros(self.lines.get(&feed).map_or(0, |line| line.heard.load(Ordering::Relaxed)))
    }

    /// Up, and heard of late.
    pub(super) fn is_live(&self, feed: FeedKind, now: Timestamp) -> bool {
        self.health(feed, now) == FeedHealth::Live
    }

    fn health(&self, feed: FeedKind, now: Timestamp) -> FeedHealth {
        let Some(status) = self.status(feed) else { return FeedHealth::Down };
        match &*status {
            FeedStatus::Idle => FeedHealth::Idle,
            FeedStatus::Connecting => FeedHealth::Connecting,
            FeedStatus::Live if now.micros() - self.heard(feed).micros() <= feed.quiet_max_us() => FeedHealth::Live,
            FeedStatus::Live | FeedStatus::Silent => FeedHealth::Silent,
            FeedStatus::Refused { .. } => FeedHealth::Refused,
            FeedStatus::Down { .. } => FeedHealth::Down,
        }
    }

    /// The first live feed of the chain; while none is, the first that waits to be asked, or else the first of all.
    pub(in crate::market) fn speaker(&self, asset_type: AssetType, now: Timestamp) -> Option<FeedKind> {
        let chain = self.routes.of(asset_type);
        let live = chain.iter().find(|feed| self.is_live(**feed, now));
        let idle = || chain.iter().find(|feed| self.health(**feed, now) == FeedHealth::Idle);
        live.or_else(idle).or(chain.first()).copied()
    }

    /// The feeds that are to be connected while somebody looks: the one that speaks, and those before it, so that they come
    /// back.
    pub(in crate::market) fn connected(&self, asset_type: AssetType, now: Timestamp) -> &[FeedKind] {
        let chain = self.routes.of(asset_type);
        let speaker = self.speaker(asset_type, now);
        let upto = chain.iter().position(|feed| Some(*feed) == speaker).map_or(0, |nth| nth + 1);
        &chain[..upto]
    }

    pub(super) fn may_speak(&self, feed: FeedKind, asset_type: AssetType, now: Timestamp) -> bool {
        self.speaker(asset_type, now) == Some(feed)
    }

    pub(in crate::market) fn reports(&self, now: Timestamp) -> Vec<FeedReport> {
        let report = |feed: FeedKind| FeedReport {
            feed,
            serves: AssetType::ALL.into_iter().filter(|t| self.routes.of(*t).contains(&feed)).collect(),
            speaks_for: AssetType::ALL.into_iter().filter(|t| self.speaker(*t, now) == Some(feed)).collect(),
            health: self.health(feed, now),
            detail: self.status(feed).and_then(|status| detail(&status)),
            heard_at: Some(self.heard(feed)).filter(|heard| heard.micros() > 0),
        };
        self.lines.keys().copied().map(report).collect()
    }
}

fn detail(status: &FeedStatus) -> Option<String> {
    match status {
        FeedStatus::Idle | FeedStatus::Connecting | FeedStatus::Live | FeedStatus::Silent => None,
        FeedStatus::Refused { detail, .. } | FeedStatus::Down { detail } => Some(detail.clone()),
    }
}
