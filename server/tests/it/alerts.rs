//! `/alerts` and `/webhooks` through the real router, and a firing as a program sees it on its socket's bus and in the history.

use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    databases::Kind,
    harness::{Session, TestApp},
};

const ALERTS: &str = "/api/v1/alerts";
const WEBHOOKS: &str = "/api/v1/webhooks";

async fn make(app: &TestApp, session: &Session, body: &Value) -> Value {
    let answer = app.post(ALERTS, Some(session), body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

fn path(alert: &Value) -> String {
    format!("{ALERTS}/{}", alert["id"].as_str().expect("an id"))
}

#[rstest]
#[tokio::test]
async fn an_alert_is_made_read_changed_and_deleted(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let app = TestApp::on(kind).await;
    let session = app.register("ann").await;
    let ann = Some(&session);
    let body = json!({"symbol": "aapl", "condition": "above", "target_price": "100000", "note": "sell some",
        "expires_at": "2026-12-01T00:00:00Z"});
    let alert = make(&app, &session, &body).await;
    assert_eq!(
        [&alert["symbol"], &alert["condition"], &alert["target_price"], &alert["status"], &alert["repeat"], &alert["fired_count"]],
        [&json!("AAPL"), &json!("above"), &json!("100000.00"), &json!("armed"), &json!("once"), &json!(0)],
    );
    assert_eq!(alert["last_fired_at"], Value::Null);
    let spike = make(
        &app,
        &session,
        &json!({"symbol": "BTC/USD", "condition": "volume_spike", "multiple": "2.5", "window_minutes": 30,
        "repeat": "every_time"}),
    )
    .await;
    assert_eq!(app.get(&path(&spike), ann).await.json(), spike);
    let page = app.get(&format!("{ALERTS}?limit=1"), ann).await.json();
    assert_eq!(page["items"], json!([spike]));
    let cursor = page["next_cursor"].as_str().expect("more");
    assert_eq!(app.get(&format!("{ALERTS}?cursor={cursor}"), ann).await.json(), json!({"items": [alert], "next_cursor": null}));
    assert_eq!(app.get(&format!("{ALERTS}?symbol=btc-usd&status=armed"), ann).await.json()["items"], json!([spike]));
    let change = json!({"condition": "pct_move", "percent": "5", "window_minutes": 60, "note": "", "expires_at": ""});
    let changed = app.call(Method::PATCH, &path(&alert), ann, &change).await.json();
    assert_eq!(
        [&changed["condition"], &changed["target_price"], &changed["percent"], &changed["note"], &changed["expires_at"]],
        [&json!("pct_move"), &Value::Null, &json!("5.00"), &json!(""), &Value::Null],
    );
    let off = app.call(Method::PATCH, &path(&alert), ann, &json!({"status": "off"})).await.json();
    assert_eq!((&off["status"], &off["percent"]), (&json!("off"), &json!("5.00")));
    assert_eq!(app.get(&format!("{ALERTS}?status=armed"), ann).await.json()["items"], json!([spike]));
    assert_eq!(app.delete(&path(&alert), ann).await.status, 204);
    assert_eq!(app.get(&path(&alert), ann).await.problem(), (404, "alert_not_found".to_owned()));
}

#[rstest]
#[case(json!({"symbol": "NOPE", "condition": "above", "target_price": "1"}), "unknown_symbol", &["symbol"])]
#[case(json!({"symbol": "KO", "condition": "above"}), "validation_failed", &["target_price"])]
#[case(json!({"symbol": "KO", "condition": "above", "target_price": "-1"}), "validation_failed", &["target_price"])]
#[case(json!({"symbol": "KO", "condition": "above", "target_price": "1", "percent": "1"}), "validation_failed", &["percent"])]
#[case(json!({"symbol": "KO", "condition": "pct_move", "percent": "0"}), "validation_failed", &["percent", "window_minutes"])]
#[case(json!({"symbol": "KO", "condition": "volume_spike", "multiple": "1", "window_minutes": 1441}), "validation_failed",
    &["multiple", "window_minutes"])]
#[case(json!({"symbol": "KO", "condition": "sideways"}), "validation_failed", &["condition"])]
#[case(json!({"symbol": "KO", "condition": "above", "target_price": "1", "repeat": "never"}), "validation_failed", &["repeat"])]
#[case(json!({"symbol": "KO", "condition": "above", "target_price": "1", "expires_at": "2020-01-01T00:00:00Z"}), "validation_failed",
    &["expires_at"])]
#[case(json!({"symbol": "KO", "condition": "above", "target_price": "1", "note": "x".repeat(201)}), "validation_failed", &["note"])]
#[tokio::test]
async fn bad_alerts_are_refused_by_field(#[case] body: Value, #[case] code: &str, #[case] fields: &[&str]) {
    let app = TestApp::new().await;
    let ann = app.register("ann").await;
    let answer = app.post(ALERTS, Some(&ann), &body).await;
    assert_eq!((answer.problem(), answer.fields()), ((422, code.to_owned()), fields.iter().map(ToString::to_string).collect()));
}

#[tokio::test]
async fn what_belongs_to_somebody_else_does_not_exist() {
    let app = TestApp::new().await;
    let (ann, bob) = (app.register("ann").await, app.register("bob").await);
    let alert = make(&app, &ann, &json!({"symbol": "KO", "condition": "below", "target_price": "0.01"})).await;
    let bob = Some(&bob);
    for answer in [
        app.get(&path(&alert), bob).await,
        app.call(Method::PATCH, &path(&alert), bob, &json!({"status": "off"})).await,
        app.delete(&path(&alert), bob).await,
        app.get(&format!("{ALERTS}/no-id"), bob).await,
    ] {
        assert_eq!(answer.problem(), (404, "alert_not_found".to_owned()));
    }
    for list in [ALERTS.to_owned(), format!("{ALERTS}/firings"), format!("{ALERTS}/firings?alert_id={}", alert["id"].as_str().expect("id"))]
    {
        assert_eq!(app.get(&list, bob).await.json()["items"], json!([]));
        assert_eq!(app.get(&list, None).await.problem(), (401, "not_signed_in".to_owned()));
    }
    assert_eq!(app.get(&path(&alert), Some(&ann)).await.json()["status"], "armed");
}

#[tokio::test]
async fn an_alert_whose_end_is_over_keeps_its_note_and_is_armed_with_another_end() {
    let app = TestApp::new().await;
    let session = app.register("ann").await;
    let ann = Some(&session);
    let end = app.clock.now().plus_micros(60_000_123);
    let alert =
        make(&app, &session, &json!({"symbol": "KO", "condition": "below", "target_price": "1", "expires_at": end.to_string()})).await;
    app.advance_seconds(90);
    let noted = app.call(Method::PATCH, &path(&alert), ann, &json!({"note": "later"})).await.json();
    assert_eq!((&noted["note"], &noted["expires_at"]), (&json!("later"), &alert["expires_at"]));
    for change in [json!({"status": "armed"}), json!({"target_price": "2"})] {
        let refused = app.call(Method::PATCH, &path(&alert), ann, &change).await;
        assert_eq!((refused.problem().0, refused.fields()), (422, vec!["expires_at".to_owned()]), "{change}");
    }
    let armed = app.call(Method::PATCH, &path(&alert), ann, &json!({"status": "armed", "expires_at": ""})).await.json();
    assert_eq!((&armed["status"], &armed["expires_at"]), (&json!("armed"), &Value::Null));
}

#[rstest]
#[case("status=loud")]
#[case("limit=0")]
#[case("cursor=x")]
#[tokio::test]
async fn bad_questions_are_refused(#[case] query: &str) {
    let app = TestApp::new().await;
    let ann = app.register("ann").await;
    assert_eq!(app.get(&format!("{ALERTS}?{query}"), Some(&ann)).await.problem(), (422, "validation_failed".to_owned()));
}

#[rstest]
#[tokio::test]
async fn webhooks_show_their_secret_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let app = TestApp::on(kind).await;
    let (session, bob) = (app.register("ann").await, app.register("bob").await);
    let ann = Some(&session);
    let answer = app.post(WEBHOOKS, ann, &json!({"url": "https://example.com/hook"})).await;
    let made = answer.json();
    assert_eq!((answer.status.as_u16(), &made["url"], &made["enabled"]), (201, &json!("https://example.com/hook"), &json!(true)));
    assert!(made["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_") && secret.len() == 70));
    let listed = app.get(WEBHOOKS, ann).await.json();
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["id"], listed[0].get("secret")), (Some(1), &made["id"], None));
    for bad in ["http://example.com/", "https://127.0.0.1/", "https://[::ffff:192.168.0.1]/", "https://localhost/", "nonsense"] {
        let answer = app.post(WEBHOOKS, ann, &json!({"url": bad})).await;
        assert_eq!((answer.problem().0, answer.fields()), (422, vec!["url".to_owned()]), "{bad}");
    }
    let path = format!("{WEBHOOKS}/{}", made["id"].as_str().expect("an id"));
    assert_eq!(app.delete(&path, Some(&bob)).await.problem(), (404, "webhook_not_found".to_owned()));
    assert_eq!(app.delete(&path, ann).await.status, 204);
    for _ in 0..10 {
        assert_eq!(app.post(WEBHOOKS, ann, &json!({"url": "https://example.com/"})).await.status, 201);
    }
    assert_eq!(app.post(WEBHOOKS, ann, &json!({"url": "https://example.com/"})).await.problem(), (409, "too_many_webhooks".to_owned()));
}
