//! Every kind of order, previews, replacements, limits and the history, through REST.

use axum::http::Method;
use rstest::rstest;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    databases::Kind,
    harness::{Session, TestApp},
};

const ORDERS: &str = "/api/v1/orders";

async fn ready(kind: Kind) -> (TestApp, Session) {
    let app = TestApp::on(kind).await;
    let session = app.register("ann").await;
    (app, session)
}

fn buy(qty: &str) -> Value {
    json!({"symbol": "AAPL", "side": "buy", "type": "market", "qty": qty})
}

/// `order` with more members.
fn with(mut order: Value, more: &Value) -> Value {
    order.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    order
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

fn path(order: &Value) -> String {
    format!("{ORDERS}/{}", text(order, "id"))
}

async fn price(app: &TestApp, symbol: &str) -> Decimal {
    text(&app.get(&format!("/api/v1/market/quote/{symbol}"), None).await.json(), "price").parse().expect("a number")
}

#[rstest]
#[tokio::test]
async fn a_bracket_lives_and_dies_together(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (app, ann) = ready(kind).await;
    let at = price(&app, "AAPL").await;
    let exits = json!({"order_class": "bracket", "take_profit": {"limit_price": (at + at / Decimal::TEN).round_dp(2).to_string()},
        "stop_loss": {"stop_price": (at - at / Decimal::TEN).round_dp(2).to_string()}});
    let entry = app.order(&ann, &with(buy("3"), &exits)).await;
    assert_eq!((text(&entry, "status"), text(&entry, "order_class"), text(&entry, "role")), ("filled", "bracket", "entry"));
    let legs = entry["legs"].as_array().expect("legs");
    assert_eq!(legs.iter().map(|leg| text(leg, "role")).collect::<Vec<_>>(), ["take_profit", "stop_loss"]);
    assert!(legs.iter().all(|leg| leg["status"] == "new" && leg["parent_id"] == entry["id"] && leg["qty"] == "3"), "{legs:?}");
    let seen = app.get(&path(&entry), Some(&ann)).await.json();
    assert_eq!(seen["legs"].as_array().map(Vec::len), Some(2));
    // The units are promised once, and canceling one exit cancels the other.
    assert_eq!(app.get("/api/v1/positions/AAPL", Some(&ann)).await.json()["qty_available"], "0");
    assert_eq!(app.delete(&path(&legs[1]), Some(&ann)).await.status, 204);
    assert_eq!(app.get(&path(&legs[0]), Some(&ann)).await.json()["status"], "canceled");
    assert_eq!(app.get("/api/v1/positions/AAPL", Some(&ann)).await.json()["qty_available"], "3");
    app.assert_books_are_true().await;
}

#[rstest]
#[case(json!({"type": "limit", "limit_price": "50.00", "time_in_force": "gtc"}), "new")]
#[case(json!({"type": "limit", "limit_price": "50.00", "time_in_force": "ioc"}), "canceled")]
#[case(json!({"type": "limit", "limit_price": "50.00", "time_in_force": "fok"}), "canceled")]
#[case(json!({"time_in_force": "ioc"}), "filled")]
#[case(json!({"time_in_force": "opg"}), "new")]
#[case(json!({"time_in_force": "cls"}), "new")]
#[case(json!({"type": "limit", "limit_price": "50.00", "extended_hours": true}), "new")]
#[case(json!({"type": "stop", "stop_price": "900.00"}), "new")]
#[case(json!({"type": "stop_limit", "stop_price": "900.00", "limit_price": "905.00"}), "new")]
#[case(json!({"type": "trailing_stop", "trail_price": "5.00"}), "new")]
#[case(json!({"type": "trailing_stop", "trail_percent": "2.50", "time_in_force": "gtc"}), "new")]
#[case(json!({"qty": null, "notional": "250.75"}), "filled")]
#[tokio::test]
async fn every_kind_of_order_is_taken(#[case] terms: Value, #[case] status: &str) {
    let (app, ann) = ready(Kind::Sqlite).await;
    let ticket = with(buy("1"), &terms);
    let preview = app.post("/api/v1/orders/preview", Some(&ann), &ticket).await;
    assert_eq!(preview.status, 200, "{}", preview.text);
    assert_eq!(app.get(ORDERS, Some(&ann)).await.json()["items"], json!([]), "a preview places nothing");
    let order = app.order(&ann, &ticket).await;
    assert_eq!(text(&order, "status"), status, "{order}");
    for (name, value) in terms.as_object().expect("an object").iter().filter(|(_, value)| value.is_string()) {
        assert!(order[name] == *value || name.as_str() == "notional", "{name} of {order}");
    }
    if status == "filled" {
        let power = app.get("/api/v1/portfolio", Some(&ann)).await.json()["buying_power"].clone();
        assert_eq!(power, preview.json()["buying_power_after"]);
    }
    app.assert_books_are_true().await;
}

#[rstest]
#[case(json!({"type": "stop", "stop_price": "900.00", "time_in_force": "ioc"}), "time_in_force", "time_in_force_not_for_type")]
#[case(json!({"type": "trailing_stop"}), "trail_price", "number_missing")]
#[case(json!({"type": "trailing_stop", "trail_price": "1", "trail_percent": "1"}), "trail_price", "trail_price_and_percent")]
#[case(json!({"type": "trailing_stop", "trail_percent": "100"}), "trail_percent", "trail_percent_out_of_range")]
#[case(json!({"order_class": "bracket", "take_profit": {"limit_price": "900"}}), "stop_loss", "exit_missing")]
#[case(json!({"order_class": "oco", "stop_loss": {"stop_price": "10"}}), "type", "oco_needs_limit")]
#[case(json!({"stop_loss": {"stop_price": "10"}}), "stop_loss", "exit_not_used")]
#[case(json!({"order_class": "box"}), "order_class", "unknown_word")]
#[case(json!({"extended_hours": true}), "extended_hours", "extended_hours_not_allowed")]
#[case(json!({"symbol": "BTC/USD", "time_in_force": "opg"}), "time_in_force", "no_auction")]
#[case(json!({"lot_method": "lifo"}), "lots", "lots_not_used")]
#[tokio::test]
async fn a_ticket_that_makes_no_sense_is_refused_by_field_and_code(#[case] terms: Value, #[case] field: &str, #[case] code: &str) {
    let (app, ann) = ready(Kind::Sqlite).await;
    for route in [ORDERS, "/api/v1/orders/preview"] {
        let answer = app.post(route, Some(&ann), &with(buy("1"), &terms)).await;
        assert_eq!(answer.problem(), (422, "validation_failed".to_owned()));
        assert_eq!((&answer.json()["errors"][0]["field"], &answer.json()["errors"][0]["code"]), (&json!(field), &json!(code)));
    }
    assert_eq!(app.get(ORDERS, Some(&ann)).await.json()["items"], json!([]));
}

#[rstest]
#[tokio::test]
async fn a_changed_order_is_another_one(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (app, ann) = ready(kind).await;
    let terms = json!({"type": "limit", "limit_price": "50.00", "time_in_force": "gtc", "client_order_id": "first"});
    let old = app.order(&ann, &with(buy("10"), &terms)).await;
    let change = json!({"limit_price": "40", "client_order_id": "second"});
    let answer = app.call(Method::PATCH, &path(&old), Some(&ann), &change).await;
    let new = answer.json();
    assert_eq!((answer.status.as_u16(), text(&new, "limit_price"), text(&new, "status")), (200, "40.00", "new"), "{new}");
    assert_eq!((&new["replaces"], text(&new, "client_order_id")), (&old["id"], "second"));
    let seen = app.get(&path(&old), Some(&ann)).await.json();
    assert_eq!((text(&seen, "status"), &seen["replaced_by"]), ("replaced", &new["id"]));
    // Sent again, it is the same replacement.
    let again = app.call(Method::PATCH, &path(&old), Some(&ann), &change).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &new["id"]));
    let late = app.call(Method::PATCH, &path(&old), Some(&ann), &json!({"limit_price": "41"})).await;
    assert_eq!(late.problem(), (409, "order_not_open".to_owned()));
    assert_eq!(app.get("/api/v1/portfolio", Some(&ann)).await.json()["buying_power"], "99600.00");
    for (change, field) in
        [(json!({}), "qty"), (json!({"stop_price": "1"}), "stop_price"), (json!({"limit_price": "40.001"}), "limit_price")]
    {
        let refused = app.call(Method::PATCH, &path(&new), Some(&ann), &change).await;
        assert_eq!((refused.problem().0, refused.fields()), (422, vec![field.to_owned()]));
    }
    let bob = app.register("bob").await;
    assert_eq!(app.call(Method::PATCH, &path(&new), Some(&bob), &change).await.problem().0, 404);
    app.assert_books_are_true().await;
}

#[rstest]
#[tokio::test]
async fn limits_and_the_kill_switch_hold(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (app, ann) = ready(kind).await;
    let put = async |path: &str, body: Value| app.call(Method::PUT, path, Some(&ann), &body).await;
    let limits = json!({"order_max": "500", "symbols": ["AAPL", "KO"], "daily_loss_max": "1000", "equity_share_max": "50"});
    let set = put("/api/v1/risk/limits", limits).await.json();
    assert_eq!((&set["limits"]["order_max"], &set["is_halted"]), (&json!("500.00"), &json!(false)), "{set}");
    assert_eq!(app.get("/api/v1/risk", Some(&ann)).await.json(), set);
    let refused = async |order: Value| app.post(ORDERS, Some(&ann), &order).await.problem();
    assert_eq!(refused(buy("100")).await, (422, "over_order_limit".to_owned()));
    assert_eq!(refused(with(buy("1"), &json!({"symbol": "MSFT"}))).await, (422, "symbol_not_allowed".to_owned()));
    app.order(&ann, &buy("1")).await;
    let wrong = put("/api/v1/risk/limits", json!({"order_max": "-1", "symbols": ["NOPE"]})).await;
    assert_eq!((wrong.problem().0, wrong.fields()), (422, vec!["order_max".to_owned(), "symbols".to_owned()]));
    let open = app.order(&ann, &with(buy("1"), &json!({"type": "limit", "limit_price": "50.00", "time_in_force": "gtc"}))).await;
    assert_eq!(put("/api/v1/risk/halt", json!({"is_halted": true})).await.json()["is_halted"], true);
    assert_eq!(app.get(&path(&open), Some(&ann)).await.json()["status"], "canceled");
    assert_eq!(refused(buy("1")).await, (422, "trading_halted".to_owned()));
    let closed_by = async || app.get("/api/v1/accounts", Some(&ann)).await.json()[0]["closed_by"].clone();
    assert_eq!(closed_by().await, "halted");
    put("/api/v1/risk/halt", json!({"is_halted": false})).await;
    assert_eq!(closed_by().await, Value::Null);
    put("/api/v1/risk/limits", json!({"orders_a_minute": 1})).await;
    let answer = app.post(ORDERS, Some(&ann), &buy("1")).await;
    assert_eq!((answer.problem(), answer.header("retry-after")), ((429, "over_pace".to_owned()), "60"));
    app.assert_books_are_true().await;
}

#[rstest]
#[tokio::test]
async fn lots_are_seen_and_chosen(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (app, ann) = ready(kind).await;
    for qty in ["1", "2"] {
        app.order(&ann, &buy(qty)).await;
        app.advance_seconds(1);
    }
    let held = app.get("/api/v1/positions/AAPL", Some(&ann)).await.json();
    let lots = held["lots"].as_array().expect("lots");
    assert_eq!(lots.iter().map(|lot| text(lot, "qty")).collect::<Vec<_>>(), ["1", "2"]);
    let second = text(&lots[1], "id");
    let chosen = json!({"side": "sell", "lot_method": "chosen", "lots": [second]});
    app.order(&ann, &with(buy("2"), &chosen)).await;
    let left = app.get("/api/v1/positions/AAPL", Some(&ann)).await.json();
    assert_eq!((left["lots"].as_array().map(Vec::len), &left["lots"][0]["id"]), (Some(1), &lots[0]["id"]));
    let gone = app.post(ORDERS, Some(&ann), &with(buy("1"), &chosen)).await;
    assert_eq!(gone.problem(), (422, "unknown_lot".to_owned()));
    app.assert_books_are_true().await;
}

#[rstest]
#[tokio::test]
async fn what_happened_is_told_page_by_page(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (app, ann) = ready(kind).await;
    app.order(&ann, &with(buy("0.01"), &json!({"symbol": "BTC/USD"}))).await;
    app.order(&ann, &buy("2")).await;
    app.order(&ann, &with(buy("2"), &json!({"side": "sell"}))).await;
    for (route, kinds) in [("fills", vec!["sell", "buy", "buy"]), ("activities", vec!["fill", "fill", "fill", "deposit"])] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.get(&format!("/api/v1/{route}?limit=2{cursor}"), Some(&ann)).await.json();
            let items = page["items"].as_array().expect("items");
            let name = if route == "fills" { "side" } else { "type" };
            seen.extend(items.iter().map(|item| text(item, name).to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, kinds);
    }
    let coin = &app.get("/api/v1/fills", Some(&ann)).await.json()["items"][2];
    assert!(text(coin, "fee").parse::<Decimal>().expect("a number") > Decimal::ZERO, "crypto costs a fee: {coin}");
    assert_eq!(app.get("/api/v1/fills?cursor=weird", Some(&ann)).await.problem().0, 422);
}

#[tokio::test]
async fn closing_everything_frees_what_was_promised() {
    let (app, ann) = ready(Kind::Sqlite).await;
    app.order(&ann, &buy("4")).await;
    app.order(&ann, &with(buy("2"), &json!({"symbol": "KO"}))).await;
    let far = json!({"side": "sell", "type": "limit", "limit_price": "9000", "time_in_force": "gtc"});
    let promised = app.order(&ann, &with(buy("4"), &far)).await;
    let part = app.delete("/api/v1/positions/AAPL?qty=1", Some(&ann)).await;
    assert_eq!(part.problem(), (422, "insufficient_position".to_owned()));
    let closed = app.delete("/api/v1/positions", Some(&ann)).await.json();
    assert!(closed.as_array().is_some_and(|all| all.len() == 2 && all.iter().all(|o| o["status"] == "filled")), "{closed}");
    assert_eq!(app.get(&path(&promised), Some(&ann)).await.json()["status"], "canceled");
    assert_eq!(app.get("/api/v1/positions", Some(&ann)).await.json(), json!([]));
    app.assert_books_are_true().await;
}

#[rstest]
#[case(Method::POST, "/api/v1/orders/preview")]
#[case(Method::PATCH, "/api/v1/orders/019a9c1e-8f00-7000-8000-000000000001")]
#[case(Method::GET, "/api/v1/risk")]
#[case(Method::PUT, "/api/v1/risk/limits")]
#[case(Method::PUT, "/api/v1/risk/halt")]
#[case(Method::DELETE, "/api/v1/risk/gate")]
#[case(Method::GET, "/api/v1/fills")]
#[case(Method::GET, "/api/v1/activities")]
#[tokio::test]
async fn strangers_are_asked_to_sign_in(#[case] method: Method, #[case] path: &str) {
    let app = TestApp::new().await;
    let body = if method == Method::GET || method == Method::DELETE { Value::Null } else { json!({}) };
    assert_eq!(app.call(method, path, None, &body).await.problem(), (401, "not_signed_in".to_owned()));
}
