//! What a trader's browser asked to remember, one text for each name.

use speedtrade::{ids::UserId, time::Timestamp};

use super::{Db, StoreError};

pub async fn find_preference(db: &Db, user: UserId, name: &str) -> Result<Option<String>, StoreError> {
    const FIND: &str = "SELECT value FROM preferences WHERE user_id = $1 AND name = $2";
    let row: Option<(String,)> =
        on_db!(db, c => sqlx::query_as(FIND).bind(user.to_string()).bind(name.to_owned()).fetch_optional(c).await)?;
    Ok(row.map(|(value,)| value))
}

/// At most 8,192 characters: the caller has checked.
pub async fn set_preference(db: &Db, user: UserId, name: &str, value: &str, now: Timestamp) -> Result<(), StoreError> {
    const SET: &str = "INSERT INTO preferences (user_id, name, value, updated_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
    on_db!(db, c => sqlx::query(SET)
        .bind(user.to_string())
        .bind(name.to_owned())
        .bind(value.to_owned())
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
