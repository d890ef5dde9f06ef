//! What happens on one host reaches the sockets of another: at once with Redis, a second later without, never not at all.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use server::clock::Clock;

use super::{two, unlimited, until_redis_is};
use crate::{
    harness::{Session, TestApp, manual},
    redis_server::RedisServer,
    ws::{Client, serve},
};

async fn order(host: &TestApp, session: &Session) -> Value {
    host.order(session, &json!({"symbol": "BTC/USD", "side": "buy", "type": "market", "qty": "0.0001"})).await
}

async fn follow_orders(host: &TestApp, session: &Session) -> (Client, i64) {
    let mut client = Client::connect(serve(host).await, &[]).await.expect("open");
    client.send("auth", json!({"token": session.access})).await;
    client.next(&["authenticated"]).await;
    // Prices as well: they come many times a second and must not keep the orders waiting.
    client.send("subscribe", json!({"symbols": ["BTC/USD", "AAPL"]})).await;
    client.send("subscribe_orders", json!({})).await;
    let seq = client.next(&["orders_subscribed"]).await["data"]["seq"].as_i64().expect("a number");
    (client, seq)
}

async fn held(host: &TestApp, session: &Session) -> (Value, Value) {
    let [portfolio, positions] = [host.get("/api/v1/portfolio", Some(session)).await, host.get("/api/v1/positions", Some(session)).await];
    assert_eq!((portfolio.status.as_u16(), positions.status.as_u16()), (200, 200), "{}", portfolio.text);
    (portfolio.json()["cash"].clone(), positions.json()[0]["qty"].clone())
}

/// Reads up to this number: each once, in order.
async fn read_until(client: &mut Client, seq: &mut i64, last: i64) {
    while *seq < last {
        let frame = client.next(&["order_update", "position_update"]).await;
        *seq += 1;
        assert_eq!(frame["data"]["seq"], *seq, "{frame}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_placed_here_is_told_there_at_once() {
    let redis = RedisServer::start();
    let [here, there] = two(&redis, unlimited(), Clock::System).await;
    let session = here.register("ann").await;
    let (mut client, mut seq) = follow_orders(&there, &session).await;
    let mut waits = Vec::new();
    for _ in 0..10 {
        order(&here, &session).await;
        let begun = Instant::now();
        let next = seq + 1;
        read_until(&mut client, &mut seq, next).await;
        waits.push(begun.elapsed());
    }
    waits.sort();
    // By looking around alone it would be a second each time.
    assert!(waits[4] < Duration::from_millis(500), "{waits:?}");
    here.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_killed_and_comes_back_costs_no_event() {
    let mut redis = RedisServer::start();
    let [here, there] = two(&redis, unlimited(), Clock::System).await;
    let session = here.register("ann").await;
    let (mut client, mut seq) = follow_orders(&there, &session).await;
    for (round, is_there) in [true, false, true, false, true].into_iter().enumerate() {
        match (round, is_there) {
            (0, _) => {}
            (_, true) => {
                tokio::task::block_in_place(|| redis.start_again());
                order(&here, &session).await;
                until_redis_is(&here, "there").await;
            }
            (_, false) => tokio::task::block_in_place(|| redis.kill()),
        }
        let mut placed = Value::Null;
        for _ in 0..10 {
            placed = order(&here, &session).await;
            let [held_here, held_there] = [held(&here, &session).await, held(&there, &session).await];
            assert_eq!(held_here, held_there, "what was read before is not shown again");
        }
        let listed = there.get(&format!("/api/v1/orders/{}", placed["id"].as_str().expect("an id")), Some(&session)).await;
        assert_eq!(listed.json()["status"], "filled");
    }
    let (_, last) = follow_orders(&here, &session).await;
    assert!(last >= seq + 2 * 52, "{last}");
    read_until(&mut client, &mut seq, last).await;
    until_redis_is(&there, "there").await;
    here.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_here_ends_there() {
    let redis = RedisServer::start();
    // Time stands still: what is remembered of a session would count for ever.
    let [here, there] = two(&redis, unlimited(), manual()).await;
    let session = here.register("ann").await;
    let (mut client, _) = follow_orders(&there, &session).await;
    assert_eq!(there.get("/api/v1/auth/me", Some(&session)).await.status, 200);
    assert_eq!(here.post("/api/v1/auth/logout", Some(&session), &Value::Null).await.status, 204);
    assert_eq!(client.closed().await, 4001);
    assert_eq!(there.get("/api/v1/auth/me", Some(&session)).await.status, 401);
}
