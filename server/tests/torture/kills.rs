//! Killed under load, at named points and at random: what was acknowledged is there, once, and the books are true.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    client::Client,
    databases::{Kind, new_postgres_database},
    program::{Books, Program, assert_verified},
    size,
};

const POINTS: [&str; 4] = ["folded", "before-commit", "after-commit", "announced"];
const CONNECTIONS: usize = 8;
const TOKEN_AGE_MAX: Duration = Duration::from_mins(10);

/// Names that were sent, and the ids that were acknowledged for them.
#[derive(Default)]
struct Ledger {
    sent: AtomicUsize,
    unanswered: Mutex<Vec<String>>,
    acknowledged: Mutex<HashMap<String, String>>,
}

fn ticket(n: usize) -> Value {
    let name = format!("order-{n}");
    match n % 4 {
        0 => json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "0.01", "client_order_id": name}),
        1 => json!({"symbol": "KO", "side": "buy", "type": "limit", "limit_price": "1", "qty": "1", "client_order_id": name}),
        2 => json!({"symbol": "BTC/USD", "side": "buy", "type": "market", "notional": "1.5", "client_order_id": name}),
        _ => json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "0.01", "order_class": "oto",
            "stop_loss": {"stop_price": "1"}, "client_order_id": name}),
    }
}

async fn load(mut client: Client, ledger: Arc<Ledger>) {
    loop {
        let order = ticket(ledger.sent.fetch_add(1, Ordering::SeqCst));
        let name = order["client_order_id"].as_str().expect("a name").to_owned();
        match client.place(&order).await {
            Ok(answer) if answer.status == 201 => {
                let id = answer.json()["id"].as_str().expect("an id").to_owned();
                ledger.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(name, id);
            }
            // Too many open orders: refused, and that is an answer too.
            Ok(answer) if answer.status == 422 => {}
            Ok(answer) => panic!("{} {}", answer.status, answer.text),
            Err(_) => {
                ledger.unanswered.lock().unwrap_or_else(PoisonError::into_inner).push(name);
                return;
            }
        }
    }
}

/// Everything acknowledged is there; what had no answer is there once after it is sent again.
async fn settle(client: &mut Client, ledger: &Ledger) {
    let acknowledged = std::mem::take(&mut *ledger.acknowledged.lock().unwrap_or_else(PoisonError::into_inner));
    for (name, id) in acknowledged {
        let found = client.get(&format!("/api/v1/orders/{id}")).await.expect("answers");
        assert_eq!((found.status, found.json()["client_order_id"].as_str()), (200, Some(name.as_str())), "{id} was acknowledged");
    }
    let unanswered = std::mem::take(&mut *ledger.unanswered.lock().unwrap_or_else(PoisonError::into_inner));
    for name in unanswered {
        let n = name.rsplit('-').next().and_then(|n| n.parse().ok()).expect("a number");
        let first = client.place(&ticket(n)).await.expect("answers");
        let again = client.place(&ticket(n)).await.expect("answers");
        assert!(matches!(first.status, 200 | 201 | 422) && (again.status == 200 || first.status == 422), "{} {}", first.text, again.text);
    }
    client.call(hyper::Method::DELETE, "/api/v1/orders", &Value::Null).await.expect("answers");
}

#[rstest]
#[case(Kind::Sqlite, 70, 1_000)]
#[case(Kind::Postgres, 30, 200)]
#[tokio::test(flavor = "multi_thread")]
async fn no_kill_loses_or_doubles_an_order(#[case] kind: Kind, #[case] small: usize, #[case] full: usize) {
    let books = match kind {
        Kind::Sqlite => Books::sqlite(),
        Kind::Postgres => Books::postgres(new_postgres_database().await),
    };
    let (kills, ledger) = (size(small, full), Arc::new(Ledger::default()));
    let mut first = Program::start(&books);
    let mut user = Client::register(first.address, "ann").await;
    let mut signed_in = Instant::now();
    first.kill();
    let mut slowest = Duration::ZERO;
    for round in 0..kills {
        let point = POINTS.get(round % (POINTS.len() + 1));
        let crash = point.map(|point| ("SPEEDTRADE_CRASH", format!("{point}:{}", 1 + round * 7 % 23)));
        let mut desk = Program::start_with(&books, crash.as_slice(), &[]);
        slowest = slowest.max(desk.start_time);
        let clients: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(load(user.at(desk.address), Arc::clone(&ledger)))).collect();
        if point.is_none() {
            let (begun, wanted) = (Instant::now(), Duration::from_millis(20 + (round as u64 * 37) % 150));
            tokio::time::sleep(wanted.saturating_sub(begun.elapsed())).await;
            desk.kill();
        }
        for client in clients {
            client.await.expect("no panic");
        }
        while !desk.is_dead() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_verified(&books);
        let after = Program::start(&books);
        slowest = slowest.max(after.start_time);
        if signed_in.elapsed() > TOKEN_AGE_MAX {
            user = user.at(after.address);
            user.sign_in("ann").await;
            signed_in = Instant::now();
        }
        settle(&mut user.at(after.address), &ledger).await;
    }
    assert_verified(&books);
    let sent = ledger.sent.load(Ordering::SeqCst);
    println!("{kind:?}: {kills} kills, {sent} orders; slowest start {slowest:?}");
}
