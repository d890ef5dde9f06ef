//! Addresses that users want to be told at.

use speedtrade::{
    ids::{UserId, WebhookId},
    time::Timestamp,
};

use super::{Db, StoreError, Tx};

/// An address and the secret its messages are signed with. No `Debug`: the secret is nobody's to see.
#[derive(Clone)]
pub struct Webhook {
    pub id: WebhookId,
    pub user_id: UserId,
    pub url: String,
    pub secret: String,
    pub enabled: bool,
    pub created_at: Timestamp,
}

row! {
    struct WebhookRow { id: String, user_id: String, url: String, secret: String, enabled: bool, created_at: i64 }
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = StoreError;
    fn try_from(row: WebhookRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.parse().map_err(|e| StoreError::corrupt("webhooks", e))?,
            user_id: row.user_id.parse().map_err(|e| StoreError::corrupt("webhooks", e))?,
            url: row.url,
            secret: row.secret,
            enabled: row.enabled,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

/// Of one user, oldest first.
pub async fn list_webhooks(db: &Db, user: UserId) -> Result<Vec<Webhook>, StoreError> {
    const LIST: &str = "SELECT id, user_id, url, secret, enabled, created_at FROM webhooks WHERE user_id = $1 ORDER BY id";
    let rows: Vec<WebhookRow> = on_db!(db, c => sqlx::query_as(LIST).bind(user.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(Webhook::try_from).collect()
}

/// How many a user has. Others of the same user wait until the transaction ends.
pub async fn count_webhooks(tx: &mut Tx, user: UserId) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT COUNT(*) FROM webhooks WHERE user_id = $1";
    super::users::lock_user(tx, user).await?;
    let (count,): (i64,) = on_tx!(tx, c => sqlx::query_as(COUNT).bind(user.to_string()).fetch_one(c).await)?;
    Ok(count)
}

pub async fn insert_webhook(tx: &mut Tx, webhook: &Webhook) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO webhooks (id, user_id, url, secret, enabled, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    on_tx!(tx, c => sqlx::query(INSERT)
        .bind(webhook.id.to_string())
        .bind(webhook.user_id.to_string())
        .bind(webhook.url.clone())
        .bind(webhook.secret.clone())
        .bind(webhook.enabled)
        .bind(webhook.created_at.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// False when there was none.
pub async fn delete_webhook(db: &Db, user: UserId, id: WebhookId) -> Result<bool, StoreError> {
    const DELETE: &str = "DELETE FROM webhooks WHERE user_id = $1 AND id = $2";
    let rows = on_db!(db, c => sqlx::query(DELETE)
        .bind(user.to_string())
        .bind(id.to_string())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}
