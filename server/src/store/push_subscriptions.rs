//! Browsers that users want to be told on.

use speedtrade::{
    ids::{PushSubscriptionId, UserId},
    time::Timestamp,
};

use super::{Db, StoreError, Tx};

/// A browser's address at its push service, and the keys that only it can read with. No `Debug`: who has these can reach it.
#[derive(Clone, PartialEq, Eq)]
pub struct PushSubscription {
    pub id: PushSubscriptionId,
    pub user_id: UserId,
    pub endpoint: String,
    /// Base64url.
    pub p256dh: String,
    pub auth: String,
    pub created_at: Timestamp,
}

row! {
    struct PushSubscriptionRow { id: String, user_id: String, endpoint: String, p256dh: String, auth: String, created_at: i64 }
}

impl TryFrom<PushSubscriptionRow> for PushSubscription {
    type Error = StoreError;
    fn try_from(row: PushSubscriptionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.parse().map_err(|e| StoreError::corrupt("push_subscriptions", e))?,
            user_id: row.user_id.parse().map_err(|e| StoreError::corrupt("push_subscriptions", e))?,
            endpoint: row.endpoint,
            p256dh: row.p256dh,
            auth: row.auth,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

/// Of one user, oldest first.
pub async fn list_push_subscriptions(db: &Db, user: UserId) -> Result<Vec<PushSubscription>, StoreError> {
    const LIST: &str = "SELECT id, user_id, endpoint, p256dh, auth, created_at FROM push_subscriptions WHERE user_id = $1 ORDER BY id";
    let rows: Vec<PushSubscriptionRow> = on_db!(db, c => sqlx::query_as(LIST).bind(user.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(PushSubscription::try_from).collect()
}

/// How many a user has on other addresses. Others of the same user wait until the transaction ends.
pub async fn count_other_push_subscriptions(tx: &mut Tx, user: UserId, endpoint: &str) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT COUNT(*) FROM push_subscriptions WHERE user_id = $1 AND endpoint <> $2";
    super::users::lock_user(tx, user).await?;
    let (count,): (i64,) = on_tx!(tx, c => sqlx::query_as(COUNT).bind(user.to_string()).bind(endpoint.to_owned()).fetch_one(c).await)?;
    Ok(count)
}

/// The address is this user's from now on. Answers what is kept: an address that was there keeps its id.
pub async fn set_push_subscription(tx: &mut Tx, new: &PushSubscription) -> Result<PushSubscription, StoreError> {
    const SET: &str = "INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (endpoint) DO UPDATE SET user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth \
        RETURNING id, user_id, endpoint, p256dh, auth, created_at";
    let row: PushSubscriptionRow = on_tx!(tx, c => sqlx::query_as(SET)
        .bind(new.id.to_string())
        .bind(new.user_id.to_string())
        .bind(new.endpoint.clone())
        .bind(new.p256dh.clone())
        .bind(new.auth.clone())
        .bind(new.created_at.micros())
        .fetch_one(c)
        .await)?;
    row.try_into()
}

/// False when there was none.
pub async fn delete_push_subscription(db: &Db, user: UserId, id: PushSubscriptionId) -> Result<bool, StoreError> {
    const DELETE: &str = "DELETE FROM push_subscriptions WHERE user_id = $1 AND id = $2";
    let rows = on_db!(db, c => sqlx::query(DELETE)
        .bind(user.to_string())
        .bind(id.to_string())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}
