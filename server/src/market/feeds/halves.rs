//! A provider that serves stocks and coins by a connection each, told as the one feed it is.
//! Must never call the feed live while a half that somebody looks at is not.

use std::sync::{Arc, Mutex, PoisonError};

use speedtrade::{
    instrument::{AssetType, Symbol},
    market::MarketEvent,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{FeedKind, FeedStatus, Runner, Sink, Wanted};

struct Half {
    sink: Arc<dyn Sink>,
    /// Of both halves; mine is the one at `nth`.
    statuses: Arc<Mutex<[FeedStatus; 2]>>,
    nth: usize,
}

/// Where the runners of the two halves put what they hear: news as they are, and how the worse of them is.
pub fn halves(sink: &Arc<dyn Sink>) -> [Arc<dyn Sink>; 2] {
    let statuses = Arc::new(Mutex::new([FeedStatus::Idle, FeedStatus::Idle]));
    [0, 1].map(|nth| -> Arc<dyn Sink> { Arc::new(Half { sink: sink.clone(), statuses: statuses.clone(), nth }) })
}

impl Sink for Half {
    fn event(&self, feed: FeedKind, symbol: &Symbol, event: MarketEvent) {
        self.sink.event(feed, symbol, event);
    }

    fn status(&self, feed: FeedKind, status: FeedStatus) {
        let mut statuses = self.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        statuses[self.nth] = status;
        let worse = if trouble(&statuses[0]) >= trouble(&statuses[1]) { &statuses[0] } else { &statuses[1] };
        // Said under the lock: the other half must not overtake.
        self.sink.status(feed, worse.clone());
    }

    fn heard(&self, feed: FeedKind) {
        self.sink.heard(feed);
    }
}

fn trouble(status: &FeedStatus) -> u8 {
    match status {
        FeedStatus::Idle => 0,
        FeedStatus::Live => 1,
        FeedStatus::Connecting => 2,
        FeedStatus::Silent => 3,
        FeedStatus::Down { .. } => 4,
        FeedStatus::Refused { .. } => 5,
    }
}

/// Runs the half for stocks and the half for coins until `stop`, each with what is wanted of its own. A half of which
/// nothing is wanted is not connected.
pub async fn run_halves([stocks, coins]: [Runner; 2], mut wanted: watch::Receiver<Arc<Wanted>>, stop: CancellationToken) {
    let (stocks_sender, stocks_wanted) = watch::channel(Arc::<Wanted>::default());
    let (coins_sender, coins_wanted) = watch::channel(Arc::<Wanted>::default());
    let share = async move {
        loop {
            let all = wanted.borrow_and_update().clone();
            for (sender, is_coins) in [(&stocks_sender, false), (&coins_sender, true)] {
                let part = part(&all, is_coins);
                sender.send_if_modified(|before| {
                    let is_new = **before != part;
                    if is_new {
                        *before = Arc::new(part);
                    }
                    is_new
                });
            }
            if wanted.changed().await.is_err() {
                return;
            }
        }
    };
    tokio::join!(stop.run_until_cancelled(share), stocks.run(stocks_wanted, stop.clone()), coins.run(coins_wanted, stop.clone()));
}

fn part(all: &Wanted, is_coins: bool) -> Wanted {
    let fits = |symbol: &&Symbol| (AssetType::of_symbol(symbol) == AssetType::Crypto) == is_coins;
    Wanted { quotes: all.quotes.iter().filter(fits).cloned().collect(), books: all.books.iter().filter(fits).cloned().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Last(Mutex<Option<FeedStatus>>);

    impl Sink for Last {
        fn event(&self, _: FeedKind, _: &Symbol, _: MarketEvent) {}

        fn status(&self, _: FeedKind, status: FeedStatus) {
            *self.0.lock().expect("not poisoned") = Some(status);
        }

        fn heard(&self, _: FeedKind) {}
    }

    #[test]
    fn a_feed_is_as_its_worse_half_that_somebody_looks_at() {
        let last = Arc::new(Last::default());
        let sink: Arc<dyn Sink> = last.clone();
        let [stocks, coins] = halves(&sink);
        let down = || FeedStatus::Down { detail: "gone".to_owned() };
        let said = [
            (&stocks, FeedStatus::Live, FeedStatus::Live),
            (&coins, FeedStatus::Connecting, FeedStatus::Connecting),
            (&coins, FeedStatus::Live, FeedStatus::Live),
            (&stocks, down(), down()),
            (&coins, FeedStatus::Silent, down()),
            (&stocks, FeedStatus::Idle, FeedStatus::Silent),
            (&coins, FeedStatus::Idle, FeedStatus::Idle),
        ];
        for (half, status, whole) in said {
            half.status(FeedKind::Alpaca, status.clone());
            assert_eq!(last.0.lock().expect("not poisoned").as_ref(), Some(&whole), "after {status:?}");
        }
    }
}
