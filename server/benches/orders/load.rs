//! Requests over many connections: as fast as answers come (closed), or at a given rate (open).

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use hdrhistogram::Histogram;
use hyper::Method;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::client::Client;

/// The next request, by its number.
pub trait Make: Fn(usize) -> (Method, String, Value) + Copy + Send + 'static {}

impl<F: Fn(usize) -> (Method, String, Value) + Copy + Send + 'static> Make for F {}

/// Answers a second. Each connection takes the users in turn.
pub async fn closed_loop(users: &[Client], connections: usize, span: Duration, make: impl Make) -> f64 {
    let until = Instant::now() + span;
    let done = Arc::new(AtomicUsize::new(0));
    let workers = (0..connections).map(|n| {
        let mut own: Vec<Client> = own_users(users, n, connections);
        let done = Arc::clone(&done);
        tokio::spawn(async move {
            let mut sent = n;
            let mut connection = own[0].again();
            while Instant::now() < until {
                let (method, path, body) = make(sent / connections);
                let turn = (sent / connections / 2) % own.len();
                connection.token.clone_from(&own[turn].token);
                let answer = connection.call(method, &path, &body).await.expect("answers");
                assert!(answer.status < 300, "{} {}", answer.status, answer.text);
                done.fetch_add(1, Ordering::Relaxed);
                sent += connections;
            }
            own.clear();
        })
    });
    for worker in join_all(workers).await {
        worker.expect("no panic");
    }
    done.load(Ordering::Relaxed) as f64 / span.as_secs_f64()
}

fn own_users(users: &[Client], n: usize, connections: usize) -> Vec<Client> {
    let own: Vec<Client> = users.iter().skip(n).step_by(connections).map(Client::again).collect();
    if own.is_empty() { vec![users[n % users.len()].again()] } else { own }
}

/// Microseconds from the time at which each request should have been sent until its answer.
pub async fn open_loop(users: &[Client], connections: usize, rate: f64, span: Duration, make: impl Make) -> Histogram<u64> {
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..connections).map(|_| mpsc::unbounded_channel::<Instant>()).unzip();
    let pacer = std::thread::spawn(move || pace(&senders, rate, span));
    let workers = receivers.into_iter().enumerate().map(|(n, mut due)| {
        let own = own_users(users, n, connections);
        tokio::spawn(async move {
            let mut histogram = Histogram::<u64>::new(3).expect("three digits");
            let mut connection = own[0].again();
            let mut turn = 0;
            while let Some(intended) = due.recv().await {
                let (method, path, body) = make(turn);
                connection.token.clone_from(&own[(turn / 2) % own.len()].token);
                let answer = connection.call(method, &path, &body).await.expect("answers");
                assert!(answer.status < 300, "{} {}", answer.status, answer.text);
                let micros = u64::try_from(intended.elapsed().as_micros()).unwrap_or(u64::MAX);
                histogram.record(micros.max(1)).expect("in range");
                turn += 1;
            }
            histogram
        })
    });
    let mut all = Histogram::<u64>::new(3).expect("three digits");
    for worker in join_all(workers).await {
        all.add(worker.expect("no panic")).expect("the same digits");
    }
    pacer.join().expect("no panic");
    all
}

/// Microseconds from the time at which each request of one client should have been sent until its answer: `rate` a second, or each
/// right after the one before. On a thread of its own, that nothing but the desk makes it wait.
pub async fn alone(user: &Client, rate: Option<f64>, span: Duration, make: impl Make) -> Histogram<u64> {
    let connection = user.again();
    let client = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a thread");
        runtime.block_on(one_by_one(connection, rate, span, make))
    });
    client.await.expect("no panic")
}

async fn one_by_one(mut connection: Client, rate: Option<f64>, span: Duration, make: impl Make) -> Histogram<u64> {
    let mut histogram = Histogram::<u64>::new(3).expect("three digits");
    let begun = Instant::now();
    for turn in 0.. {
        let now = Instant::now();
        let sent = rate.map_or(now, |rate| begun + Duration::from_secs_f64(turn as f64 / rate));
        if sent - begun >= span {
            break;
        }
        wait_until(sent);
        let (method, path, body) = make(turn);
        let answer = connection.call(method, &path, &body).await.expect("answers");
        assert!(answer.status < 300, "{} {}", answer.status, answer.text);
        histogram.record(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX).max(1)).expect("in range");
    }
    histogram
}

/// A thread that sleeps is woken a little too late, so the end of it is spent awake.
fn wait_until(moment: Instant) {
    const AWAKE: Duration = Duration::from_micros(300);
    std::thread::sleep(moment.saturating_duration_since(Instant::now()).saturating_sub(AWAKE));
    while Instant::now() < moment {
        std::hint::spin_loop();
    }
}

/// Says when each request is due, from a thread of its own: the runtime's timers are a millisecond coarse.
fn pace(connections: &[mpsc::UnboundedSender<Instant>], rate: f64, span: Duration) {
    let begun = Instant::now() + Duration::from_millis(20);
    for n in 0_u32.. {
        let intended = begun + Duration::from_secs_f64(f64::from(n) / rate);
        if intended >= begun + span {
            return;
        }
        std::thread::sleep(intended.saturating_duration_since(Instant::now()));
        let turn = usize::try_from(n).unwrap_or_default() % connections.len();
        if connections[turn].send(intended).is_err() {
            return;
        }
    }
}
