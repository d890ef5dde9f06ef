//! `/push-subscriptions` through the real router.

use rstest::rstest;
use serde_json::{Value, json};

use crate::{databases::Kind, harness::TestApp};

const PATH: &str = "/api/v1/push-subscriptions";
/// The browser's keys of RFC 8291's example.
const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn subscription(endpoint: &str) -> Value {
    json!({"endpoint": endpoint, "expirationTime": null, "keys": {"p256dh": P256DH, "auth": AUTH}})
}

#[rstest]
#[tokio::test]
async fn browsers_subscribe_and_end_it(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let app = TestApp::on(kind).await;
    let (ann, bob) = (app.register("ann").await, app.register("bob").await);
    let made = app.post(PATH, Some(&ann), &subscription("https://push.example.com/a")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let listed = app.get(PATH, Some(&ann)).await.json();
    assert_eq!(listed["items"], json!([made.json()]));
    assert_eq!(listed["public_key"].as_str().map(str::len), Some(87), "65 bytes: {listed}");
    assert_eq!(app.delete(&format!("{PATH}/{id}"), Some(&bob)).await.problem(), (404, "push_subscription_not_found".to_owned()));

    // On the same browser somebody else signs in: it is told of that one's alerts, and of no others.
    assert_eq!(app.post(PATH, Some(&bob), &subscription("https://push.example.com/a")).await.json()["id"], id.as_str());
    assert_eq!(app.get(PATH, Some(&ann)).await.json()["items"], json!([]));
    assert_eq!(app.delete(&format!("{PATH}/{id}"), Some(&bob)).await.status, 204);
    assert_eq!(app.get(PATH, Some(&bob)).await.json()["items"], json!([]));

    for n in 0..10 {
        assert_eq!(app.post(PATH, Some(&ann), &subscription(&format!("https://push.example.com/{n}"))).await.status, 201);
    }
    let more = app.post(PATH, Some(&ann), &subscription("https://push.example.com/more")).await;
    assert_eq!(more.problem(), (409, "too_many_push_subscriptions".to_owned()));
    assert_eq!(app.post(PATH, Some(&ann), &subscription("https://push.example.com/9")).await.status, 201, "this one is told already");
}

#[tokio::test]
async fn what_can_not_be_reached_or_read_is_refused() {
    let app = TestApp::new().await;
    let ann = app.register("ann").await;
    for endpoint in ["http://push.example.com/a", "https://127.0.0.1/a", "https://[::1]/", "https://localhost/", "ftp://x", "", "x"] {
        let refused = app.post(PATH, Some(&ann), &subscription(endpoint)).await;
        assert_eq!((refused.problem().0, refused.fields()), (422, vec!["endpoint".to_owned()]), "{endpoint}");
    }
    for (p256dh, auth) in [("", AUTH), (P256DH, "AA"), ("BBBB", AUTH), (&"B".repeat(87), AUTH)] {
        let body = json!({"endpoint": "https://push.example.com/a", "keys": {"p256dh": p256dh, "auth": auth}});
        let refused = app.post(PATH, Some(&ann), &body).await;
        assert_eq!((refused.problem().0, refused.fields()), (422, vec!["keys".to_owned()]), "{p256dh}");
    }
    assert_eq!(app.get(PATH, None).await.problem(), (401, "not_signed_in".to_owned()));
}
