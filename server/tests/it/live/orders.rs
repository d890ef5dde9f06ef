//! Orders that go well, at every venue.

use rstest::rstest;
use serde_json::{Value, json};
use speedtrade::venue::Venue;

use super::LiveDesk;
use crate::databases::Kind;

#[rstest]
#[case(Venue::Alpaca)]
#[case(Venue::Binance)]
#[case(Venue::Coinbase)]
#[case(Venue::Kraken)]
#[tokio::test(flavor = "multi_thread")]
async fn a_market_order_arrives_once_and_its_fill_is_in_the_books(#[case] venue: Venue) {
    let mut desk = LiveDesk::new(venue).await;
    desk.align().await;
    let placed = desk.app.order(&desk.session, &desk.ticket("buy", "market", None)).await;
    let filled = desk.answered(&placed["id"], "filled").await;
    assert_eq!((&filled["held_by"], &filled["filled_qty"]), (&json!("venue"), &json!(desk.qty())), "{filled}");
    assert!(filled["external_order_id"].is_string() && filled["desk_us"].is_i64(), "{filled}");
    let report = desk.venue.report();
    let places = report["submissions"].as_array().expect("submissions").iter().filter(|s| s["call"] == "place").count();
    assert_eq!(places, 1, "{report}");
    assert!(desk.positions().await.iter().any(|position| position["symbol"] == desk.symbol()));
    desk.assert_books_are_true().await;
}

#[rstest]
#[case(Venue::Alpaca)]
#[case(Venue::Binance)]
#[case(Venue::Coinbase)]
#[case(Venue::Kraken)]
#[tokio::test(flavor = "multi_thread")]
async fn a_resting_order_is_canceled_at_the_venue_and_gives_its_money_back(#[case] venue: Venue) {
    let mut desk = LiveDesk::new(venue).await;
    desk.align().await;
    let before = desk.portfolio().await;
    let placed = desk.resting().await;
    assert_eq!(desk.venue.orders().len(), 1);
    let id = placed["id"].as_str().expect("an id");
    let answer = desk.app.delete(&format!("/api/v1/orders/{id}"), Some(&desk.session)).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    desk.until(&placed["id"], &["canceled"]).await;
    assert_eq!(desk.portfolio().await["buying_power"], before["buying_power"]);
    desk.assert_books_are_true().await;
}

#[rstest]
#[case(Venue::Alpaca)]
#[case(Venue::Binance)]
#[case(Venue::Coinbase)]
#[case(Venue::Kraken)]
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_order_stands_once_with_the_new_terms(#[case] venue: Venue) {
    let mut desk = LiveDesk::new(venue).await;
    desk.align().await;
    let high = if venue == Venue::Alpaca { "21.00" } else { "21000.00" };
    let placed = desk.resting().await;
    let id = placed["id"].as_str().expect("an id");
    let change = json!({"limit_price": high});
    let answer = desk.app.call(axum::http::Method::PATCH, &format!("/api/v1/orders/{id}"), Some(&desk.session), &change).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let new = desk.until(&answer.json()["id"], &["new"]).await;
    assert_eq!(new["limit_price"], *high);
    desk.until(&placed["id"], &["replaced"]).await;
    let open = desk.venue.orders().iter().filter(|order| is_open(order)).count();
    assert_eq!(open, 1);
    desk.assert_books_are_true().await;
}

fn is_open(order: &Value) -> bool {
    matches!(order["status"].as_str(), Some("new" | "open" | "accepted" | "partially_filled" | "NEW" | "OPEN"))
}

#[rstest]
#[case(Venue::Alpaca)]
#[case(Venue::Kraken)]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_and_what_is_placed_elsewhere_is_shown(#[case] venue: Venue) {
    let mut desk = LiveDesk::on(venue, Kind::Postgres).await;
    desk.align().await;
    assert_ne!(desk.portfolio().await["cash"], "0.00");
    let symbol = desk.symbol();
    desk.venue.tell(&json!({"do": "external", "symbol": symbol, "side": "buy", "type": "market", "qty": desk.qty()}));
    let mut seen = Value::Null;
    for _ in 0..200 {
        let orders = desk.app.get(&format!("/api/v1/orders?account_id={}", desk.account), Some(&desk.session)).await.json();
        seen = orders["items"]
            .as_array()
            .expect("orders")
            .iter()
            .find(|o| {
                o["is_external"] == true
                    && o["status"] == "filled"
                    && !o["client_order_id"].as_str().is_some_and(|name| name.starts_with("transfer-"))
            })
            .cloned()
            .unwrap_or_default();
        if !seen.is_null() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(seen["symbol"], symbol, "{seen}");
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_accounts_are_shown_side_by_side_and_money_of_different_kinds_is_never_added() {
    let mut desk = LiveDesk::new(Venue::Alpaca).await;
    desk.align().await;
    let placed = desk.app.order(&desk.session, &desk.ticket("buy", "market", None)).await;
    desk.until(&placed["id"], &["filled"]).await;
    desk.app.order(&desk.session, &json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "1"})).await;
    let overview = desk.app.get("/api/v1/portfolio/accounts", Some(&desk.session)).await.json();
    let groups = overview["groups"].as_array().expect("groups");
    let kinds: Vec<_> = groups.iter().map(|group| (group["money"].clone(), group["accounts"][0]["venue"].clone())).collect();
    assert_eq!(kinds, [(json!("practice"), json!("alpaca")), (json!("paper"), json!(null))], "{overview}");
    let held = |group: &Value| group["holdings"].as_array().expect("holdings").iter().map(|h| h["symbol"].clone()).collect::<Vec<_>>();
    assert_eq!((held(&groups[0]), held(&groups[1])), (vec![json!("AAPL")], vec![json!("KO")]));
    assert_eq!(groups[0]["accounts"][0]["cash"], desk.portfolio().await["cash"]);
    let stranger = desk.app.register("bob").await;
    let theirs = desk.app.get("/api/v1/portfolio/accounts", Some(&stranger)).await.json();
    assert_eq!(theirs["groups"].as_array().map(Vec::len), Some(1), "{theirs}");
    assert_eq!(desk.app.get("/api/v1/portfolio/accounts", None).await.status, 401);
}
