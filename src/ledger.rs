//! Double entry. Each money or share movement is a transaction whose postings sum to zero per asset.

use std::collections::BTreeMap;

use crate::instrument::Symbol;

/// Which pot of an account a posting touches. `External` is the rest of the world: venue and bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pot {
    Available,
    Reserved,
    External,
}

impl Pot {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Reserved => "reserved",
            Self::External => "external",
        }
    }
}

/// Dollars or units of an instrument.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asset {
    Usd,
    Units(Symbol),
}

impl Asset {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Usd => "USD",
            Self::Units(symbol) => symbol.as_str(),
        }
    }
}

/// Signed atoms (10⁻⁸) moved into (positive) or out of (negative) a pot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub pot: Pot,
    pub asset: Asset,
    pub atoms: i64,
}

/// Why a movement was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Deposit,
    Reserve,
    Release,
    Fill,
}

impl Reason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Reserve => "reserve",
            Self::Release => "release",
            Self::Fill => "fill",
        }
    }
}

/// Postings that belong together. Made only by the constructors, which keep the sum at zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    reason: Reason,
    postings: Vec<Posting>,
}

impl Transaction {
    pub fn transfer(reason: Reason, asset: Asset, from: Pot, to: Pot, atoms: i64) -> Self {
        let postings = vec![Posting { pot: from, asset: asset.clone(), atoms: -atoms }, Posting { pot: to, asset, atoms }];
        Self { reason, postings }
    }

    /// Joins the movements of one event into one transaction.
    #[must_use]
    pub fn and(mut self, other: Transaction) -> Self {
        self.postings.extend(other.postings);
        self
    }

    pub const fn reason(&self) -> Reason {
        self.reason
    }

    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    pub fn is_balanced(&self) -> bool {
        let mut sums: BTreeMap<&Asset, i128> = BTreeMap::new();
        for posting in &self.postings {
            *sums.entry(&posting.asset).or_default() += i128::from(posting.atoms);
        }
        sums.values().all(|sum| *sum == 0)
    }
}
