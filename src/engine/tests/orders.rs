//! One order at a time: when it trades, at what, and what it leaves behind.

use rstest::rstest;

use super::*;
use crate::risk::Denied;

#[test]
fn a_market_buy_pays_the_ask_and_holds_the_shares() {
    let mut world = World::new("100000");
    let events = world.place(&ticket("buy", "market", "10", None)).expect("affordable");
    assert_eq!(statuses(&events), [OrderStatus::New, OrderStatus::Filled]);
    assert_eq!(world.state.cash, Cash::new("98999.90".parse().expect("valid"), Usd::ZERO));
    let position = &world.state.positions[&instrument().symbol];
    assert_eq!((position.qty.to_string(), position.cost_basis.to_string()), ("10".to_owned(), "1000.10".to_owned()));
    assert!(world.state.open_orders.is_empty());
    world.audit();
}

#[test]
fn a_limit_below_the_market_rests_until_the_ask_reaches_it() {
    let mut world = World::new("1000");
    let order = world.placed(&ticket("buy", "limit", "10", Some("99.50")));
    assert_eq!(world.state.cash, Cash::new("5".parse().expect("valid"), "995".parse().expect("valid")));
    assert!(world.tick(10_000).is_empty());
    // Price improvement: the ask is 99.01, and the rest of the hold comes back.
    let events = world.tick(9_900);
    assert_eq!(events[0].fill.as_ref().expect("a fill").price, price(9_901));
    assert_eq!((world.status(order.id), world.state.cash.available.to_string()), (OrderStatus::Filled, "9.90".to_owned()));
    world.audit();
}

#[test]
fn a_large_order_fills_in_parts_and_slips() {
    let mut world = World::new("100000");
    let order = world.placed(&ticket("buy", "limit", "300", Some("100.03")));
    assert_eq!((order.status, order.filled_qty.to_string()), (OrderStatus::PartiallyFilled, "200".to_owned()));
    // The same quote has no more; the next one has.
    assert!(world.wake().is_empty());
    world.tick(10_000);
    assert_eq!(world.status(order.id), OrderStatus::Filled);
    let prices: Vec<_> = world.fills.iter().map(|(f, _)| format!("{}@{}", f.qty, f.price)).collect();
    assert_eq!(prices, ["100@100.01", "100@100.03", "100@100.01"]);
    world.audit();
}

#[test]
fn a_canceled_order_gives_back_all_it_held() {
    let mut world = World::new("1000");
    let order = world.placed(&ticket("buy", "limit", "10", Some("99.50")));
    world.apply(&Command::Cancel(order.id)).expect("open");
    assert_eq!(world.state.cash, World::new("1000").state.cash);
    assert_eq!(world.apply(&Command::Cancel(order.id)), Err(EngineError::NotOpen));
    world.audit();
}

#[test]
fn shares_promised_to_one_sell_cannot_be_sold_again() {
    let mut world = World::new("100000");
    world.placed(&ticket("buy", "market", "10", None));
    world.placed(&ticket("sell", "limit", "8", Some("200")));
    let denied = world.place(&ticket("sell", "market", "3", None));
    assert_eq!(denied, Err(EngineError::Denied(Denied::InsufficientPosition { available: "2".parse().expect("valid") })));
    world.audit();
}

#[test]
fn a_day_order_expires_and_releases() {
    let mut world = World::new("1000");
    let order = world.placed(&ticket("buy", "limit", "1", Some("50")));
    world.now = order.expires_at.expect("a day order ends").micros() - 1;
    assert!(world.wake().is_empty());
    world.now += 1;
    world.wake();
    assert_eq!((world.status(order.id), world.state.cash.reserved), (OrderStatus::Expired, Usd::ZERO));
    world.audit();
}

/// 2026-11-25 is a Wednesday; the 26th is Thanksgiving and the 27th closes early.
pub(super) fn new_york(hour: i64, minute: i64) -> i64 {
    let midnight = "2026-11-25T05:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("valid");
    midnight.timestamp_micros() + (hour * 60 + minute) * crate::time::MINUTE_US
}

#[rstest]
#[case::before_the_pre_session("day", false, 3, 0, false)]
#[case::pre("day", false, 8, 0, false)]
#[case::pre("day", true, 8, 0, true)]
#[case::core("day", false, 10, 0, true)]
#[case::post("gtc", true, 17, 0, true)]
#[case::post("gtc", false, 17, 0, false)]
#[case::night("gtc", true, 21, 0, false)]
#[case::thanksgiving("gtc", true, 24 + 12, 0, false)]
#[case::friday("gtc", false, 48 + 12, 30, true)]
#[case::after_the_early_close("gtc", false, 48 + 13, 30, false)]
#[case::opening("opg", false, 9, 30, true)]
#[case::after_the_opening("opg", false, 10, 0, false)]
#[case::closing("cls", false, 10, 0, false)]
#[case::closing("cls", false, 16, 0, false)]
fn orders_trade_in_their_session_only(
    #[case] tif: &str,
    #[case] extended_hours: bool,
    #[case] hour: i64,
    #[case] minute: i64,
    #[case] trades: bool,
) {
    let mut world = World::new("1000");
    world.calendar = Calendar::Nyse;
    world.now = new_york(2, 0);
    world.quote = Some(quote(10_000, world.now));
    let limit = OrderTicket { extended_hours: Some(extended_hours), ..ticket("buy", "limit", "1", Some("101")) };
    let order = world.placed(&with_tif(tif, limit));
    assert_eq!(order.status, OrderStatus::New);
    world.now = new_york(hour, minute) - 1;
    world.tick(10_000);
    let expected = if trades { "1" } else { "0" };
    assert_eq!(world.order(order.id).filled_qty.to_string(), expected, "{:?}", world.order(order.id));
    world.audit();
}

#[test]
fn an_order_for_the_close_trades_in_its_last_seconds() {
    let mut world = World::new("1000");
    world.calendar = Calendar::Nyse;
    world.now = new_york(12, 0);
    world.quote = Some(quote(10_000, world.now));
    let order = world.placed(&with_tif("cls", ticket("buy", "market", "1", None)));
    world.now = new_york(16, 0) - 6_000_000;
    assert!(world.tick(10_000).is_empty());
    world.now = new_york(16, 0) - 4_000_000;
    world.tick(10_000);
    assert_eq!(world.status(order.id), OrderStatus::Filled);
    world.audit();
}

#[test]
fn a_market_order_waits_for_the_opening_and_pays_what_it_finds() {
    let mut world = World::new("100000");
    world.calendar = Calendar::Nyse;
    world.now = new_york(8, 0);
    world.quote = Some(quote(10_000, world.now));
    let order = world.placed(&ticket("buy", "market", "10", None));
    assert_eq!(world.state.cash.reserved.to_string(), "1030.103");
    world.now = new_york(9, 30);
    world.tick(10_200);
    assert_eq!((world.status(order.id), world.state.cash.reserved), (OrderStatus::Filled, Usd::ZERO));
    world.audit();
}

#[test]
fn an_order_for_dollars_buys_what_they_buy_when_it_trades() {
    let mut world = World::new("1000");
    world.calendar = Calendar::Nyse;
    world.now = new_york(8, 0);
    world.quote = Some(quote(10_000, world.now));
    let dollars = OrderTicket { qty: None, notional: Some("500".to_owned()), ..ticket("buy", "market", "", None) };
    let order = world.placed(&dollars);
    assert_eq!(world.state.cash.reserved.to_string(), "500.00");
    world.now = new_york(9, 30);
    world.tick(12_499);
    assert_eq!(world.order(order.id).filled_qty.to_string(), "4");
    world.audit();
}

#[rstest]
#[case("ioc", "300", Some("100.01"), OrderStatus::Canceled, "100")]
#[case("ioc", "100", Some("100.01"), OrderStatus::Filled, "100")]
#[case("ioc", "100", Some("100"), OrderStatus::Canceled, "0")]
#[case("fok", "101", Some("100.01"), OrderStatus::Canceled, "0")]
#[case("fok", "100", Some("100.01"), OrderStatus::Filled, "100")]
#[case("fok", "200", Some("100.03"), OrderStatus::Filled, "200")]
fn immediate_orders_never_rest(
    #[case] tif: &str,
    #[case] qty: &str,
    #[case] limit: Option<&str>,
    #[case] status: OrderStatus,
    #[case] filled: &str,
) {
    let mut world = World::new("100000");
    let order = world.placed(&with_tif(tif, ticket("buy", "limit", qty, limit)));
    assert_eq!((order.status, order.filled_qty.to_string().as_str()), (status, filled));
    assert_eq!(world.state.cash.reserved, Usd::ZERO);
    world.audit();
}

#[test]
fn nothing_trades_on_a_stale_quote_or_before_the_venues_delay() {
    let mut world = World::new("100000");
    world.latency_us = 500;
    let order = world.placed(&ticket("buy", "market", "1", None));
    assert_eq!(order.status, OrderStatus::New);
    world.now = 499;
    assert!(world.wake().is_empty());
    // Five seconds after its time a quote is stale.
    world.now = Quote::FRESH_US;
    assert!(world.wake().is_empty());
    world.now -= 1;
    world.wake();
    assert_eq!(world.status(order.id), OrderStatus::Filled);
    world.audit();
}

#[test]
fn a_stop_that_gaps_beyond_the_cash_is_rejected_and_nothing_is_lost() {
    let mut world = World::new("1041");
    let order = world.placed(&ticket("buy", "stop", "10", Some("101")));
    world.tick(12_000);
    assert_eq!((world.status(order.id), world.state.cash), (OrderStatus::Rejected, World::new("1041").state.cash));
    world.audit();
}

#[test]
fn a_stop_waits_for_its_price_and_a_stop_limit_for_its_limit_too() {
    let mut world = World::new("100000");
    world.placed(&ticket("buy", "market", "20", None));
    let stop = world.placed(&ticket("sell", "stop", "10", Some("95")));
    let limit = OrderTicket {
        stop_price: Some("95".to_owned()),
        limit_price: Some("94.50".to_owned()),
        ..ticket("sell", "stop_limit", "10", None)
    };
    let limit = world.placed(&limit);
    world.tick(9_501);
    assert_eq!((world.status(stop.id), world.status(limit.id)), (OrderStatus::New, OrderStatus::New));
    world.tick(9_000);
    assert_eq!((world.status(stop.id), world.status(limit.id)), (OrderStatus::Filled, OrderStatus::New));
    assert!(world.order(limit.id).triggered_at.is_some());
    // Once triggered it is a limit order, whatever the price was meanwhile.
    world.tick(9_600);
    assert_eq!(world.status(limit.id), OrderStatus::Filled);
    world.audit();
}

#[test]
fn an_order_never_meets_another_of_the_account() {
    let mut world = World::new("100000");
    world.placed(&ticket("buy", "market", "10", None));
    let sell = world.placed(&ticket("sell", "limit", "10", Some("105")));
    let stop = world.placed(&ticket("buy", "stop", "1", Some("104.90")));
    // The ask is at the account's own limit: the stop is triggered and waits.
    world.market(10_499);
    let stop_events = world.apply(&Command::Wake(stop.id)).expect("woken");
    assert!(stop_events.iter().all(|event| event.fill.is_none()), "{stop_events:?}");
    world.wake();
    assert_eq!(world.status(sell.id), OrderStatus::New);
    world.tick(10_600);
    assert_eq!(world.status(sell.id), OrderStatus::Filled);
    world.tick(10_600);
    assert_eq!(world.status(stop.id), OrderStatus::Filled);
    world.audit();
}

#[test]
fn what_was_taken_of_a_touch_is_not_there_again_when_it_is_confirmed() {
    let mut world = World::new("100000");
    let first = world.placed(&ticket("buy", "market", "100", None));
    assert_eq!(first.status, OrderStatus::Filled);
    world.now += 1_000_000;
    let confirmed = world.quote.expect("a quote");
    world.quote = Some(Quote { time: Timestamp::from_micros(world.now), ..confirmed });
    let second = world.placed(&ticket("buy", "market", "100", None));
    assert!(second.filled_value > first.filled_value, "the next level is worse: {} and {}", first.filled_value, second.filled_value);
    world.audit();
}
