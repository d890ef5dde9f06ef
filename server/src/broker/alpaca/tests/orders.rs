//! What is sent for an order, for every kind and time in force.

use rstest::rstest;
use serde_json::{Value, json};
use speedtrade::order::{Amount, Exits, OrderClass, OrderKind, Side, StopLoss, TimeInForce, Trail};

use super::{coins, limit, shares, stop, stop_limit};
use crate::broker::{VenueOrder, alpaca::freeze};

fn body(order: &VenueOrder) -> Value {
    let frozen = freeze::new_order(order).expect("supported");
    assert_eq!(frozen.path, "/v2/orders");
    serde_json::from_str(&frozen.body).expect("JSON")
}

fn by_amount(distance: &str) -> OrderKind {
    OrderKind::TrailingStop { trail: Trail::amount(distance.parse().expect("dollars")).expect("more than zero") }
}

fn by_percent(distance: &str) -> OrderKind {
    OrderKind::TrailingStop { trail: Trail::percent(distance.parse().expect("a percentage")).expect("more than zero") }
}

/// CCXT's body for the same wish, but for its own name.
#[rstest]
#[case::market_buy(
    coins(OrderKind::Market, TimeInForce::Gtc),
    json!({"symbol": "BTC/USD", "side": "buy", "type": "market", "qty": "1", "time_in_force": "gtc"})
)]
#[case::limit_buy(
    VenueOrder { amount: Amount::Qty("0.001".parse().expect("a quantity")), ..coins(limit("20000"), TimeInForce::Gtc) },
    json!({"symbol": "BTC/USD", "side": "buy", "type": "limit", "limit_price": "20000", "qty": "0.001", "time_in_force": "gtc"})
)]
#[case::limit_ioc(
    VenueOrder { amount: Amount::Qty("0.001".parse().expect("a quantity")), ..coins(limit("20000"), TimeInForce::Ioc) },
    json!({"symbol": "BTC/USD", "side": "buy", "type": "limit", "limit_price": "20000", "qty": "0.001", "time_in_force": "ioc"})
)]
#[case::buy_by_cost(
    VenueOrder { amount: Amount::Notional("10".parse().expect("dollars")), ..coins(OrderKind::Market, TimeInForce::Gtc) },
    json!({"symbol": "BTC/USD", "side": "buy", "type": "market", "notional": "10", "time_in_force": "gtc"})
)]
fn an_order_is_sent_with_what_ccxt_sends(#[case] order: VenueOrder, #[case] mut expected: Value) {
    expected["client_order_id"] = json!("st0001-01J");
    assert_eq!(body(&order), expected);
}

#[test]
fn a_change_is_sent_with_what_ccxt_sends() {
    let new = VenueOrder { amount: Amount::Qty("0.002".parse().expect("a quantity")), ..coins(limit("21000"), TimeInForce::Gtc) };
    let expected = json!({"qty": "0.002", "limit_price": "21000", "time_in_force": "gtc", "client_order_id": "st0001-01J"});
    assert_eq!(serde_json::from_str::<Value>(&freeze::change(&new).expect("supported")).expect("JSON"), expected);
}

/// Day, GTC, IOC, FOK, OPG, CLS: the word that is sent, or `x` for what is unsupported.
#[rstest]
#[case::coins_at_the_market(coins(OrderKind::Market, TimeInForce::Day), "gtc gtc ioc x x x")]
#[case::coins_by_limit(coins(limit("5"), TimeInForce::Day), "gtc gtc ioc x x x")]
#[case::coins_by_stop(coins(stop("5"), TimeInForce::Day), "x x x x x x")]
#[case::coins_by_stop_limit(coins(stop_limit("5", "4"), TimeInForce::Day), "gtc gtc ioc x x x")]
#[case::coins_by_trailing_stop(coins(by_amount("1"), TimeInForce::Day), "x x x x x x")]
#[case::shares_at_the_market(shares(OrderKind::Market, TimeInForce::Day), "day gtc ioc fok opg cls")]
#[case::shares_by_limit(shares(limit("5"), TimeInForce::Day), "day gtc ioc fok opg cls")]
#[case::shares_by_stop(shares(stop("5"), TimeInForce::Day), "day gtc ioc fok opg cls")]
#[case::shares_by_stop_limit(shares(stop_limit("5", "4"), TimeInForce::Day), "day gtc ioc fok opg cls")]
#[case::shares_by_trailing_stop(shares(by_percent("1.5"), TimeInForce::Day), "day gtc ioc fok opg cls")]
fn every_kind_and_time_in_force_is_sent_or_refused(#[case] order: VenueOrder, #[case] words: &str) {
    let word = |time_in_force| match freeze::new_order(&VenueOrder { time_in_force, ..order.clone() }) {
        Ok(frozen) => serde_json::from_str::<Value>(&frozen.body).expect("JSON")["time_in_force"].as_str().expect("a word").to_owned(),
        Err(_) => "x".to_owned(),
    };
    assert_eq!(TimeInForce::ALL.map(word).join(" "), words);
}

#[rstest]
#[case(OrderKind::Market, json!({"type": "market"}))]
#[case(limit("5.25"), json!({"type": "limit", "limit_price": "5.25"}))]
#[case(stop("5"), json!({"type": "stop", "stop_price": "5"}))]
#[case(stop_limit("5", "4.9"), json!({"type": "stop_limit", "stop_price": "5", "limit_price": "4.9"}))]
#[case(by_amount("0.5"), json!({"type": "trailing_stop", "trail_price": "0.5"}))]
#[case(by_percent("1.5"), json!({"type": "trailing_stop", "trail_percent": "1.5"}))]
fn every_kind_is_sent_with_its_own_prices(#[case] kind: OrderKind, #[case] terms: Value) {
    let mut expected = json!({"symbol": "BRK.B", "qty": "1", "side": "sell", "time_in_force": "day", "client_order_id": "st0001-01J"});
    for (field, value) in terms.as_object().expect("an object") {
        expected[field] = value.clone();
    }
    assert_eq!(body(&VenueOrder { side: Side::Sell, ..shares(kind, TimeInForce::Day) }), expected);
}

#[test]
fn groups_and_extended_hours_are_the_venues_own() {
    let price = |text: &str| text.parse().expect("a price");
    let stop_loss = Some(StopLoss { stop_price: price("80"), limit_price: Some(price("79.5")) });
    let group = |class, kind, exits| body(&VenueOrder { class, exits, ..shares(kind, TimeInForce::Gtc) });
    let bracket = group(OrderClass::Bracket, limit("90"), Exits { take_profit: Some(price("110")), stop_loss });
    assert_eq!((&bracket["order_class"], &bracket["limit_price"]), (&json!("bracket"), &json!("90")));
    assert_eq!(bracket["take_profit"], json!({"limit_price": "110"}));
    assert_eq!(bracket["stop_loss"], json!({"stop_price": "80", "limit_price": "79.5"}));
    let oco = group(OrderClass::Oco, limit("110"), Exits { take_profit: None, stop_loss });
    assert_eq!((&oco["order_class"], &oco["type"], &oco["limit_price"]), (&json!("oco"), &json!("limit"), &Value::Null));
    assert_eq!((&oco["take_profit"], &oco["stop_loss"]["stop_price"]), (&json!({"limit_price": "110"}), &json!("80")));
    let oto = group(OrderClass::Oto, OrderKind::Market, Exits { take_profit: Some(price("110")), stop_loss: None });
    assert_eq!(
        (&oto["order_class"], &oto["take_profit"], &oto["stop_loss"]),
        (&json!("oto"), &json!({"limit_price": "110"}), &Value::Null)
    );
    let early = body(&VenueOrder { extended_hours: true, ..shares(limit("90"), TimeInForce::Day) });
    assert_eq!(early["extended_hours"], json!(true));
}

#[test]
fn what_alpaca_has_no_word_for_is_unsupported() {
    let simple = || coins(limit("5"), TimeInForce::Gtc);
    for order in [VenueOrder { class: OrderClass::Oto, ..simple() }, VenueOrder { extended_hours: true, ..simple() }] {
        assert!(freeze::new_order(&order).is_err(), "{order:?}");
    }
    let dollars = VenueOrder { amount: Amount::Notional("10".parse().expect("dollars")), ..coins(OrderKind::Market, TimeInForce::Gtc) };
    assert!(freeze::change(&dollars).is_err());
}

#[test]
fn the_bytes_are_the_same_each_time() {
    let order = shares(stop_limit("5", "4.9"), TimeInForce::Day);
    let expected = r#"{"symbol":"BRK.B","qty":"1","side":"buy","type":"stop_limit","time_in_force":"day","limit_price":"4.9","stop_price":"5","client_order_id":"st0001-01J"}"#;
    assert_eq!(freeze::new_order(&order).expect("supported").body, expected);
}
