//! Worth of accounts at the end of days: written once by the daily job.

use speedtrade::{
    ids::{AccountId, UserId},
    money::Usd,
    time::Timestamp,
};

use super::{Db, StoreError, Writes, journal::Form};

/// What an account was worth at `time`, a midnight UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EquitySnapshot {
    pub time: Timestamp,
    pub equity: Usd,
    pub cash: Usd,
    pub deposits: Usd,
}

/// Snapshots since `since`, oldest first.
pub async fn list_snapshots(db: &Db, account: AccountId, since: Timestamp) -> Result<Vec<EquitySnapshot>, StoreError> {
    const LIST: &str = "SELECT created_at, equity, cash, deposits FROM portfolio_history \
        WHERE account_id = $1 AND created_at >= $2 ORDER BY created_at";
    let rows: Vec<(i64, i64, i64, i64)> =
        on_db!(db, c => sqlx::query_as(LIST).bind(account.to_string()).bind(since.micros()).fetch_all(c).await)?;
    let snapshot = |(time, equity, cash, deposits)| EquitySnapshot {
        time: Timestamp::from_micros(time),
        equity: Usd::from_atoms(equity),
        cash: Usd::from_atoms(cash),
        deposits: Usd::from_atoms(deposits),
    };
    Ok(rows.into_iter().map(snapshot).collect())
}

/// The day up to which an account has its snapshots.
pub async fn last_snapshot_of(db: &Db, account: AccountId) -> Result<Option<Timestamp>, StoreError> {
    const LAST: &str = "SELECT MAX(created_at) FROM portfolio_history WHERE account_id = $1";
    let (last,): (Option<i64>,) = on_db!(db, c => sqlx::query_as(LAST).bind(account.to_string()).fetch_one(c).await)?;
    Ok(last.map(Timestamp::from_micros))
}

/// A day that is there already stays: another host was first.
pub async fn insert_snapshots(
    writes: &mut Writes<'_>,
    user: UserId,
    account: AccountId,
    days: &[EquitySnapshot],
) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO portfolio_history (account_id, user_id, created_at, equity, cash, deposits) ";
    insert_rows!(writes, Form::Append, INSERT, days, " ON CONFLICT (account_id, created_at) DO NOTHING", |b, day| {
        b.push_bind(account.to_string())
            .push_bind(user.to_string())
            .push_bind(day.time.micros())
            .push_bind(day.equity.to_atoms())
            .push_bind(day.cash.to_atoms())
            .push_bind(day.deposits.to_atoms())
    });
    Ok(())
}
