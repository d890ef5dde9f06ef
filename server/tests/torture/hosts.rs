//! Two hosts on PostgreSQL and Redis, one connection to a provider: its owner is killed, and is frozen and wakes.

use std::time::{Duration, Instant};

use futures::SinkExt as _;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use crate::{
    client::Client,
    databases::new_postgres_database,
    fake::Fake,
    program::{Books, Program, assert_verified},
    redis_server::RedisServer,
};

/// A lease ends after 3 seconds and is asked for twice a second; then there is a connection to open.
const TAKEOVER_MAX: Duration = Duration::from_secs(10);

struct Host {
    program: Program,
    client: Client,
    /// Looks at the coin as long as it is open.
    _watching: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

async fn start(books: &Books, redis: &RedisServer, fake: &Fake) -> Host {
    let environment = [
        ("REDIS_URL", redis.url()),
        ("CRYPTO_FEEDS", "binance".to_owned()),
        ("BINANCE_STREAM_URL", fake.ws()),
        ("BINANCE_URL", fake.http()),
    ];
    let program = tokio::task::block_in_place(|| Program::start_with(books, &environment, &[]));
    let client = Client::new(program.address, "");
    let (mut watching, _) = connect_async(format!("ws://{}/ws", program.address)).await.expect("open");
    let subscribe = json!({"event": "subscribe", "data": {"symbols": ["BTC/USD"]}});
    watching.send(Message::text(subscribe.to_string())).await.expect("sent");
    Host { program, client, _watching: watching }
}

/// Says it until this host shows it.
async fn shows(fake: &mut Fake, host: &mut Host, bid: &str) -> Duration {
    let begun = Instant::now();
    loop {
        fake.tell(json!({"do": "touch", "symbol": "BTCUSDT", "bid": bid, "ask": "99999.00"})).await;
        let quote: Value = host.client.get("/api/v1/market/quote/BTC-USD").await.expect("answers").json();
        if quote["bid"] == bid && quote["source"] == "binance" && quote["stale"] == false {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < TAKEOVER_MAX, "{bid} is not shown: {quote}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_host_takes_over_from_an_owner_that_dies_or_sleeps() {
    let (redis, mut fake) = (RedisServer::start(), Fake::start("binance").await);
    let books = Books::postgres(new_postgres_database().await);
    let mut first = start(&books, &redis, &fake).await;
    shows(&mut fake, &mut first, "60001.00").await;
    assert_eq!(fake.event("opened").await["connection"], 1);
    let mut second = start(&books, &redis, &fake).await;
    shows(&mut fake, &mut second, "60002.00").await;

    first.program.kill();
    let killed = shows(&mut fake, &mut second, "60003.00").await;
    assert_eq!(fake.event("opened").await["connection"], 2, "there was one connection until then");

    let mut third = start(&books, &redis, &fake).await;
    shows(&mut fake, &mut third, "60004.00").await;
    second.program.signal("STOP");
    let frozen = shows(&mut fake, &mut third, "60005.00").await;
    assert_eq!(fake.event("opened").await["connection"], 3);
    second.program.signal("CONT");
    fake.until(|event| event["event"] == "closed" && event["connection"] == 2).await;
    shows(&mut fake, &mut second, "60006.00").await;
    println!("another host showed prices {killed:.1?} after a kill of the owner and {frozen:.1?} after it was frozen");
    drop((second, third));
    assert_verified(&books);
}
