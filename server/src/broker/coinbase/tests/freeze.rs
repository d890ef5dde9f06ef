//! What an order is asked for with, for every kind and time in force.

use rstest::rstest;
use serde_json::{Value, json};
use speedtrade::order::{
    OrderClass, OrderKind, Side, TimeInForce,
    TimeInForce::{Cls, Day, Fok, Gtc, Ioc, Opg},
    Trail,
};

use super::{super::freeze, Amount, CLIENT_ID, limit, name, order, qty, stop_limit, usd};

fn stop() -> OrderKind {
    OrderKind::Stop { stop_price: "9".parse().expect("a price") }
}

#[rstest]
#[case(OrderKind::Market, qty("10"), Day, json!({"market_market_ioc": {"base_size": "10"}}))]
#[case(OrderKind::Market, qty("10"), Gtc, json!({"market_market_ioc": {"base_size": "10"}}))]
#[case(OrderKind::Market, qty("0.00000001"), Ioc, json!({"market_market_ioc": {"base_size": "0.00000001"}}))]
#[case(OrderKind::Market, qty("10"), Fok, json!({"market_market_fok": {"base_size": "10"}}))]
#[case(OrderKind::Market, usd("5"), Day, json!({"market_market_ioc": {"quote_size": "5"}}))]
#[case(limit("0.2"), qty("4"), Gtc, json!({"limit_limit_gtc": {"base_size": "4", "limit_price": "0.2", "post_only": false}}))]
#[case(limit("0.2"), qty("4"), Day, json!({"limit_limit_gtc": {"base_size": "4", "limit_price": "0.2", "post_only": false}}))]
#[case(limit("0.05"), qty("10"), Ioc, json!({"sor_limit_ioc": {"base_size": "10", "limit_price": "0.05"}}))]
#[case(limit("0.05"), qty("10"), Fok, json!({"limit_limit_fok": {"base_size": "10", "limit_price": "0.05"}}))]
#[case(stop_limit("60", "61"), qty("1.5"), Gtc, json!({"stop_limit_stop_limit_gtc":
    {"base_size": "1.5", "limit_price": "61", "stop_price": "60", "stop_direction": "STOP_DIRECTION_STOP_UP"}}))]
fn a_buy_is_asked_for_as_coinbase_wants_it(
    #[case] kind: OrderKind,
    #[case] amount: Amount,
    #[case] time: TimeInForce,
    #[case] terms: Value,
) {
    let frozen = freeze::order(&order("ADA/USD", Side::Buy, kind, amount, time)).expect("taken");
    let body: Value = serde_json::from_str(&frozen.body).expect("JSON");
    let whole = json!({"client_order_id": CLIENT_ID, "product_id": "ADA-USD", "side": "BUY", "order_configuration": terms});
    assert_eq!((frozen.path.as_str(), body), ("/api/v3/brokerage/orders", whole));
}

#[rstest]
#[case(OrderKind::Market, qty("10"), Day, json!({"market_market_ioc": {"base_size": "10"}}))]
#[case(stop_limit("9", "8.5"), qty("1"), Day, json!({"stop_limit_stop_limit_gtc":
    {"base_size": "1", "limit_price": "8.5", "stop_price": "9", "stop_direction": "STOP_DIRECTION_STOP_DOWN"}}))]
fn a_sell_is_asked_for_as_coinbase_wants_it(
    #[case] kind: OrderKind,
    #[case] amount: Amount,
    #[case] time: TimeInForce,
    #[case] terms: Value,
) {
    let frozen = freeze::order(&order("ADA/USD", Side::Sell, kind, amount, time)).expect("taken");
    let body: Value = serde_json::from_str(&frozen.body).expect("JSON");
    assert_eq!((&body["side"], &body["order_configuration"]), (&json!("SELL"), &terms));
}

#[rstest]
#[case(OrderKind::Market, usd("5"), Day, Side::Sell)]
#[case(limit("1"), usd("5"), Gtc, Side::Buy)]
#[case(stop(), qty("1"), Gtc, Side::Sell)]
#[case(OrderKind::TrailingStop { trail: Trail::Amount("1".parse().expect("dollars")) }, qty("1"), Gtc, Side::Sell)]
#[case(stop_limit("9", "8"), qty("1"), Ioc, Side::Sell)]
#[case(stop_limit("9", "8"), qty("1"), Fok, Side::Sell)]
#[case(OrderKind::Market, qty("1"), Opg, Side::Buy)]
#[case(OrderKind::Market, qty("1"), Cls, Side::Buy)]
#[case(limit("1"), qty("1"), Opg, Side::Buy)]
#[case(limit("1"), qty("1"), Cls, Side::Buy)]
fn what_coinbase_does_not_take_is_not_sent(#[case] kind: OrderKind, #[case] amount: Amount, #[case] time: TimeInForce, #[case] side: Side) {
    assert!(freeze::order(&order("BTC/USD", side, kind, amount, time)).is_err());
}

#[test]
fn only_plain_orders_against_the_dollar_are_sent() {
    let plain = order("BTC/USD", Side::Buy, OrderKind::Market, qty("1"), Day);
    let grouped = super::VenueOrder { class: OrderClass::Bracket, ..plain.clone() };
    let other = super::VenueOrder { symbol: "BTC/EUR".parse().expect("a symbol"), ..plain };
    assert!(freeze::order(&grouped).is_err() && freeze::order(&other).is_err());
}

#[test]
fn a_change_names_the_order_its_price_and_its_whole_size() {
    let new = order("BTC/USD", Side::Buy, limit("10500.5"), qty("0.25"), Gtc);
    let frozen = freeze::edit(&name(Some("o-1")), &new).expect("taken");
    let body: Value = serde_json::from_str(&frozen.body).expect("JSON");
    assert_eq!(body, json!({"order_id": "o-1", "price": "10500.5", "size": "0.25"}));
    assert_eq!(frozen.path, "/api/v3/brokerage/orders/edit");
    for unchangeable in [
        order("BTC/USD", Side::Buy, stop_limit("9", "8"), qty("1"), Gtc),
        order("BTC/USD", Side::Buy, limit("9"), qty("1"), Ioc),
        order("ETH/USD", Side::Buy, limit("9"), qty("1"), Gtc),
    ] {
        assert!(freeze::edit(&name(Some("o-1")), &unchangeable).is_err());
    }
}
