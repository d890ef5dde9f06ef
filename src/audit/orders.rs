//! Orders and executions: every execution booked once, every order what its executions make of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::{Books, Report};
use crate::{
    fill::{Fill, Settlement},
    ids::{FillId, OrderId},
    instrument::{AssetType, Instrument},
    ledger::Reason,
    market::{Calendar, Quote, Session},
    money::{Price, Qty, Usd},
    order::{Order, OrderStatus, Side},
};

pub(super) fn check(books: &Books<'_>, report: &mut Report) {
    check_bookings(books, report);
    check_names(books, report);
    let by_id: HashMap<OrderId, &Order> = books.orders.iter().map(|order| (order.id, order)).collect();
    let mut fills: BTreeMap<OrderId, Vec<&Fill>> = BTreeMap::new();
    for fill in books.fills {
        fills.entry(fill.order_id).or_default().push(fill);
        let order = by_id.get(&fill.order_id).copied();
        report.check(14, order.is_some(), || format!("execution {} has no order", fill.exec_id));
        if let Some(order) = order {
            check_fill(books, fill, order, report);
        }
    }
    for order in books.orders {
        check_totals(books, order, fills.get(&order.id).map_or(&[], Vec::as_slice), report);
        check_status(books, order, report);
        check_grid(books, order, report);
    }
    for (id, open) in &books.state.open_orders {
        report.check(14, by_id.get(id).is_some_and(|kept| *kept == open), || format!("open order {id} is not what is written down"));
    }
}

/// Invariants 8 and 9.
fn check_bookings(books: &Books<'_>, report: &mut Report) {
    let known: HashSet<FillId> = books.fills.iter().map(|fill| fill.id).chain(books.busted.iter().copied()).collect();
    let mut booked: HashMap<FillId, i64> = HashMap::new();
    for transaction in books.transactions {
        let times = match transaction.reason {
            Reason::Fill => 1,
            Reason::Bust => -1,
            Reason::Deposit | Reason::Withdrawal | Reason::Reserve | Reason::Release | Reason::Carry => continue,
        };
        let is_known = transaction.fill.is_some_and(|id| known.contains(&id));
        report.check(9, is_known, || format!("execution {:?} is booked and not known", transaction.fill));
        *booked.entry(transaction.fill.unwrap_or(FillId::new(Uuid::nil()))).or_default() += times;
    }
    let mut names = HashSet::new();
    for fill in books.fills {
        report.check(8, names.insert(&fill.exec_id), || format!("execution {} is there twice", fill.exec_id));
        let times = booked.get(&fill.id).copied().unwrap_or(0);
        report.check(8, times == 1, || format!("execution {} is booked {times} times", fill.exec_id));
    }
    for id in books.busted {
        let times = booked.get(id).copied().unwrap_or(0);
        report.check(9, times == 0, || format!("execution {id} was taken back and still counts {times} times"));
    }
}

/// Invariants 12 and 19.
fn check_names(books: &Books<'_>, report: &mut Report) {
    let mut names = HashSet::new();
    for order in books.orders {
        report.check(12, names.insert(&order.client_order_id), || format!("the name {} is used twice", order.client_order_id));
        report.check(19, order.account_id == books.state.id, || format!("order {} is another account's", order.id));
    }
}

/// Invariants 15 and 16 of one execution.
fn check_fill(books: &Books<'_>, fill: &Fill, order: &Order, report: &mut Report) {
    let is_exact = Settlement::new(fill.side, fill.price, fill.qty, fill.settlement.fee) == Ok(fill.settlement);
    // Paper fills without the time of their quote are from before residues were booked.
    let is_carried_over = books.is_paper && fill.quote_time.is_none();
    report.check(15, is_exact || is_carried_over, || format!("execution {} is not its price times its quantity", fill.exec_id));
    report.check(19, fill.symbol == order.symbol && fill.side == order.side, || format!("execution {} is not its order's", fill.exec_id));
    if !books.is_paper {
        return;
    }
    let age = fill.quote_time.map(|time| fill.time.micros() - time.micros());
    let is_fresh = age.is_none_or(|age| (0..Quote::FRESH_US).contains(&age));
    report.check(16, is_fresh, || format!("execution {} met a quote {age:?} µs old", fill.exec_id));
    let calendar = match order.asset_type {
        AssetType::Stock => books.stock_calendar,
        AssetType::Crypto => Calendar::AlwaysOpen,
    };
    let is_open = match calendar.session(fill.time) {
        Session::Core => true,
        Session::Pre | Session::Post => order.extended_hours,
        Session::Closed => false,
    };
    report.check(16, is_open, || format!("execution {} is outside the order's hours", fill.exec_id));
    let is_within = order.limit().is_none_or(|limit| match order.side {
        Side::Buy => fill.price <= limit,
        Side::Sell => fill.price >= limit,
    });
    report.check(16, is_within, || format!("execution {} is worse than its limit", fill.exec_id));
}

/// Invariants 6 and 7.
fn check_totals(books: &Books<'_>, order: &Order, fills: &[&Fill], report: &mut Report) {
    let qty: i128 = fills.iter().map(|fill| i128::from(fill.qty.to_atoms())).sum();
    let kept = i128::from(order.filled_qty.to_atoms());
    report.check(6, qty == kept, || format!("order {} has filled {kept} atoms, its executions {qty}", order.id));
    let is_within = order.filled_qty <= order.qty || !books.is_paper;
    report.check(6, is_within, || format!("order {} filled more than was ordered", order.id));
    let value = Usd::sum(fills.iter().map(|fill| fill.value()));
    report.check(7, value == Ok(order.filled_value), || {
        format!("order {} came to {}, its executions to {value:?}", order.id, order.filled_value)
    });
    let fees = Usd::sum(fills.iter().map(|fill| fill.settlement.fee));
    report.check(7, fees == Ok(order.fees), || format!("order {} paid {} in fees, its executions {fees:?}", order.id, order.fees));
}

/// Invariants 10 and 11.
fn check_status(books: &Books<'_>, order: &Order, report: &mut Report) {
    let (is_some, is_all) = (!order.filled_qty.is_zero(), order.filled_qty >= order.qty);
    let is_right = match order.status {
        OrderStatus::Filled => is_all,
        OrderStatus::PartiallyFilled => is_some && !is_all,
        OrderStatus::New | OrderStatus::Held | OrderStatus::PendingNew => !is_some,
        OrderStatus::Rejected => !is_some || !books.is_paper,
        OrderStatus::Canceled | OrderStatus::Expired | OrderStatus::Replaced => !is_all,
        OrderStatus::PendingCancel | OrderStatus::PendingReplace | OrderStatus::Unknown => true,
    };
    report.check(10, is_right, || {
        format!("order {} is {} with {} of {} filled", order.id, order.status.as_str(), order.filled_qty, order.qty)
    });
    let is_known = order.status.is_open() == books.state.open_orders.contains_key(&order.id);
    report.check(10, is_known, || format!("order {} is {} and listed otherwise", order.id, order.status.as_str()));
    let holds_nothing = order.hold == Usd::ZERO && order.hold_qty == Qty::ZERO;
    report.check(11, order.status.is_open() || holds_nothing, || format!("order {} ended and holds {}", order.id, order.hold));
}

/// Invariant 15.
fn check_grid(books: &Books<'_>, order: &Order, report: &mut Report) {
    // What was placed elsewhere obeys its venue's grid alone.
    if order.venue.as_ref().is_some_and(|venue| venue.is_external) {
        return;
    }
    let Some(Instrument { tick, lot, .. }) = (books.instrument)(&order.symbol) else { return };
    // A venue says how much dollars bought, and what is left of a fee in coins.
    let is_on_lot = order.qty.is_multiple_of(lot) || order.venue.is_some();
    report.check(15, is_on_lot, || format!("order {} is for {}, not a multiple of {lot}", order.id, order.qty));
    let is_on_tick = |price: Option<Price>| price.is_none_or(|price| price.is_on_tick(tick));
    let is_right = is_on_tick(order.kind.limit_price()) && is_on_tick(order.kind.stop_price());
    report.check(15, is_right, || format!("order {} has a price off the tick {tick}", order.id));
}
