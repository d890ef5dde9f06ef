//! The load of truth: durable orders and reads over HTTP, with their references in the same run. `make bench` runs it and
//! writes `docs/benchmarks.md`.
//!
//! The desk runs in a process of its own (this program again, or the release build); latency is counted from the time at
//! which a request should have been sent.

#![expect(unreachable_pub, reason = "a program exports nothing: pub marks what the other files use")]
#![expect(clippy::print_stdout, reason = "it prints a table")]
#![expect(clippy::float_arithmetic, reason = "rates and ratios, no money")]
#![expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]

#[path = "../../tests/torture/client.rs"]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
mod client;
#[path = "../../tests/it/databases.rs"]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
mod databases;
mod desk;
mod disk;
mod load;
#[path = "../../tests/it/new_user.rs"]
mod new_user;
mod span;
mod table;

use std::time::Duration;

use serde_json::json;

use client::Client;
use desk::Desk;
use span::span;
use table::Table;

const SECONDS: u64 = 8;
const CONNECTIONS: usize = 64;
const ACCOUNTS: usize = 1_000;
const PASSES: usize = 3;
const ALONE_A_SECOND: u32 = 200;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let is_desk = arguments.get(1).is_some_and(|word| word == "serve");
    // The desk has as many threads as the product.
    let threads = std::thread::available_parallelism().map_or(2, usize::from).max(if is_desk { 4 } else { 2 });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build().expect("threads");
    match arguments.get(1).map(String::as_str) {
        Some("serve") => runtime.block_on(desk::serve(&arguments[2..])),
        _ => runtime.block_on(measure()),
    }
}

async fn measure() {
    let mut table = Table::default();
    let disk = disk::fdatasync_loop(span(SECONDS), Duration::ZERO);
    table.say("fdatasync of 4 KiB, median", &format!("{} µs", disk.value_at_quantile(0.5)));
    table.say("fdatasync of 4 KiB, P99", &format!("{} µs", disk.value_at_quantile(0.99)));

    let reference = Desk::start(desk::Kind::Forgetful).await;
    let without_store = orders(&accounts(&reference, ACCOUNTS).await).await;
    table.say("orders/s, 64 connections, 1,000 accounts, the same handler without a store", &format!("{without_store:.0}"));
    drop(reference);

    let desk = Desk::start(desk::Kind::Sqlite).await;
    let users = accounts(&desk, ACCOUNTS).await;
    let durable = orders(&users).await;
    table.ratio("orders/s, durable on SQLite, 1,000 accounts", durable, "the same without a store", without_store, 0.5, true);
    let hot = orders(&users[..1]).await;
    table.ratio("orders/s, durable on SQLite, one hot account", hot, "1,000 accounts", durable, 0.9, true);

    let resting = disk::fdatasync_loop(span(SECONDS), Duration::from_secs(1) / ALONE_A_SECOND).value_at_quantile(0.5) as f64;
    let alone = load::alone(&users[0], Some(f64::from(ALONE_A_SECOND)), span(SECONDS), order).await;
    let p50 = alone.value_at_quantile(0.5) as f64;
    let (what, reference) = ("µs until the answer, one client with 200 orders a second, P50", "fdatasync 200 times a second, median");
    table.ratio(what, p50, reference, resting, 1.5, false);
    let busy = load::alone(&users[0], None, span(SECONDS), order).await;
    let p50 = busy.value_at_quantile(0.5) as f64;
    table.ratio(
        "µs until the answer, one client without a pause, P50",
        p50,
        "fdatasync median",
        disk.value_at_quantile(0.5) as f64,
        1.5,
        false,
    );
    let half = load::open_loop(&users, CONNECTIONS, durable / 2.0, span(SECONDS), order).await;
    let p99 = half.value_at_quantile(0.99) as f64;
    table.ratio("µs until the answer at half load, P99", p99, "fdatasync P99", disk.value_at_quantile(0.99) as f64, 3.0, false);

    reads(&users[1], &mut table).await;
    drop(desk);
    without_store_waits(durable / 2.0, &mut table).await;

    let server = databases::Postgres::start_durable();
    let pgbench = disk::pgbench(&server, CONNECTIONS, span(SECONDS));
    table.say("pgbench -c64, commits/s", &format!("{pgbench:.0}"));
    table.ratio("orders/s, durable on SQLite", durable, "pgbench -c64 commits", pgbench, 4.0, true);
    let desk = Desk::start(desk::Kind::Postgres(server.new_database().await)).await;
    let on_postgres = orders(&accounts(&desk, ACCOUNTS).await).await;
    table.ratio("orders/s, durable on PostgreSQL, 1,000 accounts", on_postgres, "pgbench -c64 commits", pgbench, 4.0, true);
    table.print();
}

/// What of an answer's time is not the store's.
async fn without_store_waits(rate: f64, table: &mut Table) {
    let desk = Desk::start(desk::Kind::Forgetful).await;
    let users = accounts(&desk, ACCOUNTS).await;
    let alone = load::alone(&users[0], None, span(SECONDS), order).await;
    let half = load::open_loop(&users, CONNECTIONS, rate, span(SECONDS), order).await;
    let micros = |waits: &hdrhistogram::Histogram<u64>, at| format!("{} µs", waits.value_at_quantile(at));
    table.say("until the answer without a store, one client without a pause, P50", &micros(&alone, 0.5));
    table.say("until the answer without a store, as many orders a second as at half load, P99", &micros(&half, 0.99));
    drop(desk);
    let bytes = Desk::start(desk::Kind::Bytes).await;
    let half = load::open_loop(&[Client::new(bytes.address, "")], CONNECTIONS, rate, span(SECONDS), order).await;
    table.say("until an answer of the same length from memory, nothing done for it, at the same rate, P99", &micros(&half, 0.99));
}

/// Users with a token each; made once.
async fn accounts(desk: &Desk, count: usize) -> Vec<Client> {
    let tokens = desk.new_users(count).await;
    tokens.iter().map(|token| Client::new(desk.address, token)).collect()
}

fn order(n: usize) -> (hyper::Method, String, serde_json::Value) {
    let side = if n.is_multiple_of(2) { "buy" } else { "sell" };
    let order = json!({"symbol": "KO", "side": side, "type": "market", "qty": "0.001"});
    (hyper::Method::POST, "/api/v1/orders".to_owned(), order)
}

/// The best of three passes, so that one slow second of a shared machine does not count.
async fn orders(users: &[Client]) -> f64 {
    let mut best = 0.0_f64;
    for _ in 0..PASSES {
        best = best.max(load::closed_loop(users, CONNECTIONS, span(SECONDS) / 2, order).await);
    }
    best
}

async fn reads(user: &Client, table: &mut Table) {
    for path in ["/api/v1/orders", "/api/v1/portfolio", "/api/v1/positions"] {
        let body = user.again().get(path).await.expect("answers").text;
        let memory = desk::Memory::start(body).await;
        let reference = Client::new(memory.address, "");
        let get = |_| (hyper::Method::GET, path.to_owned(), serde_json::Value::Null);
        let from_memory = load::closed_loop(&[reference], CONNECTIONS, span(SECONDS) / 2, get).await;
        let read = load::closed_loop(&[user.again()], CONNECTIONS, span(SECONDS) / 2, get).await;
        table.ratio(&format!("GET {path} a second"), read, "the same bytes from memory", from_memory, 0.6, true);
    }
}
