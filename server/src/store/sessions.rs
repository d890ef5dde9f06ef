//! Sessions and the refresh tokens of each. Only the SHA-256 of a token is kept.

use speedtrade::{
    ids::{SessionId, UserId},
    time::Timestamp,
};

use super::{Db, StoreError, Tx};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRecord {
    pub id: SessionId,
    pub user_id: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

impl SessionRecord {
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshRecord {
    pub token_hash: String,
    pub session_id: SessionId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

row! {
    struct SessionRow {
        id: String,
        user_id: String,
        created_at: i64,
        expires_at: i64,
        revoked_at: Option<i64>,
    }
}

row! {
    struct RefreshRow {
        token_hash: String,
        session_id: String,
        created_at: i64,
        expires_at: i64,
        used_at: Option<i64>,
    }
}

impl TryFrom<SessionRow> for SessionRecord {
    type Error = StoreError;
    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.parse().map_err(|e| StoreError::corrupt("sessions", e))?,
            user_id: row.user_id.parse().map_err(|e| StoreError::corrupt("sessions", e))?,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            revoked_at: row.revoked_at.map(Timestamp::from_micros),
        })
    }
}

impl TryFrom<RefreshRow> for RefreshRecord {
    type Error = StoreError;
    fn try_from(row: RefreshRow) -> Result<Self, StoreError> {
        Ok(Self {
            token_hash: row.token_hash,
            session_id: row.session_id.parse().map_err(|e| StoreError::corrupt("refresh_tokens", e))?,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            used_at: row.used_at.map(Timestamp::from_micros),
        })
    }
}

pub async fn insert_session(tx: &mut Tx, session: &SessionRecord) -> Result<(), StoreError> {
    on_tx!(tx, c => sqlx::query("INSERT INTO sessions (id, user_id, created_at, expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(session.id.to_string())
        .bind(session.user_id.to_string())
        .bind(session.created_at.micros())
        .bind(session.expires_at.micros())
        .bind(session.revoked_at.map(Timestamp::micros))
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

pub async fn find_session(db: &Db, id: SessionId) -> Result<Option<SessionRecord>, StoreError> {
    let id = id.to_string();
    let row: Option<SessionRow> = on_db!(db, c => sqlx::query_as(
        "SELECT id, user_id, created_at, expires_at, revoked_at FROM sessions WHERE id = $1",
    ).bind(id).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

pub async fn insert_refresh(tx: &mut Tx, token: &RefreshRecord) -> Result<(), StoreError> {
    on_tx!(tx, c => sqlx::query(
        "INSERT INTO refresh_tokens (token_hash, session_id, created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(token.token_hash.clone())
    .bind(token.session_id.to_string())
    .bind(token.created_at.micros())
    .bind(token.expires_at.micros())
    .bind(token.used_at.map(Timestamp::micros))
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn find_refresh(db: &Db, token_hash: &str) -> Result<Option<RefreshRecord>, StoreError> {
    let row: Option<RefreshRow> = on_db!(db, c => sqlx::query_as(
        "SELECT token_hash, session_id, created_at, expires_at, used_at FROM refresh_tokens WHERE token_hash = $1",
    ).bind(token_hash.to_owned()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Spends a token. False: somebody spent it before, and nothing changed.
pub async fn mark_refresh_used(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    let rows = on_tx!(tx, c => sqlx::query("UPDATE refresh_tokens SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL")
        .bind(now.micros())
        .bind(token_hash.to_owned())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Forgets the tokens of a session that could not be used any more anyway.
pub async fn delete_expired_refresh(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM refresh_tokens WHERE session_id = $1 AND expires_at < $2")
        .bind(session.to_string())
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// A session stays revoked from the first time on.
pub async fn revoke_session(db: &Db, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let id = id.to_string();
    on_db!(db, c => sqlx::query("UPDATE sessions SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
        .bind(now.micros())
        .bind(id)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
