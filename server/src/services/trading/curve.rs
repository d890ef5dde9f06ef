//! Worth of an account over time, from its fills and the market's bars.

use std::collections::{BTreeMap, BTreeSet};

use app::api::CurveRange;
use chrono::Datelike;
use speedtrade::{
    ids::UserId,
    instrument::Symbol,
    market::{Bar, Timeframe},
    portfolio::{self, CurveInput, EquityPoint},
    time::{DAY_US, Timestamp},
};

use super::Trading;
use crate::{services::ServiceError, store};

impl Trading {
    /// Worth of the account over time, from its fills and the market's bars. The last point is now.
    pub async fn equity_curve(&self, user: UserId, range: CurveRange) -> Result<Vec<EquityPoint>, ServiceError> {
        let now = self.clock.now();
        let account = self.account_of(user).await?;
        let unknown = ServiceError::NotFound { code: "unknown_account", detail: "You have no such account." };
        let state = store::find_account(&self.db, account).await?.ok_or(unknown)?;
        let fills = store::list_fills_since(&self.db, account, Timestamp::EPOCH).await?;
        let (timeframe, length) = resolution(range, now, fills.first().map(|f| f.time));
        let step_us = timeframe.step_us();
        let mut bars: BTreeMap<Symbol, Vec<Bar>> = BTreeMap::new();
        for symbol in fills.iter().map(|f| &f.symbol).collect::<BTreeSet<_>>() {
            let id = self.instrument_id(symbol.as_str())?;
            bars.insert(symbol.clone(), self.market.bars(id, timeframe, None, None, length + 1).await);
        }
        let last = timeframe.bar_start(now);
        let steps = i64::try_from(length).unwrap_or(0);
        let mut times: Vec<_> = (0..steps).rev().map(|back| last.plus_micros(-back * step_us)).collect();
        // The forming bar counts as ended now, so that the curve ends at the live value.
        for series in bars.values_mut() {
            if let Some(forming) = series.last_mut().filter(|b| b.t.plus_micros(step_us) > now) {
                forming.t = now.plus_micros(-step_us);
            }
        }
        times.push(now);
        let input = CurveInput { deposits: state.deposits, fills: &fills, bars: &bars, step_us, times: &times };
        portfolio::equity_curve(&input).map_err(|_| ServiceError::Internal("the curve is out of range"))
    }
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
