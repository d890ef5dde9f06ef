//! Who tells the prices of this desk, as the person who started it decided. Starts the feeds and nothing else.

use std::{fmt, path::PathBuf};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::Clock,
    market::{
        Market, Routes, SimConfig,
        feeds::{
            FeedKind,
            binance::Names,
            replay::{ReplayFeed, Speed},
        },
    },
};

#[derive(Debug, Clone, Default)]
pub struct MarketPlan {
    pub sim: SimConfig,
    /// A recording that tells the prices of crypto.
    pub replay: Option<PathBuf>,
}

impl From<SimConfig> for MarketPlan {
    fn from(sim: SimConfig) -> Self {
        Self { sim, ..Self::default() }
    }
}

impl fmt::Display for MarketPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.replay {
            None => f.write_str("simulated"),
            Some(path) => write!(f, "simulated; crypto is replayed from {}", path.display()),
        }
    }
}

impl MarketPlan {
    pub(super) fn market(&self, clock: Clock) -> Market {
        let crypto = self.replay.iter().map(|_| FeedKind::Replay).collect();
        Market::new(self.sim, Routes { crypto, ..Routes::default() }, clock)
    }

    pub(super) fn start_feeds(&self, market: &Market, clock: &Clock, stop: &CancellationToken, tasks: &TaskTracker) {
        if let Some(path) = &self.replay {
            let feed = ReplayFeed::new(path, Speed::Times(1), Names::default(), market.sink(), clock.clone());
            tasks.spawn(feed.run(stop.clone()));
        }
    }
}
