//! The market as the host sees it: what is listed, the newest quote of each, and the bars of the past.
//!
//! Today it is simulated, and every quote says so. Knows no order, no account and no connection.

mod cache;
mod catalog;
pub mod feeds;
mod history;
mod hub;
mod live;
mod sessions;
mod sim;
#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use speedtrade::{
    market::{Bar, Calendar, Quote, Timeframe},
    money::Price,
    time::Timestamp,
    wire::QuoteView,
};
use tokio::{sync::Semaphore, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use history::{History, Subject, Wanted};
use live::{Running, SessionClock, second_at};
use sessions::Session;
use sim::Model;

pub use catalog::{Catalog, CatalogError, InstrumentId};
pub use history::{DAILY_DAYS, INTRADAY_SESSIONS};
pub use hub::{Frame, Hub};

/// The day's high and low of this many instruments are made exact with each step after the start.
const REFINED_A_STEP: usize = 64;
const SOURCE: &str = "simulated";
const STEP: Duration = Duration::from_millis(250);
/// Histories made at once; the rest wait their turn, at most one for each request being served.
const HISTORIES_MAX: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimConfig {
    pub seed: u64,
    /// When stocks trade; crypto always does.
    pub calendar: Calendar,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self { seed: 7, calendar: Calendar::AlwaysOpen }
    }
}

/// Cheap to clone; all clones are the same market.
#[derive(Debug, Clone)]
pub struct Market(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: SimConfig,
    clock: Clock,
    catalog: Catalog,
    models: Vec<Model>,
    hub: Hub,
    live: Mutex<Live>,
    history: History,
    histories: Semaphore,
}

#[derive(Debug)]
struct Live {
    running: Vec<Running>,
    stocks: SessionClock,
    crypto: SessionClock,
}

impl Live {
    fn new(catalog: &Catalog, models: &[Model], calendar: Calendar, now: Timestamp) -> Self {
        let mut stocks = SessionClock::new(calendar, now.seconds());
        let mut crypto = SessionClock::new(Calendar::AlwaysOpen, now.seconds());
        let running = catalog.ids().map(|id| {
            let sessions = if catalog.is_crypto(id) { &mut crypto } else { &mut stocks };
            Running::new(&models[id.index()], sessions, second_at(id, now))
        });
        Self { running: running.collect(), stocks, crypto }
    }
}

impl Market {
    /// The built-in market, with the quotes of the clock's now already in the hub.
    pub fn simulated(config: SimConfig, clock: Clock) -> Self {
        let catalog = Catalog::embedded();
        let model = |id| Model::new(config.seed, catalog.get(id), catalog.traits(id));
        let models: Vec<_> = catalog.ids().map(model).collect();
        let live = Live::new(&catalog, &models, config.calendar, clock.now());
        let first = catalog.ids().map(|id| live.running[id.index()].quote(&models[id.index()], id));
        let hub = Hub::new(&catalog, first);
        let histories = Semaphore::new(HISTORIES_MAX);
        Self(Arc::new(Inner { config, clock, catalog, models, hub, live: Mutex::new(live), history: History::new(), histories }))
    }

    /// Publishes every 250 ms until stopped. A late step publishes the newest state once; none is made up for.
    pub async fn run(self, stop: CancellationToken) {
        let mut interval = tokio::time::interval(STEP);
        interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            self.step(self.0.clock.now());
            self.refine(REFINED_A_STEP);
        }
    }

    /// Publishes every instrument whose second has changed. Nothing is published for a market that is closed.
    pub fn step(&self, now: Timestamp) {
        let mut live = self.lock_live();
        let Live { running, stocks, crypto } = &mut *live;
        let changed = self.0.catalog.ids().zip(running).filter_map(|(id, running)| {
            let sessions = if self.0.catalog.is_crypto(id) { &mut *crypto } else { &mut *stocks };
            let model = &self.0.models[id.index()];
            running.advance(model, sessions, second_at(id, now)).then(|| (id, running.quote(model, id)))
        });
        let changed: Vec<_> = changed.collect();
        self.publish(changed);
    }

    /// Makes the day's high and low exact for the first few instruments that started with a rough one.
    fn refine(&self, count: usize) {
        let mut live = self.lock_live();
        let models = &self.0.models;
        let rough = self.0.catalog.ids().zip(&mut live.running);
        let refined = rough.filter_map(|(id, running)| {
            let model = &models[id.index()];
            running.refine(model).then(|| (id, running.quote(model, id)))
        });
        let refined: Vec<_> = refined.take(count).collect();
        self.publish(refined);
    }

    fn publish(&self, changed: Vec<(InstrumentId, Quote)>) {
        if !changed.is_empty() {
            self.0.hub.publish(changed);
        }
    }

    /// A panic inside a step would be a bug of one instrument; the others go on.
    fn lock_live(&self) -> MutexGuard<'_, Live> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    pub fn calendar(&self, id: InstrumentId) -> Calendar {
        if self.0.catalog.is_crypto(id) { Calendar::AlwaysOpen } else { self.0.config.calendar }
    }

    pub fn is_open(&self, id: InstrumentId, now: Timestamp) -> bool {
        self.calendar(id).is_open(now)
    }

    pub fn quote(&self, id: InstrumentId) -> Quote {
        self.0.hub.quote(id)
    }

    pub fn quote_view(&self, id: InstrumentId, now: Timestamp) -> QuoteView {
        QuoteView::new(self.0.catalog.get(id), &self.quote(id), SOURCE, now)
    }

    /// The bars that start in `from..=to`, oldest first: the newest `limit` of them. Without `to` the last one is the
    /// forming bar, and it closes at the price of the latest quote.
    pub async fn bars(
        &self,
        id: InstrumentId,
        timeframe: Timeframe,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        limit: usize,
    ) -> Vec<Bar> {
        let wanted = Wanted { timeframe, from, to, limit };
        let _turn = self.0.histories.acquire().await.expect("the semaphore is never closed");
        let market = self.clone();
        let made = tokio::task::spawn_blocking(move || market.bars_now(id, &wanted)).await;
        made.unwrap_or_else(|error| {
            tracing::error!(%error, "bars could not be made");
            Vec::new()
        })
    }

    fn bars_now(&self, id: InstrumentId, wanted: &Wanted) -> Vec<Bar> {
        let model = &self.0.models[id.index()];
        let subject = Subject { id, model, calendar: self.calendar(id), quote: self.exact_quote(id) };
        self.0.history.bars(&subject, wanted)
    }

    /// The latest quote, its high and low made exact first where they are still rough.
    fn exact_quote(&self, id: InstrumentId) -> Quote {
        let mut live = self.lock_live();
        let (model, running) = (&self.0.models[id.index()], &mut live.running[id.index()]);
        if running.refine(model) {
            self.publish(vec![(id, running.quote(model, id))]);
        }
        self.quote(id)
    }

    /// What the market showed as the price at that time; while closed, the last one before.
    pub fn price_at(&self, id: InstrumentId, at: Timestamp) -> Price {
        let model = &self.0.models[id.index()];
        let second = second_at(id, at);
        let session = Session::latest(self.calendar(id), second);
        let ticks = model.touch(&model.day(session.day()), second.min(session.close - 1)).price;
        model.price(ticks)
    }
}
