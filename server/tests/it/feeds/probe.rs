//! A sink that writes down what a feed says, and a feed run on it.

use std::{sync::Arc, time::Duration};

use rand::{SeedableRng as _, rngs::StdRng};
use server::{
    clock::Clock,
    market::feeds::{FeedKind, FeedStatus, Protocol, Runner, Sink, Timing, Wanted, halves, run_halves},
};
use speedtrade::{instrument::Symbol, market::MarketEvent, time::Timestamp};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::harness::SOON;

#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    Event(Symbol, MarketEvent),
    Status(FeedStatus),
}

struct Recorder(mpsc::UnboundedSender<Said>);

impl Sink for Recorder {
    fn event(&self, _: FeedKind, symbol: &Symbol, event: MarketEvent) {
        let _ = self.0.send(Said::Event(symbol.clone(), event));
    }

    fn status(&self, _: FeedKind, status: FeedStatus) {
        let _ = self.0.send(Said::Status(status));
    }

    fn heard(&self, _: FeedKind) {}
}

/// A sink, and what is said to it.
pub fn recorder() -> (impl Sink, mpsc::UnboundedReceiver<Said>) {
    let (sender, said) = mpsc::unbounded_channel();
    (Recorder(sender), said)
}

/// A running feed.
pub struct Probe {
    said: mpsc::UnboundedReceiver<Said>,
    wanted: watch::Sender<Arc<Wanted>>,
    pub clock: Clock,
    pub stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

/// Tries again at once, but never loses patience: a busy machine must not fail a test.
pub fn patient() -> Timing {
    Timing {
        ping_after: Duration::from_mins(1),
        silent_after: Duration::from_mins(1),
        greeting: Duration::from_mins(1),
        backoff_min: Duration::from_millis(4),
        backoff_max: Duration::from_millis(20),
        ..Timing::default()
    }
}

/// Calls a connection silent soon.
pub fn impatient() -> Timing {
    Timing { ping_after: Duration::from_millis(100), silent_after: Duration::from_millis(400), ..patient() }
}

pub fn symbol(text: &str) -> Symbol {
    text.parse().expect("a symbol")
}

pub fn wanted(quotes: &[&str], books: &[&str]) -> Wanted {
    let set = |texts: &[&str]| texts.iter().map(|text| symbol(text)).collect();
    Wanted { quotes: set(quotes), books: set(books) }
}

impl Probe {
    pub fn start(protocol: Box<dyn Protocol>, timing: Timing, first: Wanted) -> Probe {
        let (sink, said) = recorder();
        let clock = Clock::manual(Timestamp::parse_rfc3339("2026-11-20T15:00:00Z").expect("a time"));
        let (wanted, receiver) = watch::channel(Arc::new(first));
        let stop = CancellationToken::new();
        let runner = Runner::new(protocol, Arc::new(sink), clock.clone(), timing, Box::new(StdRng::seed_from_u64(7)));
        let task = tokio::spawn(runner.run(receiver, stop.clone()));
        Probe { said, wanted, clock, stop, task }
    }

    /// One provider by two connections: stocks and coins.
    pub fn start_halves(protocols: [Box<dyn Protocol>; 2], timing: Timing, first: Wanted) -> Probe {
        let (sink, said) = recorder();
        let clock = Clock::manual(Timestamp::parse_rfc3339("2026-11-20T15:00:00Z").expect("a time"));
        let (wanted, receiver) = watch::channel(Arc::new(first));
        let stop = CancellationToken::new();
        let sink: Arc<dyn Sink> = Arc::new(sink);
        let [stocks, coins] = halves(&sink);
        let runner = |protocol, sink| Runner::new(protocol, sink, clock.clone(), timing, Box::new(StdRng::seed_from_u64(7)));
        let [of_stocks, of_coins] = protocols;
        let runners = [runner(of_stocks, stocks), runner(of_coins, coins)];
        let task = tokio::spawn(run_halves(runners, receiver, stop.clone()));
        Probe { said, wanted, clock, stop, task }
    }

    pub fn want(&self, wanted: Wanted) {
        self.wanted.send_replace(Arc::new(wanted));
    }

    pub async fn next(&mut self) -> Said {
        tokio::time::timeout(SOON, self.said.recv()).await.expect("the feed says something in time").expect("the feed runs")
    }

    /// The next thing said that fits; what comes before is passed over.
    pub async fn until(&mut self, fits: impl Fn(&Said) -> bool) -> Said {
        let mut passed = Vec::new();
        loop {
            match tokio::time::timeout(SOON, self.said.recv()).await {
                Ok(Some(said)) if fits(&said) => return said,
                Ok(Some(said)) => passed.push(said),
                Ok(None) | Err(_) => panic!("the feed never said it; it said {passed:#?}"),
            }
        }
    }

    pub async fn status(&mut self, status: &FeedStatus) {
        self.until(|said| matches!(said, Said::Status(now) if now == status)).await;
    }

    pub async fn event(&mut self, fits: impl Fn(&MarketEvent) -> bool) -> (Symbol, MarketEvent) {
        match self.until(|said| matches!(said, Said::Event(_, event) if fits(event))).await {
            Said::Event(symbol, event) => (symbol, event),
            Said::Status(_) => unreachable!("only an event fits"),
        }
    }

    /// Ends the feed, which must not take long.
    pub async fn end(self) {
        self.stop.cancel();
        tokio::time::timeout(SOON, self.task).await.expect("stops at once").expect("does not panic");
    }
}
