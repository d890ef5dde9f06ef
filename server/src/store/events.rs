//! What users were told, in order: the source for a socket that resumes.

use speedtrade::{ids::UserId, time::Timestamp};

use super::{Db, StoreError, Tx, Writes, journal::Form};

/// Events after `after_seq`, at most `limit`, as `(seq, frame JSON)`.
pub async fn list_events(db: &Db, user: UserId, after_seq: i64, limit: i64) -> Result<Vec<(i64, String)>, StoreError> {
    const LIST: &str = "SELECT seq, frame FROM events WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    Ok(on_books!(db, c => sqlx::query_as(LIST).bind(user.to_string()).bind(after_seq).bind(limit).fetch_all(c).await)?)
}

/// The number of the user's last event, 0 before the first.
pub async fn last_seq(db: &Db, user: UserId) -> Result<i64, StoreError> {
    const MAX: &str = "SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) FROM events WHERE user_id = $1";
    let (seq,): (i64,) = on_books!(db, c => sqlx::query_as(MAX).bind(user.to_string()).fetch_one(c).await)?;
    Ok(seq)
}

/// Whether this very event is in the store. Waits for a commit of the user's account that is still on its way.
pub async fn has_event(db: &Db, user: UserId, seq: i64, frame: &str) -> Result<bool, StoreError> {
    const WAIT: &str = "SELECT version FROM accounts WHERE user_id = $1 FOR UPDATE";
    const FIND: &str = "SELECT COUNT(*) FROM events WHERE user_id = $1 AND seq = $2 AND frame = $3";
    let mut tx = db.begin().await?;
    if let Tx::Postgres(tx) = &mut tx {
        sqlx::query(WAIT).bind(user.to_string()).fetch_all(&mut **tx).await?;
    }
    let (count,): (i64,) = on_tx!(&mut tx, c => sqlx::query_as(FIND).bind(user.to_string()).bind(seq).bind(frame).fetch_one(c).await)?;
    tx.commit().await?;
    Ok(count > 0)
}

pub(super) async fn insert(writes: &mut Writes<'_>, events: &[(UserId, i64, String)], now: Timestamp) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO events (user_id, seq, frame, time) ";
    insert_rows!(writes, Form::Append, INSERT, events, "", |b, row| {
        b.push_bind(row.0.to_string()).push_bind(row.1).push_bind(row.2.clone()).push_bind(now.micros())
    });
    Ok(())
}
