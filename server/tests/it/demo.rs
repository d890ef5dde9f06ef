//! The demo, as somebody sees it who signs in with what its start has printed.

use rstest::rstest;
use serde_json::json;
use server::{http::EdgeSettings, market::SimConfig};

use crate::{
    databases::Kind,
    harness::{TestApp, manual},
};

#[rstest]
#[tokio::test]
async fn no_page_of_the_demo_is_empty(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let mut credentials = None;
    let app = TestApp::opened(kind, EdgeSettings::default(), manual(), SimConfig::default(), async |desk| {
        credentials = desk.demo(true).await.expect("a demo");
        desk
    });
    let app = app.await;
    let demo = credentials.expect("it was asked for");
    let answer = app.post("/api/v1/auth/login", None, &json!({"email": demo.email, "password": demo.password})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let session = answer.session();

    for (path, at_least) in [
        ("/api/v1/positions", 5),
        ("/api/v1/orders?status=open", 2),
        ("/api/v1/orders?status=closed", 10),
        ("/api/v1/watchlists", 1),
        ("/api/v1/alerts?status=armed", 2),
    ] {
        let json = app.get(path, Some(&session)).await.json();
        let items = json.as_array().or_else(|| json["items"].as_array()).unwrap_or_else(|| panic!("{path}: {json}"));
        assert!(items.len() >= at_least, "{path}: {json}");
    }
    let watched = app.get("/api/v1/watchlists", Some(&session)).await.json();
    assert!(watched[0]["symbols"].as_array().is_some_and(|symbols| symbols.len() > 4), "{watched}");
    app.assert_books_are_true().await;
}
