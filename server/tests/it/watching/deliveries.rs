//! Webhooks: signed, tried three times, never led elsewhere.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::{net::TcpListener, sync::mpsc};

use super::{Host, clock};
use crate::{
    databases::{Kind, TestDb},
    harness::SOON,
    trading::new_user_at,
};

type Received = (HeaderMap, Bytes);

/// Refuses the first call, then redirects, then takes.
async fn receive(
    State(calls): State<mpsc::UnboundedSender<Received>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    calls.send((headers, body)).expect("somebody listens");
    (StatusCode::FOUND, [("location", "/elsewhere")])
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_signed_tried_three_times_and_never_led_elsewhere() {
    let (test, clock) = (TestDb::new(Kind::Sqlite).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let user = new_user_at(&test.db, "ada", &clock).await;
    let (calls, mut received) = mpsc::unbounded_channel();
    let elsewhere = calls.clone();
    let router = Router::new()
        .route("/hook", post(receive))
        .with_state(calls)
        .fallback(move || async move { elsewhere.send((HeaderMap::new(), Bytes::from_static(b"elsewhere"))).expect("somebody listens") });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let webhook = host.webhooks.create(user, &format!("http://{address}/hook")).await.expect("made");
    host.make(user, "above", "KO", "0.01").await;
    host.skip(1);
    let mut bodies = Vec::new();
    for _ in 0..3 {
        let (headers, body) = tokio::time::timeout(SOON, received.recv()).await.expect("called").expect("open");
        let signature = headers["speedtrade-signature"].to_str().expect("text").to_owned();
        let (time, code) = signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")).expect("its shape");
        let mut mac = Hmac::<Sha256>::new_from_slice(webhook.secret.as_deref().expect("shown").as_bytes()).expect("any key");
        mac.update(format!("{time}.{}", String::from_utf8_lossy(&body)).as_bytes());
        let expected = mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!((code, time.parse()), (expected.as_str(), Ok(clock.now().seconds())));
        bodies.push(serde_json::from_slice::<serde_json::Value>(&body).expect("JSON"));
    }
    assert_eq!((&bodies[0]["event"], &bodies[0]["data"]["symbol"]), (&"alert_triggered".into(), &"KO".into()));
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    host.stop().await;
    assert!(received.try_recv().is_err(), "three tries, and no redirect is followed");
}
