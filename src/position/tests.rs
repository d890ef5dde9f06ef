use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    fill::Settlement,
    ids::{FillId, OrderId},
};

fn usd(text: &str) -> Usd {
    text.parse().expect("valid")
}

fn qty(text: &str) -> Qty {
    text.parse().expect("valid")
}

fn symbol() -> Symbol {
    "AAPL".parse().expect("valid")
}

fn id(n: u128) -> FillId {
    FillId::new(uuid::Uuid::from_u128(n))
}

/// The `n`th execution: `units` for `gross` dollars in all.
fn fill(n: u128, side: Side, units: &str, gross: &str) -> Fill {
    Fill {
        id: id(n),
        order_id: OrderId::new(uuid::Uuid::nil()),
        symbol: symbol(),
        side,
        qty: qty(units),
        price: "1".parse().expect("valid"),
        settlement: Settlement { gross: usd(gross), residue: Usd::ZERO, fee: Usd::ZERO },
        time: Timestamp::from_micros(i64::try_from(n).expect("small")),
        fee_qty: Qty::ZERO,
        exec_id: format!("{n:06}"),
        quote_time: None,
    }
}

/// Three lots of ten at 100, 120 and 110.
fn three_lots() -> (Position, Lots) {
    let (mut position, mut lots) = (Position::empty(symbol()), Lots::default());
    for (n, gross) in [(1, "1000"), (2, "1200"), (3, "1100")] {
        position.apply(&mut lots, &fill(n, Side::Buy, "10", gross), &LotOrder::default()).expect("in range");
    }
    (position, lots)
}

#[rstest]
#[case(LotMethod::Fifo, &[], &[1, 2], "1600")]
#[case(LotMethod::Lifo, &[], &[3, 2], "1700")]
#[case(LotMethod::Hifo, &[], &[2, 3], "1750")]
#[case(LotMethod::Chosen, &[3, 1], &[3, 1], "1600")]
#[case(LotMethod::Chosen, &[2], &[2, 1], "1700")]
fn a_sell_takes_the_lots_its_order_wants(#[case] method: LotMethod, #[case] chosen: &[u128], #[case] closed: &[u128], #[case] cost: &str) {
    let (mut position, mut lots) = three_lots();
    assert_eq!(position.avg_entry_price().expect("held").to_string(), "110.00");
    let chosen: Vec<_> = chosen.iter().map(|n| id(*n)).collect();
    let sell = fill(9, Side::Sell, "15", "1750");
    let closes = position.apply(&mut lots, &sell, &LotOrder { method, chosen: &chosen }).expect("held");
    assert_eq!(closes.iter().map(|c| c.lot).collect::<Vec<_>>(), closed.iter().map(|n| id(*n)).collect::<Vec<_>>());
    assert_eq!(closes.iter().map(|c| c.qty.to_string()).collect::<Vec<_>>(), ["10", "5"]);
    let realized = usd("1750").checked_sub(usd(cost)).expect("in range");
    assert_eq!(position.realized_pnl, realized);
    assert_eq!(Usd::sum(closes.iter().map(LotClose::realized)), Ok(realized));
    assert_eq!(position.cost_basis, usd("3300").checked_sub(usd(cost)).expect("in range"));
    assert_eq!(lots.totals(), (1_500_000_000, position.cost_basis.to_atoms()));
}

#[test]
fn more_than_is_held_cannot_be_reserved_or_released() {
    let (mut position, _) = three_lots();
    assert_eq!(position.reserve(qty("30.00000001")), Err(PositionError::NotHeld));
    position.reserve(qty("30")).expect("held");
    assert_eq!((position.available(), position.reserved), (Qty::ZERO, qty("30")));
    assert_eq!(position.reserve(qty("0.00000001")), Err(PositionError::NotHeld));
    position.release(qty("29")).expect("reserved");
    assert_eq!(position.release(qty("1.5")), Err(PositionError::NotHeld));
    assert_eq!((position.available(), position.reserved), (qty("29"), qty("1")));
}

#[test]
fn a_holding_is_worth_its_mark() {
    let (position, _) = three_lots();
    let mark = "120".parse().expect("valid");
    assert_eq!((position.market_value(mark), position.unrealized_pnl(mark)), (Ok(usd("3600")), Ok(usd("300"))));
}

#[test]
fn a_lot_that_opens_late_takes_its_place_by_time() {
    let mut lots = Lots::default();
    for n in [3, 1, 2] {
        lots.open(Lot::of(&fill(n, Side::Buy, "1", "1"), qty("1"), usd("1")));
    }
    assert_eq!(lots.iter().map(|l| l.id).collect::<Vec<_>>(), [id(1), id(2), id(3)]);
    assert_eq!(lots, Lots::new([3, 2, 1].map(|n| Lot::of(&fill(n, Side::Buy, "1", "1"), qty("1"), usd("1")))));
    assert_eq!((lots.totals(), lots.is_empty(), lots.find(id(2)).map(|l| l.id)), ((300_000_000, 300_000_000), false, Some(id(2))));
    assert_eq!((lots.find(id(9)), Lots::default().is_empty()), (None, true));
}

#[test]
fn a_sell_before_its_buy_is_a_shortfall_that_the_buy_covers() {
    let (mut position, mut lots) = (Position::empty(symbol()), Lots::default());
    position.apply(&mut lots, &fill(5, Side::Sell, "4", "400"), &LotOrder::default()).expect("recorded");
    assert_eq!((position.qty, position.shortfall, position.realized_pnl), (Qty::ZERO, qty("4"), usd("400")));
    position.apply(&mut lots, &fill(6, Side::Buy, "10", "900"), &LotOrder::default()).expect("recorded");
    assert_eq!((position.qty, position.shortfall), (qty("6"), Qty::ZERO));
    assert_eq!((position.realized_pnl, position.cost_basis), (usd("40"), usd("540")));
    assert_eq!(lots.totals(), (600_000_000, 54_000_000_000));
}

#[test]
fn the_size_of_a_quote_is_taken_once_a_side() {
    let (mut taken, at) = (Taken::NOTHING, Timestamp::from_micros(7));
    taken.add(at, Side::Buy, qty("3")).expect("in range");
    taken.add(at, Side::Buy, qty("2")).expect("in range");
    taken.add(at, Side::Sell, qty("1")).expect("in range");
    assert_eq!((taken.of(at, Side::Buy), taken.of(at, Side::Sell)), (qty("5"), qty("1")));
    let later = Timestamp::from_micros(8);
    assert_eq!(taken.of(later, Side::Buy), Qty::ZERO);
    taken.add(later, Side::Sell, qty("9")).expect("in range");
    assert_eq!((taken.of(later, Side::Buy), taken.of(later, Side::Sell)), (Qty::ZERO, qty("9")));
}

#[rstest]
#[case("fifo", Ok(LotMethod::Fifo))]
#[case("lifo", Ok(LotMethod::Lifo))]
#[case("hifo", Ok(LotMethod::Hifo))]
#[case("chosen", Ok(LotMethod::Chosen))]
#[case("average", Err(UnknownWord { allowed: "fifo, lifo, hifo, chosen" }))]
fn lot_methods_have_names(#[case] text: &str, #[case] expected: Result<LotMethod, crate::order::UnknownWord>) {
    assert_eq!(text.parse::<LotMethod>(), expected);
    if let Ok(method) = expected {
        assert_eq!(method.as_str(), text);
    }
}

use crate::order::UnknownWord;

fn trades() -> impl Strategy<Value = Vec<(Fill, LotChoice)>> {
    let method = prop_oneof![Just(LotMethod::Fifo), Just(LotMethod::Lifo), Just(LotMethod::Hifo)];
    let trade = (any::<bool>(), 1..1_000_000_i64, 1..1_000_000_i64, method);
    prop::collection::vec(trade, 1..60).prop_map(|trades| {
        let make = |(n, (is_buy, units, gross, method)): (usize, (bool, i64, i64, LotMethod))| {
            let side = if is_buy { Side::Buy } else { Side::Sell };
            let mut fill = fill(n as u128, side, "1", "1");
            fill.qty = Qty::from_atoms(units).expect("positive");
            fill.settlement.gross = Usd::from_atoms(gross);
            (fill, LotChoice { method, chosen: Vec::new() })
        };
        trades.into_iter().enumerate().map(make).collect()
    })
}

proptest! {
    /// What came in minus what went out is either still in the position's cost or has been realized; the lots agree.
    #[test]
    fn cost_and_realized_profit_account_for_every_atom(trades in trades()) {
        let (position, lots, closes) = Position::rebuild(&symbol(), &trades).expect("in range");
        let sum = |side| trades.iter().filter(|(f, _)| f.side == side).map(|(f, _)| f.settlement.gross.to_atoms()).sum::<i64>();
        let units = |side| trades.iter().filter(|(f, _)| f.side == side).map(|(f, _)| f.qty.to_atoms()).sum::<i64>();
        prop_assert_eq!(sum(Side::Buy) - sum(Side::Sell), position.cost_basis.to_atoms() - position.realized_pnl.to_atoms());
        prop_assert_eq!(units(Side::Buy) - units(Side::Sell), position.qty.to_atoms() - position.shortfall.to_atoms());
        prop_assert_eq!(lots.totals(), (position.qty.to_atoms(), position.cost_basis.to_atoms()));
        prop_assert!(!position.cost_basis.is_negative());
        prop_assert!(position.qty.is_zero() || position.shortfall.is_zero());
        prop_assert!(closes.iter().all(|c| !c.qty.is_zero() && !c.cost.is_negative() && !c.proceeds.is_negative()));
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(trades in trades(), seed in any::<u64>()) {
        let mut shuffled = trades.clone();
        for i in (1..shuffled.len()).rev() {
            let pick = seed.wrapping_mul(i as u64 + 1).rotate_left(17) % (i as u64 + 1);
            shuffled.swap(i, usize::try_from(pick).expect("small"));
        }
        prop_assert_eq!(Position::rebuild(&symbol(), &trades), Position::rebuild(&symbol(), &shuffled));
    }
}
