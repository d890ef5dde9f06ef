use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("", DecimalError::Empty)]
#[case("abc", DecimalError::NotANumber)]
#[case("NaN", DecimalError::NotANumber)]
#[case("Infinity", DecimalError::NotANumber)]
#[case("1e400", DecimalError::NotANumber)]
#[case("1,000", DecimalError::NotANumber)]
#[case(".", DecimalError::NotANumber)]
#[case("--1", DecimalError::NotANumber)]
#[case("+1", DecimalError::NotANumber)]
#[case("0", DecimalError::NotPositive)]
#[case("-0", DecimalError::NotPositive)]
#[case("-1", DecimalError::NotPositive)]
#[case("1.000000000000000000000000000001", DecimalError::TooPrecise { max: 10 })]
#[case("99999999999999999999999999", DecimalError::TooLarge)]
#[case("10000000001", DecimalError::TooLarge)]
fn a_price_that_cannot_be_is_refused(#[case] text: &str, #[case] expected: DecimalError) {
    assert_eq!(text.parse::<Price>(), Err(expected));
}

#[rstest]
#[case("178.5", "178.50")]
#[case("178.520000", "178.52")]
#[case("0.00000951", "0.00000951")]
#[case(".5", "0.50")]
#[case("007", "7.00")]
fn a_price_shows_at_least_cents(#[case] text: &str, #[case] shown: &str) {
    assert_eq!(text.parse::<Price>().expect("valid").to_string(), shown);
}

#[test]
fn quantities_show_without_trailing_zeros_and_dollars_with_cents() {
    assert_eq!("10.500".parse::<Qty>().expect("valid").to_string(), "10.5");
    assert_eq!(Usd::from_atoms(9_821_480_000_000).to_string(), "98214.80");
    assert_eq!(Usd::from_atoms(-1).to_string(), "-0.00000001");
}

#[test]
fn costs_round_up_and_proceeds_round_down() {
    let price: Price = "0.00000951".parse().expect("valid");
    let qty: Qty = "0.5".parse().expect("valid");
    assert_eq!(Usd::cost(price, qty).expect("in range").to_atoms(), 476);
    assert_eq!(Usd::proceeds(price, qty).expect("in range").to_atoms(), 475);
}

#[test]
fn a_product_beyond_the_ledger_is_out_of_range() {
    let price: Price = "10000000000".parse().expect("valid");
    let qty: Qty = "10000000000".parse().expect("valid");
    assert_eq!(Usd::cost(price, qty), Err(OutOfRange));
}

proptest! {
    #[test]
    fn atoms_survive_a_round_trip(atoms in any::<i64>()) {
        prop_assume!(atoms != i64::MIN);
        prop_assert_eq!(Usd::from_atoms(atoms).to_atoms(), atoms);
        let text = Usd::from_atoms(atoms).to_string();
        prop_assert_eq!(text.parse::<Usd>().expect("own text").to_atoms(), atoms);
    }

    #[test]
    fn shares_of_a_cost_never_exceed_it(cost in 0..i64::MAX / 2, whole in 1..1_000_000_000_000_i64, part in 0..1_000_000_000_000_i64) {
        let part = part.min(whole);
        let (cost, whole, part) = (Usd::from_atoms(cost), Qty::from_atoms(whole).expect("in range"), Qty::from_atoms(part).expect("in range"));
        let taken = cost.share(part, whole);
        prop_assert!(taken <= cost && !taken.is_negative());
        prop_assert_eq!(cost.share(whole, whole), cost);
    }

    #[test]
    fn what_is_affordable_costs_at_most_the_amount(cents in 1..100_000_000_i64, price in 1..100_000_i64) {
        let amount = Usd::from_atoms(cents * 1_000_000);
        let price = Price::new(Decimal::new(price, 2)).expect("positive");
        let qty = Qty::affordable(amount, price, "0.000001".parse().expect("valid"));
        prop_assert!(Usd::cost(price, qty).expect("in range") <= amount);
    }

    #[test]
    fn any_text_parses_or_errs_without_panic(text in ".{0,80}") {
        let _ = (text.parse::<Price>(), text.parse::<Qty>(), text.parse::<Usd>());
    }
}
