//! Closing positions, canceling everything, switching off, limits.

use rstest::rstest;

use super::*;
use crate::risk::Denied;

fn holding_ten() -> World {
    let mut world = World::new("100000");
    world.placed(&ticket("buy", "market", "10", None));
    world
}

fn close(amount: CloseAmount) -> Command {
    Command::Close(instrument().symbol, amount)
}

#[rstest]
#[case(CloseAmount::All, "0")]
#[case(CloseAmount::Qty("4".parse().expect("valid")), "6")]
#[case(CloseAmount::Percent(rust_decimal::Decimal::new(25, 0)), "7.5")]
#[case(CloseAmount::Percent(rust_decimal::Decimal::new(3_333_333_333, 8)), "6.666667")]
#[case(CloseAmount::Percent(rust_decimal::Decimal::new(100, 0)), "0")]
fn a_position_is_closed_in_whole_or_in_part(#[case] amount: CloseAmount, #[case] left: &str) {
    let mut world = holding_ten();
    world.apply(&close(amount)).expect("held");
    assert_eq!(world.held(), left);
    world.audit();
}

#[test]
fn closing_all_frees_it_from_its_open_sells_first() {
    let mut world = holding_ten();
    let limit = world.placed(&ticket("sell", "limit", "8", Some("200")));
    let part = world.apply(&close(CloseAmount::Qty("3".parse().expect("valid"))));
    assert!(matches!(part, Err(EngineError::Denied(Denied::InsufficientPosition { .. }))));
    world.apply(&close(CloseAmount::All)).expect("held");
    assert_eq!((world.status(limit.id), world.held()), (OrderStatus::Canceled, "0".to_owned()));
    assert_eq!(world.apply(&close(CloseAmount::All)), Err(EngineError::NoPosition));
    world.audit();
}

#[test]
fn closing_without_a_price_leaves_everything_as_it_was() {
    let mut world = holding_ten();
    let limit = world.placed(&ticket("sell", "limit", "8", Some("200")));
    world.quote = None;
    assert_eq!(world.apply(&close(CloseAmount::All)), Err(EngineError::Denied(Denied::QuoteUnavailable)));
    assert_eq!(world.status(limit.id), OrderStatus::New);
}

#[test]
fn cancel_all_cancels_all_or_one_symbols() {
    let mut world = holding_ten();
    world.placed(&ticket("sell", "limit", "8", Some("200")));
    world.placed(&ticket("buy", "limit", "8", Some("50")));
    assert!(world.apply(&Command::CancelAll(Some("MSFT".parse().expect("valid")))).expect("nothing there").is_empty());
    assert_eq!(world.apply(&Command::CancelAll(None)).expect("two").len(), 2);
    assert!(world.state.open_orders.is_empty());
    world.audit();
}

#[test]
fn switched_off_nothing_is_placed_and_everything_canceled() {
    let mut world = holding_ten();
    let limit = world.placed(&ticket("buy", "limit", "8", Some("50")));
    world.apply(&Command::SetHalted(true)).expect("switched");
    assert_eq!(world.status(limit.id), OrderStatus::Canceled);
    assert_eq!(world.place(&ticket("sell", "market", "1", None)), Err(EngineError::Denied(Denied::Halted)));
    world.apply(&Command::SetHalted(false)).expect("switched");
    world.place(&ticket("sell", "market", "1", None)).expect("on again");
    world.audit();
}

#[test]
fn limits_are_kept_and_obeyed() {
    let mut world = holding_ten();
    let limits = RiskLimits { order_max: Some("100".parse().expect("valid")), orders_a_minute: Some(3), ..RiskLimits::default() };
    world.apply(&Command::SetLimits(Box::new(limits.clone()))).expect("set");
    assert_eq!(world.state.limits, limits);
    let refused = world.place(&ticket("buy", "market", "1", None));
    assert!(matches!(refused, Err(EngineError::Denied(Denied::OverOrderLimit { .. }))), "{refused:?}");
    world.place(&ticket("buy", "limit", "1", Some("50"))).expect("the second of the minute");
    world.place(&ticket("buy", "limit", "1", Some("50"))).expect("the third");
    assert_eq!(world.place(&ticket("buy", "limit", "1", Some("50"))), Err(EngineError::Denied(Denied::OverPace { max: 3 })));
    world.audit();
}

#[test]
fn chosen_lots_are_sold() {
    let mut world = World::new("100000");
    for cents in [10_000, 12_000, 11_000] {
        world.market(cents);
        world.placed(&ticket("buy", "market", "1", None));
    }
    let dearest = world.fills[1].0.id;
    let chosen =
        OrderTicket { lot_method: Some("chosen".to_owned()), lots: Some(vec![dearest.to_string()]), ..ticket("sell", "market", "1", None) };
    world.placed(&chosen);
    assert_eq!(world.closes[0].lot, dearest);
    let position = &world.state.positions[&instrument().symbol];
    assert_eq!(position.realized_pnl.to_string(), "-10.02");
    assert_eq!(world.place(&chosen), Err(EngineError::Denied(Denied::UnknownLot)));
    let newest = OrderTicket { lot_method: Some("lifo".to_owned()), ..ticket("sell", "market", "1", None) };
    world.placed(&newest);
    assert_eq!(world.closes[1].lot, world.fills[2].0.id);
    world.audit();
}
