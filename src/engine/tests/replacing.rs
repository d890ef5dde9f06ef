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

fn refused(order: &Order, others: &[&Order], change: &OrderChange) -> Vec<String> {
    let checked = ChangedTerms::parse(change, order, &instrument()).and_then(|terms| terms.check_group(order, others.iter().copied()));
    checked.map_or_else(|errors| errors.0.into_iter().map(|error| error.code).collect(), |()| Vec::new())
}

#[test]
fn what_could_not_be_placed_like_that_can_not_become_so() {
    let mut world = World::new("100000");
    let early = OrderTicket { extended_hours: Some(true), ..ticket("buy", "limit", "1", Some("90")) };
    let early = world.placed(&early);
    let ioc = OrderChange { time_in_force: Some("ioc".to_owned()), ..OrderChange::default() };
    assert_eq!(refused(&early, &[], &ioc), ["extended_hours_not_allowed"]);
    world.calendar = Calendar::Nyse;
    let dollars = OrderTicket { qty: None, notional: Some("1000".to_owned()), ..ticket("buy", "market", "1", None) };
    let dollars = world.placed(&dollars);
    assert!(dollars.status.is_open(), "the market is closed");
    let gtc = OrderChange { time_in_force: Some("gtc".to_owned()), ..OrderChange::default() };
    assert_eq!(refused(&dollars, &[], &gtc), ["notional_not_changeable"]);
}

#[test]
fn a_change_keeps_exits_on_their_sides() {
    let mut world = World::new("100000");
    let stop_at = |text: &str| OrderChange { stop_price: Some(text.to_owned()), ..OrderChange::default() };
    let entry = world.placed(&with_exits("bracket", Some("98"), Some("90"), ticket("buy", "limit", "1", Some("95"))));
    let of = |world: &World, role| {
        let exit = world.state.open_orders.values().find(|o| o.same_group(&entry) && o.role() == Some(role));
        exit.cloned().expect("it waits")
    };
    let (profit, stop) = (of(&world, crate::order::Role::TakeProfit), of(&world, crate::order::Role::StopLoss));
    let (of_entry, of_profit, of_stop) = ([&profit, &stop], [&entry, &stop], [&entry, &profit]);
    assert_eq!(refused(&entry, &of_entry, &to_limit("96")), Vec::<String>::new());
    assert_eq!(refused(&entry, &of_entry, &to_limit("89")), ["stop_loss_above_entry"]);
    assert_eq!(refused(&entry, &of_entry, &to_limit("98")), ["take_profit_below_entry"]);
    assert_eq!(refused(&profit, &of_profit, &to_limit("95")), ["take_profit_below_entry"]);
    assert_eq!(refused(&stop, &of_stop, &stop_at("99")), ["take_profit_below_stop_loss", "stop_loss_above_entry"]);
    let fields = |order: &Order, others: &[&Order], change: &OrderChange| -> Vec<String> {
        let terms = ChangedTerms::parse(change, order, &instrument()).expect("well-formed");
        terms.check_group(order, others.iter().copied()).expect_err("crossed").0.into_iter().map(|error| error.field).collect()
    };
    assert_eq!(fields(&stop, &of_stop, &stop_at("99")), ["stop_price", "stop_price"]);
    assert_eq!(fields(&profit, &of_profit, &to_limit("95")), ["limit_price"]);
    // Once the entry has traded, a stop may follow the price beyond it.
    assert_eq!(refused(&stop, &[&profit], &stop_at("97")), Vec::<String>::new());
    assert_eq!(refused(&profit, &[&stop], &to_limit("89")), ["take_profit_below_stop_loss"]);
}
