//! The daily job: writes what each account was worth at the end of each day, and catches up on the days it missed.

use std::time::Duration;

use speedtrade::{
    ids::AccountId,
    market::Timeframe,
    time::{DAY_US, Timestamp},
};
use tokio_util::sync::CancellationToken;

use super::Trading;
use crate::{
    services::ServiceError,
    store::{self, EquitySnapshot, Writes},
};

/// How often the job looks whether a day has ended.
const LOOK: Duration = Duration::from_mins(1);
const ACCOUNTS_PAGE: i64 = 200;
/// Days further back are not caught up.
const DAYS_MAX: i64 = 730;

pub(super) async fn run(trading: Trading, stop: CancellationToken) {
    let mut done_until = Timestamp::EPOCH;
    loop {
        let today = trading.clock.now().floor_to(DAY_US);
        if today > done_until {
            match trading.snapshot_days().await {
                Ok(()) => done_until = today,
                // It looks again in a minute.
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the day's snapshots are not complete"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = stop.cancelled() => return,
        }
    }
}

impl Trading {
    /// Writes the snapshots that are missing up to the last midnight UTC, and makes room for the next month.
    pub async fn snapshot_days(&self) -> Result<(), ServiceError> {
        if let Err(error) = self.db.ensure_partitions(self.clock.now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "new rows go into the default partitions");
        }
        let mut after: Option<AccountId> = None;
        loop {
            let ids = store::list_account_ids(&self.db, after, ACCOUNTS_PAGE).await?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = Some(*last);
            for id in ids {
                self.snapshot_account(id).await?;
            }
        }
    }

    async fn snapshot_account(&self, id: AccountId) -> Result<(), ServiceError> {
        let today = self.clock.now().floor_to(DAY_US);
        let since = match store::last_snapshot_of(&self.db, id).await? {
            Some(last) => last,
            None => store::account_begin(&self.db, id).await?.floor_to(DAY_US),
        };
        let since = since.max(today.plus_micros(-DAYS_MAX * DAY_US));
        let days = (today.micros() - since.micros()) / DAY_US;
        if days <= 0 {
            return Ok(());
        }
        let times: Vec<Timestamp> = (1..=days).map(|day| since.plus_micros(day * DAY_US)).collect();
        let points = self.curve_at(id, Timeframe::D1, &times).await?;
        let unknown = ServiceError::Internal("an account vanished");
        let account = store::find_account(&self.db, id).await?.ok_or(unknown)?;
        let day = |p: &speedtrade::portfolio::EquityPoint| EquitySnapshot {
            time: p.t,
            equity: p.equity,
            cash: p.cash,
            deposits: account.deposits,
        };
        let days: Vec<_> = points.iter().map(day).collect();
        let mut tx = self.db.begin().await?;
        store::insert_snapshots(&mut Writes::Tx(&mut tx), account.user_id, id, &days).await?;
        Ok(tx.commit().await?)
    }
}
