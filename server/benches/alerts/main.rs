//! From a price to the word of it: 10,000 alerts on 1,000 symbols while about 5,000 prices a second come, each firing in the
//! store (SQLite) before it is told. `cargo bench -p server --bench alerts`; `SPEEDTRADE_BENCH_SECONDS` (8) is how long.

#![expect(unreachable_pub, reason = "a program exports nothing: pub marks what the other files use")]
#![expect(clippy::print_stdout, reason = "it prints a table")]
#![expect(clippy::float_arithmetic, reason = "rates and ratios, no money")]
#![expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]

#[path = "../../tests/it/new_user.rs"]
mod new_user;
#[path = "../orders/span.rs"]
mod span;
#[path = "../orders/table.rs"]
mod table;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use server::{
    bus::UserEvent,
    clock::Clock,
    market::{Market, SimConfig},
    secrets,
    services::{
        alerts::{Alerts, Outlets},
        push::Push,
        webhooks::{Pace, Reach, Webhooks},
    },
    store::{Db, Writer},
};
use speedtrade::{alert::AlertTicket, ids::UserId, time::Timestamp, wire::ServerFrame};
use tempfile::TempDir;
use tokio::{sync::broadcast::Receiver, time::MissedTickBehavior};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use new_user::insert_new_user;
use span::span;
use table::Table;

const SECONDS: u64 = 8;
const USERS: usize = 10;
const ALERTS_EACH: usize = 1_000;
const SYMBOLS: usize = 1_000;
/// A quarter of the market, about 500 instruments, ten times a second.
const STEP: Duration = Duration::from_millis(100);

type Published = Arc<Mutex<HashMap<i64, Instant>>>;
type Latencies = Arc<Mutex<Histogram<u64>>>;

struct Desk {
    alerts: Alerts,
    market: Market,
    clock: Clock,
    db: Db,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Desk {
    async fn start(folder: &TempDir) -> Desk {
        let db = Db::open_sqlite(&folder.path().join("desk.db")).await.expect("opens");
        db.migrate().await.expect("migrates");
        let clock = Clock::manual(Timestamp::parse_rfc3339("2026-01-05T15:00:00Z").expect("valid"));
        let market = Market::simulated(SimConfig::default(), clock.clone());
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let pace = Pace { timeout: Duration::from_secs(5), pauses: [Duration::from_secs(1); 2] };
        let webhooks = Webhooks::start(db.clone(), clock.clone(), Reach::Anywhere, pace, stop.clone(), &tasks);
        let secrets = secrets::load(folder.path()).unwrap_or_else(|error| panic!("{error}"));
        let sender = (&secrets.vapid_key, "mailto:desk@example.com".to_owned());
        let push = Push::start((db.clone(), clock.clone()), sender, (Reach::Anywhere, pace), stop.clone(), &tasks);
        let outlets = Outlets { webhooks, push };
        let books = (db.clone(), Writer::of(&db).await.expect("opens"));
        let alerts = Alerts::start(books, market.clone(), clock.clone(), outlets, stop.clone(), &tasks).await.expect("starts");
        Desk { alerts, market, clock, db, stop, tasks }
    }

    async fn new_user(&self, name: &str) -> UserId {
        let mut tx = self.db.begin().await.expect("begins");
        let user = insert_new_user(&mut tx, name, &self.clock).await;
        tx.commit().await.expect("committed");
        user
    }

    /// Above and below today's prices, those of each user a little farther away.
    async fn make_alerts(&self, user: UserId, nth: usize) {
        let symbols: Vec<_> = self.market.catalog().ids().take(SYMBOLS).collect();
        for n in 0..ALERTS_EACH {
            let symbol = symbols[n % SYMBOLS];
            let bps = i64::try_from(nth * 2 + n % 7).expect("small");
            let (condition, bps) = if n % 2 == 0 { ("above", bps) } else { ("below", -bps) };
            let target = self.market.quote(symbol).price.shifted_bps(bps).expect("a price");
            let ticket = AlertTicket {
                symbol: self.market.catalog().get(symbol).symbol.to_string(),
                condition: condition.to_owned(),
                target_price: Some(target.to_string()),
                ..AlertTicket::default()
            };
            self.alerts.create(user, &ticket).await.expect("made");
        }
    }

    /// Prices for so long; how many there were.
    async fn publish(&self, span: Duration, published: &Published) -> usize {
        let mut beat = tokio::time::interval(STEP);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut ticks, mut cursor, begun) = (0, self.market.hub().step(), Instant::now());
        while begun.elapsed() < span {
            beat.tick().await;
            self.clock.advance_micros(250_000);
            published.lock().expect("sound").insert(self.clock.now().millis(), Instant::now());
            self.market.step(self.clock.now());
            ticks += self.market.hub().take_changed(&mut cursor).len();
        }
        ticks
    }
}

async fn listen(mut feed: Receiver<Arc<UserEvent>>, published: Published, latencies: Latencies) {
    while let Ok(event) = feed.recv().await {
        let ServerFrame::AlertTriggered(told) = &event.frame else { continue };
        let begun = published.lock().expect("sound").get(&told.timestamp).copied().expect("published then");
        let micros = u64::try_from(begun.elapsed().as_micros()).expect("short");
        latencies.lock().expect("sound").record(micros).expect("in range");
    }
}

#[tokio::main]
async fn main() {
    let folder = TempDir::new().expect("a folder");
    let desk = Desk::start(&folder).await;
    let (published, latencies) = (Published::default(), Arc::new(Mutex::new(Histogram::<u64>::new(3).expect("three digits"))));
    for nth in 0..USERS {
        let user = desk.new_user(&format!("user{nth}")).await;
        desk.make_alerts(user, nth).await;
        tokio::spawn(listen(desk.alerts.subscribe(user), Arc::clone(&published), Arc::clone(&latencies)));
    }
    let span = span(SECONDS);
    let ticks = desk.publish(span, &published).await;
    desk.stop.cancel();
    desk.tasks.close();
    desk.tasks.wait().await;
    let fired = latencies.lock().expect("sound").clone();
    let mut table = Table::default();
    table.say("alerts", &(USERS * ALERTS_EACH).to_string());
    table.say("prices a second", &format!("{:.0}", ticks as f64 / span.as_secs_f64()));
    table.say("alerts that fired", &fired.len().to_string());
    table.say("ms from the price to the word of it, P50", &format!("{:.1}", fired.value_at_quantile(0.5) as f64 / 1_000.0));
    let p99 = fired.value_at_quantile(0.99) as f64 / 1_000.0;
    table.ratio("ms from the price to the word of it, P99", p99, "the bound", 50.0, 1.0, false);
    table.print();
}
