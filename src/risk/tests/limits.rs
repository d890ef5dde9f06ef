//! What the owner of an account allows it to do.

use rstest::rstest;

use super::*;

#[rstest]
#[case::order(RiskLimits { order_max: Some(usd("100.01")), ..RiskLimits::default() }, "1", None)]
#[case::order(RiskLimits { order_max: Some(usd("100")), ..RiskLimits::default() }, "1", Some("over_order_limit"))]
#[case::share(RiskLimits { equity_share_max: Some(Percent::from_whole(2)), ..RiskLimits::default() }, "1.99", None)]
#[case::share(RiskLimits { equity_share_max: Some(Percent::from_whole(2)), ..RiskLimits::default() }, "2", Some("over_equity_share"))]
#[case::symbol(RiskLimits { symbols: Some(vec!["X".parse().expect("valid")]), ..RiskLimits::default() }, "1", None)]
#[case::symbol(RiskLimits { symbols: Some(vec!["Y".parse().expect("valid")]), ..RiskLimits::default() }, "1", Some("symbol_not_allowed"))]
#[case::symbol(RiskLimits { symbols: Some(Vec::<Symbol>::new()), ..RiskLimits::default() }, "1", Some("symbol_not_allowed"))]
fn limits_stop_buys_and_let_sells_go(#[case] limits: RiskLimits, #[case] units_text: &str, #[case] code: Option<&str>) {
    let desk = Desk { limits, ..Desk::new("1000", "10") };
    let answer = |side| check(order(side, OrderKind::Market, units(units_text)), &instrument(), &desk.situation());
    assert_eq!(answer(Side::Buy).err().map(|denied| denied.code()), code);
    assert!(answer(Side::Sell).is_ok());
}

#[rstest]
#[case("-49.99", None)]
#[case("-50", Some("over_daily_loss"))]
#[case("-51", Some("over_daily_loss"))]
fn a_days_loss_ends_buying(#[case] day_pl: &str, #[case] code: Option<&str>) {
    let desk = Desk { limits: RiskLimits { daily_loss_max: Some(usd("50")), ..RiskLimits::default() }, ..Desk::new("1000", "10") };
    let situation = Situation { day_pl: Some(usd(day_pl)), ..desk.situation() };
    let answer = |side| check(order(side, OrderKind::Market, units("1")), &instrument(), &situation);
    assert_eq!(answer(Side::Buy).err().map(|denied| denied.code()), code);
    assert!(answer(Side::Sell).is_ok());
}

#[test]
fn a_minute_has_so_many_orders() {
    let desk = Desk { limits: RiskLimits { orders_a_minute: Some(2), ..RiskLimits::default() }, ..Desk::new("1000", "10") };
    let mut pace = Pace::STILL;
    let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
    for (second, is_allowed) in [(0, true), (59, true), (59, false), (60, true), (61, true), (62, false), (200, true)] {
        let situation = Situation { pace, now: at(second), ..desk.situation() };
        let answer = check(order(Side::Sell, OrderKind::Market, units("1")), &instrument(), &situation);
        assert_eq!(answer.err(), (!is_allowed).then_some(Denied::OverPace { max: 2 }), "second {second}");
        if is_allowed {
            pace.count(at(second));
        }
    }
}
