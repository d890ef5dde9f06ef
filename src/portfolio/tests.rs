use super::*;
use crate::{
    fill::Settlement,
    ids::{FillId, OrderId},
    market::Bar,
    time::DAY_US,
};

fn usd(text: &str) -> Usd {
    text.parse().expect("valid")
}

fn fill(side: Side, qty: &str, price: &str, value: &str, time: i64) -> Fill {
    Fill {
        id: FillId::new(uuid::Uuid::nil()),
        order_id: OrderId::new(uuid::Uuid::nil()),
        symbol: symbol(),
        side,
        qty: qty.parse().expect("valid"),
        price: price.parse().expect("valid"),
        settlement: Settlement { gross: usd(value), residue: Usd::ZERO, fee: Usd::ZERO },
        time: Timestamp::from_micros(time),
        fee_qty: Qty::ZERO,
        exec_id: time.to_string(),
        quote_time: None,
    }
}

fn symbol() -> Symbol {
    "X".parse().expect("valid")
}

#[test]
fn day_profit_counts_from_the_close_for_what_was_held_and_from_the_trade_for_what_was_bought() {
    let cash = Cash::new(usd("97900"), Usd::ZERO);
    let position = Position { qty: "20".parse().expect("valid"), cost_basis: usd("2100"), ..Position::empty(symbol()) };
    let marks = Marks::from([(symbol(), Mark { price: "111".parse().expect("valid"), prev_close: "105".parse().expect("valid") })]);
    // Ten were held from before at 105; ten were bought today for 1100.
    let today = [fill(Side::Buy, "10", "110", "1100", 1)];
    let view = value(&cash, usd("100000"), &[position], &today, &marks, Timestamp::EPOCH).expect("in range");
    assert_eq!(view.market_value, usd("2220"));
    assert_eq!(view.equity, usd("100120"));
    assert_eq!(view.day_pl, usd("70"));
    assert_eq!(view.total_pl, usd("120"));
    assert_eq!(view.total_pl_pct.to_string(), "0.12");
}

#[test]
fn a_position_closed_today_keeps_its_day_profit() {
    let cash = Cash::new(usd("100050"), Usd::ZERO);
    let marks = Marks::from([(symbol(), Mark { price: "9".parse().expect("valid"), prev_close: "10".parse().expect("valid") })]);
    let today = [fill(Side::Buy, "10", "10", "100", 1), fill(Side::Sell, "10", "15", "150", 2)];
    let view = value(&cash, usd("100000"), &[Position::empty(symbol())], &today, &marks, Timestamp::EPOCH).expect("in range");
    assert_eq!((view.day_pl, view.equity), (usd("50"), usd("100050")));
}

#[test]
fn fees_are_a_loss_of_the_day() {
    let marks = Marks::from([(symbol(), Mark { price: "10".parse().expect("valid"), prev_close: "10".parse().expect("valid") })]);
    let mut bought = fill(Side::Buy, "10", "10", "100", 1);
    bought.settlement.fee = usd("3");
    let mut sold = fill(Side::Sell, "10", "10", "100", 2);
    sold.settlement.fee = usd("2");
    let cash = Cash { fees: usd("5"), ..Cash::new(usd("95"), Usd::ZERO) };
    let view = value(&cash, usd("100"), &[Position::empty(symbol())], &[bought.clone(), sold.clone()], &marks, Timestamp::EPOCH);
    let view = view.expect("in range");
    assert_eq!((view.day_pl, view.total_pl), (usd("-5"), usd("-5")));
    let (times, bars) = ([Timestamp::from_micros(3)], BTreeMap::new());
    let input = CurveInput { deposits: usd("100"), fills: &[bought, sold], bars: &bars, step_us: 1, times: &times };
    assert_eq!(equity_curve(&input).expect("in range")[0].equity, usd("95"));
}

#[test]
fn the_curve_follows_fills_and_closes() {
    let p = |x: &str| x.parse::<Price>().expect("valid");
    let bar = |t: i64, c: &str| Bar { t: Timestamp::from_micros(t), o: p(c), h: p(c), l: p(c), c: p(c), v: Qty::ZERO };
    let bars = BTreeMap::from([(symbol(), vec![bar(0, "10"), bar(DAY_US, "12"), bar(2 * DAY_US, "11")])]);
    let fills = [fill(Side::Buy, "100", "10", "1000", DAY_US + 5), fill(Side::Sell, "50", "11", "550", 2 * DAY_US + 5)];
    let times: Vec<_> = (1..=3).map(|d| Timestamp::from_micros(d * DAY_US)).collect();
    let input = CurveInput { deposits: usd("5000"), fills: &fills, bars: &bars, step_us: DAY_US, times: &times };
    let equity: Vec<_> = equity_curve(&input).expect("in range").iter().map(|p| p.equity.to_string()).collect();
    assert_eq!(equity, ["5000.00", "5200.00", "5100.00"]);
}

#[test]
fn coins_that_the_venue_kept_as_its_fee_are_not_held() {
    let mut bought = fill(Side::Buy, "1", "100", "100", 1);
    bought.fee_qty = "0.0025".parse().expect("valid");
    let sold = fill(Side::Sell, "0.9975", "100", "99.75", 2);
    let (times, bars) = ([Timestamp::from_micros(3)], BTreeMap::new());
    let input = CurveInput { deposits: usd("100"), fills: &[bought.clone(), sold.clone()], bars: &bars, step_us: 1, times: &times };
    assert_eq!(equity_curve(&input).expect("in range")[0].equity, usd("99.75"));
    let marks = Marks::from([(symbol(), Mark { price: "100".parse().expect("valid"), prev_close: "90".parse().expect("valid") })]);
    // Two were held since yesterday.
    let cash = Cash::new(usd("99.75"), Usd::ZERO);
    let position = Position { qty: "2".parse().expect("valid"), ..Position::empty(symbol()) };
    let view = value(&cash, usd("100"), &[position], &[bought, sold], &marks, Timestamp::EPOCH).expect("in range");
    assert_eq!(view.day_pl, usd("19.75"), "two gained 10 each, and a quarter dollar went in fees");
}
