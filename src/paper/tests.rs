use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{instrument::AssetType, time::Timestamp};

fn price(text: &str) -> Price {
    text.parse().expect("valid")
}

fn qty(text: &str) -> Qty {
    text.parse().expect("valid")
}

fn instrument() -> Instrument {
    Instrument {
        symbol: "X".parse().expect("valid"),
        name: "X".to_owned(),
        asset_type: AssetType::Stock,
        exchange: "NYSE".to_owned(),
        sector: "Energy".to_owned(),
        tick: price("0.01"),
        lot: qty("0.000001"),
        notional_min: "1".parse().expect("valid"),
    }
}

/// 99.99 to 100.01 with a hundred on each side: a level is two cents worse than the one before.
fn quote() -> Quote {
    let p = price("100");
    let (bid, ask, size) = (price("99.99"), price("100.01"), qty("100"));
    Quote { bid, ask, bid_size: size, ask_size: size, ..Quote::still(p, Timestamp::EPOCH) }
}

fn plan(side: Side, units: &str, limit: Option<&str>, taken: &str) -> Vec<String> {
    let demand = Demand { side, qty: qty(units), limit: limit.map(price), taken: qty(taken) };
    executions(&demand, &quote(), &instrument()).iter().map(|e| format!("{}@{}", e.qty, e.price)).collect()
}

#[rstest]
#[case(Side::Buy, "100", None, "0", &["100@100.01"])]
#[case(Side::Sell, "100", None, "0", &["100@99.99"])]
// 100 more at the second level, whose price is two cents worse.
#[case(Side::Buy, "200", None, "0", &["100@100.01", "100@100.03"])]
#[case(Side::Sell, "200", None, "0", &["100@99.99", "100@99.97"])]
// 300 more over levels 1 to 3: level 2 on average.
#[case(Side::Buy, "400", None, "0", &["100@100.01", "300@100.05"])]
// 250 more over levels 1 to 3, too: the average is rounded against the trader.
#[case(Side::Buy, "350", None, "0", &["100@100.01", "250@100.05"])]
#[case(Side::Buy, "300", None, "0", &["100@100.01", "200@100.05"])]
// What the account took before is not there twice.
#[case(Side::Buy, "100", None, "30", &["70@100.01", "30@100.03"])]
#[case(Side::Buy, "50", None, "100", &["50@100.03"])]
#[case(Side::Sell, "50", None, "250", &["50@99.95"])]
// A limit ends the way.
#[case(Side::Buy, "500", Some("100"), "0", &[])]
#[case(Side::Buy, "500", Some("100.01"), "0", &["100@100.01"])]
#[case(Side::Buy, "500", Some("100.02"), "0", &["100@100.01"])]
#[case(Side::Buy, "500", Some("100.03"), "0", &["100@100.01", "100@100.03"])]
#[case(Side::Sell, "500", Some("100"), "0", &[])]
#[case(Side::Sell, "500", Some("99.95"), "0", &["100@99.99", "200@99.95"])]
#[case(Side::Buy, "500", Some("100.03"), "200", &[])]
// Five percent are the end of it: 250 levels of two cents.
#[case(Side::Buy, "1000000", None, "0", &["100@100.01", "25000@102.53"])]
fn orders_trade_against_the_size_of_the_quote(
    #[case] side: Side,
    #[case] units: &str,
    #[case] limit: Option<&str>,
    #[case] taken: &str,
    #[case] expected: &[&str],
) {
    assert_eq!(plan(side, units, limit, taken), expected);
}

#[test]
fn a_quote_without_size_fills_nothing() {
    let empty = Quote { ask_size: Qty::ZERO, ..quote() };
    let demand = Demand { side: Side::Buy, qty: qty("1"), limit: None, taken: Qty::ZERO };
    assert_eq!(executions(&demand, &empty, &instrument()), []);
}

#[test]
fn a_locked_market_still_has_steps_of_a_tick() {
    let locked = Quote { bid: price("100.01"), ..quote() };
    let demand = Demand { side: Side::Buy, qty: qty("200"), limit: None, taken: Qty::ZERO };
    assert_eq!(executions(&demand, &locked, &instrument())[1].price, price("100.02"));
}

#[rstest]
#[case("250", "0", FeeSchedule::FREE, "2.49975")]
#[case("20005", "0", FeeSchedule::FREE, "200")]
#[case("1000", "0", FeeSchedule { taker_bps: 25, ..FeeSchedule::FREE }, "9.974064")]
fn dollars_buy_what_the_quote_offers(#[case] amount: &str, #[case] taken: &str, #[case] fees: FeeSchedule, #[case] expected: &str) {
    let bought = affordable(amount.parse().expect("valid"), &quote(), qty(taken), &fees, &instrument());
    assert_eq!(bought.to_string(), expected);
}

proptest! {
    #[test]
    fn dollars_are_never_overspent(cents in 100..100_000_000_i64, taken in 0..1_000_i64, bps in 0..100_i64) {
        let amount = Usd::from_atoms(cents * 1_000_000);
        let fees = FeeSchedule { taker_bps: bps, ..FeeSchedule::FREE };
        let taken = Qty::from_atoms(taken * 100_000_000).expect("positive");
        let qty = affordable(amount, &quote(), taken, &fees, &instrument());
        let plan = executions(&Demand { side: Side::Buy, qty, limit: None, taken }, &quote(), &instrument());
        let sum = plan.into_iter().try_fold(Sum::NOTHING, |sum, e| sum.add(Side::Buy, e, &fees, Liquidity::Taker)).expect("in range");
        prop_assert!(sum.total(Side::Buy).expect("in range").to_atoms() <= amount.to_atoms(), "{sum:?}");
    }

    #[test]
    fn no_execution_is_worse_than_the_limit_or_more_than_wanted(
        is_buy in any::<bool>(), units in 1..100_000_i64, limit in 9_500..10_500_i64, taken in 0..2_000_i64,
    ) {
        let side = if is_buy { Side::Buy } else { Side::Sell };
        let limit = Price::new(Decimal::new(limit, 2)).expect("positive");
        let (qty, taken) = (Qty::from_atoms(units * 1_000_000).expect("positive"), Qty::from_atoms(taken * 10_000_000).expect("positive"));
        let plan = executions(&Demand { side, qty, limit: Some(limit), taken }, &quote(), &instrument());
        let total = plan.iter().try_fold(Qty::ZERO, |sum, e| sum.checked_add(e.qty)).expect("in range");
        prop_assert!(total <= qty && plan.len() <= 2);
        for execution in plan {
            let is_as_good = match side {
                Side::Buy => execution.price <= limit && execution.price >= quote().ask,
                Side::Sell => execution.price >= limit && execution.price <= quote().bid,
            };
            prop_assert!(is_as_good && execution.price.is_on_tick(instrument().tick), "{execution:?}");
        }
    }

    /// Splitting an order over one quote gains nothing: the parts meet the levels that the whole would.
    #[test]
    fn taking_in_parts_costs_at_least_the_touch(parts in prop::collection::vec(1..80_i64, 1..12)) {
        let mut taken = Qty::ZERO;
        let mut last = quote().ask;
        for part in parts {
            let qty = Qty::from_atoms(part * 100_000_000).expect("positive");
            for execution in executions(&Demand { side: Side::Buy, qty, limit: None, taken }, &quote(), &instrument()) {
                prop_assert!(execution.price >= last);
                last = execution.price;
            }
            taken = taken.checked_add(qty).expect("in range");
        }
    }
}
