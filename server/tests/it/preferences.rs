//! What a browser asked to remember is the trader's own, on both databases and through the server functions.

use app::api::preferences::{ChartLayout, SaveChartLayout};
use axum::{body::Body, http::Request};
use leptos::server_fn::ServerFn;
use rstest::rstest;
use serde_json::{Value, json};
use server::store;
use speedtrade::time::Timestamp;

use crate::{
    databases::{Kind, TestDb},
    harness::{HOST, TestApp},
    trading::new_user,
};

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn the_newest_value_of_a_name_is_kept_for_each_user(#[case] kind: Kind) {
    let test = TestDb::new(kind).await;
    let (ada, bob) = (new_user(&test.db, "ada").await, new_user(&test.db, "bob").await);
    let find = async |user, name| store::find_preference(&test.db, user, name).await.expect("answers");
    assert_eq!(find(ada, "chart").await, None);
    for (n, value) in ["first", "second's \"text\" – ü"].into_iter().enumerate() {
        let now = Timestamp::from_micros(i64::try_from(n).expect("small"));
        store::set_preference(&test.db, ada, "chart", value, now).await.expect("kept");
    }
    assert_eq!(find(ada, "chart").await.as_deref(), Some("second's \"text\" – ü"));
    assert_eq!((find(ada, "other").await, find(bob, "chart").await), (None, None));
    let long = "x".repeat(8_193);
    assert!(store::set_preference(&test.db, ada, "chart", &long, Timestamp::EPOCH).await.is_err(), "the table has a limit of its own");
}

async fn call(app: &TestApp, path: &str, access: &str, body: Value) -> Value {
    let request = Request::post(path)
        .header("host", HOST)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/json")
        .header("accept", "application/json")
        .header("cookie", format!("st_access={access}"))
        .body(Body::from(body.to_string()))
        .expect("a request");
    app.send(request).await.json()
}

#[tokio::test]
async fn a_layout_of_charts_is_saved_read_and_limited() {
    let app = TestApp::new().await;
    let (ann, bea) = (app.register("ann").await, app.register("bea").await);
    let layout = "line 1h sma:20,rsi:14 MSFT";
    assert_eq!(call(&app, ChartLayout::url(), &ann.access, json!({})).await, Value::Null);
    call(&app, SaveChartLayout::url(), &ann.access, json!({ "layout": layout })).await;
    assert_eq!(call(&app, ChartLayout::url(), &ann.access, json!({})).await, layout);
    assert_eq!(call(&app, ChartLayout::url(), &bea.access, json!({})).await, Value::Null);
    for bad in ["x".repeat(8_193), "a\0b".to_owned()] {
        let answer = call(&app, SaveChartLayout::url(), &ann.access, json!({ "layout": bad })).await;
        assert_eq!((&answer["code"], &answer["errors"][0]["field"]), (&json!("validation_failed"), &json!("chart")), "{answer}");
    }
    assert_eq!(call(&app, ChartLayout::url(), "", json!({})).await["code"], "unauthorized");
    assert_eq!(call(&app, ChartLayout::url(), &ann.access, json!({})).await, layout);
}
