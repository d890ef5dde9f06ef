//! Worth of an account over time, from its fills and the market's bars.

use std::collections::{BTreeMap, BTreeSet};

use app::api::CurveRange;
use chrono::Datelike;
use speedtrade::{
    ids::AccountId,
    instrument::Symbol,
    market::{Bar, Timeframe},
    portfolio::{self, CurveInput, EquityPoint},
    time::{DAY_US, Timestamp},
};

use super::{Owner, Trading};
use crate::{
    services::ServiceError,
    store::{self, EquitySnapshot},
};

impl Trading {
    /// Worth of the account over time. Days come from the snapshots where they are all there; the rest is counted from fills
    /// and bars. The last point is now.
    pub async fn equity_curve(&self, who: impl Into<Owner>, range: CurveRange) -> Result<Vec<EquityPoint>, ServiceError> {
        let who: Owner = who.into();
        let now = self.clock.now();
        let account = self.account_of(who).await?;
        let first_fill = store::first_fill_time(&self.db, account).await?;
        let (timeframe, length) = resolution(range, now, first_fill);
        let last = timeframe.bar_start(now);
        let steps = i64::try_from(length).unwrap_or(0);
        let mut times: Vec<_> = (0..steps).rev().map(|back| last.plus_micros(-back * timeframe.step_us())).collect();
        if timeframe == Timeframe::D1
            && let Some(points) = self.curve_of_snapshots(who, account, &times).await?
        {
            return Ok(points);
        }
        times.push(now);
        self.curve_at(account, timeframe, &times).await
    }

    /// Worth at each of `times`, ascending; counted from fills and bars of `timeframe`.
    pub(super) async fn curve_at(
        &self,
        account: AccountId,
        timeframe: Timeframe,
        times: &[Timestamp],
    ) -> Result<Vec<EquityPoint>, ServiceError> {
        let now = self.clock.now();
        let state = store::find_account(&self.db, account).await?.ok_or(ServiceError::UNKNOWN_ACCOUNT)?;
        let fills = store::list_fills_since(&self.db, account, Timestamp::EPOCH).await?;
        let step_us = timeframe.step_us();
        let length = times.first().map_or(0, |first| usize::try_from((now.micros() - first.micros()) / step_us + 2).unwrap_or(0));
        let mut bars: BTreeMap<Symbol, Vec<Bar>> = BTreeMap::new();
        for symbol in fills.iter().map(|f| &f.symbol).collect::<BTreeSet<_>>() {
            // What is not listed any more stays at the price of its last fill.
            if let Some(id) = self.world.find(symbol) {
                bars.insert(symbol.clone(), self.market.bars(id, timeframe, None, None, length).await);
            }
        }
        if let Some(last) = times.last() {
            for series in bars.values_mut() {
                end_at(series, step_us, *last);
            }
        }
        let input = CurveInput { deposits: state.deposits, fills: &fills, bars: &bars, step_us, times };
        portfolio::equity_curve(&input).map_err(|_| ServiceError::Internal("the curve is out of range"))
    }

    /// `None` unless every day since the first snapshot has one.
    async fn curve_of_snapshots(
        &self,
        who: Owner,
        account: AccountId,
        days: &[Timestamp],
    ) -> Result<Option<Vec<EquityPoint>>, ServiceError> {
        let snapshots = store::list_snapshots(&self.db, account, Timestamp::EPOCH).await?;
        let Some(first) = snapshots.first().copied() else { return Ok(None) };
        let by_day: BTreeMap<Timestamp, EquitySnapshot> = snapshots.into_iter().map(|day| (day.time, day)).collect();
        // Before its first snapshot an account has only been paid into.
        let before = |day: &Timestamp| {
            (*day < first.time).then_some(EquitySnapshot { time: *day, equity: first.deposits, cash: first.deposits, ..first })
        };
        let found: Option<Vec<_>> = days.iter().map(|day| by_day.get(day).copied().or_else(|| before(day))).collect();
        let Some(found) = found else { return Ok(None) };
        let live = self.portfolio(who).await?;
        let live = EquitySnapshot { time: live.as_of, equity: live.equity, cash: live.cash, deposits: live.deposits };
        let base = found.first().copied().unwrap_or(live);
        found.into_iter().chain([live]).map(|day| point(&day, &base)).collect::<Result<_, _>>().map(Some)
    }
}

/// A bar that still forms at the `last` time of a curve counts as ended then, so that the curve ends at the live value.
fn end_at(series: &mut [Bar], step_us: i64, last: Timestamp) {
    if let Some(forming) = series.last_mut().filter(|bar| bar.t < last && bar.t.plus_micros(step_us) > last) {
        forming.t = last.plus_micros(-step_us);
    }
}

/// What was paid in or out since the first day is no profit.
fn point(day: &EquitySnapshot, base: &EquitySnapshot) -> Result<EquityPoint, ServiceError> {
    let earned = |of: &EquitySnapshot| of.equity.checked_sub(of.deposits);
    let profit_loss = earned(day).and_then(|now| now.checked_sub(earned(base)?));
    let profit_loss = profit_loss.map_err(|_| ServiceError::Internal("the curve is out of range"))?;
    Ok(EquityPoint { t: day.time, equity: day.equity, cash: day.cash, profit_loss, profit_loss_pct: profit_loss.pct_of(base.equity) })
}

/// Bars of which length, and how many of them, show a range.
fn resolution(range: CurveRange, now: Timestamp, first_fill: Option<Timestamp>) -> (Timeframe, usize) {
    let days_since = |then: Timestamp| usize::try_from((now.micros() - then.micros()) / DAY_US + 2).unwrap_or(2);
    match range {
        CurveRange::Day => (Timeframe::M5, 288),
        CurveRange::Week => (Timeframe::H1, 119),
        CurveRange::Month => (Timeframe::D1, 30),
        CurveRange::Quarter => (Timeframe::D1, 91),
        CurveRange::YearToDate => (Timeframe::D1, usize::try_from(now.to_utc().ordinal()).unwrap_or(365)),
        CurveRange::Year => (Timeframe::D1, 365),
        CurveRange::All => (Timeframe::D1, first_fill.map_or(30, days_since).clamp(7, 730)),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use speedtrade::money::{Price, Qty, Usd};

    use super::*;

    /// A bar from 100 to 160. At its own start nothing of it is known, at its end it is no forming bar any more.
    #[rstest]
    #[case(100, 100)]
    #[case(101, 41)]
    #[case(159, 99)]
    #[case(160, 100)]
    fn a_bar_that_forms_at_the_last_time_ends_there(#[case] last: i64, #[case] begins: i64) {
        let price: Price = "10".parse().expect("valid");
        let at = Timestamp::from_micros;
        let mut series = [Bar { t: at(100), o: price, h: price, l: price, c: price, v: Qty::ZERO }];
        end_at(&mut series, 60, at(last));
        assert_eq!(series[0].t, at(begins));
    }

    #[test]
    fn what_is_paid_in_is_no_profit() {
        let usd = |text: &str| text.parse::<Usd>().expect("valid");
        let day = |equity: &str, deposits: &str| {
            let time = Timestamp::EPOCH;
            EquitySnapshot { time, equity: usd(equity), cash: usd(equity), deposits: usd(deposits) }
        };
        let now = point(&day("15100", "15000"), &day("10000", "10000")).expect("in range");
        assert_eq!((now.profit_loss, now.equity), (usd("100"), usd("15100")));
    }
}
