//! What an order is asked for with, for every kind and time in force.

use rstest::rstest;
use speedtrade::order::{
    OrderClass, OrderKind, Side, TimeInForce,
    TimeInForce::{Cls, Day, Fok, Gtc, Ioc, Opg},
    Trail,
};

use super::{super::freeze, Amount, NOW, limit, order, qty, stop, stop_limit, told_id, usd};

/// As another client sends it, but for fees in dollars always and the client id.
#[rstest]
#[case(OrderKind::Market, Side::Buy, qty("0.1"), Day, "pair=LTCUSD&type=buy&ordertype=market&volume=0.1&oflags=fciq")]
#[case(OrderKind::Market, Side::Buy, qty("0.1"), Gtc, "pair=LTCUSD&type=buy&ordertype=market&volume=0.1&oflags=fciq")]
#[case(OrderKind::Market, Side::Sell, qty("0.1"), Ioc, "pair=LTCUSD&type=sell&ordertype=market&volume=0.1&oflags=fciq")]
#[case(OrderKind::Market, Side::Buy, usd("5"), Day, "pair=LTCUSD&type=buy&ordertype=market&volume=5&oflags=viqc%2Cfciq")]
#[case(limit("50"), Side::Buy, qty("0.1"), Gtc, "pair=LTCUSD&type=buy&ordertype=limit&price=50&volume=0.1&oflags=fciq")]
#[case(limit("50"), Side::Buy, qty("0.1"), Day, "pair=LTCUSD&type=buy&ordertype=limit&price=50&volume=0.1&oflags=fciq")]
#[case(limit("50"), Side::Buy, qty("0.1"), Ioc, "pair=LTCUSD&type=buy&ordertype=limit&price=50&volume=0.1&timeinforce=IOC&oflags=fciq")]
#[case(stop("55"), Side::Sell, qty("0.1"), Gtc, "pair=LTCUSD&type=sell&ordertype=stop-loss&price=55&volume=0.1&oflags=fciq")]
#[case(
    stop_limit("55", "54"),
    Side::Sell,
    qty("0.1"),
    Day,
    "pair=LTCUSD&type=sell&ordertype=stop-loss-limit&price=55&price2=54&volume=0.1&oflags=fciq"
)]
fn an_order_is_asked_for_as_kraken_wants_it(
    #[case] kind: OrderKind,
    #[case] side: Side,
    #[case] amount: Amount,
    #[case] time: TimeInForce,
    #[case] form: &str,
) {
    let frozen = freeze::order(&order("LTC/USD", side, kind, amount, time)).expect("taken");
    assert_eq!((frozen.path.as_str(), frozen.body), ("/0/private/AddOrder", format!("{form}&cl_ord_id={}", told_id())));
}

#[rstest]
#[case(OrderKind::Market, usd("5"), Day, Side::Sell)]
#[case(limit("1"), usd("5"), Gtc, Side::Buy)]
#[case(limit("1"), qty("1"), Fok, Side::Buy)]
#[case(OrderKind::Market, qty("1"), Fok, Side::Buy)]
#[case(stop("9"), qty("1"), Ioc, Side::Sell)]
#[case(stop_limit("9", "8"), qty("1"), Ioc, Side::Sell)]
#[case(stop_limit("9", "8"), qty("1"), Fok, Side::Sell)]
#[case(OrderKind::TrailingStop { trail: Trail::Amount("1".parse().expect("dollars")) }, qty("1"), Gtc, Side::Sell)]
#[case(OrderKind::Market, qty("1"), Opg, Side::Buy)]
#[case(limit("1"), qty("1"), Cls, Side::Buy)]
fn what_kraken_does_not_take_is_not_sent(#[case] kind: OrderKind, #[case] amount: Amount, #[case] time: TimeInForce, #[case] side: Side) {
    assert!(freeze::order(&order("BTC/USD", side, kind, amount, time)).is_err());
}

#[test]
fn only_plain_orders_against_the_dollar_under_a_name_with_room_are_sent() {
    let plain = order("BTC/USD", Side::Buy, OrderKind::Market, qty("1"), Day);
    let grouped = super::VenueOrder { class: OrderClass::Oco, ..plain.clone() };
    let other = super::VenueOrder { symbol: "BTC/EUR".parse().expect("a symbol"), ..plain.clone() };
    let nameless = super::VenueOrder { client_id: "a-name-that-is-longer-than-kraken-takes".to_owned(), ..plain };
    for order in [grouped, other, nameless] {
        assert!(freeze::order(&order).is_err());
    }
}

#[test]
fn an_attempt_carries_the_time_until_which_it_may_be_taken() {
    assert_eq!(freeze::with_deadline("pair=XBTUSD", NOW), "pair=XBTUSD&deadline=2024-03-09T12%3A53%3A50.000Z");
}

#[rstest]
#[case(limit("51"), "txid=OF7S76-H2IMS-N2ML4U&order_qty=0.2&limit_price=51")]
#[case(stop("55"), "txid=OF7S76-H2IMS-N2ML4U&order_qty=0.2&trigger_price=55")]
#[case(stop_limit("55", "54"), "txid=OF7S76-H2IMS-N2ML4U&order_qty=0.2&trigger_price=55&limit_price=54")]
fn an_amendment_names_the_order_and_its_whole_terms(#[case] kind: OrderKind, #[case] form: &str) {
    let frozen = freeze::amendment("OF7S76-H2IMS-N2ML4U", &order("LTC/USD", Side::Buy, kind, qty("0.2"), Gtc)).expect("taken");
    assert_eq!((frozen.path.as_str(), frozen.body.as_str()), ("/0/private/AmendOrder", form));
}

#[test]
fn market_orders_and_orders_for_dollars_are_not_amended() {
    for unchangeable in
        [order("LTC/USD", Side::Buy, OrderKind::Market, qty("1"), Gtc), order("LTC/USD", Side::Buy, OrderKind::Market, usd("5"), Gtc)]
    {
        assert!(freeze::amendment("O", &unchangeable).is_err());
    }
}
