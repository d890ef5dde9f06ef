//! What a venue reports: late, too large, twice, out of order, taken back.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{account::Gate, money::OutOfRange};

/// A venue's world: its executions obey the venue, not our paper rules.
fn live(dollars: &str) -> World {
    World { is_paper: false, quote: None, ..World::new(dollars) }
}

fn execution(world: &World, id: OrderId, n: u128, qty: &str, cents: i64, time: i64) -> Execution {
    Execution {
        order: world.order(id).clone(),
        id: FillId::new(Uuid::from_u128(1_000_000 + n)),
        fee_qty: Qty::ZERO,
        exec_id: format!("exec-{n:04}"),
        qty: qty.parse().expect("valid"),
        price: price(cents),
        fee: "0.50".parse().expect("valid"),
        time: Timestamp::from_micros(time),
    }
}

fn execute(world: &mut World, id: OrderId, n: u128, qty: &str, cents: i64, time: i64) {
    let execution = execution(world, id, n, qty, cents, time);
    world.apply(&Command::Execute(Box::new(execution))).expect("a true execution is never refused");
    world.audit();
}

#[test]
fn a_late_fill_of_a_canceled_order_is_booked() {
    let mut world = live("10000");
    let order = world.placed(&ticket("buy", "limit", "10", Some("100")));
    world.apply(&Command::Cancel(order.id)).expect("open");
    execute(&mut world, order.id, 1, "4", 9_900, 1);
    assert_eq!((world.status(order.id), world.held()), (OrderStatus::Canceled, "4".to_owned()));
    execute(&mut world, order.id, 2, "6", 9_900, 2);
    assert_eq!((world.status(order.id), world.state.gate), (OrderStatus::Filled, None));
    assert_eq!(world.state.cash.total().map(|c| c.to_string()), Ok("9009.00".to_owned()));
}

#[test]
fn more_than_was_ordered_closes_the_gate() {
    let mut world = live("10000");
    let order = world.placed(&ticket("buy", "limit", "10", Some("100")));
    execute(&mut world, order.id, 1, "12", 9_900, 1);
    assert_eq!((world.state.gate, world.held()), (Some(Gate::Overfill), "12".to_owned()));
    assert!(matches!(world.place(&ticket("buy", "limit", "1", Some("9"))), Err(EngineError::Denied(crate::risk::Denied::Gated))));
    world.apply(&Command::OpenGate).expect("somebody looked");
    world.place(&ticket("buy", "limit", "1", Some("9"))).expect("open again");
}

#[test]
fn what_a_late_fill_lacks_is_a_shortfall_that_later_money_pays() {
    let mut world = live("1000");
    let order = world.placed(&ticket("buy", "limit", "10", Some("90")));
    world.apply(&Command::Cancel(order.id)).expect("open");
    let other = world.placed(&ticket("buy", "limit", "5", Some("90")));
    execute(&mut world, order.id, 1, "10", 9_000, 1);
    // 550 were free, 900.50 are due.
    assert_eq!((world.state.cash.shortfall.to_string(), world.state.gate), ("350.50".to_owned(), Some(Gate::Shortfall)));
    world.apply(&Command::Cancel(other.id)).expect("open");
    assert_eq!((world.state.cash.shortfall, world.state.cash.available.to_string()), (Usd::ZERO, "99.50".to_owned()));
    world.audit();
}

#[test]
fn a_fill_after_a_replace_counts_for_the_old_order() {
    let mut world = live("10000");
    let old = world.placed(&ticket("buy", "limit", "10", Some("90")));
    let change = crate::order::OrderChange { limit_price: Some("91".to_owned()), ..Default::default() };
    let terms = crate::order::ChangedTerms::parse(&change, &old, &instrument()).expect("valid");
    let events = world.apply(&Command::Replace(old.id, Box::new(terms))).expect("replaced");
    execute(&mut world, old.id, 1, "3", 9_000, 1);
    assert_eq!((world.status(old.id), world.order(old.id).filled_qty.to_string()), (OrderStatus::Replaced, "3".to_owned()));
    assert_eq!(world.status(events[1].order.id), OrderStatus::New);
}

#[test]
fn a_bust_takes_everything_back() {
    let mut world = live("10000");
    let order = world.placed(&ticket("buy", "limit", "10", Some("100")));
    execute(&mut world, order.id, 1, "10", 9_900, 1);
    let fill = world.fills[0].0.clone();
    let bust = Command::Bust(Box::new(fill), Box::new(world.order(order.id).clone()));
    world.apply(&bust).expect("history is there");
    world.audit();
    assert_eq!((world.held().as_str(), world.state.cash.total().map(|c| c.to_string())), ("0", Ok("10000.00".to_owned())));
    assert_eq!((world.state.cash.fees, world.status(order.id)), (Usd::ZERO, OrderStatus::Canceled));
}

#[test]
fn an_execution_out_of_order_asks_for_the_earlier_ones() {
    let mut world = live("10000");
    let order = world.placed(&ticket("buy", "limit", "10", Some("100")));
    execute(&mut world, order.id, 2, "5", 9_900, 20);
    let early = execution(&world, order.id, 1, "5", 9_000, 10);
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
    let answer = super::apply(&mut world.state.clone(), &Command::Execute(Box::new(early)), &env);
    assert_eq!(answer, Err(EngineError::NeedsHistory));
    execute(&mut world, order.id, 1, "5", 9_000, 10);
    let oldest = world.state.lots[&instrument.symbol].iter().next().expect("a lot").opened_at;
    assert_eq!(oldest, Timestamp::from_micros(10));
}

#[rstest]
#[case(crate::account::CashError::OutOfRange(OutOfRange), EngineError::Broken("cash"))]
fn a_broken_rule_is_named(#[case] error: crate::account::CashError, #[case] expected: EngineError) {
    assert_eq!(EngineError::from(error), expected);
}

/// Executions of one buy and one sell order, in any order, each maybe twice: `(is_buy, qty, cents)`.
fn story() -> impl Strategy<Value = (Vec<(bool, i64, i64)>, Vec<usize>)> {
    prop::collection::vec((any::<bool>(), 1..5_i64, 9_000..11_000_i64), 1..12).prop_flat_map(|executions| {
        let order: Vec<usize> = (0..executions.len()).collect();
        (Just(executions), Just(order).prop_shuffle())
    })
}

/// What is left when they come in this order; the venue's inbox lets each through once.
fn told(executions: &[(bool, i64, i64)], order: &[usize]) -> World {
    let mut world = live("1000000");
    let buy = world.placed(&with_tif("gtc", ticket("buy", "limit", "1000", Some("120")))).id;
    world.state.limits.collar = crate::money::Percent::from_whole(100);
    let stock = execution(&world, buy, 0, "500", 10_000, 0);
    world.apply(&Command::Execute(Box::new(stock))).expect("booked");
    let sell = world.placed(&with_tif("gtc", ticket("sell", "limit", "500", Some("130")))).id;
    for n in order {
        let (is_buy, qty, cents) = executions[*n];
        let time = 10 + i64::try_from(*n).expect("small");
        let id = if is_buy { buy } else { sell };
        let n = u128::try_from(*n).expect("small") + 1;
        if world.fills.iter().any(|(fill, _)| fill.exec_id == format!("exec-{n:04}")) {
            continue;
        }
        let execution = execution(&world, id, n, &qty.to_string(), cents, time);
        world.apply(&Command::Execute(Box::new(execution))).expect("booked");
    }
    world
}

proptest! {
    /// Replayed, reordered and duplicated, a venue's executions end in the same books.
    #[test]
    fn any_order_of_executions_ends_in_the_same_books((executions, shuffled) in story()) {
        let straight: Vec<usize> = (0..executions.len()).collect();
        let doubled: Vec<usize> = shuffled.iter().chain(&straight).copied().collect();
        let (a, b, c) = (told(&executions, &straight), told(&executions, &shuffled), told(&executions, &doubled));
        a.audit();
        b.audit();
        prop_assert_eq!(crate::audit::fingerprint(&a.state), crate::audit::fingerprint(&b.state));
        prop_assert_eq!(crate::audit::fingerprint(&b.state), crate::audit::fingerprint(&c.state));
        prop_assert_eq!(&a.state.positions, &b.state.positions);
        prop_assert_eq!(&a.state.lots, &b.state.lots);
        prop_assert_eq!(a.state.cash, b.state.cash);
    }
}
