//! Two hosts of one desk on PostgreSQL and Redis.

mod feed;
mod limits;
mod orders;

use std::time::Duration;

use serde_json::Value;
use server::{clock::Clock, hosts::Hosts, http::EdgeSettings, startup::MarketPlan};

use tokio::time::sleep;

use crate::{
    databases::Kind,
    harness::{SOON, TestApp},
    redis_server::RedisServer,
};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

pub fn hosts(redis: &RedisServer) -> Hosts {
    Hosts::open(Some(&redis.url()), Clock::System.new_id()).expect("a good address")
}

pub fn unlimited() -> EdgeSettings {
    EdgeSettings { rate_limit: 0, ..EdgeSettings::default() }
}

/// Both of them, connected to Redis.
pub async fn two(redis: &RedisServer, edge: EdgeSettings, clock: Clock) -> [TestApp; 2] {
    let first = TestApp::among(Kind::Postgres, edge.clone(), clock, MarketPlan::default(), hosts(redis)).await;
    let second = first.beside(edge, MarketPlan::default(), hosts(redis)).await;
    for host in [&first, &second] {
        until_redis_is(host, "there").await;
    }
    [first, second]
}

pub async fn until_redis_is(host: &TestApp, state: &str) {
    let ask = async {
        while host.get("/readyz", None).await.text != format!("ok\nredis: {state}\n") {
            sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(SOON, ask).await.unwrap_or_else(|_| panic!("Redis is never {state}"));
}

/// Asks until the answer fits.
pub async fn until(host: &TestApp, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let mut answer = Value::Null;
    let ask = async {
        loop {
            answer = host.get(path, None).await.json();
            if fits(&answer) {
                return;
            }
            sleep(PAUSE).await;
        }
    };
    let is_in_time = tokio::time::timeout(SOON, ask).await.is_ok();
    assert!(is_in_time, "{path} never fitted: {answer}");
    answer
}
