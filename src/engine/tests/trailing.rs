//! Trailing stops follow the best price and never go back.

use rstest::rstest;

use super::*;

fn trailing(side: &str, amount: Option<&str>, percent: Option<&str>) -> OrderTicket {
    let text = |t: Option<&str>| t.map(ToOwned::to_owned);
    with_tif("gtc", OrderTicket { trail_price: text(amount), trail_percent: text(percent), ..ticket(side, "trailing_stop", "1", None) })
}

/// Where the stop stands after each price, and whether it traded at the last one.
#[rstest]
#[case::amount("sell", Some("5"), None, &[(10_000, "95.00"), (11_000, "105.00"), (10_600, "105.00")], 10_500)]
#[case::percent("sell", None, Some("10"), &[(10_000, "90.00"), (20_000, "180.00"), (18_001, "180.00")], 18_000)]
#[case::amount("buy", Some("5"), None, &[(10_000, "105.00"), (9_000, "95.00"), (9_400, "95.00")], 9_500)]
#[case::percent("buy", None, Some("10"), &[(10_000, "110.00"), (5_000, "55.00"), (5_499, "55.00")], 5_500)]
fn the_stop_follows_and_does_not_go_back(
    #[case] side: &str,
    #[case] amount: Option<&str>,
    #[case] percent: Option<&str>,
    #[case] way: &[(i64, &str)],
    #[case] trigger: i64,
) {
    let mut world = World::new("100000");
    world.placed(&ticket("buy", "market", "1", None));
    let order = world.placed(&trailing(side, amount, percent));
    for (cents, stop) in way {
        world.tick(*cents);
        let now = world.order(order.id);
        assert_eq!((now.status, now.current_stop(instrument().tick).expect("a stop").to_string().as_str()), (OrderStatus::New, *stop));
        world.audit();
    }
    world.tick(trigger);
    assert_eq!(world.status(order.id), OrderStatus::Filled);
    world.audit();
}

#[test]
fn a_moved_watermark_is_kept_quietly() {
    let mut world = World::new("100000");
    world.placed(&ticket("buy", "market", "1", None));
    world.placed(&trailing("sell", Some("5"), None));
    let events = world.tick(10_100);
    assert!(events.len() == 1 && events[0].is_quiet && events[0].transaction.is_none());
    assert!(world.tick(10_050).is_empty());
}
