//! What a user owns: portfolio, positions, fills and the equity curve, valued at the hub's prices.

use std::collections::{BTreeMap, BTreeSet};

use app::api::CurveRange;
use chrono::Datelike;
use speedtrade::{
    account::AccountState,
    fill::Fill,
    ids::UserId,
    instrument::Symbol,
    market::{Bar, Timeframe},
    portfolio::{self, CurveInput, EquityPoint, Mark, Marks},
    position::Position,
    time::{DAY_US, Timestamp},
    wire::{FillView, PortfolioView, PositionView},
};

use super::Trading;
use crate::{services::ServiceError, store};

const FILLS_MAX: usize = 500;
const READS_MAX: usize = 8;

/// An account's cash, holdings and fills of today, all of one version.
struct Snapshot {
    account: AccountState,
    positions: Vec<Position>,
    fills_today: Vec<Fill>,
}

impl Trading {
    pub async fn portfolio(&self, user: UserId) -> Result<PortfolioView, ServiceError> {
        let now = self.clock.now();
        let snapshot = self.snapshot(user, now).await?;
        let account = &snapshot.account;
        portfolio::value(&account.cash, account.deposits, &snapshot.positions, &snapshot.fills_today, &self.marks(&snapshot.positions), now)
            .map_err(|_| ServiceError::Internal("the portfolio is out of range"))
    }

    pub async fn positions(&self, user: UserId) -> Result<Vec<PositionView>, ServiceError> {
        let account = self.account_of(user).await?;
        let positions = store::list_positions(&self.db, account).await?;
        positions.iter().filter(|p| !p.qty.is_zero()).map(|p| self.position_view(p)).collect()
    }

    /// One holding; 404 when nothing is held.
    pub async fn position(&self, user: UserId, symbol: &str) -> Result<PositionView, ServiceError> {
        let symbol = &self.market.catalog().get(self.instrument_id(symbol)?).symbol;
        let held = self.positions(user).await?.into_iter().find(|p| p.symbol == *symbol);
        held.ok_or(ServiceError::NotFound { code: "no_position", detail: "You hold none of this." })
    }

    /// Newest first, at most 500.
    pub async fn list_fills(&self, user: UserId, limit: usize) -> Result<Vec<FillView>, ServiceError> {
        let account = self.account_of(user).await?;
        let limit = i64::try_from(limit.clamp(1, FILLS_MAX)).unwrap_or(1);
        let fills = store::list_newest_fills(&self.db, account, limit).await?;
        Ok(fills.iter().map(FillView::from).collect())
    }

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

    /// Reads until the account did not change in between, so that cash and holdings belong together.
    async fn snapshot(&self, user: UserId, now: Timestamp) -> Result<Snapshot, ServiceError> {
        let id = self.account_of(user).await?;
        let unknown = || ServiceError::NotFound { code: "unknown_account", detail: "You have no such account." };
        let mut account = store::find_account(&self.db, id).await?.ok_or_else(unknown)?;
        for _ in 0..READS_MAX {
            let positions = store::list_positions(&self.db, id).await?;
            let mut fills_today = store::list_fills_since(&self.db, id, now.plus_micros(-5 * DAY_US)).await?;
            fills_today.retain(|fill| fill.time >= self.day_start(&fill.symbol, now));
            let again = store::find_account(&self.db, id).await?.ok_or_else(unknown)?;
            if again.version == account.version {
                return Ok(Snapshot { account, positions, fills_today });
            }
            account = again;
        }
        Err(ServiceError::Busy)
    }

    fn day_start(&self, symbol: &Symbol, now: Timestamp) -> Timestamp {
        let id = self.market.catalog().find(symbol.as_str());
        id.map_or(now.floor_to(DAY_US), |id| self.market.calendar(id).day_start(now))
    }

    fn marks(&self, positions: &[Position]) -> Marks {
        positions.iter().filter_map(|p| Some((p.symbol.clone(), self.mark(&p.symbol)?))).collect()
    }

    fn mark(&self, symbol: &Symbol) -> Option<Mark> {
        let quote = self.market.quote(self.market.catalog().find(symbol.as_str())?);
        Some(Mark { price: quote.price, prev_close: quote.prev_close })
    }

    fn position_view(&self, position: &Position) -> Result<PositionView, ServiceError> {
        let instrument = self.market.catalog().get(self.instrument_id(position.symbol.as_str())?);
        let mark = self.mark(&position.symbol).ok_or(ServiceError::UnknownSymbol)?;
        PositionView::new(position, instrument, mark).map_err(|_| ServiceError::Internal("a position is out of range"))
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
