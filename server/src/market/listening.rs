//! The side of the market that listens to live feeds: what they are asked for, how they are, and when their news is shown.
//!
//! Must never wait for a feed, but for an order that needs a first price.

use std::{sync::Arc, time::Duration};

use speedtrade::instrument::Symbol;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    FeedReport, InstrumentId, Interest, Market, Routes, Source, Timestamp, Told,
    asked::Asked,
    feeds::{FeedKind, Sink, Wanted},
    simulated::Changed,
};

/// News of feeds is published at once after a quiet moment, and no more often than this.
const FLUSH: Duration = Duration::from_millis(25);
/// An order waits so long for the first price of an instrument that nobody looked at.
const FRESHEN_MAX: Duration = Duration::from_millis(1_500);

impl Market {
    pub(super) async fn flush_feeds(self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.0.board.news.notified()).await.is_some() {
            self.flush();
            sleep(FLUSH).await;
        }
    }

    /// Publishes what feeds have said since the last time.
    pub fn flush(&self) {
        let mut changed = self.0.board.take_changed();
        changed.sort_by_key(|(id, ..)| *id);
        for feed in self.routes().feeds() {
            let of_feed = changed.iter().filter(|(_, _, source)| *source == Source::Feed(feed));
            let quotes: Changed = of_feed.map(|(id, quote, _)| (*id, *quote)).collect();
            if !quotes.is_empty() {
                self.0.hub.publish(Source::Feed(feed), quotes);
            }
        }
    }

    /// Tells each feed what is looked at now, if that changed.
    pub fn follow_interest(&self, now: Timestamp) {
        self.0.interest.end_glances(now);
        if self.routes().is_simulated() {
            return;
        }
        let mut of_feed: Vec<Wanted> = self.0.asked.iter().map(|_| Wanted::default()).collect();
        for id in self.0.interest.wanted() {
            let instrument = self.0.catalog.get(id);
            for feed in self.0.board.lines.connected(instrument.asset_type, now) {
                let Some(nth) = self.0.asked.iter().position(|asked| asked.feed == *feed) else { continue };
                if of_feed[nth].quotes.len() >= self.0.asked[nth].symbols_max {
                    continue;
                }
                of_feed[nth].quotes.insert(instrument.symbol.clone());
                if self.0.interest.has_book(id) {
                    of_feed[nth].books.insert(instrument.symbol.clone());
                }
            }
        }
        for (asked, wanted) in self.0.asked.iter().zip(of_feed) {
            asked.set_own(wanted, |symbol, is_asked| self.note_asked(symbol, asked.feed, is_asked));
        }
    }

    fn note_asked(&self, symbol: &Symbol, feed: FeedKind, is_asked: bool) {
        if let Some(id) = self.0.catalog.find_exact(symbol) {
            self.0.board.set_asked(id, feed, is_asked);
        }
    }

    fn asked(&self, feed: FeedKind) -> Option<&Asked> {
        self.0.asked.iter().find(|asked| asked.feed == feed)
    }

    /// What clients of other hosts look at, where this one asks the provider for them.
    pub fn set_neighbours(&self, feed: FeedKind, wanted: Wanted) {
        if let Some(asked) = self.asked(feed) {
            asked.set_neighbours(wanted, |symbol, is_asked| self.note_asked(symbol, feed, is_asked));
        }
    }

    /// Has a live feed tell the price of an instrument that nobody looks at, and waits for it a moment. Where the price is
    /// simulated or fresh there is nothing to wait for.
    pub async fn freshen(&self, id: InstrumentId) {
        if self.is_simulated(id) {
            return;
        }
        let now = self.0.clock.now();
        self.0.interest.glance(id, now);
        self.follow_interest(now);
        let mut ticks = self.0.hub.ticks();
        let told = async { while !self.quote(id).is_fresh(self.0.clock.now()) && ticks.changed().await.is_ok() {} };
        // Still stale after that: whoever asked sees it in the quote.
        let _ = Box::pin(timeout(FRESHEN_MAX, told)).await;
    }

    /// `None` where the price is simulated, and before a feed has told one.
    pub fn told(&self, id: InstrumentId) -> Option<Told> {
        if self.is_simulated(id) { None } else { self.0.board.told(id, self.0.clock.now()) }
    }

    /// Its feed tells every change and has said nothing newer: the price holds until the feed is in trouble.
    pub fn is_confirmed(&self, id: InstrumentId) -> bool {
        !self.is_simulated(id) && self.0.board.is_confirmed(id)
    }

    /// Where a feed puts what it hears.
    pub fn sink(&self) -> Arc<dyn Sink> {
        self.0.board.clone()
    }

    /// What a feed is to ask its provider for. `None` for a feed that serves nothing here.
    pub fn wanted(&self, feed: FeedKind) -> Option<watch::Receiver<Arc<Wanted>>> {
        self.asked(feed).map(Asked::all)
    }

    /// What clients of this host look at.
    pub fn own_wanted(&self, feed: FeedKind) -> Option<watch::Receiver<Arc<Wanted>>> {
        self.asked(feed).map(Asked::own)
    }

    pub fn routes(&self) -> &Routes {
        self.0.board.lines.routes()
    }

    pub fn feeds(&self) -> Vec<FeedReport> {
        self.0.board.lines.reports(self.0.clock.now())
    }

    /// Wakes when the health of a feed changes, or what it speaks for.
    pub fn feed_changes(&self) -> watch::Receiver<Vec<FeedReport>> {
        self.0.feeds.subscribe()
    }

    /// Looks how the feeds are, and tells when that changed.
    pub fn watch_feeds(&self) {
        let reports = self.feeds();
        self.0.feeds.send_if_modified(|before| {
            let told = |report: &FeedReport| (report.feed, report.health, report.speaks_for.clone(), report.detail.clone());
            let has_news = !before.iter().map(told).eq(reports.iter().map(told));
            *before = reports;
            has_news
        });
    }

    pub fn interest(&self) -> &Interest {
        &self.0.interest
    }
}
