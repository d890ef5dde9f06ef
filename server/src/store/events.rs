//! What users were told, in order: the source for a socket that resumes.
//!
//! A row has one frame, or a JSON array of frames whose numbers follow each other and end with the row's. Where several hosts
//! write, each frame has its own row, so that no number is given twice.

use std::{borrow::Cow, collections::HashMap};

use serde_json::value::RawValue;
use speedtrade::{ids::UserId, time::Timestamp};

use super::{Db, StoreError, Tx, Writes, journal::Form};

/// Frames of one row.
const TOGETHER_MAX: usize = 16;

/// Events after `after_seq`, of at most `limit` rows, as `(seq, frame JSON)`.
pub async fn list_events(db: &Db, user: UserId, after_seq: i64, limit: i64) -> Result<Vec<(i64, String)>, StoreError> {
    const LIST: &str = "SELECT seq, frame FROM events WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    let rows: Vec<(i64, String)> =
        on_books!(db, c => sqlx::query_as(LIST).bind(user.to_string()).bind(after_seq).bind(limit).fetch_all(c).await)?;
    let mut events = Vec::with_capacity(rows.len());
    for (last, text) in rows {
        if text.starts_with('[') {
            let frames: Vec<&RawValue> = serde_json::from_str(&text).map_err(|e| StoreError::corrupt("events", e))?;
            let count = i64::try_from(frames.len()).map_err(|e| StoreError::corrupt("events", e))?;
            let numbered = (last + 1 - count..).zip(frames).filter(|(seq, _)| *seq > after_seq);
            events.extend(numbered.map(|(seq, frame)| (seq, frame.get().to_owned())));
        } else {
            events.push((last, text));
        }
    }
    Ok(events)
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
    let rows: &[_] = &match writes {
        Writes::Entry(_) => Cow::Owned(together(events)),
        Writes::Tx(_) => Cow::Borrowed(events),
    };
    insert_rows!(writes, Form::Append, INSERT, rows, "", |b, row| {
        b.push_bind(row.0.to_string()).push_bind(row.1).push_bind(row.2.as_str()).push_bind(now.micros())
    });
    Ok(())
}

fn together(events: &[(UserId, i64, String)]) -> Vec<(UserId, i64, String)> {
    let mut rows: Vec<(UserId, i64, Vec<&str>)> = Vec::new();
    let mut newest: HashMap<UserId, usize> = HashMap::new();
    for (user, seq, frame) in events {
        let place = newest.get(user).copied().filter(|place| rows[*place].1 + 1 == *seq && rows[*place].2.len() < TOGETHER_MAX);
        let place = place.unwrap_or_else(|| {
            rows.push((*user, *seq, Vec::new()));
            rows.len() - 1
        });
        newest.insert(*user, place);
        rows[place].1 = *seq;
        rows[place].2.push(frame);
    }
    let text = |frames: Vec<&str>| if let [frame] = frames[..] { frame.to_owned() } else { format!("[{}]", frames.join(",")) };
    rows.into_iter().map(|(user, seq, frames)| (user, seq, text(frames))).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn frames_that_follow_each_other_share_a_row() {
        let user = |n| UserId::new(Uuid::from_u128(n));
        let event = |of: u128, seq: i64| (user(of), seq, format!("{{\"n\":{seq}}}"));
        let rows = together(&[event(1, 1), event(2, 7), event(1, 2), event(2, 9)]);
        let expected = [(user(1), 2, "[{\"n\":1},{\"n\":2}]"), (user(2), 7, "{\"n\":7}"), (user(2), 9, "{\"n\":9}")];
        assert_eq!(rows, expected.map(|(user, seq, text)| (user, seq, text.to_owned())));
        let many: Vec<_> = (1..40).map(|seq| event(1, seq)).collect();
        assert_eq!(together(&many).iter().map(|row| row.1).collect::<Vec<_>>(), [16, 32, 39]);
    }
}
