//! What a preview says is what the fill then costs.

use proptest::prelude::*;
use rstest::rstest;

use super::{orders::new_york, *};
use crate::order::Side;

/// Cash before less cash after, for a buy; the other way round for a sell.
fn moved(world: &World, before: Usd, side: Side) -> Usd {
    let after = world.state.cash.total().expect("in range");
    match side {
        Side::Buy => before.checked_sub(after).expect("in range"),
        Side::Sell => after.checked_sub(before).expect("in range"),
    }
}

/// At which price the market has to be for a fill at exactly the estimated price, in cents.
fn reach(world: &World, order: &NewOrder, preview: &Preview) -> i64 {
    let cents = |price: Price| i64::try_from((price.decimal() * rust_decimal::Decimal::ONE_HUNDRED).trunc()).expect("small");
    let touch = |at: i64| if order.side == Side::Buy { at - 1 } else { at + 1 };
    let _ = world;
    touch(cents(preview.estimate.price))
}

#[rstest]
fn a_preview_is_what_the_fill_costs(
    #[values("buy", "sell")] side: &str,
    #[values("market", "limit", "stop", "stop_limit", "trailing_stop")] kind: &str,
    #[values("1", "3.141592", "100")] qty: &str,
    #[values(0, 25)] bps: i64,
) {
    let mut world = World::new("1000000");
    world.placed(&ticket("buy", "market", "100", None));
    world.market(10_000);
    world.fees = FeeSchedule { maker_bps: bps, taker_bps: bps, ..FeeSchedule::paper(AssetType::Stock) };
    let is_buy = side == "buy";
    let far = |near: &str, other: &str| Some(if is_buy { near } else { other }.to_owned());
    let order = OrderTicket {
        limit_price: match kind {
            "limit" => far("98.00", "102.00"),
            "stop_limit" => far("103.00", "97.00"),
            _ => None,
        },
        stop_price: if kind.starts_with("stop") { far("102.50", "97.50") } else { None },
        trail_price: (kind == "trailing_stop").then(|| "2".to_owned()),
        ..ticket(side, kind, qty, None)
    };
    let order = checked(&order);
    let preview = world.preview(&order);
    assert_eq!((preview.denied, preview.power_before), (None, world.state.cash.available));
    let before = world.state.cash.total().expect("in range");
    world.apply(&Command::Place(Box::new(order.clone()))).expect("accepted");
    if kind != "market" {
        // Through the trigger, then to the price it was reckoned at.
        let at = reach(&world, &order, &preview);
        world.market(if is_buy { 10_251 } else { 9_749 });
        if order.kind.has_trigger() {
            let touch = |p: Price| Quote { bid: p, ask: p, ..world.quote.expect("a quote") };
            world.quote = Some(touch(preview.estimate.price));
            world.wake();
        }
        world.tick(at);
    }
    assert_eq!(world.state.open_orders.len(), 0, "it filled");
    assert_eq!(moved(&world, before, order.side), preview.estimate.total(order.side).expect("in range"));
    world.audit();
}

#[test]
fn warnings_say_what_a_trader_should_know() {
    let mut world = World::new("1000000");
    let codes =
        |world: &World, ticket: &OrderTicket| -> Vec<&str> { world.preview(&checked(ticket)).warnings.iter().map(Warning::code).collect() };
    assert_eq!(codes(&world, &ticket("buy", "market", "10", None)), [""; 0]);
    assert_eq!(codes(&world, &ticket("buy", "market", "101", None)), ["beyond_size"]);
    assert_eq!(codes(&world, &ticket("buy", "stop", "10", Some("100"))), ["stop_reached", "stop_is_market"]);
    assert_eq!(codes(&world, &with_tif("opg", ticket("buy", "market", "10", None))), ["at_opening"]);
    assert_eq!(codes(&world, &with_tif("cls", ticket("buy", "market", "10", None))), ["at_close"]);
    world.calendar = Calendar::Nyse;
    assert_eq!(codes(&world, &ticket("buy", "market", "10", None)), ["market_closed"]);
    world.quote = None;
    assert_eq!(codes(&world, &ticket("buy", "limit", "10", Some("9"))), ["market_closed", "quote_unavailable"]);
}

#[test]
fn a_price_that_stands_still_is_not_one_to_trade_at() {
    let mut world = World::new("10000");
    world.calendar = Calendar::Nyse;
    world.now = new_york(17, 0);
    let order = checked(&OrderTicket { extended_hours: Some(true), ..ticket("buy", "limit", "10", Some("101")) });
    let told = |world: &World| {
        let preview = world.preview(&order);
        (preview.estimate.at_once.to_string(), preview.warnings.iter().map(Warning::code).collect::<Vec<_>>())
    };
    world.quote = Some(quote(10_000, world.now));
    assert_eq!(told(&world), ("10".to_owned(), vec![]));
    world.quote = Some(quote(10_000, new_york(16, 0)));
    assert_eq!(told(&world), ("0".to_owned(), vec!["quote_unavailable"]));
    world.apply(&Command::Place(Box::new(order.clone()))).expect("accepted");
    assert!(world.fills.is_empty());
}

#[test]
fn a_preview_says_why_it_would_be_refused() {
    let world = World::new("100");
    let preview = world.preview(&checked(&ticket("buy", "market", "10", None)));
    assert_eq!(preview.denied.map(|denied| denied.code()), Some("insufficient_buying_power"));
    assert_eq!((preview.estimate.value.to_string(), preview.power_after.to_string()), ("1000.10".to_owned(), "-900.10".to_owned()));
    assert_eq!(preview.spread.map(|s| s.to_string()), Some("0.02".to_owned()));
}

proptest! {
    /// Market orders of any size against any quote, for units or dollars.
    #[test]
    fn a_market_preview_is_the_fill(
        is_buy in any::<bool>(), is_dollars in any::<bool>(), amount in 1_000_000..60_000_000_000_i64, cents in 500..50_000_i64, bps in 0..60_i64,
    ) {
        let mut world = World::new("100000000");
        world.placed(&with_tif("ioc", ticket("buy", "market", "50000", None)));
        world.market(cents);
        world.fees = FeeSchedule { maker_bps: bps, taker_bps: bps, ..FeeSchedule::paper(AssetType::Stock) };
        // A dollar is the least that can be spent; a hundredth of a unit can be bought.
        let amount = if is_dollars { amount.max(100_000_000) } else { amount };
        let text = rust_decimal::Decimal::new(amount / 100, 6).to_string();
        let side = if is_buy { "buy" } else { "sell" };
        let units = ticket(side, "market", &text, None);
        let order = checked(&if is_dollars { OrderTicket { qty: None, notional: Some(text), ..units } } else { units });
        let preview = world.preview(&order);
        prop_assume!(preview.denied.is_none() && preview.estimate.at_once == preview.estimate.qty);
        let before = world.state.cash.total().expect("in range");
        world.apply(&Command::Place(Box::new(order.clone()))).expect("accepted");
        prop_assert_eq!(world.state.open_orders.len(), 0);
        prop_assert_eq!(moved(&world, before, order.side), preview.estimate.total(order.side).expect("in range"));
        world.audit();
    }
}
