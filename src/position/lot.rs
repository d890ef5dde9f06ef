//! Lots: each buy's part of a holding, and in which order a sell takes them.

use std::{collections::VecDeque, str::FromStr};

use serde::{Deserialize, Serialize};

use super::PositionError;
use crate::{
    fill::Fill,
    ids::FillId,
    money::{Qty, Usd},
    order::UnknownWord,
    time::Timestamp,
};

/// What is left of one buy. Named by the fill that opened it. `cost` is without fees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    pub id: FillId,
    pub opened_at: Timestamp,
    pub qty: Qty,
    pub cost: Usd,
}

/// A part of a lot that was sold by `fill`. `proceeds` is that part's share of the fill, without fees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotClose {
    pub lot: FillId,
    pub fill: FillId,
    pub opened_at: Timestamp,
    pub closed_at: Timestamp,
    pub qty: Qty,
    pub cost: Usd,
    pub proceeds: Usd,
}

/// Which lots a sell takes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum LotMethod {
    /// The oldest.
    #[default]
    Fifo,
    /// The newest.
    Lifo,
    /// The dearest per unit.
    Hifo,
    /// Those that the order names, in its order; what they lack, oldest first.
    Chosen,
}

impl LotMethod {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Lifo => "lifo",
            Self::Hifo => "hifo",
            Self::Chosen => "chosen",
        }
    }
}

impl FromStr for LotMethod {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = [Self::Fifo, Self::Lifo, Self::Hifo, Self::Chosen].into_iter().find(|m| m.as_str() == text);
        known.ok_or(UnknownWord { allowed: "fifo, lifo, hifo, chosen" })
    }
}

/// The open lots of one holding, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lots(VecDeque<Lot>);

impl Lots {
    /// In any order.
    pub fn new(lots: impl IntoIterator<Item = Lot>) -> Self {
        let mut lots: Vec<_> = lots.into_iter().collect();
        lots.sort_by_key(|lot| (lot.opened_at, lot.id));
        Self(lots.into())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Lot> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn find(&self, id: FillId) -> Option<&Lot> {
        self.0.iter().find(|lot| lot.id == id)
    }

    /// The same, found at once by the time it was opened.
    pub fn find_at(&self, opened_at: Timestamp, id: FillId) -> Option<&Lot> {
        let at = self.0.binary_search_by(|lot| (lot.opened_at, lot.id).cmp(&(opened_at, id))).ok()?;
        self.0.get(at)
    }

    /// Sums of quantity and cost, in atoms.
    pub fn totals(&self) -> (i64, i64) {
        self.0.iter().fold((0, 0), |(qty, cost), lot| (qty + lot.qty.to_atoms(), cost + lot.cost.to_atoms()))
    }

    pub fn open(&mut self, lot: Lot) {
        let at = self.0.iter().rposition(|l| (l.opened_at, l.id) <= (lot.opened_at, lot.id)).map_or(0, |i| i + 1);
        self.0.insert(at, lot);
    }

    /// Takes `qty` out for the sell `fill`, whose gross is spread over the parts. Changes nothing when less is there.
    pub fn close(&mut self, fill: &Fill, qty: Qty, gross: Usd, order: &LotOrder<'_>) -> Result<Vec<LotClose>, PositionError> {
        let held = self.0.iter().try_fold(Qty::ZERO, |sum, lot| if sum >= qty { Ok(sum) } else { sum.checked_add(lot.qty) })?;
        if held < qty {
            return Err(PositionError::NotHeld);
        }
        let (mut left, mut left_gross, mut closed) = (qty, gross, Vec::new());
        while !left.is_zero() {
            let at = self.next(order).ok_or(PositionError::NotHeld)?;
            let lot = self.0.get_mut(at).ok_or(PositionError::NotHeld)?;
            let part = lot.qty.min(left);
            let (cost, proceeds) = (lot.cost.share(part, lot.qty), left_gross.share(part, left));
            let taken = LotClose { lot: lot.id, fill: fill.id, opened_at: lot.opened_at, closed_at: fill.time, qty: part, cost, proceeds };
            closed.push(taken);
            lot.qty = lot.qty.checked_sub(part).unwrap_or(Qty::ZERO);
            lot.cost = lot.cost.checked_sub(cost)?;
            left = left.checked_sub(part).unwrap_or(Qty::ZERO);
            left_gross = left_gross.checked_sub(proceeds)?;
            if lot.qty.is_zero() {
                self.0.remove(at);
            }
        }
        Ok(closed)
    }

    /// The place of the lot to take from next.
    fn next(&self, order: &LotOrder<'_>) -> Option<usize> {
        let oldest = || if self.0.is_empty() { None } else { Some(0) };
        match order.method {
            LotMethod::Fifo => oldest(),
            LotMethod::Lifo => self.0.len().checked_sub(1),
            // Compared without division: a/b > c/d is a*d > c*b. The first of equals is the oldest.
            LotMethod::Hifo => (0..self.0.len()).reduce(|best, i| if dearer(&self.0[i], &self.0[best]) { i } else { best }),
            LotMethod::Chosen => {
                let chosen = order.chosen.iter().find_map(|id| self.0.iter().position(|lot| lot.id == *id));
                chosen.or_else(oldest)
            }
        }
    }
}

fn dearer(a: &Lot, b: &Lot) -> bool {
    let product = |lot: &Lot, other: &Lot| i128::from(lot.cost.to_atoms()) * i128::from(other.qty.to_atoms());
    product(a, b) > product(b, a)
}

/// How one order wants lots taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct LotOrder<'a> {
    pub method: LotMethod,
    pub chosen: &'a [FillId],
}

/// The same, kept with the executions of the order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LotChoice {
    pub method: LotMethod,
    pub chosen: Vec<FillId>,
}

impl LotChoice {
    pub fn as_order(&self) -> LotOrder<'_> {
        LotOrder { method: self.method, chosen: &self.chosen }
    }
}

impl Lot {
    pub fn of(fill: &Fill, qty: Qty, cost: Usd) -> Self {
        Self { id: fill.id, opened_at: fill.time, qty, cost }
    }
}

impl LotClose {
    pub fn realized(&self) -> Usd {
        self.proceeds.checked_sub(self.cost).unwrap_or(Usd::ZERO)
    }
}
