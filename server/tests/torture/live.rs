//! Live accounts while the desk is killed or stopped in its sleep: at the venue there is each order once, and the desk knows
//! all of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use hyper::Method;
use rstest::rstest;
use serde_json::{Value, json};
use speedtrade::venue::Venue;
use sqlx::PgPool;

use crate::{
    client::Client,
    databases::new_postgres_database,
    program::{Books, Program, assert_verified},
    size,
    venue::FakeVenue,
};

/// All orders are known so long after a start.
const KNOWN_WITHIN: Duration = Duration::from_mins(1);
const POINTS: [&str; 4] = ["attempt-written", "answered", "before-commit", "after-commit"];
const CLIENTS: usize = 4;

pub struct LiveUser {
    pub client: Client,
    account: String,
    /// Symbol, limit and quantity of what is placed: it rests.
    pub terms: [&'static str; 3],
    sent: usize,
    signed_in: Instant,
}

pub fn environment(venue: &FakeVenue, crash: Option<String>) -> Vec<(&'static str, String)> {
    let at = |scheme: &str, path: &str| format!("{scheme}://127.0.0.1:{}{path}", venue.port);
    let mut environment = vec![
        ("ALPACA_PAPER_URL", at("http", "")),
        ("ALPACA_TRADING_STREAM_URL", at("ws", "/stream")),
        ("BINANCE_API_URL", at("http", "")),
        ("BINANCE_WS_API_URL", at("ws", "/ws-api/v3")),
        ("ABSENT_AFTER_MS", "2000".to_owned()),
        ("ACCOUNT_LEASE_MS", "2000".to_owned()),
    ];
    environment.extend(crash.map(|crash| ("SPEEDTRADE_CRASH", crash)));
    environment
}

impl LiveUser {
    pub async fn connect(desk: &Program, venue: &FakeVenue) -> Self {
        let mut client = Client::register(desk.address, "ann").await;
        let body = json!({"account_type": venue.venue.as_str(), "api_key": venue.key, "api_secret": venue.secret, "is_paper": true,
            "label": "Test", "password": "Passw0rd!"});
        let answer = client.call(Method::POST, "/api/v1/accounts", &body).await.expect("answers");
        assert_eq!(answer.status, 201, "{}", answer.text);
        let account = answer.json()["id"].as_str().expect("an id").to_owned();
        let mut user = Self { client, account, terms: ["AAPL", "20", "1"], sent: 0, signed_in: Instant::now() };
        user.ready().await;
        user
    }

    /// A token lasts half an hour.
    async fn stay_signed_in(&mut self) {
        if self.signed_in.elapsed() > Duration::from_mins(10) {
            self.client.sign_in("ann").await;
            self.signed_in = Instant::now();
        }
    }

    pub fn at(&mut self, desk: &Program) {
        self.client = self.client.at(desk.address);
    }

    pub async fn ready(&mut self) {
        let begun = Instant::now();
        loop {
            let answer = self.client.get("/api/v1/accounts").await.expect("answers");
            let accounts = answer.json();
            let own = accounts.as_array().expect("accounts").iter().find(|account| account["id"] == *self.account);
            if own.is_some_and(|account| account["connection"]["health"]["state"] == "ready") {
                return;
            }
            assert!(begun.elapsed() < KNOWN_WITHIN, "the account is not ready: {}", answer.text);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn ticket(&self, n: usize) -> Value {
        let [symbol, limit_price, qty] = self.terms;
        json!({"symbol": symbol, "side": "buy", "type": "limit", "limit_price": limit_price, "qty": qty, "time_in_force": "gtc",
            "client_order_id": format!("live-{n}"), "account_id": self.account})
    }

    /// Several connections place orders until the desk is gone, or each has placed `most`.
    pub async fn load(&mut self, most: usize) {
        let tasks: Vec<_> = (0..CLIENTS)
            .map(|lane| {
                let (mut client, first) = (self.client.again(), self.sent + lane * most);
                let tickets: Vec<_> = (first..first + most).map(|n| self.ticket(n)).collect();
                tokio::spawn(async move {
                    for ticket in tickets {
                        match client.place(&ticket).await {
                            Ok(answer) => assert!(matches!(answer.status, 201 | 503), "{} {}", answer.status, answer.text),
                            Err(_) => return,
                        }
                    }
                })
            })
            .collect();
        self.sent += CLIENTS * most;
        for task in tasks {
            task.await.expect("no panic");
        }
    }

    pub async fn orders(&mut self) -> Vec<Value> {
        let (mut orders, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/orders?limit=500&account_id={}{cursor}", self.account);
            let page = self.client.get(&path).await.expect("answers").json();
            orders.extend(page["items"].as_array().expect("orders").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return orders,
            }
        }
    }

    /// Waits until nothing is on its way or unknown; answers our orders by the venue's name, and those that never arrived.
    pub async fn known(&mut self) -> (BTreeMap<String, Value>, Vec<Value>) {
        let begun = Instant::now();
        loop {
            let orders = self.orders().await;
            let is_open = |order: &&Value| matches!(order["status"].as_str(), Some("pending_new" | "unknown"));
            let Some(pending) = orders.iter().find(is_open) else {
                let (there, absent): (Vec<_>, Vec<_>) = orders.into_iter().partition(|order| order["external_order_id"].is_string());
                let name = |order: &Value| order["external_order_id"].as_str().expect("a name").to_owned();
                return (there.iter().map(|order| (name(order), order.clone())).collect(), absent);
            };
            assert!(begun.elapsed() < KNOWN_WITHIN, "not known: {pending}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn cancel_all(&mut self) {
        let path = format!("/api/v1/orders?account_id={}", self.account);
        self.client.call(Method::DELETE, &path, &Value::Null).await.expect("answers");
        let begun = Instant::now();
        loop {
            let open = self.client.get(&format!("/api/v1/orders?status=open&account_id={}", self.account)).await.expect("answers").json();
            if open["items"].as_array().is_some_and(Vec::is_empty) {
                return;
            }
            assert!(begun.elapsed() < KNOWN_WITHIN, "not canceled: {open}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Orders at the venue, by its names. A client id that is there twice is an order that was doubled.
pub fn at_venue(venue: &mut FakeVenue) -> BTreeSet<String> {
    let orders = venue.orders();
    let clients: BTreeSet<_> = orders.iter().map(|order| order["client_id"].to_string()).collect();
    assert_eq!(clients.len(), orders.len(), "an order is there twice");
    orders.iter().map(|order| order["id"].as_str().expect("a name").to_owned()).collect()
}

fn assert_same(there: &BTreeMap<String, Value>, absent: &[Value], venue: &mut FakeVenue) {
    let (ours, theirs): (BTreeSet<_>, _) = (there.keys().cloned().collect(), at_venue(venue));
    assert_eq!(ours, theirs, "the desk and the venue know the same orders");
    let lost = absent.iter().find(|order| {
        !order["client_order_id"].as_str().is_some_and(|n| n.starts_with("transfer-"))
            && order["status"] != "rejected"
            && order["status"] != "canceled"
    });
    assert!(lost.is_none(), "{lost:?}");
}

/// Two at once, each with half of the kills: most of a round is waiting.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_kill_loses_or_doubles_a_live_order(#[values(0, 1)] lane: usize) {
    let (books, mut venue) = (Books::sqlite(), FakeVenue::start(Venue::Alpaca));
    let kills = size(100, 1_000);
    let mut desk = Program::start_with(&books, &environment(&venue, None), &[]);
    let mut user = LiveUser::connect(&desk, &venue).await;
    desk.kill();
    let mut slowest = Duration::ZERO;
    for round in (lane..kills).step_by(2) {
        let point = POINTS.get(round % (POINTS.len() + 1)).map(|point| format!("{point}:{}", 1 + round * 7 % 11));
        let is_random = point.is_none();
        let mut desk = Program::start_with(&books, &environment(&venue, point), &[]);
        user.at(&desk);
        // The crash may come while the account is read.
        let ready = tokio::time::timeout(Duration::from_secs(10), wait_ready(&mut user)).await;
        if ready == Ok(true) {
            if is_random {
                let pause = Duration::from_millis(5 + (round as u64 * 37) % 120);
                let killer = async {
                    tokio::time::sleep(pause).await;
                    desk.kill();
                };
                // No more than the venue lets be looked for, sent and canceled at once, which are 100.
                tokio::join!(user.load(8), killer);
            } else {
                user.load(12).await;
            }
        }
        desk.kill();
        let after = Program::start_with(&books, &environment(&venue, None), &[]);
        user.at(&after);
        user.stay_signed_in().await;
        let begun = Instant::now();
        user.ready().await;
        let (there, absent) = user.known().await;
        slowest = slowest.max(begun.elapsed());
        assert_same(&there, &absent, &mut venue);
        user.cancel_all().await;
        assert_verified(&books);
        if round % 100 >= 98 {
            println!("live, lane {lane}: round {}", round + 1);
        }
    }
    println!("live, lane {lane}: half of {kills} kills, {} orders; all known after {slowest:?} at the latest", at_venue(&mut venue).len());
}

/// False: the desk is gone.
async fn wait_ready(user: &mut LiveUser) -> bool {
    loop {
        let Ok(answer) = user.client.get("/api/v1/accounts").await else { return false };
        let accounts = answer.json();
        let own = accounts.as_array().and_then(|all| all.iter().find(|account| account["id"] == *user.account));
        if own.is_some_and(|account| account["connection"]["health"]["state"] == "ready") {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Grows with each owner of the one account.
async fn fence(leases: &PgPool) -> i64 {
    let (fence,): (i64,) = sqlx::query_as("SELECT fence FROM venue_leases").fetch_one(leases).await.expect("a lease");
    fence
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_slept_through_its_lease_doubles_nothing() {
    let url = new_postgres_database().await;
    let leases = PgPool::connect(&url).await.expect("connects");
    // Binance lets more be asked in a minute than others.
    let (books, mut venue) = (Books::postgres(url), FakeVenue::start(Venue::Binance));
    let first = Program::start_with(&books, &environment(&venue, None), &[]);
    let mut user = LiveUser::connect(&first, &venue).await;
    user.terms = ["BTC/USD", "20000", "0.001"];
    let second = Program::start_with(&books, &environment(&venue, None), &[]);
    let (mut awake, mut asleep) = (&second, &first);
    for round in 0..size(3, 200) {
        user.at(awake);
        user.stay_signed_in().await;
        let before = fence(&leases).await;
        let sleeper = async {
            tokio::time::sleep(Duration::from_millis(5 + (round as u64 * 37) % 60)).await;
            asleep.signal("STOP");
        };
        tokio::join!(user.load(5), sleeper);
        // The other one has the account, and has read it.
        let begun = Instant::now();
        while fence(&leases).await == before {
            assert!(begun.elapsed() < KNOWN_WITHIN, "the account of an owner that sleeps is not taken over");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        user.ready().await;
        let is_woken_early = round % 2 == 0;
        if is_woken_early {
            asleep.signal("CONT");
        }
        user.known().await;
        asleep.signal("CONT");
        // It goes on with what it was about to do when it fell asleep, and sees that it is not the owner any more.
        user.at(asleep);
        let (there, absent) = user.known().await;
        assert_same(&there, &absent, &mut venue);
        user.at(awake);
        user.cancel_all().await;
        (awake, asleep) = (asleep, awake);
        if (round + 1) % 50 == 0 {
            println!("live: {} owners slept", round + 1);
        }
    }
    assert_verified(&books);
}
