//! Orders of a live account: the venue decides, and nothing that it may still trade is given up.

use super::*;
use crate::{
    engine::{FilledSoFar, Standing, VenueReport},
    order::{CancelState, ChangedTerms, Holder, OrderChange, Role},
    risk::Denied,
    venue::Venue,
};

pub(super) fn desk(dollars: &str) -> World {
    let mut world = World { is_paper: false, ..World::new(dollars) };
    world.state.venue = Some(Venue::Alpaca);
    world
}

pub(super) fn said(world: &World, id: OrderId, standing: Standing, filled: Option<(&str, i64)>) -> Command {
    let filled = filled.map(|(qty, cents)| FilledSoFar {
        qty: qty.parse().expect("valid"),
        avg_price: price(cents),
        fees: Usd::ZERO,
        kept_bps: 0,
        last: None,
        time: Timestamp::from_micros(world.now + 1),
    });
    Command::Report(Box::new(VenueReport {
        order: world.order(id).clone(),
        venue_id: Some(format!("v-{id}")),
        standing,
        qty: None,
        counted: filled.map_or(Qty::ZERO, |filled| filled.qty),
        filled,
        reason: None,
        sent_at: None,
    }))
}

pub(super) fn say(world: &mut World, id: OrderId, standing: Standing, filled: Option<(&str, i64)>) -> Vec<OrderEvent> {
    let events = world.apply(&said(world, id, standing, filled)).expect("a venue's word is never refused");
    world.audit();
    events
}

fn cancel_of(world: &World, id: OrderId) -> CancelState {
    world.order(id).venue.as_ref().expect("a live order").cancel
}

#[test]
fn a_live_order_is_an_intent_and_no_fill() {
    let mut world = desk("10000");
    let events = world.place(&ticket("buy", "market", "10", None)).expect("accepted");
    assert_eq!((events.len(), events[0].is_intent, events[0].order.status), (1, true, OrderStatus::PendingNew));
    world.tick(9_000);
    let id = events[0].order.id;
    assert_eq!((world.status(id), world.held()), (OrderStatus::PendingNew, "0".to_owned()));
    say(&mut world, id, Standing::Open, None);
    assert_eq!(world.status(id), OrderStatus::New);
    say(&mut world, id, Standing::Open, Some(("4", 10_010)));
    say(&mut world, id, Standing::Filled, Some(("10", 10_004)));
    assert_eq!((world.status(id), world.held()), (OrderStatus::Filled, "10".to_owned()));
    assert_eq!(world.order(id).filled_avg_price().map(|p| p.to_string()), Some("100.04".to_owned()));
    assert_eq!(world.state.cash.reserved, Usd::ZERO);
}

#[test]
fn an_unknown_order_asks_for_attention_once_until_it_is_known() {
    let mut world = desk("10000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("100"))).id;
    assert!(world.apply(&Command::NeedsAttention(id)).expect("booked").is_empty(), "it is on its way, not unknown");
    world.apply(&Command::Lost(id, Timestamp::from_micros(5))).expect("booked");
    let asked: Vec<_> = (0..2).map(|_| world.apply(&Command::NeedsAttention(id)).expect("booked").len()).collect();
    assert_eq!((asked, world.status(id)), (vec![1, 0], OrderStatus::Unknown));
    assert!(world.order(id).venue.as_ref().is_some_and(|venue| venue.needs_attention));
    say(&mut world, id, Standing::Open, None);
    assert!(world.order(id).venue.as_ref().is_some_and(|venue| !venue.needs_attention && venue.unknown_since.is_none()));
}

#[test]
fn what_the_venue_says_twice_or_late_counts_once() {
    let mut world = desk("10000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("100"))).id;
    say(&mut world, id, Standing::Open, Some(("6", 9_900)));
    assert_eq!(say(&mut world, id, Standing::Open, Some(("6", 9_900))).len(), 0);
    assert_eq!(say(&mut world, id, Standing::Open, Some(("2", 9_900))).len(), 0);
    assert_eq!(world.held(), "6");
}

#[test]
fn a_lost_order_keeps_its_money_until_the_venue_has_spoken() {
    let mut world = desk("1000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("100"))).id;
    world.apply(&Command::Lost(id, Timestamp::from_micros(5))).expect("open");
    assert_eq!((world.status(id), world.state.cash.available), (OrderStatus::Unknown, Usd::ZERO));
    world.audit();
    assert!(matches!(world.place(&ticket("buy", "limit", "1", Some("50"))), Err(EngineError::Denied(_))));
    say(&mut world, id, Standing::Open, None);
    assert_eq!(world.status(id), OrderStatus::New);
    // A time-out that is noted after the venue has spoken changes nothing.
    world.apply(&Command::Lost(id, Timestamp::from_micros(5))).expect("open");
    world.apply(&Command::NotPlaced(id, "It never arrived.")).expect("open");
    assert_eq!(world.status(id), OrderStatus::New);
}

#[test]
fn what_never_arrived_gives_its_money_back() {
    let mut world = desk("1000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("100"))).id;
    world.apply(&Command::Lost(id, Timestamp::from_micros(5))).expect("open");
    world.apply(&Command::NotPlaced(id, "It never arrived.")).expect("open");
    assert_eq!((world.status(id), world.state.cash.available.to_string()), (OrderStatus::Rejected, "1000.00".to_owned()));
    // And if it did after all, its fill is true.
    say(&mut world, id, Standing::Filled, Some(("10", 9_900)));
    assert_eq!((world.status(id), world.held()), (OrderStatus::Filled, "10".to_owned()));
}

#[test]
fn a_cancel_is_a_wish_until_the_venue_confirms_it() {
    let mut world = desk("10000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("90"))).id;
    say(&mut world, id, Standing::Open, None);
    world.apply(&Command::Cancel(id)).expect("open");
    assert_eq!((world.status(id), cancel_of(&world, id)), (OrderStatus::New, CancelState::Requested));
    assert!(world.apply(&Command::Cancel(id)).expect("asked already").is_empty());
    world.apply(&Command::NoteCancel(id, CancelState::Sent)).expect("open");
    say(&mut world, id, Standing::Open, Some(("3", 9_000)));
    say(&mut world, id, Standing::Canceled, Some(("3", 9_000)));
    assert_eq!((world.status(id), world.held(), world.state.cash.reserved), (OrderStatus::Canceled, "3".to_owned(), Usd::ZERO));
}

fn change(world: &World, id: OrderId, qty: &str, limit: &str) -> Command {
    let change = OrderChange { qty: Some(qty.to_owned()), limit_price: Some(limit.to_owned()), ..OrderChange::default() };
    let terms = ChangedTerms::parse(&change, world.order(id), &instrument()).expect("valid");
    Command::Replace(id, Box::new(terms))
}

#[test]
fn a_replacement_waits_for_the_end_of_the_old_order_and_takes_what_is_left() {
    let mut world = desk("10000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("90"))).id;
    say(&mut world, id, Standing::Open, None);
    let replace = change(&world, id, "20", "91");
    world.apply(&replace).expect("open");
    let new = world.order(id).replaced_by.expect("a replacement");
    assert_eq!((world.status(new), world.order(new).is_at_venue()), (OrderStatus::Held, false));
    world.audit();
    assert!(world.tick(9_500).is_empty());
    say(&mut world, id, Standing::Canceled, Some(("4", 9_000)));
    let next = world.order(new).clone();
    assert_eq!((world.status(id), next.status, next.qty.to_string()), (OrderStatus::Replaced, OrderStatus::PendingNew, "16".to_owned()));
    say(&mut world, new, Standing::Filled, Some(("16", 9_100)));
    assert_eq!((world.held(), world.state.cash.reserved), ("20".to_owned(), Usd::ZERO));
}

#[test]
fn an_order_that_fills_before_it_is_changed_is_not_bought_twice() {
    let mut world = desk("10000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("90"))).id;
    say(&mut world, id, Standing::Open, None);
    let replace = change(&world, id, "10", "91");
    world.apply(&replace).expect("open");
    let new = world.order(id).replaced_by.expect("a replacement");
    say(&mut world, id, Standing::Filled, Some(("10", 9_000)));
    assert_eq!((world.status(id), world.status(new), world.held()), (OrderStatus::Filled, OrderStatus::Canceled, "10".to_owned()));
    assert!(world.state.open_orders.is_empty());
}

#[test]
fn a_refused_cancel_ends_the_wish_to_change() {
    let mut world = desk("10000");
    let id = world.placed(&ticket("buy", "limit", "10", Some("90"))).id;
    assert_eq!(world.apply(&change(&world, id, "10", "91")), Err(EngineError::Denied(Denied::OnItsWay)));
    say(&mut world, id, Standing::Open, None);
    let replace = change(&world, id, "10", "91");
    world.apply(&replace).expect("open");
    let new = world.order(id).replaced_by.expect("a replacement");
    world.apply(&Command::NoteCancel(id, CancelState::Refused)).expect("open");
    assert_eq!((world.status(id), world.status(new)), (OrderStatus::New, OrderStatus::Canceled));
    world.audit();
}

fn leg(world: &World, role: Role) -> Order {
    world.orders.values().filter(|o| o.role() == Some(role)).max_by_key(|o| o.id).expect("a leg").clone()
}

fn guarded(world: &mut World) -> (OrderId, OrderId) {
    let entry = world.placed(&with_exits("bracket", Some("110"), Some("90"), ticket("buy", "market", "10", None)));
    say(world, entry.id, Standing::Filled, Some(("10", 10_000)));
    let (profit, stop) = (leg(world, Role::TakeProfit), leg(world, Role::StopLoss));
    assert_eq!((profit.status, stop.status), (OrderStatus::New, OrderStatus::New));
    assert!([profit.venue, stop.venue].iter().all(|v| v.as_ref().is_some_and(|v| v.holder == Holder::Server)));
    (profit.id, stop.id)
}

#[test]
fn exits_are_held_here_and_the_triggered_one_goes_to_the_venue() {
    let mut world = desk("10000");
    let (profit, stop) = guarded(&mut world);
    let events = world.tick(8_900);
    assert!(events.iter().any(|e| e.is_intent && e.order.id == stop));
    assert_eq!((world.status(profit), world.status(stop)), (OrderStatus::Canceled, OrderStatus::PendingNew));
    say(&mut world, stop, Standing::Filled, Some(("10", 8_890)));
    assert_eq!(world.held(), "0");
    assert!(world.state.open_orders.is_empty());
}

#[test]
fn a_stop_waits_until_the_venue_has_let_go_of_the_take_profit() {
    let mut world = desk("10000");
    let (profit, stop) = guarded(&mut world);
    world.tick(11_100);
    assert_eq!((world.status(profit), world.status(stop)), (OrderStatus::PendingNew, OrderStatus::New));
    say(&mut world, profit, Standing::Open, Some(("4", 11_000)));
    world.tick(8_900);
    assert_eq!((cancel_of(&world, profit), world.status(stop)), (CancelState::Requested, OrderStatus::New));
    world.audit();
    say(&mut world, profit, Standing::Canceled, Some(("5", 11_000)));
    assert_eq!((world.status(stop), world.order(stop).qty.to_string()), (OrderStatus::PendingNew, "5".to_owned()));
    say(&mut world, stop, Standing::Filled, Some(("5", 8_900)));
    assert_eq!((world.held(), world.state.open_orders.len()), ("0".to_owned(), 0));
}

#[test]
fn one_exit_alone_stands_at_the_venue() {
    let mut world = desk("10000");
    let entry = world.placed(&with_exits("oto", None, Some("90"), ticket("buy", "market", "10", None)));
    let events = say(&mut world, entry.id, Standing::Filled, Some(("10", 10_000)));
    let stop = leg(&world, Role::StopLoss);
    assert!(events.iter().any(|e| e.is_intent && e.order.id == stop.id) && stop.is_at_venue());
}

#[test]
fn a_position_that_sells_at_the_venue_hold_is_not_sold_again() {
    let mut world = desk("10000");
    let (profit, _) = guarded(&mut world);
    world.tick(11_100);
    say(&mut world, profit, Standing::Open, None);
    let close = Command::Close(instrument().symbol, crate::engine::CloseAmount::All);
    assert_eq!(world.apply(&close), Err(EngineError::Denied(Denied::SellsOpen)));
}

#[test]
fn the_end_of_the_day_asks_venues_that_do_not_see_it() {
    let mut world = desk("10000");
    world.state.venue = Some(Venue::Alpaca);
    let id = world.placed(&ticket("buy", "limit", "10", Some("90"))).id;
    say(&mut world, id, Standing::Open, None);
    world.now = crate::time::DAY_US + 1;
    world.wake();
    // Alpaca ends day orders of stocks by itself.
    assert_eq!(cancel_of(&world, id), CancelState::None);
    say(&mut world, id, Standing::Expired, None);
    assert_eq!(world.status(id), OrderStatus::Expired);
}

#[test]
fn stocks_do_not_go_to_venues_of_coins() {
    let mut world = desk("10000");
    world.state.venue = Some(Venue::Binance);
    let refused = world.place(&ticket("buy", "market", "10", None));
    assert_eq!(refused, Err(EngineError::Denied(Denied::NotAtVenue { venue: Venue::Binance })));
}

#[test]
fn transfers_move_dollars_in_and_out_and_are_booked() {
    let mut world = desk("100");
    let usd = |text: &str| text.parse::<Usd>().expect("valid");
    world.apply(&Command::Transfer(usd("50"))).expect("booked");
    world.audit();
    world.apply(&Command::Transfer(usd("-170"))).expect("booked");
    world.audit();
    assert_eq!((world.state.cash.available, world.state.cash.shortfall, world.state.deposits), (Usd::ZERO, usd("20"), usd("-20")));
}

#[test]
fn a_fee_in_coins_is_kept_out_of_the_holding() {
    let mut world = desk("10000");
    let order = world.placed(&ticket("buy", "limit", "10", Some("100")));
    let execution = Execution {
        order: order.clone(),
        id: FillId::new(Uuid::from_u128(77)),
        exec_id: "e-1".to_owned(),
        qty: "10".parse().expect("valid"),
        price: price(9_900),
        fee: Usd::ZERO,
        fee_qty: "0.01".parse().expect("valid"),
        time: Timestamp::from_micros(9),
    };
    world.apply(&Command::Execute(Box::new(execution))).expect("booked");
    world.audit();
    assert_eq!((world.status(order.id), world.held()), (OrderStatus::Filled, "9.99".to_owned()));
}
