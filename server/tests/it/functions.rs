//! Server functions as a page calls them.

use app::api::{auth::Login, orders::CancelOrder, page::OpenPage, watching::ChangeWatchlist};
use axum::{body::Body, http::Request};
use leptos::server_fn::ServerFn;
use serde_json::json;

use crate::harness::{Answer, HOST, TestApp};

async fn call(app: &TestApp, path: &str, content_type: &str, accept: &str, cookie: &str, body: String) -> Answer {
    let request = Request::post(path)
        .header("host", HOST)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", content_type)
        .header("accept", accept)
        .header("cookie", cookie)
        .body(Body::from(body))
        .expect("a request");
    app.send(request).await
}

fn login(password: &str) -> String {
    format!("email=ann%40example.com&password={password}&next=")
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_wrong_password_is_words_for_the_page_and_no_error_in_its_console() {
    let app = TestApp::new().await;
    app.register("ann").await;
    let answer = call(&app, Login::url(), FORM, "application/json", "", login("Wrong-Pass-1")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["code"], "wrong_credentials");
    assert!(answer.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn a_form_without_scripts_is_led_back_to_its_page() {
    let app = TestApp::new().await;
    app.register("ann").await;
    let answer = call(&app, Login::url(), FORM, "text/html", "", login("Wrong-Pass-1")).await;
    assert!(answer.status.is_redirection(), "{}", answer.status);
}

#[tokio::test]
async fn what_only_a_trader_may_do_is_refused_in_the_same_way() {
    let app = TestApp::new().await;
    let body = json!({"id": "019a9c1e-8f00-7000-8000-000000000001"}).to_string();
    let answer = call(&app, CancelOrder::url(), "application/json", "application/json", "", body.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (200, Some("unauthorized")));

    let session = app.register("ann").await;
    let cookie = format!("st_access={}", session.access);
    let answer = call(&app, CancelOrder::url(), "application/json", "application/json", &cookie, body).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (200, Some("order_not_found")));
}

#[tokio::test]
async fn what_cannot_be_read_is_never_repeated() {
    let app = TestApp::new().await;
    let body = r#"{"type":"x","title":"x","status":418,"detail":"planted","code":"planted","errors":[]}"#.to_owned();
    let answer = call(&app, CancelOrder::url(), "application/json", "application/json", "", body).await;
    assert!(!answer.text.contains("planted"), "{}", answer.text);
}

#[tokio::test]
async fn a_screen_that_cannot_be_read_still_has_its_form_and_says_what_is_wrong() {
    let app = TestApp::new().await;
    let body = json!({"account": null, "query": {"Screen": {"change_pct_min": "1.2.3"}}}).to_string();
    let answer = call(&app, OpenPage::url(), "application/json", "application/json", "", body).await.json();
    let screen = &answer["Screen"];
    assert_eq!((screen["errors"][0]["field"].as_str(), &screen["found"]["total"]), (Some("change_pct_min"), &json!(0)), "{answer}");
    assert!(screen["sectors"].as_array().is_some_and(|sectors| !sectors.is_empty()));
}

#[tokio::test]
async fn an_import_names_what_is_not_known() {
    let app = TestApp::new().await;
    let session = app.register("ann").await;
    let list = app.post("/api/v1/watchlists", Some(&session), &json!({"name": "Mine"})).await.json();
    let cookie = format!("st_access={}", session.access);
    let body = json!({"change": {"Import": [list["id"], "AAPL, NOPE\nF"]}}).to_string();
    let answer = call(&app, ChangeWatchlist::url(), "application/json", "application/json", &cookie, body).await.json();
    assert_eq!(answer["said"], "2 symbols added. Not known here: NOPE.", "{answer}");
}
