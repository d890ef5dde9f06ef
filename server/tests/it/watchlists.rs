//! `/watchlists` through the real router, on both databases.

use axum::{
    body::Body,
    http::{Method, Request},
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    databases::Kind,
    harness::{Answer, HOST, Session, TestApp},
};

const LISTS: &str = "/api/v1/watchlists";

async fn make(app: &TestApp, session: &Session, name: &str, symbols: &[&str]) -> Value {
    let answer = app.post(LISTS, Some(session), &json!({"name": name, "symbols": symbols})).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

fn path(list: &Value, rest: &str) -> String {
    format!("{LISTS}/{}{rest}", list["id"].as_str().expect("an id"))
}

async fn import(app: &TestApp, session: &Session, list: &Value, kind: &str, text: &str) -> Answer {
    let request = Request::post(path(list, "/import"))
        .header("host", HOST)
        .header("authorization", format!("Bearer {}", session.access))
        .header("content-type", kind)
        .header("content-length", text.len())
        .body(Body::from(text.to_owned()))
        .expect("a request");
    app.send(request).await
}

#[rstest]
#[tokio::test]
async fn a_list_is_made_filled_ordered_renamed_and_deleted(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let app = TestApp::on(kind).await;
    let ann = Some(app.register("ann").await);
    let ann = ann.as_ref();
    let list = make(&app, ann.expect("signed in"), " Growth ", &["aapl", "KO", "AAPL"]).await;
    assert_eq!((list["name"].as_str(), &list["symbols"]), (Some("Growth"), &json!(["AAPL", "KO"])));
    assert_eq!(list["items"], json!([{"symbol": "AAPL"}, {"symbol": "KO"}]));
    for symbol in ["btc-usd", "BTC/USD"] {
        let answer = app.post(&path(&list, "/items"), ann, &json!({"symbol": symbol})).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["symbols"]), (200, &json!(["AAPL", "KO", "BTC/USD"])));
    }
    let change = json!({"name": "Mine", "symbols": ["BTC/USD", "AAPL", "KO"]});
    let answer = app.call(Method::PATCH, &path(&list, ""), ann, &change).await;
    assert_eq!(answer.json()["name"], "Mine", "{}", answer.text);
    assert_eq!(app.get(&path(&list, ""), ann).await.json()["symbols"], json!(["BTC/USD", "AAPL", "KO"]));
    let answer = app.delete(&path(&list, "/items/BTC-USD"), ann).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["symbols"]), (200, &json!(["AAPL", "KO"])));
    assert_eq!(app.delete(&path(&list, "/items/BTC-USD"), ann).await.problem(), (404, "not_in_watchlist".to_owned()));
    let other = make(&app, ann.expect("signed in"), "Other", &[]).await;
    assert_eq!(
        app.get(LISTS, ann).await.json().as_array().map(|lists| lists.iter().map(|l| l["id"].clone()).collect::<Vec<_>>()),
        Some(vec![list["id"].clone(), other["id"].clone()])
    );
    assert_eq!(app.delete(&path(&list, ""), ann).await.status, 204);
    assert_eq!(app.get(&path(&list, ""), ann).await.problem(), (404, "watchlist_not_found".to_owned()));
    assert_eq!(app.get(LISTS, ann).await.json().as_array().map(Vec::len), Some(1));
}

#[rstest]
#[tokio::test]
async fn texts_are_imported_and_exported(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let app = TestApp::on(kind).await;
    let ann = app.register("ann").await;
    let list = make(&app, &ann, "Mine", &["KO"]).await;
    let answer = import(&app, &ann, &list, "text/csv", "Symbol,Name\nAAPL,\"Apple, Inc.\"\nNOPE,x\nKO,Coca-Cola\n").await;
    let json = answer.json();
    assert_eq!((&json["added"], &json["unknown"], &json["watchlist"]["symbols"]), (&json!(1), &json!(["NOPE"]), &json!(["KO", "AAPL"])));
    let answer = import(&app, &ann, &list, "text/plain; charset=utf-8", "msft btc/usd").await;
    assert_eq!(answer.json()["added"], 2, "{}", answer.text);
    assert_eq!(import(&app, &ann, &list, "application/json", "[]").await.problem(), (415, "unsupported_media_type".to_owned()));
    let csv = app.get(&path(&list, "/export"), Some(&ann)).await;
    assert_eq!((csv.header("content-type"), csv.text.as_str()), ("text/csv; charset=utf-8", "symbol\nKO\nAAPL\nMSFT\nBTC/USD\n"));
    assert_eq!(app.get(&path(&list, "/export?format=text"), Some(&ann)).await.text, "KO\nAAPL\nMSFT\nBTC/USD\n");
    assert_eq!(app.get(&path(&list, "/export?format=pdf"), Some(&ann)).await.problem().0, 422);
}

#[tokio::test]
async fn what_belongs_to_somebody_else_does_not_exist() {
    let app = TestApp::new().await;
    let (ann, other) = (app.register("ann").await, app.register("bob").await);
    let list = make(&app, &ann, "Mine", &["KO"]).await;
    let bob = Some(&other);
    let refused = [
        app.get(&path(&list, ""), bob).await,
        app.get(&path(&list, "/export"), bob).await,
        app.call(Method::PATCH, &path(&list, ""), bob, &json!({"name": "x"})).await,
        app.post(&path(&list, "/items"), bob, &json!({"symbol": "AAPL"})).await,
        app.delete(&path(&list, "/items/KO"), bob).await,
        app.delete(&path(&list, ""), bob).await,
        import(&app, &other, &list, "text/csv", "AAPL").await,
        app.get(&format!("{LISTS}/no-id"), bob).await,
    ];
    for answer in refused {
        assert_eq!(answer.problem(), (404, "watchlist_not_found".to_owned()));
    }
    assert_eq!(app.get(LISTS, bob).await.json(), json!([]));
    assert_eq!(app.get(LISTS, None).await.problem(), (401, "not_signed_in".to_owned()));
    assert_eq!(app.get(&path(&list, ""), Some(&ann)).await.json()["symbols"], json!(["KO"]));
}

#[rstest]
#[case(json!({"name": ""}), "name")]
#[case(json!({"name": "x".repeat(65)}), "name")]
#[case(json!({"name": "x", "symbols": ["NOPE"]}), "symbols")]
#[tokio::test]
async fn bad_lists_are_refused_by_field(#[case] body: Value, #[case] field: &str) {
    let app = TestApp::new().await;
    let ann = app.register("ann").await;
    let answer = app.post(LISTS, Some(&ann), &body).await;
    assert_eq!((answer.problem().0, answer.fields()), (422, vec![field.to_owned()]));
}

#[tokio::test]
async fn the_fifty_first_list_and_another_order_of_other_symbols_are_refused() {
    let app = TestApp::new().await;
    let ann = app.register("ann").await;
    let list = make(&app, &ann, "0", &["KO", "AAPL"]).await;
    for n in 1..50 {
        make(&app, &ann, &n.to_string(), &[]).await;
    }
    let answer = app.post(LISTS, Some(&ann), &json!({"name": "one more"})).await;
    assert_eq!(answer.problem(), (409, "too_many_watchlists".to_owned()));
    for wrong in [json!(["KO"]), json!(["KO", "AAPL", "MSFT"]), json!(["KO", "KO"])] {
        let answer = app.call(Method::PATCH, &path(&list, ""), Some(&ann), &json!({"symbols": wrong})).await;
        assert_eq!((answer.problem().0, answer.fields()), (422, vec!["symbols".to_owned()]));
    }
}
