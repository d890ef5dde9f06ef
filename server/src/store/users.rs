//! The people of the desk. Emails are lower case; two users never share an email or a username.

use speedtrade::{ids::UserId, time::Timestamp, wire::UserView};

use super::{Db, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct UserRecord {
    pub id: UserId,
    pub email: String,
    pub username: String,
    pub password_hash: String,
    pub is_premium: bool,
    pub is_demo: bool,
    pub created_at: Timestamp,
}

impl From<&UserRecord> for UserView {
    fn from(user: &UserRecord) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            username: user.username.clone(),
            is_premium: user.is_premium,
            created_at: user.created_at,
        }
    }
}

row! {
    struct UserRow {
        id: String,
        email: String,
        username: String,
        password_hash: String,
        is_premium: bool,
        is_demo: bool,
        created_at: i64,
    }
}

impl TryFrom<UserRow> for UserRecord {
    type Error = StoreError;
    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.parse().map_err(|e| StoreError::corrupt("users", e))?,
            email: row.email,
            username: row.username,
            password_hash: row.password_hash,
            is_premium: row.is_premium,
            is_demo: row.is_demo,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

const COLUMNS_BY_EMAIL: &str = "SELECT id, email, username, password_hash, is_premium, is_demo, created_at FROM users WHERE email = $1";
const COLUMNS_BY_LOGIN: &str =
    "SELECT id, email, username, password_hash, is_premium, is_demo, created_at FROM users WHERE email = $1 OR LOWER(username) = $1";
const COLUMNS_BY_ID: &str = "SELECT id, email, username, password_hash, is_premium, is_demo, created_at FROM users WHERE id = $1";

pub async fn find_user(db: &Db, id: UserId) -> Result<Option<UserRecord>, StoreError> {
    let id = id.to_string();
    let row: Option<UserRow> = on_db!(db, c => sqlx::query_as(COLUMNS_BY_ID).bind(id).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

pub async fn find_user_by_email(db: &Db, email: &str) -> Result<Option<UserRecord>, StoreError> {
    let email = email.to_lowercase();
    let row: Option<UserRow> = on_db!(db, c => sqlx::query_as(COLUMNS_BY_EMAIL).bind(email).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// By email or username, in any case.
pub async fn find_user_by_login(db: &Db, login: &str) -> Result<Option<UserRecord>, StoreError> {
    let login = login.to_lowercase();
    let row: Option<UserRow> = on_db!(db, c => sqlx::query_as(COLUMNS_BY_LOGIN).bind(login).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Which of the two is in use already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    pub email: bool,
    pub username: bool,
}

row! {
    struct NamesRow { email: String, username: String }
}

/// Usernames that differ in case only are the same name.
pub async fn find_taken(db: &Db, email: &str, username: &str) -> Result<Taken, StoreError> {
    let (email, username) = (email.to_lowercase(), username.to_lowercase());
    let rows: Vec<NamesRow> = on_db!(db, c => sqlx::query_as("SELECT email, username FROM users WHERE email = $1 OR LOWER(username) = $2")
        .bind(email.clone()).bind(username.clone()).fetch_all(c).await)?;
    let taken = Taken {
        email: rows.iter().any(|row| row.email == email),
        username: rows.iter().any(|row| row.username.to_lowercase() == username),
    };
    Ok(taken)
}

/// `Conflict` when the email or the username is in use.
pub async fn insert_user(tx: &mut Tx, user: &UserRecord) -> Result<(), StoreError> {
    on_tx!(tx, c => sqlx::query(
        "INSERT INTO users (id, email, username, password_hash, is_premium, is_demo, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(user.id.to_string())
    .bind(user.email.clone())
    .bind(user.username.clone())
    .bind(user.password_hash.clone())
    .bind(user.is_premium)
    .bind(user.is_demo)
    .bind(user.created_at.micros())
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn set_password(db: &Db, user: UserId, password_hash: &str) -> Result<(), StoreError> {
    const SET: &str = "UPDATE users SET password_hash = $2 WHERE id = $1";
    on_db!(db, c => sqlx::query(SET).bind(user.to_string()).bind(password_hash.to_owned()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Demo users can't sign in any more and their sessions end, until the demo is started again.
pub async fn lock_demo_users(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    const LOCK: &str = "UPDATE users SET password_hash = '!' WHERE is_demo";
    const END: &str = "UPDATE sessions SET revoked_at = $1 WHERE revoked_at IS NULL AND user_id IN (SELECT id FROM users WHERE is_demo)";
    on_db!(db, c => sqlx::query(LOCK).execute(c).await.map(|_| ()))?;
    on_db!(db, c => sqlx::query(END).bind(now.micros()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Others of the same user who want to wait, wait until the transaction ends. SQLite's writers wait anyway.
pub(super) async fn lock_user(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    const LOCK: &str = "SELECT id FROM users WHERE id = $1 FOR UPDATE";
    if let Tx::Postgres(tx) = tx {
        sqlx::query(LOCK).bind(user.to_string()).fetch_all(&mut **tx).await?;
    }
    Ok(())
}
