//! What a venue counts in its own way: executions named later, dollars, fees in coins, lots, and cancels that it took and forgot.

use rstest::rstest;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use server::services::live::Timing;
use speedtrade::{time::SECOND_US, venue::Venue};

use super::{LiveDesk, quick};
use crate::databases::Kind;

/// `qty` of the orders at the venue, filled or to be filled.
fn wanted_at_venue(desk: &mut LiveDesk) -> Decimal {
    let number = |order: &Value, name: &str| order[name].as_str().and_then(|text| text.parse().ok()).unwrap_or(Decimal::ZERO);
    let orders = desk.venue.orders();
    let one = |order: &Value| {
        let is_over = order["status"].as_str().is_some_and(|word| word.to_ascii_lowercase().contains("cancel"));
        number(order, if is_over { "filled" } else { "qty" })
    };
    orders.iter().map(one).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_takes_only_what_is_left_though_the_executions_are_named_later() {
    let timing = Timing { estimate_after_us: SECOND_US, ..quick(Venue::Binance) };
    let mut desk = LiveDesk::with(Venue::Binance, Kind::Sqlite, timing).await;
    desk.align().await;
    let placed = desk.resting().await;
    desk.venue.tell(&json!({"do": "set", "hide_trades": true}));
    desk.venue.tell(&json!({"do": "stream", "kind": "silence"}));
    desk.venue.tell(&json!({"do": "fill", "order_id": placed["external_order_id"], "qty": "0.004", "price": "19990"}));
    let path = format!("/api/v1/orders/{}", placed["id"].as_str().expect("an id"));
    let change = json!({"limit_price": "20010"});
    let answer = desk.app.call(axum::http::Method::PATCH, &path, Some(&desk.session), &change).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let new = desk.until(&answer.json()["id"], &["new"]).await;
    assert_eq!(new["qty"], "0.006", "{new}");
    let old = desk.until(&placed["id"], &["replaced"]).await;
    assert_eq!(old["filled_qty"], "0.004", "{old}");
    let wanted = wanted_at_venue(&mut desk);
    assert_eq!(wanted, Decimal::new(1, 2));
    desk.assert_books_are_true().await;
}

#[rstest]
#[case(Venue::Alpaca)]
#[case(Venue::Binance)]
#[case(Venue::Coinbase)]
#[case(Venue::Kraken)]
#[tokio::test(flavor = "multi_thread")]
async fn dollars_buy_what_the_venue_says_and_close_no_gate(#[case] venue: Venue) {
    let mut desk = LiveDesk::new(venue).await;
    let ticket = json!({"symbol": "SOL/USD", "side": "buy", "type": "market", "notional": "50", "account_id": desk.account});
    for _ in 0..2 {
        desk.align_to("SOL/USD").await;
        let placed = desk.app.order(&desk.session, &ticket).await;
        let filled = desk.until(&placed["id"], &["filled"]).await;
        assert_eq!(filled["qty"], filled["filled_qty"], "{filled}");
    }
    desk.assert_books_are_true().await;
}

#[rstest]
#[case(Venue::Alpaca)]
#[case(Venue::Binance)]
#[tokio::test(flavor = "multi_thread")]
async fn exits_and_closes_are_what_is_left_of_a_fee_in_coins(#[case] venue: Venue) {
    let mut desk = LiveDesk::new(venue).await;
    let quote = desk.align_to("DOGE/USD").await;
    let price: Decimal = quote["price"].as_str().and_then(|text| text.parse().ok()).expect("a price");
    let stop = (price * Decimal::new(8, 1)).round_dp(4).to_string();
    let ticket = json!({"symbol": "DOGE/USD", "side": "buy", "type": "market", "qty": "1005", "account_id": desk.account, "order_class": "oto",
        "stop_loss": {"stop_price": stop}});
    let placed = desk.app.order(&desk.session, &ticket).await;
    desk.until(&placed["id"], &["filled"]).await;
    let open = desk.app.get(&format!("/api/v1/orders?account_id={}&status=open", desk.account), Some(&desk.session)).await.json();
    let stop = open["items"].as_array().and_then(|items| items.first()).cloned().expect("the exit");
    let held = desk.positions().await.into_iter().find(|position| position["symbol"] == "DOGE/USD").expect("held");
    let (qty, lot) = if venue == Venue::Alpaca { ("1002.4875", "1002.4") } else { ("1003.995", "1003") };
    assert_eq!((&held["qty"], &stop["qty"]), (&json!(qty), &json!(lot)), "{stop}");
    let stop = desk.when(&stop["id"], |order| order["status"] != "pending_new").await;
    assert_eq!(stop["status"], "new", "{stop}");
    let path = format!("/api/v1/orders/{}", stop["id"].as_str().expect("an id"));
    assert_eq!(desk.app.delete(&path, Some(&desk.session)).await.status, 204);
    desk.until(&stop["id"], &["canceled"]).await;
    let path = format!("/api/v1/positions/DOGE-USD?account_id={}", desk.account);
    let closing = desk.app.delete(&path, Some(&desk.session)).await;
    assert!(closing.status.is_success(), "{}", closing.text);
    let sold = desk.until(&closing.json()["id"], &["filled", "rejected"]).await;
    assert_eq!((&sold["status"], &sold["filled_qty"]), (&json!("filled"), &json!(lot)), "{sold}");
    desk.assert_books_are_true().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quantities_that_the_venue_does_not_trade_are_refused_here() {
    let mut desk = LiveDesk::new(Venue::Binance).await;
    desk.align().await;
    let ticket = json!({"symbol": "BTC/USD", "side": "buy", "type": "market", "qty": "0.00123456", "account_id": desk.account});
    let answer = desk.app.post("/api/v1/orders", Some(&desk.session), &ticket).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (422, Some("lot_at_venue")), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_the_venue_took_and_forgot_is_sent_again() {
    let timing = Timing { cancel_again_after_us: SECOND_US, ..quick(Venue::Alpaca) };
    let mut desk = LiveDesk::with(Venue::Alpaca, Kind::Sqlite, timing).await;
    desk.align().await;
    let placed = desk.resting().await;
    desk.venue.fault("cancel", "forget", 1);
    let path = format!("/api/v1/orders/{}", placed["id"].as_str().expect("an id"));
    assert_eq!(desk.app.delete(&path, Some(&desk.session)).await.status, 204);
    desk.until(&placed["id"], &["canceled"]).await;
    desk.assert_books_are_true().await;
}
