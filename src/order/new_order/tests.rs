use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    instrument::AssetType,
    order::{StopLossTicket, TakeProfitTicket},
};

fn apple() -> Instrument {
    Instrument {
        symbol: "AAPL".parse().expect("valid"),
        name: "Apple".to_owned(),
        asset_type: AssetType::Stock,
        exchange: "NASDAQ".to_owned(),
        sector: "Information Technology".to_owned(),
        tick: "0.01".parse().expect("valid"),
        lot: "0.000001".parse().expect("valid"),
        notional_min: "1".parse().expect("valid"),
    }
}

fn ticket(kind: &str, qty: &str, limit: Option<&str>) -> OrderTicket {
    OrderTicket {
        symbol: "AAPL".to_owned(),
        side: "buy".to_owned(),
        kind: kind.to_owned(),
        qty: Some(qty.to_owned()),
        limit_price: limit.map(ToOwned::to_owned),
        ..OrderTicket::default()
    }
}

#[rstest]
#[case(ticket("market", "0", None), "qty")]
#[case(ticket("market", "-5", None), "qty")]
#[case(ticket("market", "NaN", None), "qty")]
#[case(ticket("market", "1e400", None), "qty")]
#[case(ticket("market", "0.0000001", None), "qty")]
#[case(ticket("market", "0.000000000000000000000000000001", None), "qty")]
#[case(ticket("limit", "1", None), "limit_price")]
#[case(ticket("limit", "1", Some("10.001")), "limit_price")]
#[case(ticket("limit", "1", Some("-1")), "limit_price")]
#[case(ticket("market", "1", Some("10")), "limit_price")]
#[case(ticket("stop", "1", None), "stop_price")]
#[case(ticket("iceberg", "1", None), "type")]
#[case(OrderTicket { side: "hold".to_owned(), ..ticket("market", "1", None) }, "side")]
#[case(OrderTicket { time_in_force: Some("never".to_owned()), ..ticket("market", "1", None) }, "time_in_force")]
#[case(OrderTicket { client_order_id: Some("x".repeat(129)), ..ticket("market", "1", None) }, "client_order_id")]
#[case(OrderTicket { notional: Some("100".to_owned()), ..ticket("market", "1", None) }, "qty")]
#[case(OrderTicket { qty: None, notional: Some("0.5".to_owned()), ..ticket("market", "1", None) }, "notional")]
fn a_mistake_is_named_by_its_field(#[case] ticket: OrderTicket, #[case] field: &str) {
    let TicketErrors(errors) = NewOrder::from_ticket(&ticket, &apple()).expect_err("must be refused");
    assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), [field]);
}

fn group(class: &str, ticket: OrderTicket, profit: Option<&str>, stop: &str) -> OrderTicket {
    OrderTicket {
        order_class: Some(class.to_owned()),
        take_profit: profit.map(|limit| TakeProfitTicket { limit_price: limit.to_owned() }),
        stop_loss: Some(StopLossTicket { stop_price: stop.to_owned(), limit_price: None }),
        ..ticket
    }
}

fn sell(ticket: OrderTicket) -> OrderTicket {
    OrderTicket { side: "sell".to_owned(), ..ticket }
}

#[rstest]
#[case::bracket(group("bracket", ticket("limit", "1", Some("100")), Some("110"), "90"), &[])]
#[case::oco(group("oco", sell(ticket("limit", "1", Some("100"))), None, "90"), &[])]
#[case::of_a_sell(group("bracket", sell(ticket("limit", "1", Some("100"))), Some("110"), "90"), &["exits_need_buy"])]
#[case::at_once(
    group("bracket", OrderTicket { time_in_force: Some("ioc".to_owned()), ..ticket("limit", "1", Some("100")) }, Some("110"), "90"),
    &["exits_need_day_or_gtc"]
)]
#[case::crossed(group("bracket", ticket("market", "1", None), Some("80"), "90"), &["take_profit_below_stop_loss"])]
#[case::no_profit(group("bracket", ticket("limit", "1", Some("100")), Some("99"), "90"), &["take_profit_below_entry"])]
#[case::stop_above(group("bracket", ticket("limit", "1", Some("100")), Some("110"), "101"), &["stop_loss_above_entry"])]
#[case::oco_at_the_market(group("oco", sell(ticket("market", "1", None)), None, "90"), &["oco_needs_limit"])]
#[case::oco_crossed(group("oco", sell(ticket("limit", "1", Some("90"))), None, "95"), &["take_profit_below_stop_loss"])]
fn exits_fit_their_entry(#[case] ticket: OrderTicket, #[case] codes: &[&str]) {
    let errors = NewOrder::from_ticket(&ticket, &apple()).map_or_else(|errors| errors.0, |_| Vec::new());
    assert_eq!(errors.iter().map(|e| e.code.as_str()).collect::<Vec<_>>(), codes, "{errors:?}");
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let TicketErrors(errors) = NewOrder::from_ticket(&OrderTicket::default(), &apple()).expect_err("must be refused");
    let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(fields, ["side", "type", "qty"]);
}

proptest! {
    #[test]
    fn an_accepted_order_is_on_the_grid(qty in "[0-9]{1,6}(\\.[0-9]{1,9})?", limit in "[0-9]{1,6}(\\.[0-9]{1,4})?") {
        if let Ok(order) = NewOrder::from_ticket(&ticket("limit", &qty, Some(&limit)), &apple()) {
            let Amount::Qty(qty) = order.amount else { panic!("a quantity was given") };
            prop_assert!(!qty.is_zero() && qty.is_multiple_of(apple().lot));
            prop_assert!(order.kind.limit_price().expect("limit").is_on_tick(apple().tick));
        }
    }
}
