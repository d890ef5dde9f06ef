//! Books that lie are found out: each case spoils one thing, and the audit names the invariant.

use rstest::rstest;

use super::*;

/// A holding, a resting buy, a resting sell and a canceled order.
fn honest() -> World {
    let mut world = World::new("100000");
    world.placed(&ticket("buy", "market", "10", None));
    world.placed(&ticket("sell", "market", "2", None));
    world.placed(&ticket("buy", "limit", "8", Some("50")));
    world.placed(&ticket("sell", "limit", "3", Some("200")));
    let order = world.placed(&ticket("buy", "limit", "1", Some("60")));
    world.apply(&Command::Cancel(order.id)).expect("open");
    world.audit();
    world
}

fn atoms(n: i64) -> Usd {
    Usd::from_atoms(n)
}

fn bump(amount: &mut Usd) {
    *amount = amount.checked_add(atoms(1)).expect("in range");
}

fn position(world: &mut World) -> &mut crate::position::Position {
    world.state.positions.get_mut(&instrument().symbol).expect("held")
}

/// The newest order with this status, in the list and, if open, in the account.
fn spoil(world: &mut World, status: OrderStatus, how: impl Fn(&mut Order)) {
    let id = world.orders.values().rev().find(|o| o.status == status).expect("one").id;
    how(world.orders.get_mut(&id).expect("there"));
    if let Some(open) = world.state.open_orders.get_mut(&id) {
        how(open);
    }
}

#[rstest]
#[case::one_sided_posting(|w: &mut World| w.booked[0].lines[0].pots.fees += 1, &[1, 2])]
#[case::free_dollars(|w: &mut World| bump(&mut w.state.cash.available), &[2, 5])]
#[case::deposits(|w: &mut World| bump(&mut w.state.deposits), &[2, 5])]
#[case::fees(|w: &mut World| bump(&mut w.state.cash.fees), &[2, 5])]
#[case::rounding(|w: &mut World| bump(&mut w.state.cash.rounding), &[2, 5])]
#[case::shortfall(|w: &mut World| bump(&mut w.state.cash.shortfall), &[2, 3, 5])]
#[case::reserved(|w: &mut World| bump(&mut w.state.cash.reserved), &[2, 4, 5])]
#[case::negative(|w: &mut World| w.state.cash.available = atoms(-1), &[2, 3, 5])]
#[case::negative_rounding(|w: &mut World| w.state.cash.rounding = atoms(-1), &[2, 3, 5])]
#[case::cost(|w: &mut World| bump(&mut position(w).cost_basis), &[2, 5])]
#[case::realized(|w: &mut World| bump(&mut position(w).realized_pnl), &[2, 5])]
#[case::held(|w: &mut World| position(w).qty = "9".parse().expect("valid"), &[2, 8])]
#[case::lacking_units(|w: &mut World| position(w).shortfall = "1".parse().expect("valid"), &[2, 3, 8])]
#[case::promised(|w: &mut World| position(w).reserved = "4".parse().expect("valid"), &[2, 4])]
#[case::promised_beyond(|w: &mut World| position(w).reserved = "14".parse().expect("valid"), &[2, 3, 4])]
#[case::lots_gone(|w: &mut World| w.state.lots.clear(), &[2])]
#[case::position_gone(|w: &mut World| w.state.positions.clear(), &[2, 4, 5])]
#[case::close_gone(|w: &mut World| w.closes.clear(), &[5])]
#[case::empty_close(|w: &mut World| w.closes[0].qty = Qty::ZERO, &[2])]
#[case::hold(|w: &mut World| spoil(w, OrderStatus::New, |o| o.hold_qty = "4".parse().expect("valid")), &[4])]
#[case::hold_by_the_wrong_side(|w: &mut World| spoil(w, OrderStatus::New, |o| o.hold = atoms(1)), &[4])]
#[case::fill_gone(|w: &mut World| { w.fills.pop(); }, &[6, 7, 8, 9])]
#[case::fill_twice(|w: &mut World| { let fill = w.fills[0].clone(); w.fills.push(fill); }, &[6, 7, 8])]
#[case::posting_gone(|w: &mut World| w.booked.retain(|b| b.reason != Reason::Fill), &[2, 8])]
#[case::nameless(|w: &mut World| for b in &mut w.booked { if b.reason == Reason::Fill { b.fill = None; } }, &[8, 9])]
#[case::busted_and_booked(|w: &mut World| { let id = w.fills[0].0.id; w.busted.push(id); w.fills.remove(0); }, &[6, 7, 8, 9])]
#[case::filled(|w: &mut World| spoil(w, OrderStatus::Filled, |o| o.filled_qty = "1".parse().expect("valid")), &[6, 10])]
#[case::overfilled(|w: &mut World| spoil(w, OrderStatus::Filled, |o| o.qty = "1".parse().expect("valid")), &[6])]
#[case::value(|w: &mut World| spoil(w, OrderStatus::Filled, |o| bump(&mut o.filled_value)), &[7])]
#[case::order_fees(|w: &mut World| spoil(w, OrderStatus::Filled, |o| bump(&mut o.fees)), &[7])]
#[case::status(|w: &mut World| spoil(w, OrderStatus::Filled, |o| o.status = OrderStatus::Canceled), &[10])]
#[case::partly(|w: &mut World| spoil(w, OrderStatus::New, |o| o.status = OrderStatus::PartiallyFilled), &[10])]
#[case::closed_and_listed(|w: &mut World| spoil(w, OrderStatus::New, |o| o.status = OrderStatus::Canceled), &[10, 11])]
#[case::open_and_not_listed(|w: &mut World| w.state.open_orders.clear(), &[4, 10])]
#[case::ended_with_a_hold(|w: &mut World| spoil(w, OrderStatus::Canceled, |o| o.hold = atoms(1)), &[11])]
#[case::two_with_a_name(|w: &mut World| { let name = w.orders.values().next().expect("one").client_order_id.clone(); spoil(w, OrderStatus::Canceled, |o| o.client_order_id = name.clone()); }, &[12])]
#[case::order_gone(|w: &mut World| w.orders.clear(), &[14])]
#[case::order_differs(|w: &mut World| { let id = *w.state.open_orders.keys().next().expect("one"); w.orders.get_mut(&id).expect("there").created_at = Timestamp::from_micros(9); }, &[14])]
#[case::off_tick(|w: &mut World| spoil(w, OrderStatus::Canceled, |o| o.kind = crate::order::OrderKind::Limit { limit_price: "60.001".parse().expect("valid") }), &[15])]
#[case::stop_off_tick(|w: &mut World| spoil(w, OrderStatus::Canceled, |o| o.kind = crate::order::OrderKind::Stop { stop_price: "60.001".parse().expect("valid") }), &[15])]
#[case::off_lot(|w: &mut World| spoil(w, OrderStatus::Canceled, |o| o.qty = "1.0000001".parse().expect("valid")), &[15])]
#[case::settled_wrong(|w: &mut World| bump(&mut w.fills[0].0.settlement.gross), &[7, 15])]
#[case::stale(|w: &mut World| w.fills[0].0.quote_time = Some(Timestamp::from_micros(-Quote::FRESH_US)), &[16])]
#[case::from_the_future(|w: &mut World| w.fills[0].0.quote_time = Some(Timestamp::from_micros(1)), &[16])]
#[case::closed_market(|w: &mut World| w.calendar = Calendar::Nyse, &[16])]
#[case::worse_than_its_limit(|w: &mut World| spoil(w, OrderStatus::Filled, |o| o.kind = crate::order::OrderKind::Limit { limit_price: "150".parse().expect("valid") }), &[16])]
#[case::another_account(|w: &mut World| spoil(w, OrderStatus::Canceled, |o| o.account_id = AccountId::new(Uuid::nil())), &[19])]
#[case::another_side(|w: &mut World| spoil(w, OrderStatus::Filled, |o| o.side = crate::order::Side::Buy), &[19])]
fn a_lie_is_named(#[case] lie: fn(&mut World), #[case] invariants: &[u8]) {
    let mut world = honest();
    lie(&mut world);
    let found: std::collections::BTreeSet<_> = world.report().findings.iter().map(|f| f.invariant).collect();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), invariants, "{:#?}", world.report().findings);
}

#[test]
fn what_was_checked_is_counted() {
    let report = honest().report();
    let counts: Vec<_> = crate::audit::INVARIANTS.iter().map(|(n, _)| report.checked(*n) > 0).collect();
    let by_store_or_venue = [13, 17, 18];
    for ((n, _), is_checked) in crate::audit::INVARIANTS.iter().zip(counts) {
        assert_eq!(is_checked, !by_store_or_venue.contains(n), "invariant {n}");
    }
    assert_eq!((report.checked(0), report.checked(20)), (0, 0));
}
