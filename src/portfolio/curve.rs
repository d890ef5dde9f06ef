//! The equity curve, recomputed from fills and closing prices: no snapshot that could be missing or wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    fill::Fill,
    instrument::Symbol,
    market::Bar,
    money::{OutOfRange, Percent, Price, Qty, Usd},
    order::Side,
    time::Timestamp,
};

/// Worth of the account at the end of a bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EquityPoint {
    pub t: Timestamp,
    pub equity: Usd,
    pub cash: Usd,
    pub profit_loss: Usd,
    pub profit_loss_pct: Percent,
}

/// `fills` in time order; `bars` per symbol in time order; `times` are the ends of the bars to report, ascending.
#[derive(Debug, Clone, Copy)]
pub struct CurveInput<'a> {
    pub deposits: Usd,
    pub fills: &'a [Fill],
    pub bars: &'a BTreeMap<Symbol, Vec<Bar>>,
    pub step_us: i64,
    pub times: &'a [Timestamp],
}

pub fn equity_curve(input: &CurveInput<'_>) -> Result<Vec<EquityPoint>, OutOfRange> {
    let mut replay = Replay { cash: input.deposits, held: BTreeMap::new(), fills: input.fills };
    let mut points: Vec<EquityPoint> = Vec::with_capacity(input.times.len());
    for time in input.times {
        replay.advance(*time)?;
        let equity = replay.equity(*time, input)?;
        let first = points.first().map_or(equity, |p| p.equity);
        let profit_loss = equity.checked_sub(first)?;
        let profit_loss_pct = profit_loss.pct_of(first);
        points.push(EquityPoint { t: *time, equity, cash: replay.cash, profit_loss, profit_loss_pct });
    }
    Ok(points)
}

struct Holding {
    qty: Qty,
    last_price: Price,
}

struct Replay<'a> {
    cash: Usd,
    held: BTreeMap<&'a Symbol, Holding>,
    fills: &'a [Fill],
}

impl<'a> Replay<'a> {
    fn advance(&mut self, until: Timestamp) -> Result<(), OutOfRange> {
        while let Some((fill, rest)) = self.fills.split_first().filter(|(f, _)| f.time <= until) {
            self.apply(fill)?;
            self.fills = rest;
        }
        Ok(())
    }

    fn apply(&mut self, fill: &'a Fill) -> Result<(), OutOfRange> {
        let holding = self.held.entry(&fill.symbol).or_insert(Holding { qty: Qty::ZERO, last_price: fill.price });
        holding.last_price = fill.price;
        match fill.side {
            Side::Buy => {
                holding.qty = holding.qty.checked_add(fill.received_qty())?;
                self.cash = self.cash.checked_sub(fill.settlement.paid()?)?;
            }
            Side::Sell => {
                holding.qty = holding.qty.checked_sub(fill.qty).unwrap_or(Qty::ZERO);
                self.cash = self.cash.checked_add(fill.settlement.received()?)?;
            }
        }
        Ok(())
    }

    fn equity(&self, at: Timestamp, input: &CurveInput<'_>) -> Result<Usd, OutOfRange> {
        self.held.iter().filter(|(_, h)| !h.qty.is_zero()).try_fold(self.cash, |sum, (symbol, holding)| {
            let bars = input.bars.get(*symbol).map_or(&[][..], Vec::as_slice);
            let price = close_at(bars, at, input.step_us).unwrap_or(holding.last_price);
            sum.checked_add(Usd::proceeds(price, holding.qty)?)
        })
    }
}

/// The close of the last bar that has ended by `at`.
fn close_at(bars: &[Bar], at: Timestamp, step_us: i64) -> Option<Price> {
    let ended = bars.partition_point(|bar| bar.t.plus_micros(step_us) <= at);
    ended.checked_sub(1).and_then(|last| bars.get(last)).map(|bar| bar.c)
}
