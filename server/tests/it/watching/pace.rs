//! How long it takes from a price to the word of it. Run by hand: `cargo test -p server --test it pace -- --ignored --nocapture`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use tokio::time::MissedTickBehavior;

use super::{Host, clock, told};
use crate::{
    databases::{Kind, TestDb},
    trading::new_user_at,
};

const USERS: usize = 10;
const ALERTS_EACH: usize = 1_000;
const SYMBOLS: usize = 1_000;
/// A quarter of the market, about 500 instruments, ten times a second.
const STEP: Duration = Duration::from_millis(100);
const STEPS: usize = 300;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, reason = "it says what it measured")]
async fn from_tick_to_event() {
    let (test, clock) = (TestDb::new(Kind::Sqlite).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let published: Arc<Mutex<HashMap<i64, Instant>>> = Arc::default();
    let latencies = Arc::new(Mutex::new(Histogram::<u64>::new(3).expect("three digits")));
    let symbols: Vec<_> = host.market.catalog().ids().take(SYMBOLS).collect();
    for user in 0..USERS {
        let id = new_user_at(&test.db, &format!("user{user}"), &clock).await;
        for n in 0..ALERTS_EACH {
            let symbol = symbols[n % SYMBOLS];
            let (name, price) = (host.market.catalog().get(symbol).symbol.to_string(), host.market.quote(symbol).price);
            let bps = i64::try_from(user * 2 + n % 7).expect("small");
            let (condition, bps) = if n % 2 == 0 { ("above", bps) } else { ("below", -bps) };
            host.make(id, condition, &name, &price.shifted_bps(bps).expect("a price").to_string()).await;
        }
        let (mut feed, published, latencies) = (host.alerts.subscribe(id), Arc::clone(&published), Arc::clone(&latencies));
        tokio::spawn(async move {
            loop {
                let event = told(&mut feed).await;
                let begun = published.lock().expect("sound").get(&event.timestamp).copied().expect("published then");
                let micros = u64::try_from(begun.elapsed().as_micros()).expect("short");
                latencies.lock().expect("sound").record(micros).expect("in range");
            }
        });
    }
    let mut beat = tokio::time::interval(STEP);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut ticks, mut cursor) = (0, host.market.hub().step());
    for _ in 0..STEPS {
        beat.tick().await;
        clock.advance_micros(250_000);
        published.lock().expect("sound").insert(clock.now().millis(), Instant::now());
        host.market.step(clock.now());
        ticks += host.market.hub().take_changed(&mut cursor).len();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let fired = latencies.lock().expect("sound").clone();
    println!(
        "{} alerts, {} ticks/s: {} fired; tick to event P50 {} µs, P99 {} µs, max {} µs",
        USERS * ALERTS_EACH,
        ticks * 1_000 / (STEPS * usize::try_from(STEP.as_millis()).expect("short")),
        fired.len(),
        fired.value_at_quantile(0.5),
        fired.value_at_quantile(0.99),
        fired.max()
    );
    assert!(fired.len() > 1_000, "{} fired", fired.len());
    host.stop().await;
}
