//! Live accounts: the desk's own time from an order's arrival to its bytes on the wire, and what a venue that falls silent
//! does to everybody else. The program, its venues and its client run on one machine. `make bench` runs it.

#![expect(unreachable_pub, reason = "a program exports nothing: pub marks what the other files use")]
#![expect(clippy::print_stdout, reason = "it prints a table")]
#![expect(clippy::float_arithmetic, reason = "rates and ratios, no money")]
#![expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]

#[path = "../../tests/torture/client.rs"]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
mod client;
#[path = "../orders/load.rs"]
#[expect(dead_code, reason = "shared with the other benches")]
mod load;
#[path = "../../tests/torture/program.rs"]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
mod program;
#[path = "../orders/span.rs"]
mod span;
#[path = "../orders/table.rs"]
mod table;
#[path = "../../tests/it/live/venue.rs"]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
mod venue;

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use hyper::Method;
use serde_json::{Value, json};
use speedtrade::venue::Venue;

use client::Client;
use program::{Books, Program};
use span::span;
use table::Table;
use venue::FakeVenue;

const SECONDS: u64 = 30;
const ROUNDS: usize = 2;
const PAPER_RATE: f64 = 50.0;
/// Binance lets fifty orders through in ten seconds.
const BINANCE_RATE: f64 = 4.0;
const WIRE_BOUND_US: f64 = 5_000.0;
const PATIENCE: Duration = Duration::from_mins(2);

fn main() {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads").block_on(measure());
}

/// A user with an account at a venue.
struct Trader {
    client: Client,
    account: &'static str,
}

impl Trader {
    async fn connect(desk: &Program, name: &str, venue: &FakeVenue) -> Self {
        let mut client = Client::register(desk.address, name).await;
        let body = json!({"account_type": venue.venue.as_str(), "api_key": venue.key, "api_secret": venue.secret, "is_paper": true,
            "label": "Bench", "password": "Passw0rd!"});
        let answer = client.call(Method::POST, "/api/v1/accounts", &body).await.expect("answers");
        assert_eq!(answer.status, 201, "{}", answer.text);
        let account = answer.json()["id"].as_str().expect("an id").to_owned();
        let mut trader = Self { client, account: Box::leak(account.into_boxed_str()) };
        trader.ready().await;
        trader
    }

    async fn ready(&mut self) {
        let begun = Instant::now();
        loop {
            let accounts = self.client.get("/api/v1/accounts").await.expect("answers").json();
            let own = accounts.as_array().expect("accounts").iter().find(|account| account["id"] == *self.account);
            if own.is_some_and(|account| account["connection"]["health"]["state"] == "ready") {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the account is not ready: {accounts}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn orders(&mut self, status: &str) -> Vec<Value> {
        let path = format!("/api/v1/orders?status={status}&limit=500&account_id={}", self.account);
        self.client.get(&path).await.expect("answers").json()["items"].as_array().expect("orders").clone()
    }

    /// Microseconds from arrival to the wire of everything that was sent.
    async fn wire_times(&mut self) -> Vec<i64> {
        let mut times = Vec::new();
        for order in self.orders("all").await {
            let path = format!("/api/v1/orders/{}", order["id"].as_str().expect("an id"));
            times.extend(self.client.get(&path).await.expect("answers").json()["desk_us"].as_i64());
        }
        times.sort_unstable();
        times
    }

    async fn cancel_all(&mut self) {
        let path = format!("/api/v1/orders?account_id={}", self.account);
        self.client.call(Method::DELETE, &path, &Value::Null).await.expect("answers");
        let begun = Instant::now();
        while !self.orders("open").await.is_empty() {
            assert!(begun.elapsed() < PATIENCE, "the orders do not end");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn limit(symbol: &str, price: &str, qty: &str, account: &str) -> (Method, String, Value) {
    let order = json!({"symbol": symbol, "side": "buy", "type": "limit", "limit_price": price, "qty": qty, "time_in_force": "gtc",
        "account_id": account});
    (Method::POST, "/api/v1/orders".to_owned(), order)
}

fn paper(n: usize) -> (Method, String, Value) {
    let side = if n.is_multiple_of(2) { "buy" } else { "sell" };
    (Method::POST, "/api/v1/orders".to_owned(), json!({"symbol": "KO", "side": side, "type": "market", "qty": "1"}))
}

/// One order a second at the venue that may be silent; what it answers does not matter.
async fn disturb(trader: &Trader) {
    let mut client = trader.client.again();
    loop {
        let (method, path, order) = limit("AAPL", "20", "1", trader.account);
        let _ = client.call(method, &path, &order).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Answers to everybody else, while orders go to the venue.
async fn everybody_else(others: &Trader, venue_user: &Trader) -> Histogram<u64> {
    let account = others.account;
    let to_binance = move |_| limit("BTC/USD", "20000", "0.001", account);
    let users = [others.client.again()];
    let measured = async {
        tokio::join!(
            load::open_loop(&users, 4, PAPER_RATE, span(SECONDS), paper),
            load::open_loop(&users, 2, BINANCE_RATE, span(SECONDS), to_binance)
        )
    };
    tokio::select! {
        (mut paper, binance) = measured => {
            paper.add(binance).expect("the same digits");
            paper
        }
        () = disturb(venue_user) => unreachable!("it goes on"),
    }
}

async fn measure() {
    let books = Books::sqlite();
    let (mut silent, steady) = (FakeVenue::start(Venue::Alpaca), FakeVenue::start(Venue::Binance));
    let at = |scheme: &str, venue: &FakeVenue, path: &str| format!("{scheme}://127.0.0.1:{}{path}", venue.port);
    let environment = [
        ("ALPACA_PAPER_URL", at("http", &silent, "")),
        ("ALPACA_TRADING_STREAM_URL", at("ws", &silent, "/stream")),
        ("BINANCE_API_URL", at("http", &steady, "")),
        ("BINANCE_WS_API_URL", at("ws", &steady, "/ws-api/v3")),
    ];
    let desk = Program::start_with(&books, &environment, &[]);
    let mut ann = Trader::connect(&desk, "ann", &silent).await;
    let mut bob = Trader::connect(&desk, "bob", &steady).await;
    let empty = || Histogram::<u64>::new(3).expect("three digits");
    let (mut before, mut during) = (empty(), empty());
    for _ in 0..ROUNDS {
        before.add(everybody_else(&bob, &ann).await).expect("the same digits");
        silent.tell(&json!({"do": "freeze", "lose": false}));
        during.add(everybody_else(&bob, &ann).await).expect("the same digits");
        silent.tell(&json!({"do": "thaw"}));
        ann.ready().await;
        ann.cancel_all().await;
        bob.cancel_all().await;
    }
    let times = bob.wire_times().await;
    let quantile = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default() as f64;
    let mut table = Table::default();
    table.say("orders at a venue, each of them timed", &times.len().to_string());
    table.say("µs from an order's arrival to its bytes on the wire, P50", &format!("{:.0}", quantile(50)));
    table.ratio("µs from an order's arrival to its bytes on the wire, P95", quantile(95), "the bound", WIRE_BOUND_US, 1.0, false);
    let p99 = |all: &Histogram<u64>| all.value_at_quantile(0.99) as f64;
    let words = format!("µs until the answer to other accounts while a venue is silent for {} s, P99", span(SECONDS).as_secs());
    table.ratio(&words, p99(&during), "before", p99(&before), 1.1, false);
    table.print();
}
