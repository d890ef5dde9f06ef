//! Changes of live orders while the venue still has the old one, and what is told late about them.

use super::{
    live::{desk, say},
    *,
};
use crate::{
    engine::Standing,
    order::{ChangedTerms, OrderChange, Role},
    risk::Denied,
};

fn change(world: &World, id: OrderId, qty: &str, limit: &str) -> Command {
    let change = OrderChange { qty: Some(qty.to_owned()), limit_price: Some(limit.to_owned()), ..OrderChange::default() };
    let terms = ChangedTerms::parse(&change, world.order(id), &instrument()).expect("valid");
    Command::Replace(id, Box::new(terms))
}

/// An order at the venue, and the one that waits for its end.
fn changed(world: &mut World, first: &OrderTicket, qty: &str) -> (OrderId, OrderId) {
    let old = world.placed(first).id;
    say(world, old, Standing::Open, None);
    let replace = change(world, old, qty, "90");
    world.apply(&replace).expect("open");
    (old, world.order(old).replaced_by.expect("it waits"))
}

fn bracket() -> OrderTicket {
    with_exits("bracket", Some("110"), Some("80"), ticket("buy", "limit", "10", Some("90")))
}

fn exits(world: &World) -> Vec<(OrderStatus, String)> {
    let exits = world.state.open_orders.values().filter(|o| matches!(o.role(), Some(Role::TakeProfit | Role::StopLoss)));
    exits.map(|exit| (exit.status, exit.qty.to_string())).collect()
}

#[test]
fn what_is_told_late_of_the_old_order_sends_the_new_one_no_second_time() {
    let mut world = desk("10000");
    let (old, new) = changed(&mut world, &ticket("buy", "limit", "10", Some("89")), "20");
    say(&mut world, old, Standing::Canceled, Some(("4", 8_900)));
    say(&mut world, new, Standing::Open, None);
    let reserved = world.state.cash.reserved;
    let told = say(&mut world, old, Standing::Canceled, Some(("6", 8_900)));
    assert!(told.iter().all(|event| !event.is_intent && event.order.id == old), "{told:?}");
    assert_eq!((world.status(new), world.order(new).qty.to_string(), world.held()), (OrderStatus::New, "16".into(), "6".into()));
    assert_eq!(world.state.cash.reserved, reserved);
    say(&mut world, new, Standing::Filled, Some(("16", 9_000)));
    assert_eq!((world.held(), world.state.cash.reserved), ("22".to_owned(), Usd::ZERO));
}

#[test]
fn what_waits_can_not_be_changed_again_before_it_is_there() {
    let mut world = desk("10000");
    let (old, new) = changed(&mut world, &ticket("buy", "limit", "10", Some("89")), "20");
    let again = change(&world, new, "30", "91");
    assert_eq!(world.apply(&again), Err(EngineError::Denied(Denied::OnItsWay)));
    say(&mut world, old, Standing::Canceled, None);
    assert_eq!(world.status(new), OrderStatus::PendingNew);
}

#[test]
fn a_change_that_is_taken_back_leaves_the_exits_with_the_order_at_the_venue() {
    let mut world = desk("10000");
    let (old, new) = changed(&mut world, &bracket(), "20");
    world.apply(&Command::Cancel(new)).expect("it waits");
    world.audit();
    assert_eq!((world.status(new), exits(&world).len()), (OrderStatus::Canceled, 2));
    say(&mut world, old, Standing::Canceled, Some(("4", 9_000)));
    assert_eq!(exits(&world), vec![(OrderStatus::New, "4".to_owned()); 2]);
}

#[test]
fn a_change_counts_once_in_the_minute() {
    let mut world = desk("10000");
    let limits = RiskLimits { orders_a_minute: Some(2), ..RiskLimits::default() };
    world.apply(&Command::SetLimits(Box::new(limits))).expect("set");
    let (old, new) = changed(&mut world, &ticket("buy", "limit", "10", Some("89")), "20");
    say(&mut world, old, Standing::Canceled, None);
    assert_eq!(world.status(new), OrderStatus::PendingNew);
}

#[test]
fn where_the_change_is_refused_the_exits_guard_what_was_bought() {
    let mut world = desk("2000");
    let (old, new) = changed(&mut world, &bracket(), "20");
    world.placed(&ticket("buy", "limit", "10", Some("85")));
    say(&mut world, old, Standing::Canceled, Some(("4", 9_000)));
    assert_eq!(world.status(new), OrderStatus::Rejected, "the other order has the dollars");
    assert_eq!(exits(&world), vec![(OrderStatus::New, "4".to_owned()); 2]);
}

#[test]
fn the_kill_switch_needs_no_instrument_for_an_entry_that_waits_here() {
    // Alpaca holds no stops of coins.
    let mut world = World { asset_type: AssetType::Crypto, ..desk("10000") };
    let entry = with_exits("bracket", Some("130"), Some("90"), with_tif("gtc", ticket("buy", "stop", "10", Some("105"))));
    let entry = world.placed(&entry).id;
    assert!(!world.order(entry).is_at_venue());
    world.apply(&Command::SetHalted(true)).expect("switched");
    world.audit();
    assert!(world.state.is_halted && world.state.open_orders.is_empty());
}

#[test]
fn an_execution_that_comes_late_undoes_no_choice_of_lots() {
    let mut world = desk("100000");
    for cents in [9_000, 10_400, 9_500] {
        let id = world.placed(&ticket("buy", "limit", "1", Some("105"))).id;
        world.now += 10;
        say(&mut world, id, Standing::Filled, Some(("1", cents)));
    }
    let dearest = world.fills[1].0.id;
    let chosen = OrderTicket {
        lot_method: Some("chosen".to_owned()),
        lots: Some(vec![dearest.to_string()]),
        ..ticket("sell", "limit", "1", Some("95"))
    };
    let sold = world.placed(&chosen).id;
    world.now += 10;
    say(&mut world, sold, Standing::Filled, Some(("1", 10_000)));
    // In the same moment as the sale, so that nobody knows which came first.
    let id = world.placed(&ticket("buy", "limit", "1", Some("105"))).id;
    let events = say(&mut world, id, Standing::Filled, Some(("1", 10_300)));
    assert!(events.iter().any(|event| event.is_rebuilt));
    assert_eq!(world.closes.iter().map(|close| close.lot).collect::<Vec<_>>(), [dearest]);
}

#[test]
fn a_price_that_is_confirmed_while_an_order_is_folded_is_as_old_as_the_order() {
    let mut world = World::new("10000");
    world.fees = FeeSchedule { maker_bps: 15, taker_bps: 25, ..FeeSchedule::FREE };
    world.quote = Some(quote(10_000, world.now + 3));
    world.placed(&ticket("buy", "limit", "1", Some("101")));
    assert_eq!(world.fills[0].0.quote_time, Some(Timestamp::from_micros(world.now)));
    assert_eq!(world.fills[0].0.settlement.fee.to_string(), "0.250025", "it took what was offered");
    world.audit();
}

#[test]
fn a_sale_of_dust_takes_no_more_than_it_brings() {
    let mut world = World::new("100.01");
    world.fees = FeeSchedule::paper(AssetType::Stock);
    world.placed(&ticket("buy", "market", "1", None));
    assert_eq!(world.state.cash.available, Usd::ZERO);
    world.market(10_000);
    world.placed(&ticket("sell", "market", "0.00001", None));
    assert_eq!((world.state.cash.shortfall, world.state.gate), (Usd::ZERO, None));
    world.audit();
}
