//! Limits that all hosts count together, and what becomes of them while Redis is away.

use serde_json::json;
use server::{clock::Clock, http::EdgeSettings, startup::MarketPlan};

use super::{hosts, two, unlimited, until_redis_is};
use crate::{
    databases::Kind,
    harness::{PASSWORD, TestApp, manual},
    redis_server::RedisServer,
};

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_together_and_one_by_one_without_redis() {
    let mut redis = RedisServer::start();
    let edge = EdgeSettings { rate_limit: 6, ..EdgeSettings::default() };
    let [here, there] = two(&redis, edge, Clock::System).await;
    let path = "/api/v1/market/quote/AAPL";
    for host in [&here, &there, &here, &there, &here, &there] {
        let answer = host.get(path, None).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let refused = there.get(path, None).await;
    assert_eq!(refused.problem(), (429, "rate_limited".to_owned()));
    let wait: u32 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait));
    tokio::task::block_in_place(|| redis.kill());
    for host in [&here, &there] {
        assert_eq!(host.get(path, None).await.status, 200, "its own count begins");
        let mut more = 0;
        while host.get(path, None).await.status == 200 {
            more += 1;
        }
        assert!(more <= 5, "{more}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_counted_together() {
    let mut redis = RedisServer::start();
    let [here, there] = two(&redis, unlimited(), manual()).await;
    here.register("ann").await;
    let sign_in = async |host: &TestApp, password: &str| {
        let body = json!({"email": "ann@example.com", "password": password});
        host.post("/api/v1/auth/login", None, &body).await.status.as_u16()
    };
    for host in [&here, &there, &here, &there, &here] {
        assert_eq!(sign_in(host, "wrong").await, 401);
    }
    assert_eq!((sign_in(&here, PASSWORD).await, sign_in(&there, PASSWORD).await), (429, 429));
    // Each has counted for itself as well, and fewer than five.
    tokio::task::block_in_place(|| redis.kill());
    assert_eq!((sign_in(&here, PASSWORD).await, sign_in(&there, PASSWORD).await), (200, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_starts_without_the_redis_it_is_told_of() {
    let mut redis = RedisServer::absent();
    let app = TestApp::among(Kind::Sqlite, unlimited(), Clock::System, MarketPlan::default(), hosts(&redis)).await;
    until_redis_is(&app, "away").await;
    let session = app.register("ann").await;
    app.order(&session, &json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "1"})).await;
    tokio::task::block_in_place(|| redis.start_again());
    until_redis_is(&app, "there").await;
    tokio::task::block_in_place(|| redis.kill());
    until_redis_is(&app, "away").await;
    assert_eq!(app.get("/api/v1/portfolio", Some(&session)).await.status, 200);
}
