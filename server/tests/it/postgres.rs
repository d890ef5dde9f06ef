//! What only PostgreSQL has: orders and the worth of accounts in partitions, many connections, and a store that can be held up.

use std::sync::Arc;

use axum::{body::Body, http::Request};
use futures::{StreamExt as _, stream::FuturesUnordered};
use serde_json::json;
use server::{clock::Clock, http::EdgeSettings, store::Db};
use speedtrade::time::Timestamp;
use sqlx::PgPool;
use tower::ServiceExt as _;

use crate::{
    databases::{Kind, TestDb},
    harness::{HOST, START, Session, TestApp},
};

fn pool(test: &TestDb) -> &PgPool {
    let Db::Postgres(pool) = &test.db else { panic!("PostgreSQL was asked for") };
    pool
}

async fn partitions(pool: &PgPool, table: &str) -> Vec<String> {
    const PARTITIONS: &str = "SELECT c.relname::TEXT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
        WHERE i.inhparent = to_regclass($1) ORDER BY c.relname";
    sqlx::query_scalar(PARTITIONS).bind(table).fetch_all(pool).await.expect("read")
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_kept_by_month_and_the_worth_of_accounts_by_year() {
    let app = TestApp::on(Kind::Postgres).await;
    let pool = pool(&app.db);
    assert_eq!(partitions(pool, "orders").await, ["orders_2026_11", "orders_2026_12", "orders_default"]);
    assert_eq!(partitions(pool, "portfolio_history").await, ["portfolio_history_2026", "portfolio_history_default"]);
    let ann = app.register("ann").await;
    app.order(&ann, &json!({"symbol": "KO", "side": "buy", "type": "limit", "qty": "1", "limit_price": "50", "time_in_force": "gtc"}))
        .await;
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM orders_2026_11").fetch_one(pool).await.expect("read");
    assert_eq!(count, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_ten_to_a_hundred_connections_and_nobody_waits_longer_than_half_a_minute_for_one() {
    let test = TestDb::new(Kind::Postgres).await;
    let options = pool(&test).options();
    assert_eq!((options.get_min_connections(), options.get_max_connections()), (10, 100));
    assert_eq!(options.get_acquire_timeout().as_secs(), 30);
}

/// More than the queue and what is on its way to the store hold.
const CROWD: usize = 5_200;
/// Each may have a thousand open orders.
const USERS: usize = 8;

/// Status, and whether it was told to come again. However long it takes: the machine may be busy.
async fn place(app: Arc<TestApp>, session: Session, nth: usize) -> (u16, bool) {
    let order = json!({"symbol": "KO", "side": "buy", "type": "limit", "qty": "0.01", "limit_price": "50", "time_in_force": "gtc",
        "client_order_id": format!("crowd-{nth}")});
    let request = Request::post("/api/v1/orders")
        .header("host", HOST)
        .header("authorization", format!("Bearer {}", session.access))
        .header("content-type", "application/json");
    let answer = app.router.clone().oneshot(request.body(Body::from(order.to_string())).expect("a request")).await.expect("infallible");
    (answer.status().as_u16(), answer.headers().contains_key("retry-after"))
}

/// The store is held up until somebody was refused; then it goes on, and those who were not are served.
#[tokio::test(flavor = "multi_thread")]
async fn when_the_queue_is_full_the_next_is_told_to_come_again_and_those_in_it_are_served() {
    let unlimited = EdgeSettings { rate_limit: 0, ..EdgeSettings::default() };
    let app = TestApp::with(Kind::Postgres, unlimited, Clock::manual(Timestamp::parse_rfc3339(START).expect("valid"))).await;
    let app = Arc::new(app);
    let mut sessions = Vec::new();
    for nth in 0..USERS {
        sessions.push(app.register(&format!("user{nth}")).await);
    }
    let mut held_up = pool(&app.db).begin().await.expect("begins");
    sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut *held_up).await.expect("set");
    sqlx::query("LOCK TABLE orders IN EXCLUSIVE MODE").execute(&mut *held_up).await.expect("locked");
    let crowd = (0..CROWD).map(|nth| tokio::spawn(place(Arc::clone(&app), sessions[nth % USERS].clone(), nth)));
    let mut crowd: FuturesUnordered<_> = crowd.collect();
    assert_eq!(crowd.next().await.expect("one is first").expect("ran"), (503, true));
    held_up.rollback().await.expect("let go");

    let (mut served, mut refused) = (0, 1);
    while let Some(answer) = crowd.next().await {
        match answer.expect("ran") {
            (201, _) => served += 1,
            (503, true) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(served >= 4_096 && served + refused == CROWD, "{served} were served, {refused} were not");
    let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM orders").fetch_one(pool(&app.db)).await.expect("read");
    assert_eq!(kept, i64::try_from(served).expect("few"));
    app.assert_books_are_true().await;
}
