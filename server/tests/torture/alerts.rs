//! Alerts over kills: every one that came true fires, and none fires twice.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use hyper::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    client::Client,
    databases::{Kind, new_postgres_database},
    program::{Books, Program, assert_verified},
    size,
};

const SYMBOLS: usize = 100;
const ROUNDS: usize = 5;
const SOON: Duration = Duration::from_secs(30);

/// `(symbol, price)` of the first hundred.
async fn listed(client: &mut Client) -> Vec<(String, f64)> {
    let page = client.get("/api/v1/market/under-100?limit=100&min_price=1&sort=-volume").await.expect("answers").json();
    let quotes = ["stocks", "crypto"].into_iter().flat_map(|kind| page[kind].as_array().expect("quotes").clone());
    quotes.map(|quote| (text(&quote, "symbol"), text(&quote, "price").parse().expect("a number"))).collect()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}")).to_owned()
}

/// Half of them are true at once; the others wait a little above or below the price.
#[expect(clippy::float_arithmetic, reason = "a target near a price, in a test")]
fn alert(n: usize, (symbol, price): &(String, f64)) -> Value {
    let (condition, target) = match n % 4 {
        0 | 1 => ("above", 0.01),
        2 => ("above", price * 1.0004),
        _ => ("below", price * 0.9996),
    };
    json!({"symbol": symbol, "condition": condition, "target_price": format!("{target:.4}")})
}

async fn all(client: &mut Client, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{path}limit=500{cursor}")).await.expect("answers").json();
        items.extend(page["items"].as_array().expect("items").clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

/// Armed alerts whose condition is true at the price of now.
async fn overdue(client: &mut Client) -> Vec<String> {
    let prices: HashMap<String, f64> = listed(client).await.into_iter().collect();
    let armed = all(client, "/api/v1/alerts?status=armed&").await;
    let is_true = |alert: &Value| {
        let target: f64 = text(alert, "target_price").parse().expect("a number");
        let price = prices.get(&text(alert, "symbol")).copied();
        price.is_some_and(|price| if alert["condition"] == "above" { price >= target } else { price <= target })
    };
    armed.iter().filter(|alert| is_true(alert)).map(|alert| text(alert, "id")).collect()
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn no_kill_loses_or_doubles_a_firing(#[case] kind: Kind) {
    let books = match kind {
        Kind::Sqlite => Books::sqlite(),
        Kind::Postgres => Books::postgres(new_postgres_database().await),
    };
    let total = size(500, 1_000);
    let mut desk = Program::start(&books);
    let user = Client::register(desk.address, "ann").await;
    let symbols = listed(&mut user.again()).await;
    assert_eq!(symbols.len(), SYMBOLS);
    for round in 0..ROUNDS {
        let mut client = user.at(desk.address);
        for n in (round * total / ROUNDS)..((round + 1) * total / ROUNDS) {
            let answer = client.call(Method::POST, "/api/v1/alerts", &alert(n, &symbols[n % SYMBOLS])).await.expect("answers");
            assert_eq!(answer.status, 201, "{}", answer.text);
        }
        // Right behind the last alert, or some ticks later: while firings are on their way to the store.
        tokio::time::sleep(Duration::from_millis((round as u64 * 97) % 300)).await;
        desk.kill();
        desk = Program::start(&books);
    }
    let (mut client, begun) = (user.at(desk.address), Instant::now());
    // The market goes on meanwhile, so what is due now must have fired by the next look.
    let mut due = overdue(&mut client).await;
    while !due.is_empty() {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = overdue(&mut client).await;
        due.retain(|id| now.contains(id));
        assert!(begun.elapsed() < SOON, "{} alerts are true and did not fire", due.len());
    }
    let (alerts, firings) = (all(&mut client, "/api/v1/alerts?").await, all(&mut client, "/api/v1/alerts/firings?").await);
    let mut count: HashMap<String, usize> = HashMap::new();
    for firing in &firings {
        *count.entry(text(firing, "alert_id")).or_default() += 1;
    }
    assert_eq!(alerts.len(), total);
    assert!(count.values().all(|count| *count == 1), "an alert fired twice");
    let certain = alerts.iter().filter(|alert| alert["target_price"] == "0.01").count();
    assert!(count.len() >= certain && certain == total / 2, "{} of {certain}", count.len());
    println!("{kind:?}: {total} alerts, {ROUNDS} kills, {} firings", firings.len());
    drop(desk);
    assert_verified(&books);
}
