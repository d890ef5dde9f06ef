//! What a user owns: portfolio, positions and lots, valued at the hub's prices.

use std::sync::Arc;

use speedtrade::{
    account::AccountState,
    fill::Fill,
    ids::AccountId,
    portfolio,
    position::Position,
    time::Timestamp,
    wire::{LotView, PortfolioView, PositionView},
};

use super::{Owner, Trading, world::recent_since};
use crate::{
    services::ServiceError,
    store::{self, Purpose},
};

const READS_MAX: usize = 8;

/// An account's cash, holdings and fills of the last days, all of one version.
pub(super) struct Snapshot {
    account: AccountState,
    positions: Vec<Position>,
    recent_fills: Vec<Fill>,
}

impl Trading {
    pub async fn portfolio(&self, who: impl Into<Owner>) -> Result<PortfolioView, ServiceError> {
        let who: Owner = who.into();
        let now = self.clock.now();
        let snapshot = self.snapshot(who).await?;
        let account = &snapshot.account;
        let is_today = |fill: &&Fill| self.world.is_of_today(fill, now);
        let fills_today: Vec<_> = snapshot.recent_fills.iter().filter(is_today).cloned().collect();
        portfolio::value(&account.cash, account.deposits, &snapshot.positions, &fills_today, &self.world.marks(&snapshot.positions), now)
            .map_err(|_| ServiceError::Internal("the portfolio is out of range"))
    }

    pub async fn positions(&self, who: impl Into<Owner>) -> Result<Vec<PositionView>, ServiceError> {
        let who: Owner = who.into();
        let snapshot = self.snapshot(who).await?;
        snapshot.positions.iter().filter(|p| !p.qty.is_zero()).map(|p| self.position_view(p)).collect()
    }

    /// One holding with its lots; 404 when nothing is held.
    pub async fn position(&self, who: impl Into<Owner>, symbol: &str) -> Result<PositionView, ServiceError> {
        let who: Owner = who.into();
        let symbol = &self.market.catalog().get(self.instrument_id(symbol)?).symbol;
        let held = self.positions(who).await?.into_iter().find(|p| p.symbol == *symbol);
        let held = held.ok_or(ServiceError::NotFound { code: "no_position", detail: "You hold none of this." })?;
        let lots = store::list_lots(&self.db, self.account_of(who).await?).await?;
        let lots = lots.iter().filter(|(_, of, _)| of == symbol).flat_map(|(_, _, lots)| lots.iter()).map(LotView::from).collect();
        Ok(PositionView { lots: Some(lots), ..held })
    }

    async fn snapshot(&self, who: Owner) -> Result<Arc<Snapshot>, ServiceError> {
        let id = self.account_of(who).await?;
        let (now, commits) = (self.clock.now(), self.looks.commits());
        if let Some(kept) = self.looks.snapshot(id, now)
            && self.is_current(&kept.account).await?
        {
            return Ok(kept);
        }
        let read = Arc::new(self.read_snapshot(id).await?);
        self.looks.keep_snapshot(id, &read, now, commits);
        Ok(read)
    }

    /// Where only this process writes, a commit makes what is not current forgotten.
    async fn is_current(&self, kept: &AccountState) -> Result<bool, ServiceError> {
        Ok(!self.looks.is_shared() || store::find_account(&self.db, kept.id).await?.is_some_and(|account| account.version == kept.version))
    }

    /// Reads until the account did not change in between, so that cash and holdings belong together.
    async fn read_snapshot(&self, id: AccountId) -> Result<Snapshot, ServiceError> {
        let now = self.clock.now();
        let mut account = store::find_account(&self.db, id).await?.ok_or(ServiceError::UNKNOWN_ACCOUNT)?;
        for _ in 0..READS_MAX {
            let positions = store::list_positions(&self.db, id).await?;
            let recent_fills = store::list_fills_since(&self.db, id, recent_since(now)).await?;
            let again = store::find_account(&self.db, id).await?.ok_or(ServiceError::UNKNOWN_ACCOUNT)?;
            if again.version == account.version {
                return Ok(Snapshot { account, positions, recent_fills });
            }
            account = again;
        }
        Err(ServiceError::Busy)
    }

    /// What is not listed any more is worth what was paid for it, as in the portfolio.
    fn position_view(&self, position: &Position) -> Result<PositionView, ServiceError> {
        let instrument = self.world.find(&position.symbol).map(|id| self.market.catalog().get(id));
        let price = self.world.mark(&position.symbol).map(|mark| mark.price).or_else(|| position.avg_entry_price());
        PositionView::new(position, instrument, price.ok_or(ServiceError::UnknownSymbol)?)
            .map_err(|_| ServiceError::Internal("a position is out of range"))
    }

    /// The account with its positions, lots and open orders, all of one version.
    pub(in crate::services) async fn whole_account(&self, id: AccountId) -> Result<AccountState, ServiceError> {
        let mut tx = self.db.begin_read().await?;
        let state = store::load_accounts(&mut tx, &[id], Purpose::Look).await?.remove(&id);
        tx.commit().await?;
        state.ok_or(ServiceError::UNKNOWN_ACCOUNT)
    }

    /// Fills of the last days, where the account's limits ask for the day's profit.
    pub(super) async fn recent_fills(&self, state: &AccountState, now: Timestamp) -> Result<Vec<Fill>, ServiceError> {
        if state.limits.daily_loss_max.is_none() {
            return Ok(Vec::new());
        }
        Ok(store::list_fills_since(&self.db, state.id, recent_since(now)).await?)
    }
}
