//! What a venue has counted and not named, taken and not done, bought for dollars, or refused.

use super::{
    live::{desk, said, say},
    *,
};
use crate::{
    engine::{Standing, VenueReport},
    order::{CancelState, ChangedTerms, OrderChange, Role},
    risk::Denied,
    venue::Venue,
};

fn cancel_of(world: &World, id: OrderId) -> CancelState {
    world.order(id).venue.as_ref().expect("a live order").cancel
}

fn dollars(amount: &str) -> OrderTicket {
    OrderTicket { qty: None, notional: Some(amount.to_owned()), ..ticket("buy", "market", "1", None) }
}

#[test]
fn an_order_does_not_end_before_the_executions_that_its_venue_has_counted() {
    let mut world = desk("10000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("100"))).id;
    say(&mut world, id, Standing::Open, None);
    let change = OrderChange { limit_price: Some("101".to_owned()), ..OrderChange::default() };
    let terms = ChangedTerms::parse(&change, world.order(id), &instrument()).expect("valid");
    let new = world.apply(&Command::Replace(id, Box::new(terms))).expect("accepted")[0].order.clone();
    // Canceled with 4 of them filled, whose executions are not named yet.
    let Command::Report(short) = said(&world, id, Standing::Canceled, None) else { unreachable!() };
    let short = VenueReport { counted: "4".parse().expect("valid"), ..*short };
    world.apply(&Command::Report(Box::new(short.clone()))).expect("heard");
    world.audit();
    assert!(world.status(id).is_open() && world.status(new.id) == OrderStatus::Held, "nothing is sent before it is known what is left");
    say(&mut world, id, Standing::Open, Some(("4", 9_900)));
    world.apply(&Command::Report(Box::new(VenueReport { order: world.order(id).clone(), ..short }))).expect("heard");
    world.audit();
    assert_eq!((world.status(id), world.order(new.id).qty.to_string()), (OrderStatus::Replaced, "6".to_owned()));
}

#[test]
fn a_cancel_that_was_taken_and_not_carried_out_is_sent_again_when_somebody_asks() {
    let mut world = desk("10000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("90"))).id;
    say(&mut world, id, Standing::Open, None);
    for again in [Command::Cancel(id), Command::CancelAll(None), Command::SetHalted(true)] {
        world.apply(&again).expect("open");
        assert_eq!(cancel_of(&world, id), CancelState::Requested);
        world.apply(&Command::NoteCancel(id, CancelState::Sent)).expect("noted");
        say(&mut world, id, Standing::Open, None);
    }
}

#[test]
fn dollars_may_buy_more_units_than_were_reckoned_with() {
    let mut world = desk("10000");
    let id = world.placed(&dollars("1000")).id;
    let reckoned = world.order(id).qty;
    let more = reckoned.checked_add("0.5".parse().expect("valid")).expect("small");
    say(&mut world, id, Standing::Filled, Some((&more.to_string(), 9_500)));
    assert_eq!((world.status(id), world.state.gate, world.order(id).qty), (OrderStatus::Filled, None, more));
    // More than the dollars is an overfill.
    let id = world.placed(&dollars("1000")).id;
    say(&mut world, id, Standing::Filled, Some(("11", 10_000)));
    assert_eq!(world.state.gate, Some(crate::account::Gate::Overfill));
}

#[test]
fn an_exit_that_the_venue_refused_leaves_the_other_on_guard() {
    let mut world = desk("10000");
    let entry = world.placed(&with_exits("bracket", Some("110"), Some("90"), ticket("buy", "market", "10", None))).id;
    say(&mut world, entry, Standing::Filled, Some(("10", 10_000)));
    let exit = |world: &World, role| {
        world.state.open_orders.values().find(|order| order.role() == Some(role)).map(|order| order.id).expect("it waits")
    };
    let (profit, stop) = (exit(&world, Role::TakeProfit), exit(&world, Role::StopLoss));
    world.tick(11_100);
    assert_eq!(world.status(profit), OrderStatus::PendingNew);
    say(&mut world, profit, Standing::Rejected, None);
    assert_eq!((world.status(profit), world.status(stop)), (OrderStatus::Rejected, OrderStatus::New));
    assert_eq!(world.order(stop).hold_qty.to_string(), "10");
    world.tick(8_900);
    assert_eq!(world.status(stop), OrderStatus::PendingNew);
}

#[test]
fn exits_and_closes_are_cut_to_what_the_venue_trades() {
    let mut world = desk("10000");
    world.venue_lot = Some("0.1".parse().expect("valid"));
    let refused = world.place(&ticket("buy", "market", "1.05", None));
    assert_eq!(refused, Err(EngineError::Denied(Denied::LotAtVenue { venue: Venue::Alpaca, lot: "0.1".parse().expect("valid") })));
    let entry = world.placed(&with_exits("oto", None, Some("90"), ticket("buy", "market", "10", None))).id;
    let Command::Report(mut whole) = said(&world, entry, Standing::Filled, Some(("10", 10_000))) else { unreachable!() };
    whole.filled.as_mut().expect("filled").kept_bps = 25;
    world.apply(&Command::Report(whole)).expect("heard");
    world.audit();
    let stop = world.state.open_orders.values().find(|order| order.role() == Some(Role::StopLoss)).expect("awake").clone();
    assert_eq!((world.held(), stop.qty.to_string()), ("9.975".to_owned(), "9.9".to_owned()));
    say(&mut world, stop.id, Standing::Open, None);
    say(&mut world, stop.id, Standing::Canceled, None);
    let closing = world.apply(&Command::Close("AAPL".parse().expect("valid"), CloseAmount::All)).expect("accepted");
    assert_eq!(closing[0].order.qty.to_string(), "9.9");
}
