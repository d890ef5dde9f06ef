//! The market under load, with references in the same run: screening, and a crowd of sockets.
//! `cargo bench -p server --bench market`; `SPEEDTRADE_BENCH_SECONDS` (24) is the length of a measurement.
//!
//! The desk runs in a process of its own, so that its processor time is its own. The crowd shares the cores with it.

#![expect(unreachable_pub, reason = "a program exports nothing: pub marks what the other files use")]
#![expect(clippy::print_stdout, reason = "it prints a table")]
#![expect(clippy::float_arithmetic, reason = "rates and ratios, no money")]
#![expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]

mod crowd;
mod desk;
mod raw;
mod screening;
#[path = "../orders/span.rs"]
mod span;
#[path = "../orders/table.rs"]
mod table;

use std::{net::SocketAddr, time::Duration};

use crowd::Crowd;
use desk::Desk;
use span::span;
use table::Table;

/// The kernel tells processor time in hundredths, and a second has three of them.
const SECONDS: u64 = 24;
/// Shorter than what the desk waits for a client that takes nothing.
const STALLED_SECONDS: u64 = 8;
const CLIENTS: usize = 1_000;
const STALLED: usize = 100;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("raw") => raw::serve(&arguments[2..]),
        _ => runtime.block_on(measure()),
    }
}

async fn measure() {
    let mut table = Table::default();
    screening::measure(&mut table);

    let desk = Desk::start();
    // For so long after its start the market looks for the day's highs and lows.
    tokio::time::sleep(Duration::from_secs(12)).await;
    let alone = desk.processor_time_of(span(SECONDS)).await;
    table.say("processor time of a second, nobody connected", &format!("{:.0} ms", alone * 1_000.0 / span(SECONDS).as_secs_f64()));

    for (name, is_binary) in [("text frames", false), ("records", true)] {
        let crowd = Crowd::following(desk.address, CLIENTS, is_binary).await;
        let (busy, seen) = desk.busy_while(crowd.count(span(SECONDS))).await;
        table.say(
            &format!("{name}: prices/s to {CLIENTS} clients with 50 symbols each"),
            &format!("{:.0}", seen.prices as f64 / span(SECONDS).as_secs_f64()),
        );
        let written = raw::measure(CLIENTS, &seen, span(SECONDS)).await;
        let (reference, whole) = (seen.prices as f64 / written, seen.prices as f64 / busy);
        table.say(
            &format!("{name}: prices per second of the whole desk's processor time"),
            &format!("{whole:.0}, {:.2} of the raw loop", whole / reference),
        );
        // A loop that writes makes no market: what the market takes with nobody connected is not the clients'.
        table.ratio(
            &format!("{name}: prices per second of processor time that the clients cost"),
            seen.prices as f64 / (busy - alone),
            "the same bytes by a raw TCP loop",
            reference,
            0.6,
            true,
        );
        let p99 = seen.spread.value_at_quantile(0.99) as f64 / 1_000.0;
        table.ratio(&format!("{name}: ms from the first client's tick to the others', P99"), p99, "the bound", 20.0, 1.0, false);
        if is_binary {
            let stalled = Crowd::stalled(desk.address, STALLED).await;
            let disturbed = crowd.count(span(STALLED_SECONDS)).await.spread.value_at_quantile(0.99) as f64 / 1_000.0;
            table.ratio("with 100 stalled clients: ms, P99", disturbed, "without them", p99, 1.1, false);
            drop(stalled);
        }
    }
    drop(desk);
    table.ratio("KB of an idle connection", memory_of(Crowd::idle, CLIENTS).await, "the bound", 16.0, 1.0, false);
    table.ratio("KB of a stalled connection", memory_of(Crowd::stalled, 3 * STALLED).await, "the bound", 64.0, 1.0, false);
    table.print();
}

/// KB that each more of them costs: the first ones live in what the desk had left from its start. The desk is a new one, so
/// that no crowd left memory behind, and both are measured before the desk drops who takes nothing.
async fn memory_of<Connected: Future<Output = Crowd>>(connect: impl Fn(SocketAddr, usize) -> Connected, count: usize) -> f64 {
    const SETTLES: Duration = Duration::from_secs(4);
    let desk = Desk::start();
    tokio::time::sleep(5 * SETTLES).await;
    let first = connect(desk.address, count).await;
    tokio::time::sleep(SETTLES).await;
    let before = desk.memory_kb();
    let more = connect(desk.address, count).await;
    tokio::time::sleep(SETTLES).await;
    let each = desk.memory_kb().saturating_sub(before) as f64 / count as f64;
    drop((first, more));
    each
}
