//! Brackets, one-cancels-other and one-triggers-other.

use super::*;
use crate::{
    order::{ChangedTerms, OrderChange, Role},
    risk::Denied,
};

fn bracket(qty: &str) -> OrderTicket {
    with_exits("bracket", Some("110"), Some("90"), ticket("buy", "market", qty, None))
}

fn leg(world: &World, role: Role) -> Order {
    let legs = world.orders.values().filter(|o| o.role() == Some(role));
    legs.max_by_key(|o| o.id).expect("a leg").clone()
}

#[test]
fn a_bracket_guards_what_its_entry_bought() {
    let mut world = World::new("10000");
    world.placed(&bracket("10"));
    let (profit, stop) = (leg(&world, Role::TakeProfit), leg(&world, Role::StopLoss));
    assert_eq!((profit.status, stop.status), (OrderStatus::New, OrderStatus::New));
    assert_eq!((profit.hold_qty.to_string(), stop.hold_qty.to_string()), ("10".to_owned(), "0".to_owned()));
    world.audit();
    world.tick(11_100);
    assert_eq!((world.status(profit.id), world.status(stop.id)), (OrderStatus::Filled, OrderStatus::Canceled));
    assert_eq!(world.held(), "0");
    world.audit();
}

#[test]
fn a_stop_loss_takes_over_what_the_take_profit_held() {
    let mut world = World::new("10000");
    world.placed(&bracket("10"));
    let (profit, stop) = (leg(&world, Role::TakeProfit), leg(&world, Role::StopLoss));
    world.tick(8_900);
    assert_eq!((world.status(profit.id), world.status(stop.id)), (OrderStatus::Canceled, OrderStatus::Filled));
    assert_eq!(world.held(), "0");
    world.audit();
}

#[test]
fn exits_are_held_while_the_entry_rests_and_end_with_it() {
    let mut world = World::new("10000");
    let entry = world.placed(&with_exits("bracket", Some("110"), Some("90"), ticket("buy", "limit", "10", Some("95"))));
    assert_eq!(leg(&world, Role::StopLoss).status, OrderStatus::Held);
    world.audit();
    world.apply(&Command::Cancel(entry.id)).expect("open");
    assert_eq!((leg(&world, Role::StopLoss).status, leg(&world, Role::TakeProfit).status), (OrderStatus::Canceled, OrderStatus::Canceled));
    assert!(world.state.open_orders.is_empty());
    world.audit();
}

#[test]
fn exits_guard_the_part_that_was_bought_when_the_entry_is_canceled() {
    let mut world = World::new("100000");
    let entry = world.placed(&with_exits("bracket", Some("110"), Some("90"), ticket("buy", "limit", "150", Some("100.01"))));
    assert_eq!(entry.filled_qty.to_string(), "100");
    assert_eq!(leg(&world, Role::TakeProfit).status, OrderStatus::Held);
    world.apply(&Command::Cancel(entry.id)).expect("open");
    for role in [Role::TakeProfit, Role::StopLoss] {
        assert_eq!((leg(&world, role).status, leg(&world, role).qty.to_string()), (OrderStatus::New, "100".to_owned()));
    }
    world.audit();
}

#[test]
fn exits_follow_a_replaced_entry() {
    let mut world = World::new("100000");
    let entry = world.placed(&with_exits("bracket", Some("110"), Some("90"), ticket("buy", "limit", "150", Some("100.01"))));
    let change = OrderChange { qty: Some("120".to_owned()), ..OrderChange::default() };
    let terms = ChangedTerms::parse(&change, world.order(entry.id), &instrument()).expect("valid");
    world.apply(&Command::Replace(entry.id, Box::new(terms))).expect("replaced");
    assert_eq!(leg(&world, Role::TakeProfit).qty.to_string(), "120");
    world.tick(10_000);
    assert_eq!((world.held(), leg(&world, Role::TakeProfit).hold_qty.to_string()), ("120".to_owned(), "120".to_owned()));
    world.tick(8_900);
    world.tick(8_900);
    assert_eq!(world.held(), "0");
    world.audit();
}

#[test]
fn a_partly_filled_exit_shrinks_the_other() {
    let mut world = World::new("100000");
    world.placed(&bracket("100"));
    world.placed(&bracket("100"));
    let (profit, stop) = (leg(&world, Role::TakeProfit), leg(&world, Role::StopLoss));
    // Both take-profits meet the same quote: the second finds what the first left.
    world.tick(11_001);
    world.audit();
    let (profit, stop) = (world.order(profit.id).clone(), world.order(stop.id).clone());
    if profit.status == OrderStatus::PartiallyFilled {
        assert_eq!(stop.open_qty(), profit.open_qty());
    }
    world.tick(8_000);
    world.tick(8_000);
    assert_eq!(world.held(), "0");
    world.audit();
}

#[test]
fn of_an_oco_one_cancels_the_other() {
    for (cents, profit_status, stop_status) in
        [(10_600, OrderStatus::Filled, OrderStatus::Canceled), (9_400, OrderStatus::Canceled, OrderStatus::Filled)]
    {
        let mut world = World::new("100000");
        world.placed(&ticket("buy", "market", "10", None));
        let first = world.placed(&with_exits("oco", None, Some("95"), ticket("sell", "limit", "10", Some("105"))));
        assert_eq!(first.role(), Some(Role::TakeProfit));
        world.audit();
        world.tick(cents);
        assert_eq!((world.status(first.id), leg(&world, Role::StopLoss).status), (profit_status, stop_status));
        assert_eq!(world.held(), "0");
        world.audit();
    }
}

#[test]
fn an_oco_buys_too() {
    for (cents, held) in [(9_400, "10"), (10_600, "10")] {
        let mut world = World::new("2000");
        world.placed(&with_exits("oco", None, Some("105"), ticket("buy", "limit", "10", Some("95"))));
        world.audit();
        world.tick(cents);
        assert_eq!((world.held().as_str(), world.state.open_orders.len(), world.state.cash.reserved), (held, 0, Usd::ZERO));
        world.audit();
    }
}

#[test]
fn canceling_one_exit_cancels_the_other() {
    let mut world = World::new("100000");
    world.placed(&bracket("10"));
    world.apply(&Command::Cancel(leg(&world, Role::StopLoss).id)).expect("open");
    assert!(world.state.open_orders.is_empty());
    world.audit();
}

#[test]
fn an_oto_has_one_exit() {
    let mut world = World::new("100000");
    world.placed(&with_exits("oto", None, Some("90"), ticket("buy", "market", "10", None)));
    let stop = leg(&world, Role::StopLoss);
    assert_eq!((stop.status, stop.hold_qty.to_string()), (OrderStatus::New, "10".to_owned()));
    world.tick(8_900);
    assert_eq!((world.status(stop.id), world.held()), (OrderStatus::Filled, "0".to_owned()));
    world.audit();
}

#[test]
fn an_exit_can_move_but_not_grow() {
    let mut world = World::new("100000");
    world.placed(&bracket("10"));
    let stop = leg(&world, Role::StopLoss);
    let parse = |change: &OrderChange| ChangedTerms::parse(change, &stop, &instrument()).expect("valid");
    let more = parse(&OrderChange { qty: Some("11".to_owned()), ..OrderChange::default() });
    assert_eq!(world.apply(&Command::Replace(stop.id, Box::new(more))), Err(EngineError::Denied(Denied::ExitQty)));
    let higher = parse(&OrderChange { stop_price: Some("95".to_owned()), ..OrderChange::default() });
    world.apply(&Command::Replace(stop.id, Box::new(higher))).expect("replaced");
    world.audit();
    world.tick(9_500);
    assert_eq!((world.held().as_str(), world.state.open_orders.len()), ("0", 0));
    world.audit();
}
