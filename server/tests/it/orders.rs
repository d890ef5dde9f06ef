//! `/orders`, `/positions` and `/portfolio` through REST.

use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    databases::Kind,
    harness::{Answer, Session, TestApp},
};

const ORDERS: &str = "/api/v1/orders";

fn limit_order() -> Value {
    json!({"symbol": "AAPL", "side": "buy", "type": "limit", "qty": "1", "limit_price": "1", "time_in_force": "gtc"})
}

fn market_order(symbol: &str) -> Value {
    json!({"symbol": symbol, "side": "buy", "type": "market", "qty": "2"})
}

/// `order` with one member replaced; null takes it away.
fn with(mut order: Value, name: &str, value: Value) -> Value {
    let members = order.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name)
    } else {
        members.insert(name.to_owned(), value)
    };
    order
}

async fn ready() -> (TestApp, Session) {
    let app = TestApp::new().await;
    let session = app.register("ann").await;
    (app, session)
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn an_order_is_placed_read_listed_and_canceled(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let ann = app.register("ann").await;
    let order = app.order(&ann, &limit_order()).await;
    let path = format!("{ORDERS}/{}", order["id"].as_str().expect("an id"));
    assert_eq!((order["status"].as_str(), order["type"].as_str(), order["qty"].as_str()), (Some("new"), Some("limit"), Some("1")));
    assert_eq!(app.get(&path, Some(&ann)).await.json()["fills"], json!([]));
    assert_eq!(app.get("/api/v1/orders?status=open&symbol=aapl", Some(&ann)).await.json()["items"][0]["id"], order["id"]);
    assert_eq!(app.get("/api/v1/orders?status=closed", Some(&ann)).await.json()["items"], json!([]));
    assert_eq!(app.delete(&path, Some(&ann)).await.status, 204);
    assert_eq!(app.delete(&path, Some(&ann)).await.problem(), (409, "order_not_open".to_owned()));
    assert_eq!(app.get(&path, Some(&ann)).await.json()["status"], "canceled");
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn a_position_is_bought_seen_and_closed(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let ann = app.register("ann").await;
    assert_eq!(app.order(&ann, &market_order("ETH-USD")).await["status"], "filled");
    assert_eq!(app.order(&ann, &market_order("AAPL")).await["status"], "filled");
    for slug in ["ETH-USD", "ETH%2FUSD", "eth-usd"] {
        assert_eq!(app.get(&format!("/api/v1/positions/{slug}"), Some(&ann)).await.json()["qty"], "2", "{slug}");
    }
    assert_eq!(app.get("/api/v1/positions", Some(&ann)).await.json().as_array().map(Vec::len), Some(2));
    let half = app.delete("/api/v1/positions/ETH%2FUSD?percentage=50", Some(&ann)).await;
    assert_eq!((half.status.as_u16(), half.json()["qty"].as_str()), (200, Some("1")), "{}", half.text);
    let rest = app.delete("/api/v1/positions", Some(&ann)).await;
    assert_eq!(rest.json().as_array().map(Vec::len), Some(2), "{}", rest.text);
    assert_eq!(app.get("/api/v1/positions", Some(&ann)).await.json(), json!([]));
    assert_eq!(app.get("/api/v1/positions/AAPL", Some(&ann)).await.problem().0, 404);
    assert_eq!(app.delete("/api/v1/positions/AAPL", Some(&ann)).await.problem().0, 404);
    let curve = app.get("/api/v1/portfolio/history?range=1W", Some(&ann)).await;
    assert!(curve.json().as_array().is_some_and(|points| !points.is_empty()), "{}", curve.text);
}

#[tokio::test]
async fn the_same_client_order_id_answers_the_first_order() {
    let (app, ann) = ready().await;
    let order = with(limit_order(), "client_order_id", json!("mine"));
    let first = app.order(&ann, &order).await;
    let again = app.post(ORDERS, Some(&ann), &order).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &first["id"]));
    let other = app.post(ORDERS, Some(&ann), &with(order, "qty", json!("2"))).await;
    assert_eq!(other.problem().0, 409);
}

#[rstest]
#[case("qty", json!("0"), 422)]
#[case("qty", json!("-1"), 422)]
#[case("qty", json!("NaN"), 422)]
#[case("qty", json!("Infinity"), 422)]
#[case("qty", json!("1e400"), 422)]
#[case("qty", json!("0.000000000000000000000000000001"), 422)]
#[case("qty", json!("99999999999999999999999999999999999"), 422)]
#[case("qty", json!(""), 422)]
#[case("qty", json!(1), 400)]
#[case("qty", json!({"$gt": 0}), 400)]
#[case("qty", Value::Null, 422)]
#[case("limit_price", json!("0"), 422)]
#[case("limit_price", json!("1.001"), 422)]
#[case("limit_price", Value::Null, 422)]
#[case("stop_price", json!("2"), 422)]
#[case("side", json!("hold"), 422)]
#[case("type", json!("iceberg"), 422)]
#[case("time_in_force", json!("never"), 422)]
#[case("symbol", json!("NOPE"), 422)]
#[case("symbol", json!("'; DROP TABLE orders; --"), 422)]
#[case("symbol", Value::Null, 400)]
#[case("client_order_id", json!("x".repeat(129)), 422)]
#[case("leverage", json!("10"), 400)]
#[case("account_id", json!("019a9c1e-8f00-7000-8000-000000000001"), 404)]
#[tokio::test]
async fn bad_orders_are_refused_and_place_nothing(#[case] name: &str, #[case] value: Value, #[case] status: u16) {
    let (app, ann) = ready().await;
    let answer = app.post(ORDERS, Some(&ann), &with(limit_order(), name, value)).await;
    assert_eq!(answer.problem().0, status, "{}", answer.text);
    assert_eq!(app.get(ORDERS, Some(&ann)).await.json()["items"], json!([]));
}

#[tokio::test]
async fn more_than_the_cash_is_denied_with_a_code() {
    let (app, ann) = ready().await;
    let answer = app.post(ORDERS, Some(&ann), &with(limit_order(), "qty", json!("200000"))).await;
    assert_eq!(answer.problem(), (422, "insufficient_buying_power".to_owned()));
    let answer = app.post(ORDERS, Some(&ann), &with(market_order("AAPL"), "side", json!("sell"))).await;
    assert_eq!(answer.problem(), (422, "insufficient_position".to_owned()));
}

#[tokio::test]
async fn what_belongs_to_others_does_not_exist() {
    let (app, ann) = ready().await;
    let bob = app.register("bob").await;
    let id = app.order(&ann, &limit_order()).await["id"].as_str().expect("an id").to_owned();
    let unknown = "019a9c1e-8f00-7000-8000-000000000001";
    for id in [id.as_str(), unknown, "nonsense", "1", "%00", "..%2F..%2Fetc"] {
        let path = format!("{ORDERS}/{id}");
        let answers: [Answer; 2] = [app.get(&path, Some(&bob)).await, app.delete(&path, Some(&bob)).await];
        for answer in answers {
            assert_eq!(answer.problem(), (404, "order_not_found".to_owned()), "{path}");
        }
    }
    assert_eq!(app.delete(ORDERS, Some(&bob)).await.json(), json!([]));
    assert_eq!(app.delete("/api/v1/orders?symbol=AAPL", Some(&ann)).await.json(), json!([{"id": id, "status": "canceled"}]));
}

#[tokio::test]
async fn pages_of_orders_follow_each_other() {
    let (app, ann) = ready().await;
    for _ in 0..5 {
        app.order(&ann, &limit_order()).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(&format!("/api/v1/orders?limit=2{cursor}"), Some(&ann)).await.json();
        seen.extend(page["items"].as_array().expect("items").iter().map(|o| o["id"].as_str().expect("an id").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let mut newest_first = seen.clone();
    newest_first.sort_by(|a, b| b.cmp(a));
    newest_first.dedup();
    assert_eq!((seen.len(), seen), (5, newest_first));
}

#[rstest]
#[case("/api/v1/orders?limit=0")]
#[case("/api/v1/orders?limit=501")]
#[case("/api/v1/orders?limit=-1")]
#[case("/api/v1/orders?limit=ten")]
#[case("/api/v1/orders?status=weird")]
#[case("/api/v1/orders?cursor=weird")]
#[case("/api/v1/orders?stauts=open")]
#[case("/api/v1/portfolio/history?range=2D")]
#[tokio::test]
async fn bad_queries_are_refused(#[case] path: &str) {
    let (app, ann) = ready().await;
    assert_eq!(app.get(path, Some(&ann)).await.problem(), (422, "validation_failed".to_owned()));
}

#[rstest]
#[case(Method::POST, "/api/v1/orders")]
#[case(Method::GET, "/api/v1/orders")]
#[case(Method::DELETE, "/api/v1/orders")]
#[case(Method::GET, "/api/v1/orders/019a9c1e-8f00-7000-8000-000000000001")]
#[case(Method::DELETE, "/api/v1/orders/019a9c1e-8f00-7000-8000-000000000001")]
#[case(Method::GET, "/api/v1/portfolio")]
#[case(Method::GET, "/api/v1/portfolio/history")]
#[case(Method::GET, "/api/v1/positions")]
#[case(Method::GET, "/api/v1/positions/AAPL")]
#[case(Method::DELETE, "/api/v1/positions/AAPL")]
#[case(Method::DELETE, "/api/v1/positions")]
#[tokio::test]
async fn strangers_are_asked_to_sign_in(#[case] method: Method, #[case] path: &str) {
    let app = TestApp::new().await;
    let body = if method == Method::POST { limit_order() } else { Value::Null };
    assert_eq!(app.call(method, path, None, &body).await.problem(), (401, "not_signed_in".to_owned()));
}
