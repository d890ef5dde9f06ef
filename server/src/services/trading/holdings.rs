//! What a user owns: portfolio, positions and lots, valued at the hub's prices.

use speedtrade::{
    account::AccountState,
    fill::Fill,
    ids::{AccountId, UserId},
    portfolio,
    position::Position,
    time::{DAY_US, Timestamp},
    wire::{LotView, PortfolioView, PositionView},
};

use super::Trading;
use crate::{
    services::ServiceError,
    store::{self, Purpose},
};

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
        portfolio::value(
            &account.cash,
            account.deposits,
            &snapshot.positions,
            &snapshot.fills_today,
            &self.world.marks(&snapshot.positions),
            now,
        )
        .map_err(|_| ServiceError::Internal("the portfolio is out of range"))
    }

    pub async fn positions(&self, user: UserId) -> Result<Vec<PositionView>, ServiceError> {
        let account = self.account_of(user).await?;
        let positions = store::list_positions(&self.db, account).await?;
        positions.iter().filter(|p| !p.qty.is_zero()).map(|p| self.position_view(p)).collect()
    }

    /// One holding with its lots; 404 when nothing is held.
    pub async fn position(&self, user: UserId, symbol: &str) -> Result<PositionView, ServiceError> {
        let symbol = &self.market.catalog().get(self.instrument_id(symbol)?).symbol;
        let held = self.positions(user).await?.into_iter().find(|p| p.symbol == *symbol);
        let held = held.ok_or(ServiceError::NotFound { code: "no_position", detail: "You hold none of this." })?;
        let lots = store::list_lots(&self.db, self.account_of(user).await?).await?;
        let lots = lots.iter().filter(|(_, of, _)| of == symbol).flat_map(|(_, _, lots)| lots.iter()).map(LotView::from).collect();
        Ok(PositionView { lots: Some(lots), ..held })
    }

    /// Reads until the account did not change in between, so that cash and holdings belong together.
    async fn snapshot(&self, user: UserId, now: Timestamp) -> Result<Snapshot, ServiceError> {
        let id = self.account_of(user).await?;
        let unknown = || ServiceError::NotFound { code: "unknown_account", detail: "You have no such account." };
        let mut account = store::find_account(&self.db, id).await?.ok_or_else(unknown)?;
        for _ in 0..READS_MAX {
            let positions = store::list_positions(&self.db, id).await?;
            let mut fills_today = store::list_fills_since(&self.db, id, now.plus_micros(-5 * DAY_US)).await?;
            fills_today.retain(|fill| fill.time >= self.world.day_start(&fill.symbol, now));
            let again = store::find_account(&self.db, id).await?.ok_or_else(unknown)?;
            if again.version == account.version {
                return Ok(Snapshot { account, positions, fills_today });
            }
            account = again;
        }
        Err(ServiceError::Busy)
    }

    fn position_view(&self, position: &Position) -> Result<PositionView, ServiceError> {
        let instrument = self.market.catalog().get(self.instrument_id(position.symbol.as_str())?);
        let mark = self.world.mark(&position.symbol).ok_or(ServiceError::UnknownSymbol)?;
        PositionView::new(position, instrument, mark).map_err(|_| ServiceError::Internal("a position is out of range"))
    }

    /// The account with its positions, lots and open orders, all of one version.
    pub(super) async fn whole_account(&self, id: AccountId) -> Result<AccountState, ServiceError> {
        let mut tx = self.db.begin_read().await?;
        let state = store::load_accounts(&mut tx, &[id], Purpose::Look).await?.remove(&id);
        tx.commit().await?;
        state.ok_or(ServiceError::NotFound { code: "unknown_account", detail: "You have no such account." })
    }

    /// Fills of the last days, where the account's limits ask for the day's profit.
    pub(super) async fn recent_fills(&self, state: &AccountState, now: Timestamp) -> Result<Vec<Fill>, ServiceError> {
        if state.limits.daily_loss_max.is_none() {
            return Ok(Vec::new());
        }
        Ok(store::list_fills_since(&self.db, state.id, now.plus_micros(-5 * DAY_US)).await?)
    }
}
