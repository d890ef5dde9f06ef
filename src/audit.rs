//! Whether the books of an account tell the truth: the ledger's invariants, checked from what is written down.
//!
//! Property tests, crash tests and `speedtrade verify` run this same code. It never mends anything.

mod balances;
mod orders;

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

use crate::{
    account::AccountState,
    fill::Fill,
    ids::FillId,
    instrument::{Instrument, Symbol},
    ledger::{Line, Reason},
    market::Calendar,
    money::Qty,
    order::Order,
    position::{LotClose, Lots},
};

/// Everything that is kept of one account.
#[derive(Clone, Copy)]
pub struct Books<'a> {
    pub state: &'a AccountState,
    /// Every order, open or not.
    pub orders: &'a [Order],
    /// Every execution that stands.
    pub fills: &'a [Fill],
    /// The executions that a venue took back.
    pub busted: &'a [FillId],
    pub transactions: &'a [Booked],
    pub closes: &'a [LotClose],
    /// Grid of an instrument; `None` where it is not known any more.
    pub instrument: &'a dyn Fn(&Symbol) -> Option<Instrument>,
    /// Of the paper venue: its fills obey our own rules for quotes, hours and quantities.
    pub is_paper: bool,
    /// When stocks trade: by the exchange's calendar, or always in a simulated market.
    pub stock_calendar: Calendar,
}

/// A transaction as it was written down. `fill` is the execution it books or takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    pub reason: Reason,
    pub fill: Option<FillId>,
    pub lines: Vec<Line>,
}

/// The invariants, by their number in the house's list. Those without a row here are about the store or the venues.
pub const INVARIANTS: [(u8, &str); 19] = [
    (1, "every transaction sums to zero, asset by asset"),
    (2, "balances are the sum of the postings"),
    (3, "nothing is below zero"),
    (4, "reserved is what open orders hold"),
    (5, "dollars and positions at cost are deposits and profit, less fees and rounding"),
    (6, "an order's filled quantity is the sum of its executions, and no more than ordered"),
    (7, "an order's average price is that of its executions"),
    (8, "every execution is booked exactly once"),
    (9, "an execution is known if and only if it is booked"),
    (10, "an order's status follows from its executions"),
    (11, "an order that ended holds nothing"),
    (12, "one name, one order"),
    (13, "nothing was sent without an intent written first"),
    (14, "what was acknowledged can be read"),
    (15, "prices, quantities and rounding are on their grid"),
    (16, "paper fills met a fresh quote in an open market"),
    (17, "postings can't be changed"),
    (18, "the venue's books are ours"),
    (19, "nothing touches two accounts"),
];

/// How many things were checked, by invariant, and what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    checked: [u64; 19],
    pub findings: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub invariant: u8,
    pub words: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.invariant, self.words)
    }
}

impl Report {
    /// Notes one check of `invariant` (1 to 19); `words` are made only when it failed.
    pub fn check(&mut self, invariant: u8, is_true: bool, words: impl FnOnce() -> String) {
        if let Some(count) = usize::from(invariant).checked_sub(1).and_then(|row| self.checked.get_mut(row)) {
            *count += 1;
        }
        if !is_true {
            self.findings.push(Finding { invariant, words: words() });
        }
    }

    pub fn checked(&self, invariant: u8) -> u64 {
        usize::from(invariant).checked_sub(1).and_then(|row| self.checked.get(row)).copied().unwrap_or(0)
    }

    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Checks one account and adds to the report.
pub fn audit(books: &Books<'_>, report: &mut Report) {
    balances::check(books, report);
    orders::check(books, report);
}

/// The same for accounts with the same dollars, holdings, lots and open quantities, however they came about.
pub fn fingerprint(state: &AccountState) -> u64 {
    let mut hasher = DefaultHasher::new();
    let cash = &state.cash;
    for amount in [state.deposits, cash.available, cash.reserved, cash.fees, cash.rounding, cash.shortfall] {
        amount.to_atoms().hash(&mut hasher);
    }
    for (symbol, position) in &state.positions {
        let amounts = [position.cost_basis.to_atoms(), position.realized_pnl.to_atoms()];
        let units = [position.qty, position.reserved, position.shortfall].map(Qty::to_atoms);
        (symbol, amounts, units).hash(&mut hasher);
        for lot in state.lots.get(symbol).into_iter().flat_map(Lots::iter) {
            (lot.opened_at.micros(), lot.qty.to_atoms(), lot.cost.to_atoms()).hash(&mut hasher);
        }
    }
    for order in state.open_orders.values() {
        (order.status, order.filled_qty.to_atoms(), order.filled_value.to_atoms(), order.hold.to_atoms()).hash(&mut hasher);
    }
    hasher.finish()
}
