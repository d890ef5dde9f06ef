//! A replacement is another order, and there is never a moment without one of them.

use super::*;
use crate::{
    order::{ChangedTerms, OrderChange},
    risk::Denied,
};

fn change(world: &World, id: OrderId, change: &OrderChange) -> Command {
    let terms = ChangedTerms::parse(change, world.order(id), &instrument()).expect("valid terms");
    Command::Replace(id, Box::new(terms))
}

fn to_limit(text: &str) -> OrderChange {
    OrderChange { limit_price: Some(text.to_owned()), ..OrderChange::default() }
}

#[test]
fn a_replacement_has_a_new_id_and_the_old_one_is_replaced() {
    let mut world = World::new("1000");
    let old = world.placed(&ticket("buy", "limit", "10", Some("99")));
    let events = world.apply(&change(&world, old.id, &to_limit("98"))).expect("replaced");
    assert_eq!(statuses(&events), [OrderStatus::Replaced, OrderStatus::New]);
    let new = &events[1].order;
    assert_eq!((new.replaces, world.order(old.id).replaced_by), (Some(old.id), Some(new.id)));
    assert_eq!((world.state.cash.reserved.to_string(), new.expires_at), ("980.00".to_owned(), old.expires_at));
    assert_eq!(world.apply(&change(&world, old.id, &to_limit("97"))), Err(EngineError::NotOpen));
    world.audit();
}

#[test]
fn a_replacement_that_is_refused_leaves_the_order_as_it_was() {
    let mut world = World::new("1000");
    let old = world.placed(&ticket("buy", "limit", "10", Some("99")));
    let more = OrderChange { qty: Some("11".to_owned()), ..OrderChange::default() };
    let refused = world.apply(&change(&world, old.id, &more));
    assert!(matches!(refused, Err(EngineError::Denied(Denied::InsufficientBuyingPower { .. }))), "{refused:?}");
    assert_eq!(world.status(old.id), OrderStatus::New);
    world.audit();
}

#[test]
fn a_replacement_counts_what_was_filled_and_trades_at_once() {
    let mut world = World::new("100000");
    let old = world.placed(&ticket("buy", "limit", "150", Some("100.01")));
    assert_eq!(old.filled_qty.to_string(), "100");
    world.market(10_000);
    let all = OrderChange { qty: Some("160".to_owned()), limit_price: Some("100.50".to_owned()), ..OrderChange::default() };
    let events = world.apply(&change(&world, old.id, &all)).expect("replaced");
    let new = events.last().expect("events").order.clone();
    assert_eq!((new.qty.to_string(), new.status), ("60".to_owned(), OrderStatus::Filled));
    assert_eq!(world.held(), "160");
    let less = OrderChange { qty: Some("100".to_owned()), ..OrderChange::default() };
    assert!(ChangedTerms::parse(&less, &old, &instrument()).is_err());
    world.audit();
}
