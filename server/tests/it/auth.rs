//! Registering, signing in and out, tokens and their rotation, guesses.

use axum::{body::Body, http::Request};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    databases::Kind,
    harness::{PASSWORD, Session, TestApp},
};

const REGISTER: &str = "/api/v1/auth/register";
const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";
const ME: &str = "/api/v1/auth/me";

async fn refresh(app: &TestApp, token: &str) -> Result<Session, String> {
    let answer = app.post(REFRESH, None, &json!({"refresh_token": token})).await;
    if answer.status == 200 { Ok(answer.session()) } else { Err(answer.problem().1) }
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn registering_opens_a_paper_account_and_signs_in(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let body = json!({"email": "Ann@Example.com", "username": "Ann", "password": PASSWORD});
    let answer = app.post(REGISTER, None, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let json = answer.json();
    assert_eq!(
        (json["user"]["email"].as_str(), json["token_type"].as_str(), json["expires_in"].as_i64()),
        (Some("ann@example.com"), Some("bearer"), Some(1800))
    );
    assert_eq!(answer.cookies().len(), 2);
    assert!(!answer.text.contains("password"));
    let portfolio = app.get("/api/v1/portfolio", Some(&answer.session())).await.json();
    assert_eq!(portfolio["cash"], "100000.00", "{portfolio}");
    for login in ["ann@example.com", "ANN@example.com", "ann", "Ann"] {
        let answer = app.post(LOGIN, None, &json!({"email": login, "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{login}: {}", answer.text);
        assert_eq!(app.get(ME, Some(&answer.session())).await.json()["username"], "Ann");
    }
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn names_in_use_are_said_beside_their_fields(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    app.register("ann").await;
    for (email, username, code, fields) in [
        ("ANN@example.com", "bob", "email_taken", vec!["email"]),
        ("bob@example.com", "ANN", "username_taken", vec!["username"]),
        ("ann@example.com", "ann", "email_taken", vec!["email", "username"]),
    ] {
        let answer = app.post(REGISTER, None, &json!({"email": email, "username": username, "password": PASSWORD})).await;
        assert_eq!(answer.problem(), (409, code.to_owned()));
        assert_eq!(answer.fields(), fields);
    }
}

#[rstest]
#[case(json!({"email": "x", "username": "y", "password": "z"}), 422, &["email", "username", "password"])]
#[case(json!({"email": "a@b.co", "username": "ann", "password": "password"}), 422, &["password"])]
#[case(json!({"email": "a@b.co", "username": "ann"}), 400, &[])]
#[case(json!({"email": "a@b.co", "username": "ann", "password": PASSWORD, "is_premium": true}), 400, &[])]
#[case(json!({"email": 1, "username": "ann", "password": PASSWORD}), 400, &[])]
#[case(json!(["a@b.co"]), 400, &[])]
#[tokio::test]
async fn bad_registrations_are_refused(#[case] body: Value, #[case] status: u16, #[case] fields: &[&str]) {
    let answer = TestApp::new().await.post(REGISTER, None, &body).await;
    assert_eq!(answer.problem().0, status);
    assert_eq!(answer.fields(), fields);
}

#[tokio::test]
async fn wrong_passwords_and_unknown_users_get_the_same_answer() {
    let app = TestApp::new().await;
    app.register("ann").await;
    let wrong = app.post(LOGIN, None, &json!({"email": "ann", "password": "Wrong-1-word"})).await;
    let unknown = app.post(LOGIN, None, &json!({"email": "bob", "password": "Wrong-1-word"})).await;
    assert_eq!(wrong.problem(), (401, "wrong_credentials".to_owned()));
    assert_eq!(wrong.text, unknown.text);
}

#[tokio::test]
async fn the_sixth_guess_waits_a_quarter_of_an_hour() {
    let app = TestApp::new().await;
    app.register("ann").await;
    for _ in 0..5 {
        assert_eq!(app.post(LOGIN, None, &json!({"email": "ann", "password": "Wrong-1-word"})).await.status, 401);
    }
    let right = json!({"email": "ann", "password": PASSWORD});
    let answer = app.post(LOGIN, None, &right).await;
    assert_eq!(answer.problem(), (429, "rate_limited".to_owned()));
    let wait: i64 = answer.header("retry-after").parse().expect("seconds");
    assert!((890..=901).contains(&wait), "{wait}");
    app.advance_seconds(wait);
    assert_eq!(app.post(LOGIN, None, &right).await.status, 200);
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn refresh_tokens_are_spent_once_and_reuse_ends_the_session(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let first = app.register("ann").await;
    let second = refresh(&app, &first.refresh).await.expect("rotates");
    assert_eq!(app.get(ME, Some(&second)).await.status, 200);
    // Two tabs racing: the spent one still answers for ten seconds.
    app.advance_seconds(10);
    assert!(refresh(&app, &first.refresh).await.is_ok());
    app.advance_seconds(1);
    assert_eq!(refresh(&app, &first.refresh).await.err().as_deref(), Some("invalid_token"));
    assert_eq!(refresh(&app, &second.refresh).await.err().as_deref(), Some("invalid_token"), "the family is revoked");
    assert_eq!(app.get(ME, Some(&second)).await.problem(), (401, "invalid_token".to_owned()));
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn racing_tabs_all_get_a_session(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let first = app.register("ann").await;
    let racers = (0..6).map(|_| refresh(&app, &first.refresh));
    for won in futures::future::join_all(racers).await {
        assert_eq!(app.get(ME, Some(&won.expect("rotates"))).await.status, 200);
    }
}

#[tokio::test]
async fn tokens_end_with_their_time() {
    let app = TestApp::new().await;
    let session = app.register("ann").await;
    app.advance_seconds(30 * 60);
    let answer = app.get(ME, Some(&session)).await;
    assert_eq!(answer.problem(), (401, "invalid_token".to_owned()));
    assert!(answer.header("www-authenticate").contains("invalid_token"));
    app.advance_seconds(7 * 86_400);
    assert!(refresh(&app, &session.refresh).await.is_err());
}

#[tokio::test]
async fn logout_revokes_the_session_and_clears_the_cookies() {
    let app = TestApp::new().await;
    let session = app.register("ann").await;
    let answer = app.post("/api/v1/auth/logout", Some(&session), &Value::Null).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.cookies(), ["st_access=", "st_refresh="]);
    assert_eq!(app.get(ME, Some(&session)).await.status, 401);
    assert!(refresh(&app, &session.refresh).await.is_err());
    assert_eq!(app.post("/api/v1/auth/logout", None, &Value::Null).await.problem(), (401, "not_signed_in".to_owned()));
}

#[rstest]
#[case("Bearer nonsense")]
#[case("Basic YTpi")]
#[case("Bearer eyJhbGciOiJub25lIn0.e30.")]
#[tokio::test]
async fn bad_credentials_are_invalid_tokens(#[case] value: &str) {
    let app = TestApp::new().await;
    let request = Request::get(ME).header("authorization", value).body(Body::empty()).expect("a request");
    assert_eq!(app.send(request).await.problem(), (401, "invalid_token".to_owned()));
    let answer = app.get(ME, None).await;
    assert_eq!(answer.problem(), (401, "not_signed_in".to_owned()));
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
}

#[tokio::test]
async fn a_page_renews_an_expired_session_by_its_refresh_cookie() {
    let app = TestApp::new().await;
    let session = app.register("ann").await;
    app.advance_seconds(31 * 60);
    let cookies = format!("st_access={}; st_refresh={}", session.access, session.refresh);
    let request = Request::get("/dashboard").header("host", "desk.test").header("cookie", cookies).body(Body::empty()).expect("a request");
    let answer = app.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.header("location"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let renewed = answer.cookies().into_iter().find_map(|c| c.strip_prefix("st_access=").map(str::to_owned)).expect("a new cookie");
    let renewed = Session { access: renewed, refresh: String::new() };
    assert_eq!(app.get(ME, Some(&renewed)).await.status, 200);
}
