//! Many at once on one account: exactly what it can pay, no update lost, no "database is locked".

use std::{net::SocketAddr, time::Duration};

use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    client::Client,
    databases::new_postgres_database,
    program::{Books, Program, assert_verified},
    size,
};

const CONNECTIONS: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hosts {
    Sqlite,
    Postgres,
    TwoOnPostgres,
}

async fn open(hosts: Hosts) -> (Books, Vec<Program>) {
    let books = match hosts {
        Hosts::Sqlite => Books::sqlite(),
        Hosts::Postgres | Hosts::TwoOnPostgres => Books::postgres(new_postgres_database().await),
    };
    let count = if hosts == Hosts::TwoOnPostgres { 2 } else { 1 };
    // One after the other: the first migrates.
    let programs = (0..count).map(|_| Program::start(&books)).collect();
    (books, programs)
}

/// Sends `total` orders over 64 connections, spread over the hosts; answers the statuses.
async fn send(user: &Client, hosts: &[SocketAddr], total: usize, order: &Value) -> Vec<u16> {
    let each = async |n: usize| {
        let mut client = user.at(hosts[n % hosts.len()]);
        let mut statuses = Vec::new();
        for _ in (n..total).step_by(CONNECTIONS) {
            statuses.push(client.place(order).await.expect("answers").status);
        }
        statuses
    };
    join_all((0..CONNECTIONS).map(each)).await.concat()
}

fn count(statuses: &[u16], wanted: u16) -> usize {
    statuses.iter().filter(|status| **status == wanted).count()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_account_funded_for_a_hundred_orders_gets_a_hundred(
    #[values(Hosts::Sqlite, Hosts::Postgres, Hosts::TwoOnPostgres)] hosts: Hosts,
) {
    let (books, programs) = open(hosts).await;
    let addresses: Vec<_> = programs.iter().map(|program| program.address).collect();
    let user = Client::register(addresses[0], "ann").await;
    let order = json!({"symbol": "KO", "side": "buy", "type": "limit", "limit_price": "50", "qty": "20", "time_in_force": "gtc"});
    let total = size(1_000, 10_000);
    let statuses = send(&user, &addresses, total, &order).await;
    assert_eq!((count(&statuses, 201), count(&statuses, 422)), (100, total - 100));
    let portfolio = user.again().get("/api/v1/portfolio").await.expect("answers").json();
    assert_eq!(portfolio["buying_power"], "0.00");
    assert_verified(&books);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_pair_loses_an_update(#[values(Hosts::Sqlite, Hosts::Postgres, Hosts::TwoOnPostgres)] hosts: Hosts) {
    let (books, programs) = open(hosts).await;
    let addresses: Vec<_> = programs.iter().map(|program| program.address).collect();
    let user = Client::register(addresses[0], "ann").await;
    let order = json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "0.001"});
    let total = 2 * size(500, 10_000);
    let statuses = send(&user, &addresses, total, &order).await;
    assert_eq!(count(&statuses, 201), total, "{statuses:?}");
    let held = user.again().get("/api/v1/positions/KO").await.expect("answers").json();
    let expected = rust_decimal::Decimal::new(i64::try_from(total).expect("small"), 3).normalize().to_string();
    assert_eq!(held["qty"], expected.as_str());
    assert_verified(&books);
}

/// Orders, registrations and reads of 64 clients: none is told of a lock.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_writers_never_meet_a_lock() {
    let books = Books::sqlite();
    let desk = Program::start(&books);
    let user = Client::register(desk.address, "ann").await;
    let until = tokio::time::Instant::now() + Duration::from_secs(size(3, 60) as u64);
    let writer = async |n: usize| {
        let (mut client, mut done) = (user.again(), 0_usize);
        while tokio::time::Instant::now() < until {
            let name = format!("w{n}-{done}");
            let answer = match done % 3 {
                0 => client.place(&json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "0.001", "client_order_id": name})).await,
                1 => client.get("/api/v1/orders?limit=5").await,
                _ => client.place(&json!({"symbol": "KO", "side": "sell", "type": "market", "qty": "0.001"})).await,
            };
            let answer = answer.expect("answers");
            assert!(answer.status < 500 && !answer.text.contains("locked"), "{} {}", answer.status, answer.text);
            done += 1;
        }
        done
    };
    let done: usize = join_all((0..CONNECTIONS).map(writer)).await.into_iter().sum();
    assert!(done > CONNECTIONS, "{done} requests");
    println!("64 writers: {done} requests");
    drop(desk);
    assert_verified(&books);
}
