//! PostgreSQL restarted under load: no acknowledged order is lost, and the desk recovers by itself.

use std::{
    fs,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use crate::{
    client::Client,
    databases::{Postgres, programs},
    program::{Books, Program, assert_verified},
    size,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_postgresql_loses_nothing() {
    let server = Postgres::start();
    let books = Books::postgres(server.new_database().await);
    let desk = Program::start(&books);
    let user = Client::register(desk.address, "ann").await;
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8).map(|n| tokio::spawn(load(user.again(), n, Arc::clone(&stop)))).collect();
    for _ in 0..size(3, 20) {
        tokio::time::sleep(Duration::from_millis(400)).await;
        tokio::task::block_in_place(|| restart(&server));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    stop.store(true, Ordering::SeqCst);
    let mut acknowledged = Vec::new();
    for client in clients {
        acknowledged.extend(client.await.expect("no panic"));
    }
    let mut reader = user.again();
    assert_eq!(reader.place(&json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "0.001"})).await.expect("answers").status, 201);
    for id in &acknowledged {
        assert_eq!(reader.get(&format!("/api/v1/orders/{id}")).await.expect("answers").status, 200, "{id} was acknowledged");
    }
    assert!(acknowledged.len() > 20, "{} orders", acknowledged.len());
    println!("PostgreSQL restarted: {} acknowledged orders, all there", acknowledged.len());
    drop(desk);
    assert_verified(&books);
}

/// The ids that were acknowledged. What is refused meanwhile is refused with 503.
async fn load(mut client: Client, worker: usize, stop: Arc<AtomicBool>) -> Vec<String> {
    let (mut acknowledged, mut n) = (Vec::new(), 0);
    while !stop.load(Ordering::SeqCst) {
        n += 1;
        let order = json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "0.001", "client_order_id": format!("{worker}-{n}")});
        let answer = client.place(&order).await.expect("the desk answers while its store is away");
        match answer.status {
            201 => acknowledged.push(answer.json()["id"].as_str().expect("an id").to_owned()),
            503 => tokio::time::sleep(Duration::from_millis(20)).await,
            other => panic!("{other} {}", answer.text),
        }
    }
    acknowledged
}

/// Stops it as a crash does; its keeper starts it again.
fn restart(server: &Postgres) {
    let pid = || Some(fs::read_to_string(server.folder.join("data/postmaster.pid")).ok()?.lines().next()?.to_owned());
    let before = pid().expect("it runs");
    let killed = Command::new("kill").args(["-QUIT", &before]).status().expect("kill runs");
    assert!(killed.success(), "PostgreSQL could not be stopped");
    while pid().is_none_or(|now| now == before) {
        std::thread::park_timeout(Duration::from_millis(10));
    }
    server.wait_until_ready(&programs());
}
