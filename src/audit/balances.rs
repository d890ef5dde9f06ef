//! Money and units: what is written as a balance is what the postings come to.

use std::collections::BTreeMap;

use super::{Books, Report};
use crate::{
    account::AccountState,
    engine::unit_pots,
    instrument::Symbol,
    ledger::{Asset, Pots},
    money::Qty,
    order::{Order, Side},
    position::Position,
};

pub(super) fn check(books: &Books<'_>, report: &mut Report) {
    let posted = check_postings(books, report);
    check_balances(books.state, posted, report);
    check_signs(books.state, report);
    check_reserved(books.state, report);
    check_equation(books.state, report);
    check_lots(books, report);
}

/// Invariant 1, and the sum of all postings by asset.
fn check_postings(books: &Books<'_>, report: &mut Report) -> BTreeMap<Asset, Option<Pots>> {
    let mut posted: BTreeMap<Asset, Option<Pots>> = BTreeMap::from([(Asset::Usd, Some(Pots::default()))]);
    for booked in books.transactions {
        for line in &booked.lines {
            report.check(1, line.pots.is_balanced(), || {
                format!("a {} of {} does not sum to zero", booked.reason.as_str(), line.asset.as_str())
            });
            let sum = posted.entry(line.asset.clone()).or_insert(Some(Pots::default()));
            *sum = sum.and_then(|sum| sum.checked_add(line.pots));
        }
    }
    posted
}

/// Invariant 2.
fn check_balances(state: &AccountState, mut posted: BTreeMap<Asset, Option<Pots>>, report: &mut Report) {
    let kept = usd_pots(state);
    let sum = posted.remove(&Asset::Usd).flatten();
    report.check(2, kept.is_some() && kept == sum, || format!("dollars are {kept:?}, postings come to {sum:?}"));
    for (symbol, position) in &state.positions {
        let (kept, sum) = (unit_pots(position), posted.remove(&Asset::Units(symbol.clone())).unwrap_or(Some(Pots::default())));
        report.check(2, Some(kept) == sum, || format!("{symbol} is {kept:?}, postings come to {sum:?}"));
    }
    for (asset, sum) in posted {
        report.check(2, sum == Some(Pots::default()), || format!("{} has postings {sum:?} and no position", asset.as_str()));
    }
}

fn usd_pots(state: &AccountState) -> Option<Pots> {
    let sum = |of: fn(&Position) -> i64| state.positions.values().try_fold(0_i64, |sum, p| sum.checked_add(of(p)));
    let (cost, realized) = (sum(|p| p.cost_basis.to_atoms())?, sum(|p| p.realized_pnl.to_atoms())?);
    let cash = &state.cash;
    Some(Pots {
        available: cash.available.to_atoms(),
        reserved: cash.reserved.to_atoms(),
        position: cost,
        fees: cash.fees.to_atoms(),
        external: state.deposits.to_atoms().checked_add(realized)?.checked_neg()?,
        rounding: cash.rounding.to_atoms(),
        shortfall: cash.shortfall.to_atoms().checked_neg()?,
    })
}

/// Invariant 3. Units can't be negative by their type; what is promised may exceed what is held only after a late execution.
fn check_signs(state: &AccountState, report: &mut Report) {
    let cash = &state.cash;
    for (name, amount) in
        [("available", cash.available), ("reserved", cash.reserved), ("rounding", cash.rounding), ("shortfall", cash.shortfall)]
    {
        report.check(3, !amount.is_negative(), || format!("{name} is {amount}"));
    }
    let is_either = cash.shortfall.to_atoms() == 0 || cash.available.to_atoms() == 0;
    report.check(3, is_either, || format!("{} is free while {} is lacking", cash.available, cash.shortfall));
    for (symbol, position) in &state.positions {
        let is_covered = position.reserved <= position.qty || state.gate.is_some();
        report.check(3, is_covered, || format!("{} of {symbol} are promised and {} held", position.reserved, position.qty));
        let is_either = position.shortfall.is_zero() || position.qty.is_zero();
        report.check(3, is_either, || format!("{symbol} is held and lacking at once"));
    }
}

/// Invariant 4.
fn check_reserved(state: &AccountState, report: &mut Report) {
    let held: i128 = state.open_orders.values().map(|o| i128::from(o.hold.to_atoms())).sum();
    let reserved = state.cash.reserved;
    report.check(4, held == i128::from(reserved.to_atoms()), || format!("{reserved} is reserved, open orders hold {held} atoms"));
    let mut promised: BTreeMap<&Symbol, i128> = BTreeMap::new();
    for order in state.open_orders.values() {
        *promised.entry(&order.symbol).or_default() += i128::from(order.hold_qty.to_atoms());
        report.check(4, is_held_by_side(order), || format!("order {} holds what its side can't", order.id));
    }
    for (symbol, position) in &state.positions {
        let held = promised.remove(symbol).unwrap_or(0);
        let reserved = position.reserved;
        report.check(4, held == i128::from(reserved.to_atoms()), || format!("{reserved} of {symbol} reserved, orders hold {held} atoms"));
    }
    for (symbol, held) in promised {
        report.check(4, held == 0, || format!("orders hold {held} atoms of {symbol}, which has no position"));
    }
}

fn is_held_by_side(order: &Order) -> bool {
    match order.side {
        Side::Buy => order.hold_qty.is_zero(),
        Side::Sell => order.hold.to_atoms() == 0,
    }
}

/// Invariant 5.
fn check_equation(state: &AccountState, report: &mut Report) {
    let atoms = |amount: crate::money::Usd| i128::from(amount.to_atoms());
    let sum = |of: fn(&Position) -> i64| state.positions.values().map(|p| i128::from(of(p))).sum::<i128>();
    let cash = &state.cash;
    let left = atoms(cash.available) + atoms(cash.reserved) + sum(|p| p.cost_basis.to_atoms());
    let right =
        atoms(state.deposits) + sum(|p| p.realized_pnl.to_atoms()) - atoms(cash.fees) - atoms(cash.rounding) + atoms(cash.shortfall);
    report.check(5, left == right, || format!("{left} atoms are there, {right} should be"));
}

/// Lots add up to their position (2) and their closings to what was realized (5).
fn check_lots(books: &Books<'_>, report: &mut Report) {
    for (symbol, position) in &books.state.positions {
        let lots = books.state.lots.get(symbol).map_or((0, 0), crate::position::Lots::totals);
        let kept = (position.qty.to_atoms(), position.cost_basis.to_atoms());
        report.check(2, lots == kept, || format!("the lots of {symbol} come to {lots:?}, the position is {kept:?}"));
        let net = books.fills.iter().filter(|fill| fill.symbol == *symbol).fold(0_i128, |sum, fill| match fill.side {
            Side::Buy => sum + i128::from(fill.received_qty().to_atoms()),
            Side::Sell => sum - i128::from(fill.qty.to_atoms()),
        });
        let has = i128::from(position.qty.to_atoms()) - i128::from(position.shortfall.to_atoms());
        report.check(8, net == has, || format!("the executions of {symbol} come to {net} atoms, the position is {has}"));
    }
    for symbol in books.state.lots.keys() {
        report.check(2, books.state.positions.contains_key(symbol), || format!("{symbol} has lots and no position"));
    }
    // A sale before its buy realizes without a lot, so the sums are compared where there was none.
    if books.is_paper {
        let closed: i128 = books.closes.iter().map(|close| i128::from(close.realized().to_atoms())).sum();
        let realized: i128 = books.state.positions.values().map(|p| i128::from(p.realized_pnl.to_atoms())).sum();
        report.check(5, closed == realized, || format!("lots realized {closed} atoms, positions {realized}"));
    }
    for close in books.closes {
        report.check(2, close.qty > Qty::ZERO && !close.cost.is_negative(), || format!("lot {} was closed by nothing", close.lot));
    }
}
