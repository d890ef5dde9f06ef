//! One connection to a provider for two hosts, and what becomes of it when its owner or Redis goes.

use std::time::Duration;

use futures::future::join_all;
use redis::{AsyncCommands as _, AsyncConnectionConfig, aio::MultiplexedConnection};
use serde_json::{Value, json};
use server::{clock::Clock, config::FeedArgs, market::feeds::FeedKind, startup::MarketPlan};
use speedtrade::time::Timestamp;
use tokio::time::{sleep, timeout};

use super::{hosts, unlimited, until};
use crate::{
    databases::Kind,
    feeds::fake::Fake,
    harness::{SOON, TestApp},
    redis_server::RedisServer,
    ws::{Client, serve},
};

const QUOTE: &str = "/api/v1/market/quote/BTC-USD";

fn plan(fake: &Fake) -> MarketPlan {
    let feeds = FeedArgs {
        crypto_feeds: vec![FeedKind::Binance],
        binance_stream_url: Some(fake.ws()),
        binance_url: Some(fake.http()),
        ..FeedArgs::default()
    };
    MarketPlan { feeds, ..MarketPlan::default() }
}

/// The first has the connection before the second is there.
async fn owner_and_follower(redis: &RedisServer, fake: &mut Fake) -> [(TestApp, Client); 2] {
    let owner = TestApp::among(Kind::Postgres, unlimited(), Clock::System, plan(fake), hosts(redis)).await;
    let watching = watch(&owner).await;
    assert_eq!(fake.event("opened").await["connection"], 1);
    fake.received("btcusdt@bookTicker").await;
    let follower = owner.beside(unlimited(), plan(fake), hosts(redis)).await;
    let also_watching = watch(&follower).await;
    [(owner, watching), (follower, also_watching)]
}

async fn watch(host: &TestApp) -> Client {
    let mut client = Client::connect(serve(host).await, &[]).await.expect("open");
    client.send("subscribe", json!({"symbols": ["BTC/USD"]})).await;
    client.next(&["subscribed"]).await;
    client
}

/// Says it until these hosts show it.
async fn show(fake: &mut Fake, hosts: &[&TestApp], bid: &str, ask: &str) {
    let shown = async {
        loop {
            fake.tell(json!({"do": "touch", "symbol": "BTCUSDT", "bid": bid, "ask": ask})).await;
            fake.tell(json!({"do": "ticker", "symbol": "BTCUSDT", "last": bid})).await;
            sleep(Duration::from_millis(50)).await;
            let quotes = join_all(hosts.iter().map(|host| host.get(QUOTE, None))).await;
            if quotes.iter().all(|quote| is(&quote.json(), bid, ask)) {
                return;
            }
        }
    };
    timeout(SOON, shown).await.unwrap_or_else(|_| panic!("{bid} is not shown"));
}

/// Waits for its answers longer than half a second, for the machine may be busy.
async fn connection(redis: &RedisServer) -> MultiplexedConnection {
    let patient = AsyncConnectionConfig::new().set_connection_timeout(Some(SOON)).set_response_timeout(Some(SOON));
    let client = redis::Client::open(redis.url()).expect("a good address");
    client.get_multiplexed_async_connection_with_config(&patient).await.expect("connected")
}

fn is(quote: &Value, bid: &str, ask: &str) -> bool {
    quote["bid"] == bid && quote["ask"] == ask && quote["source"] == "binance" && quote["stale"] == false
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_see_the_same_prices_of_one_connection() {
    let (redis, mut fake) = (RedisServer::start(), Fake::start("binance").await);
    let [(owner, _watching), (follower, mut watching)] = owner_and_follower(&redis, &mut fake).await;
    for (bid, ask) in [("64000.10", "64000.20"), ("64010.50", "64011.00")] {
        show(&mut fake, &[&owner, &follower], bid, ask).await;
    }
    assert_eq!(watching.next(&["price_update"]).await["data"]["symbol"], "BTC/USD");

    // What only the follower's client looks at, the owner asks for; its depth as well.
    watching.send("subscribe_book", json!({"symbol": "ETH/USD"})).await;
    fake.tell(json!({"do": "levels", "symbol": "ETHUSDT", "bids": [["3000.1", "2"]], "asks": [["3000.2", "3"]]})).await;
    fake.received("ethusdt@depth").await;
    fake.tell(json!({"do": "levels", "symbol": "ETHUSDT", "bids": [["3000.0", "4"]], "asks": []})).await;
    until(&follower, "/api/v1/market/book/ETH-USD", |book| book["bids"].as_array().is_some_and(|bids| bids.len() == 2)).await;

    // That nobody else connects is shown where hosts are processes (`torture/hosts.rs`): here they share a runtime with all other
    // tests, and one that gets no answer from Redis for three seconds rightly connects for itself.
    owner.stop.cancel();
    fake.event("opened").await;
    show(&mut fake, &[&follower], "65000.00", "65001.00").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_late_is_told_what_is_known() {
    let (redis, mut fake) = (RedisServer::start(), Fake::start("binance").await);
    let owner = TestApp::among(Kind::Postgres, unlimited(), Clock::System, plan(&fake), hosts(&redis)).await;
    let _watching = watch(&owner).await;
    show(&mut fake, &[&owner], "64000.10", "64000.20").await;
    // The provider says nothing any more.
    let follower = owner.beside(unlimited(), plan(&fake), hosts(&redis)).await;
    let _also_watching = watch(&follower).await;
    until(&follower, QUOTE, |quote| is(quote, "64000.10", "64000.20")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_each_host_connects_and_with_it_one_is_left() {
    let (mut redis, mut fake) = (RedisServer::start(), Fake::start("binance").await);
    let [(owner, _watching), (follower, _also_watching)] = owner_and_follower(&redis, &mut fake).await;
    tokio::task::block_in_place(|| redis.kill());
    assert_eq!(fake.event("opened").await["connection"], 2, "the follower connects, the owner stays");
    show(&mut fake, &[&follower], "64000.10", "64000.20").await;
    tokio::task::block_in_place(|| redis.start_again());
    let left = 3 - fake.event("closed").await["connection"].as_u64().expect("a number");
    assert!([1, 2].contains(&left));
    show(&mut fake, &[&owner, &follower], "65000.00", "65001.00").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_was_and_garbage_are_not_followed() {
    let (redis, mut fake) = (RedisServer::start(), Fake::start("binance").await);
    let [_owner, (follower, _watching)] = owner_and_follower(&redis, &mut fake).await;
    show(&mut fake, &[&follower], "64000.10", "64000.20").await;
    let mut other = connection(&redis).await;
    let (host, now) = (Clock::System.new_id(), Clock::System.now().micros());
    let old = Timestamp::from_micros(now - 60_000_000).micros();
    let fence: u64 = other.get("speedtrade:fence:binance").await.expect("there is one");
    for body in [
        format!("binance {} 9 {now} {now} live\nq BTC/USD 1 2 1 1 {now}", fence - 1),
        format!("binance {fence} 9 {old} {old} live\nq BTC/USD 3 4 1 1 {old}"),
        format!("binance {fence} 9 {now} {now} live\nq BTC/USD 5 6 1"),
        format!("nobody {fence} 9 {now} {now} live"),
        "\n\n".to_owned(),
    ] {
        other.publish::<_, _, ()>("speedtrade:feeds", format!("{host} {body}")).await.expect("published");
    }
    for channel in ["speedtrade:feeds", "speedtrade:wanted", "speedtrade:users", "speedtrade:sessions"] {
        other.publish::<_, _, ()>(channel, vec![0xff_u8; 300]).await.expect("published");
        other.publish::<_, _, ()>(channel, format!("{host} x y z")).await.expect("published");
    }
    fake.tell(json!({"do": "touch", "symbol": "BTCUSDT", "bid": "64001.00", "ask": "64002.00"})).await;
    let quote = until(&follower, QUOTE, |quote| quote["bid"] != "64000.10").await;
    assert_eq!(quote["bid"], "64001.00", "{quote}");
}
