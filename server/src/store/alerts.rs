//! Alerts as their owners made them, and what must survive a restart of each.

mod firings;
mod row;

pub use firings::{Firing, Remembered, fire, fire_alone, list_firings, list_firings_after, list_told, remember};

use speedtrade::{
    alert::{Alert, AlertStatus},
    ids::{AlertId, UserId},
    time::Timestamp,
};

use super::{Db, StoreError, Tx};
use row::{AlertRow, stood_text};

macro_rules! alert_columns {
    () => {
        "id, user_id, symbol, condition, target_price, percent, window_minutes, multiple, repeats, expires_at, note, status, stood, \
         is_ready, fired_count, last_fired_at, version, created_at, updated_at"
    };
}

/// Which alerts of a user; newest first.
#[derive(Debug, Clone, Default)]
pub struct AlertQuery {
    pub symbol: Option<String>,
    pub status: Option<AlertStatus>,
    pub before: Option<AlertId>,
    pub limit: i64,
}

fn alerts(rows: Vec<AlertRow>) -> Result<Vec<Alert>, StoreError> {
    rows.into_iter().map(Alert::try_from).collect()
}

pub async fn list_alerts(db: &Db, user: UserId, query: &AlertQuery) -> Result<Vec<Alert>, StoreError> {
    const LIST: &str = concat!(
        "SELECT ",
        alert_columns!(),
        " FROM alerts WHERE user_id = $1 AND id < $2 AND ($3 = '' OR symbol = $3) AND ($4 = '' OR status = $4) ORDER BY id DESC LIMIT $5"
    );
    // Ids are text in lower case hexadecimal; this is above all of them.
    let before = query.before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    let rows = on_books!(db, c => sqlx::query_as(LIST)
        .bind(user.to_string())
        .bind(before)
        .bind(query.symbol.clone().unwrap_or_default())
        .bind(query.status.map_or("", AlertStatus::as_str))
        .bind(query.limit)
        .fetch_all(c)
        .await)?;
    alerts(rows)
}

pub async fn find_alert(db: &Db, user: UserId, id: AlertId) -> Result<Option<Alert>, StoreError> {
    const FIND: &str = concat!("SELECT ", alert_columns!(), " FROM alerts WHERE user_id = $1 AND id = $2");
    let row: Option<AlertRow> =
        on_books!(db, c => sqlx::query_as(FIND).bind(user.to_string()).bind(id.to_string()).fetch_optional(c).await)?;
    row.map(Alert::try_from).transpose()
}

/// For a change: firings and other changes wait until the transaction ends.
pub async fn lock_alert(tx: &mut Tx, user: UserId, id: AlertId) -> Result<Option<Alert>, StoreError> {
    const FIND: &str = concat!("SELECT ", alert_columns!(), " FROM alerts WHERE user_id = $1 AND id = $2");
    const LOCK: &str = concat!("SELECT ", alert_columns!(), " FROM alerts WHERE user_id = $1 AND id = $2 FOR UPDATE");
    let text = if matches!(tx, Tx::Postgres(_)) { LOCK } else { FIND };
    let row: Option<AlertRow> = on_tx!(tx, c => sqlx::query_as(text).bind(user.to_string()).bind(id.to_string()).fetch_optional(c).await)?;
    row.map(Alert::try_from).transpose()
}

/// Armed ones of everybody after `after`, in the order of their ids.
pub async fn list_armed_alerts(db: &Db, after: Option<AlertId>, limit: i64) -> Result<Vec<Alert>, StoreError> {
    const LIST: &str = concat!("SELECT ", alert_columns!(), " FROM alerts WHERE status = 'armed' AND id > $1 ORDER BY id LIMIT $2");
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    alerts(on_books!(db, c => sqlx::query_as(LIST).bind(after).bind(limit).fetch_all(c).await)?)
}

/// Of everybody and in every status, changed since `since`.
pub async fn list_changed_alerts(db: &Db, since: Timestamp) -> Result<Vec<Alert>, StoreError> {
    const LIST: &str = concat!("SELECT ", alert_columns!(), " FROM alerts WHERE updated_at >= $1");
    alerts(on_books!(db, c => sqlx::query_as(LIST).bind(since.micros()).fetch_all(c).await)?)
}

/// Those of `ids` that are there, at one moment.
pub async fn list_alerts_by_id(db: &Db, ids: &[AlertId]) -> Result<Vec<Alert>, StoreError> {
    const LIST: &str = concat!("SELECT ", alert_columns!(), " FROM alerts WHERE id");
    let mut tx = db.begin_read().await?;
    let mut found = Vec::new();
    for chunk in ids.chunks(super::ROWS_PER_STATEMENT) {
        let rows: Vec<AlertRow> = select_in!(&mut tx, LIST, chunk);
        found.extend(alerts(rows)?);
    }
    tx.commit().await?;
    Ok(found)
}

/// How many alerts a user has. Others of the same user wait until the transaction ends.
pub async fn count_alerts(tx: &mut Tx, user: UserId) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT COUNT(*) FROM alerts WHERE user_id = $1";
    super::users::lock_user(tx, user).await?;
    let (count,): (i64,) = on_tx!(tx, c => sqlx::query_as(COUNT).bind(user.to_string()).fetch_one(c).await)?;
    Ok(count)
}

pub async fn insert_alert(tx: &mut Tx, alert: &Alert) -> Result<(), StoreError> {
    const INSERT: &str = concat!(
        "INSERT INTO alerts (",
        alert_columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
    );
    write(tx, INSERT, alert).await
}

/// A whole alert that was locked.
pub async fn update_alert(tx: &mut Tx, alert: &Alert) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE alerts SET user_id = $2, symbol = $3, condition = $4, target_price = $5, percent = $6, \
        window_minutes = $7, multiple = $8, repeats = $9, expires_at = $10, note = $11, status = $12, stood = $13, is_ready = $14, \
        fired_count = $15, last_fired_at = $16, version = $17, created_at = $18, updated_at = $19 WHERE id = $1";
    write(tx, UPDATE, alert).await
}

async fn write(tx: &mut Tx, text: &'static str, alert: &Alert) -> Result<(), StoreError> {
    let (terms, memory) = (&alert.terms, &alert.memory);
    on_tx!(tx, c => sqlx::query(text)
        .bind(alert.id.to_string())
        .bind(alert.user_id.to_string())
        .bind(alert.symbol.to_string())
        .bind(terms.condition.word())
        .bind(terms.condition.target().map(|price| price.to_string()))
        .bind(terms.condition.percent().map(|percent| percent.to_string()))
        .bind(terms.condition.minutes().map(i64::from))
        .bind(terms.condition.multiple().map(|multiple| multiple.to_string()))
        .bind(terms.repeat.as_str())
        .bind(terms.expires_at.map(Timestamp::micros))
        .bind(alert.note.clone())
        .bind(alert.status.as_str())
        .bind(stood_text(memory.stood))
        .bind(memory.is_ready)
        .bind(memory.fired_count)
        .bind(memory.last_fired_at.map(Timestamp::micros))
        .bind(alert.version)
        .bind(alert.created_at.micros())
        .bind(alert.updated_at.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// False when there was none. What it fired stays.
pub async fn delete_alert(db: &Db, user: UserId, id: AlertId) -> Result<bool, StoreError> {
    const DELETE: &str = "DELETE FROM alerts WHERE user_id = $1 AND id = $2";
    let rows = on_books!(db, c => sqlx::query(DELETE)
        .bind(user.to_string())
        .bind(id.to_string())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}

/// Ends the armed alerts whose time is over.
pub async fn expire_alerts(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    const EXPIRE: &str = "UPDATE alerts SET status = 'expired', updated_at = $1 WHERE status = 'armed' AND expires_at <= $1";
    on_books!(db, c => sqlx::query(EXPIRE).bind(now.micros()).execute(c).await.map(|_| ()))?;
    Ok(())
}
