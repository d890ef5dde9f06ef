//! Bars of instruments that live feeds serve: kept in the store, completed from a provider's history, and continued by what
//! was folded live. What the operator imported counts as complete: it is neither asked for nor replaced.
//!
//! A provider that can't answer costs completeness, never the page. Must never ask one twice for the same stretch at once.

mod gaps;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use speedtrade::{
    instrument::{AssetType, Symbol},
    market::{Bar, Timeframe},
    time::{DAY_US, SECOND_US, Timestamp},
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    market::{
        InstrumentId, Market, Past, WantedBars,
        feeds::{BarRange, History},
    },
    store::{self, Db, Span, StoreError, Writes},
};
use gaps::{Known, reach};

/// The newest stretch is asked for again no sooner; what happens meanwhile is folded live.
const REFRESH_US: i64 = 30 * SECOND_US;
/// Bars asked of a provider at once.
const FETCH_MAX: usize = 10_000;
const ROUND: Duration = Duration::from_mins(1);

/// The providers of history in the order in which they stand in for each other.
#[derive(Clone, Default)]
pub struct Histories {
    pub stocks: Vec<Arc<dyn History>>,
    pub crypto: Vec<Arc<dyn History>>,
}

impl Histories {
    fn of(&self, asset_type: AssetType) -> &[Arc<dyn History>] {
        match asset_type {
            AssetType::Stock => &self.stocks,
            AssetType::Crypto => &self.crypto,
        }
    }
}

type Turn = Arc<tokio::sync::Mutex<Option<Asked>>>;

/// The newest stretch that was asked for: when, and up to where.
#[derive(Debug, Clone, Copy)]
struct Asked {
    at: Timestamp,
    to: Timestamp,
}

#[derive(Clone)]
pub struct LivePast {
    db: Db,
    market: Market,
    clock: Clock,
    histories: Histories,
    /// One at a time for each instrument and timeframe; with when it was last asked. Bounded by what is listed.
    turns: Arc<Mutex<HashMap<(InstrumentId, Timeframe), Turn>>>,
}

impl std::fmt::Debug for LivePast {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LivePast").finish_non_exhaustive()
    }
}

impl Past for LivePast {
    fn bars(&self, id: InstrumentId, wanted: WantedBars) -> BoxFuture<'_, Vec<Bar>> {
        Box::pin(async move {
            self.find(id, &wanted).await.unwrap_or_else(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "kept bars could not be read");
                wanted.newest(self.folded(id, wanted.timeframe, Timestamp::EPOCH))
            })
        })
    }
}

impl LivePast {
    pub fn new(db: Db, market: Market, clock: Clock, histories: Histories) -> Self {
        Self { db, market, clock, histories, turns: Arc::default() }
    }

    async fn find(&self, id: InstrumentId, wanted: &WantedBars) -> Result<Vec<Bar>, StoreError> {
        let instrument = self.market.catalog().get(id);
        let (symbol, now) = (&instrument.symbol, self.clock.now());
        let to = wanted.to.unwrap_or(now).min(now);
        let from = wanted.timeframe.bar_start(wanted.from.unwrap_or_else(|| reach(wanted, to, self.market.calendar(id))));
        self.complete(id, wanted.timeframe, from, to).await?;
        let kept = store::list_bars(&self.db, symbol, wanted.timeframe, (from, to), wanted.limit).await?;
        Ok(wanted.newest(self.continued(id, wanted.timeframe, kept)))
    }

    /// Kept bars with what was folded live put over their end, the last one closing at the newest price.
    fn continued(&self, id: InstrumentId, timeframe: Timeframe, mut bars: Vec<Bar>) -> Vec<Bar> {
        let from = bars.last().map_or(Timestamp::EPOCH, |last| last.t);
        for live in self.folded(id, timeframe, from) {
            match bars.last_mut() {
                Some(last) if last.t == live.t => *last = joined(last, &live),
                Some(_) | None => bars.push(live),
            }
        }
        bars
    }

    fn folded(&self, id: InstrumentId, timeframe: Timeframe, from: Timestamp) -> Vec<Bar> {
        let calendar = self.market.calendar(id);
        let minutes = self.market.live_minutes(id, from);
        let is_long = matches!(timeframe, Timeframe::D1 | Timeframe::W1);
        let minutes: Vec<Bar> = minutes.into_iter().filter(|bar| !is_long || calendar.is_open(bar.t)).collect();
        Bar::fold(&minutes, timeframe)
    }

    /// Has the store hold the bars of `from..=to`, as far as a provider tells them.
    async fn complete(&self, id: InstrumentId, timeframe: Timeframe, from: Timestamp, to: Timestamp) -> Result<(), StoreError> {
        let turn = Arc::clone(self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry((id, timeframe)).or_default());
        let mut asked = turn.lock().await;
        let instrument = self.market.catalog().get(id);
        let now = self.clock.now();
        let is_recent = asked.is_some_and(|asked| now.micros() - asked.at.micros() < REFRESH_US && asked.to >= to.plus_micros(-REFRESH_US));
        let imported = store::list_imports(&self.db, &instrument.symbol, timeframe).await?;
        for history in self.histories.of(instrument.asset_type) {
            let source = history.kind().as_str();
            let told = store::find_span(&self.db, &instrument.symbol, timeframe, source).await?;
            let mut known = Known::new(told, imported.clone());
            let mut is_complete = true;
            for gap in known.gaps(from, to, timeframe, is_recent) {
                let range = BarRange { timeframe, from: gap.from, to: gap.to, limit: FETCH_MAX };
                match history.bars(&instrument.symbol, range).await {
                    Ok(bars) => {
                        known.fill(&gap, &bars);
                        self.keep(&instrument.symbol, timeframe, source, &bars, known.span()).await?;
                    }
                    Err(error) => {
                        tracing::warn!(source, symbol = %instrument.symbol, error = &error as &dyn std::error::Error, "no history");
                        is_complete = false;
                    }
                }
            }
            if is_complete {
                *asked = Some(Asked { at: now, to });
                return Ok(());
            }
        }
        Ok(())
    }

    async fn keep(&self, symbol: &Symbol, timeframe: Timeframe, source: &str, bars: &[Bar], span: Option<Span>) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let mut writes = Writes::Tx(&mut tx);
        store::insert_bars(&mut writes, symbol, timeframe, source, bars).await?;
        if let Some(span) = span {
            store::set_span(&mut writes, symbol, timeframe, source, span).await?;
        }
        tx.commit().await
    }

    /// Each minute: what is looked at is kept minute by minute, everything listed has its price told, and old bars go.
    pub async fn run(self, stop: CancellationToken) {
        let mut kept_until = self.clock.now();
        let mut trimmed = None;
        loop {
            self.tell_snapshots().await;
            let now = self.clock.now();
            if trimmed.is_none_or(|at: Timestamp| now.micros() - at.micros() > DAY_US) {
                self.trim(now).await;
                trimmed = Some(now);
            }
            kept_until = self.keep_minutes(kept_until).await;
            if stop.run_until_cancelled(tokio::time::sleep(ROUND)).await.is_none() {
                self.keep_minutes(kept_until).await;
                return;
            }
        }
    }

    /// The finished minutes since then; until when they are kept now.
    async fn keep_minutes(&self, since: Timestamp) -> Timestamp {
        let until = Timeframe::M1.bar_start(self.clock.now());
        for id in self.market.catalog().ids().filter(|id| !self.market.is_simulated(*id)) {
            let mut minutes = self.market.live_minutes(id, Timeframe::M1.bar_start(since));
            minutes.retain(|bar| bar.t < until);
            if minutes.is_empty() {
                continue;
            }
            let (symbol, source) = (&self.market.catalog().get(id).symbol, self.market.hub().source(id).as_str());
            if let Err(error) = self.keep(symbol, Timeframe::M1, source, &minutes, None).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "minutes were not kept");
                return since;
            }
        }
        until
    }

    /// So that a screen has a price of everything, not only of what is looked at.
    async fn tell_snapshots(&self) {
        let sink = self.market.sink();
        for asset_type in AssetType::ALL {
            let all = self.market.catalog().ids().map(|id| self.market.catalog().get(id));
            let symbols: Vec<_> = all.filter(|i| i.asset_type == asset_type).map(|i| i.symbol.clone()).collect();
            for history in self.histories.of(asset_type) {
                match history.snapshots(&symbols).await {
                    Ok(told) => {
                        for (symbol, events) in told {
                            for event in events {
                                sink.event(history.kind(), &symbol, event);
                            }
                        }
                        break;
                    }
                    Err(error) => {
                        let source = history.kind().as_str();
                        tracing::warn!(source, error = &error as &dyn std::error::Error, "no snapshots");
                    }
                }
            }
        }
    }

    async fn trim(&self, now: Timestamp) {
        for timeframe in Timeframe::ALL {
            let Some(days) = kept_days(timeframe) else { continue };
            match store::trim_bars(&self.db, timeframe, now.plus_micros(-days * DAY_US)).await {
                Ok(0) => {}
                Ok(bars) => tracing::info!(bars, timeframe = timeframe.as_str(), "old bars are gone"),
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "old bars could not be forgotten"),
            }
        }
    }
}

/// How many days of a timeframe are kept. Days and weeks stay for ever.
const fn kept_days(timeframe: Timeframe) -> Option<i64> {
    match timeframe {
        Timeframe::M1 => Some(45),
        Timeframe::M5 | Timeframe::M15 => Some(200),
        Timeframe::H1 => Some(1_000),
        Timeframe::D1 | Timeframe::W1 => None,
    }
}

/// The provider's bar and the one folded live since this host looks: the wider of both, closing where the live one does.
fn joined(kept: &Bar, live: &Bar) -> Bar {
    Bar { t: kept.t, o: kept.o, h: kept.h.max(live.h), l: kept.l.min(live.l), c: live.c, v: kept.v.max(live.v) }
}
