//! Who tells the prices of this desk, as the person who started it decided. Starts the feeds and nothing else.

use std::{fmt, path::PathBuf, sync::Arc};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::feeds::FeedsError;
use crate::{
    clock::Clock,
    config::FeedArgs,
    hosts::Hosts,
    market::{
        Catalog, Market, SimConfig,
        feeds::{
            FeedKind,
            binance::Names,
            replay::{ReplayFeed, Speed},
        },
    },
    services::past::LivePast,
    store::Db,
};

#[derive(Debug, Clone, Default)]
pub struct MarketPlan {
    pub sim: SimConfig,
    /// A recording that tells the prices of crypto.
    pub replay: Option<PathBuf>,
    pub feeds: FeedArgs,
    /// What is listed; without, what the program lists by itself.
    pub catalog: Option<Arc<Catalog>>,
}

impl From<SimConfig> for MarketPlan {
    fn from(sim: SimConfig) -> Self {
        Self { sim, ..Self::default() }
    }
}

impl fmt::Display for MarketPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |feeds: &[FeedKind]| feeds.iter().map(|feed| feed.as_str()).collect::<Vec<_>>().join(", ");
        let told = |feeds: &[FeedKind]| if feeds.is_empty() { "simulated".to_owned() } else { format!("from {}", names(feeds)) };
        match &self.replay {
            Some(path) => write!(f, "stocks {}; crypto is replayed from {}", told(&self.feeds.stock_feeds), path.display()),
            None if self.feeds.stock_feeds.is_empty() && self.feeds.crypto_feeds.is_empty() => f.write_str("simulated"),
            None => write!(f, "stocks {}; crypto {}", told(&self.feeds.stock_feeds), told(&self.feeds.crypto_feeds)),
        }
    }
}

impl MarketPlan {
    pub(super) fn market(&self, clock: Clock) -> Result<Market, FeedsError> {
        let mut routes = self.feeds.routes()?;
        if self.replay.is_some() {
            if !routes.crypto.is_empty() {
                return Err(FeedsError::ReplayedAlready);
            }
            routes.crypto = vec![FeedKind::Replay];
        }
        let catalog = self.catalog.clone().unwrap_or_else(|| Arc::new(Catalog::embedded()));
        Ok(Market::of(catalog, self.sim, routes, clock))
    }

    /// Feeds and what keeps their bars. They end after `stop`.
    pub(super) fn start_feeds(
        &self,
        market: &Market,
        (db, clock, hosts): (&Db, &Clock, &Hosts),
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<(), FeedsError> {
        if market.routes().is_simulated() {
            return Ok(());
        }
        let past = LivePast::new(db.clone(), market.clone(), clock.clone(), self.feeds.histories(clock)?);
        market.set_past(Arc::new(past.clone()));
        tasks.spawn(past.run(stop.clone()));
        if let Some(path) = &self.replay {
            let feed = ReplayFeed::new(path, Speed::Times(1), Names::default(), market.sink(), clock.clone());
            tasks.spawn(feed.run(stop.clone()));
        }
        self.feeds.start(market, (clock, hosts), stop, tasks)
    }
}
