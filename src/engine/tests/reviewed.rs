//! What a second pair of eyes found: each was wrong once.

use super::*;
use crate::{
    order::{ChangedTerms, OrderChange, Role},
    risk::Denied,
};

fn leg(world: &World, role: Role) -> Order {
    world.orders.values().rfind(|o| o.role() == Some(role)).expect("a leg").clone()
}

#[test]
fn an_entry_with_a_trigger_keeps_both_exits() {
    let mut world = World::new("10000");
    world.placed(&with_exits("bracket", Some("120"), Some("95"), ticket("buy", "stop", "10", Some("105"))));
    world.tick(10_500);
    assert_eq!((leg(&world, Role::TakeProfit).status, leg(&world, Role::StopLoss).status), (OrderStatus::New, OrderStatus::New));
    world.tick(12_100);
    assert_eq!(world.held(), "0");
    world.audit();
}

#[test]
fn a_stop_that_is_reached_already_is_reckoned_at_the_market() {
    let mut world = World::new("10000");
    let limits = RiskLimits { order_max: Some("1000".parse().expect("valid")), ..RiskLimits::default() };
    world.apply(&Command::SetLimits(Box::new(limits))).expect("set");
    let reached = ticket("buy", "stop", "50", Some("1"));
    assert_eq!(world.preview(&checked(&reached)).estimate.price, price(10_001));
    assert!(matches!(world.place(&reached), Err(EngineError::Denied(Denied::OverOrderLimit { .. }))));
    world.placed(&ticket("buy", "market", "1", None));
    assert_eq!(world.preview(&checked(&ticket("sell", "stop", "1", Some("500")))).estimate.price, price(9_999));
}

#[test]
fn closing_a_position_leaves_the_exits_of_an_open_entry() {
    let mut world = World::new("10000");
    world.placed(&ticket("buy", "market", "5", None));
    world.placed(&with_exits("bracket", Some("110"), Some("80"), ticket("buy", "limit", "10", Some("95"))));
    world.apply(&Command::Close(instrument().symbol, CloseAmount::All)).expect("held");
    world.tick(9_400);
    assert_eq!((world.held().as_str(), leg(&world, Role::StopLoss).status), ("10", OrderStatus::New));
    world.audit();
}

#[test]
fn exits_follow_the_time_in_force_of_their_entry_and_begin_their_day_with_it() {
    let mut world = World::new("10000");
    let entry = world.placed(&with_exits("bracket", Some("110"), Some("80"), ticket("buy", "limit", "10", Some("95"))));
    let change = OrderChange { time_in_force: Some("gtc".to_owned()), ..OrderChange::default() };
    let terms = ChangedTerms::parse(&change, &entry, &instrument()).expect("valid");
    world.apply(&Command::Replace(entry.id, Box::new(terms))).expect("replaced");
    world.now += 3 * crate::time::DAY_US;
    world.tick(9_400);
    let stop = leg(&world, Role::StopLoss);
    assert_eq!((stop.status, stop.expires_at, stop.time_in_force.as_str()), (OrderStatus::New, None, "gtc"));
    world.tick(9_400);
    assert_eq!(leg(&world, Role::StopLoss).status, OrderStatus::New);
    world.audit();
}

#[test]
fn dollars_that_fill_in_parts_are_not_overspent() {
    let mut world = World::new("100000");
    let dollars = OrderTicket { qty: None, notional: Some("90000".to_owned()), ..ticket("buy", "market", "", None) };
    world.quote = Some(Quote { ask_size: "1".parse().expect("valid"), ..quote(10_000, 0) });
    let order = world.placed(&dollars);
    assert_eq!(order.status, OrderStatus::PartiallyFilled);
    world.audit();
    for step in 0..20 {
        world.tick(10_000 + step * 700);
        world.audit();
        let now = world.order(order.id);
        assert!(now.filled_value <= "90000".parse().expect("valid"), "{}", now.filled_value);
    }
    assert!(!world.status(order.id).is_open());
    assert!(world.state.cash.available >= "10000".parse().expect("valid"));
}

#[test]
fn dollars_that_buy_nothing_any_more_are_given_back() {
    let mut world = World::new("1000");
    world.quote = Some(quote(10_000, 0));
    world.calendar = Calendar::Nyse;
    let dollars = OrderTicket {
        qty: None,
        notional: Some("1".to_owned()),
        time_in_force: Some("gtc".to_owned()),
        ..ticket("buy", "market", "", None)
    };
    let order = world.placed(&dollars);
    world.calendar = Calendar::AlwaysOpen;
    world.quote = Some(quote(200_000_000, 1));
    world.now = 1;
    world.wake();
    assert_eq!((world.status(order.id), world.state.cash.available.to_string()), (OrderStatus::Rejected, "1000.00".to_owned()));
    world.audit();
}

#[test]
fn both_exits_guard_what_is_still_held() {
    let mut world = World::new("100000");
    let entry = world.placed(&with_exits("bracket", Some("120"), Some("90"), ticket("buy", "limit", "150", Some("100.01"))));
    assert_eq!(entry.filled_qty.to_string(), "100");
    world.placed(&ticket("sell", "limit", "60", Some("100.50")));
    world.tick(10_060);
    assert_eq!(world.held(), "40");
    world.tick(10_000);
    let (profit, stop) = (leg(&world, Role::TakeProfit), leg(&world, Role::StopLoss));
    assert_eq!((profit.qty.to_string(), stop.qty.to_string()), ("90".to_owned(), "90".to_owned()));
    world.tick(8_900);
    assert_eq!((world.status(stop.id), world.held()), (OrderStatus::Filled, "0".to_owned()));
    world.audit();
}

#[test]
fn an_oco_that_buys_can_pay_for_its_stop() {
    let mut world = World::new("10000");
    let oco = with_exits("oco", None, Some("110"), ticket("buy", "limit", "100", Some("90")));
    assert!(matches!(world.place(&oco), Err(EngineError::Denied(Denied::InsufficientBuyingPower { .. }))));
    let small = world.placed(&with_exits("oco", None, Some("110"), ticket("buy", "limit", "80", Some("90"))));
    world.tick(11_000);
    assert_eq!((world.status(small.id), world.held()), (OrderStatus::Canceled, "80".to_owned()));
    world.audit();
}

#[test]
fn an_immediate_order_never_rests() {
    let mut world = World::new("10000");
    world.quote = None;
    let order = world.placed(&with_tif("ioc", ticket("buy", "limit", "1", Some("100"))));
    assert_eq!(order.status, OrderStatus::Canceled);
    world.market(10_000);
    world.latency_us = 1_000;
    let late = world.placed(&with_tif("fok", ticket("buy", "limit", "1", Some("101"))));
    assert_eq!(late.status, OrderStatus::New);
    world.now += 6_000_000;
    world.wake();
    assert!(!world.status(late.id).is_open());
    world.audit();
}

#[test]
fn a_trail_of_less_than_a_tick_is_a_tick() {
    let mut world = World::new("10000");
    world.placed(&ticket("buy", "market", "1", None));
    let order = world.placed(&ticket("sell", "trailing_stop", "1", Some("0.004")));
    assert_eq!((order.status, order.current_stop(instrument().tick)), (OrderStatus::New, Some(price(9_999))));
    world.tick(9_999);
    assert_eq!(world.status(order.id), OrderStatus::Filled);
}

#[test]
fn a_preview_beyond_the_ledger_says_so() {
    let mut world = World::new("100000");
    world.placed(&ticket("buy", "market", "10", None));
    world.quote = None;
    let order = checked(&ticket("sell", "limit", "10", Some("9223372036")));
    let instrument = instrument();
    let env = Env {
        now: Timestamp::EPOCH,
        instrument: Some(&instrument),
        quote: None,
        calendar: Calendar::AlwaysOpen,
        fees: FeeSchedule::FREE,
        venue_lot: None,
        latency_us: 0,
        equity: None,
        day_pl: None,
        history: None,
        new_id: &|| Uuid::nil(),
    };
    assert_eq!(super::preview(&world.state, &order, &env), Err(EngineError::Denied(Denied::TooLarge)));
}
