//! Firings: written once, together with the alert they belong to, by whoever is first.

use std::collections::HashSet;

use speedtrade::{
    alert::{AlertStatus, Fired, Memory},
    ids::{AlertId, FiringId, UserId},
    time::Timestamp,
};

use super::row::{FiringRow, stood_text};
use crate::store::{
    Db, ROWS_PER_STATEMENT, StoreError, Tx, Writes,
    journal::{Entry, Form},
};

macro_rules! firing_columns {
    () => {
        "id, alert_id, user_id, firing_no, symbol, condition, target_price, percent, window_minutes, multiple, note, price, quote_time, \
         fired_at"
    };
}

/// A firing and what its alert is after it.
#[derive(Debug, Clone)]
pub struct Firing {
    pub fired: Fired,
    /// The alert's version that fired: another one is another alert.
    pub version: i64,
    pub status: AlertStatus,
    pub memory: Memory,
}

/// What an alert remembers, whether it fired or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    pub alert_id: AlertId,
    pub version: i64,
    pub memory: Memory,
    pub updated_at: Timestamp,
}

impl Firing {
    const fn remembered(&self) -> Remembered {
        let Self { fired, version, memory, .. } = self;
        Remembered { alert_id: fired.alert_id, version: *version, memory: *memory, updated_at: fired.fired_at }
    }
}

/// Where one process alone writes: all of it counts. Nobody else may change these alerts from when they are asked until the entry
/// is acknowledged.
pub async fn fire_alone(entry: &mut Entry, firings: &[Firing], quiet: &[Remembered]) -> Result<(), StoreError> {
    // One statement for both, so that of several entries the newest counts. A status that is not told stays.
    const UPDATE: &str = "UPDATE alerts SET status = COALESCE(v.column2, status), stood = v.column3, is_ready = v.column4, \
        fired_count = v.column5, last_fired_at = v.column6, updated_at = v.column7 FROM (";
    const MATCH: &str = ") AS v WHERE alerts.id = v.column1 AND alerts.version = v.column8 AND alerts.fired_count <= v.column5";
    let end = |status| (status != AlertStatus::Armed).then(|| AlertStatus::as_str(status));
    let fired = firings.iter().map(|firing| (firing.remembered(), end(firing.status)));
    let all: Vec<(Remembered, Option<&str>)> = fired.chain(quiet.iter().map(|alert| (*alert, None))).collect();
    entry.rows(Form::Newest(1), (UPDATE, MATCH), &all, |b, (alert, status)| {
        b.push_bind(alert.alert_id.to_string())
            .push_bind(*status)
            .push_bind(stood_text(alert.memory.stood))
            .push_bind(alert.memory.is_ready)
            .push_bind(alert.memory.fired_count)
            .push_bind(alert.memory.last_fired_at.map(Timestamp::micros))
            .push_bind(alert.updated_at.micros())
            .push_bind(alert.version);
    });
    let fired: Vec<&Fired> = firings.iter().map(|firing| &firing.fired).collect();
    insert(&mut Writes::Entry(entry), &fired).await
}

/// Where there are other hosts: writes the firings whose alerts are armed, unchanged and at the firing before; the ids of those
/// alerts. The others lost to another host, to their owner, or to an earlier try of the same firing.
pub async fn fire(tx: &mut Tx, firings: &[Firing]) -> Result<HashSet<AlertId>, StoreError> {
    const UPDATE: &str = "UPDATE alerts SET status = v.column2, stood = v.column3, is_ready = v.column4, fired_count = v.column5, \
        last_fired_at = v.column6, updated_at = v.column7 FROM (";
    const MATCH: &str = ") AS v WHERE alerts.id = v.column1 AND alerts.version = v.column8 AND alerts.fired_count = v.column5 - 1 \
        AND alerts.status = 'armed' RETURNING alerts.id";
    let mut won = HashSet::new();
    for chunk in firings.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<(String,)> = on_tx!(tx, c => {
            let mut query = sqlx::QueryBuilder::new(UPDATE);
            query.push_values(chunk, |mut b, firing| {
                b.push_bind(firing.fired.alert_id.to_string())
                    .push_bind(firing.status.as_str())
                    .push_bind(stood_text(firing.memory.stood))
                    .push_bind(firing.memory.is_ready)
                    .push_bind(firing.fired.number)
                    .push_bind(firing.fired.quote_time.micros())
                    .push_bind(firing.fired.fired_at.micros())
                    .push_bind(firing.version);
            });
            query.push(MATCH);
            query.build_query_as().fetch_all(c).await
        })?;
        for (id,) in ids {
            won.insert(id.parse().map_err(|e| StoreError::corrupt("alerts", e))?);
        }
    }
    let told: Vec<&Fired> = firings.iter().map(|firing| &firing.fired).filter(|fired| won.contains(&fired.alert_id)).collect();
    insert(&mut Writes::Tx(tx), &told).await?;
    Ok(won)
}

async fn insert(writes: &mut Writes<'_>, firings: &[&Fired]) -> Result<(), StoreError> {
    const INSERT: &str = concat!("INSERT INTO alert_firings (", firing_columns!(), ") ");
    // Orders wait for the same journal: it never stops for an alert.
    const ONCE: &str = " ON CONFLICT (alert_id, firing_no) DO NOTHING";
    insert_rows!(writes, Form::Append, INSERT, firings, ONCE, |b, fired| {
        b.push_bind(fired.id.to_string())
            .push_bind(fired.alert_id.to_string())
            .push_bind(fired.user_id.to_string())
            .push_bind(fired.number)
            .push_bind(fired.symbol.to_string())
            .push_bind(fired.condition.word())
            .push_bind(fired.condition.target().map(|price| price.to_string()))
            .push_bind(fired.condition.percent().map(|percent| percent.to_string()))
            .push_bind(fired.condition.minutes().map(i64::from))
            .push_bind(fired.condition.multiple().map(|multiple| multiple.to_string()))
            .push_bind(fired.note.clone())
            .push_bind(fired.price.to_string())
            .push_bind(fired.quote_time.micros())
            .push_bind(fired.fired_at.micros())
    });
    Ok(())
}

/// Which of these firings are written: an answer of the database may have been lost.
pub async fn list_told(tx: &mut Tx, ids: &[FiringId]) -> Result<HashSet<FiringId>, StoreError> {
    const LIST: &str = "SELECT id FROM alert_firings WHERE id";
    let mut told = HashSet::new();
    for chunk in ids.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(String,)> = select_in!(tx, LIST, chunk);
        for (id,) in rows {
            told.insert(id.parse().map_err(|e| StoreError::corrupt("alert_firings", e))?);
        }
    }
    Ok(told)
}

/// Where there are other hosts: what alerts remember that did not fire, unless they changed meanwhile.
pub async fn remember(tx: &mut Tx, quiet: &[Remembered]) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE alerts SET stood = v.column2, is_ready = v.column3 FROM (";
    const MATCH: &str = ") AS v WHERE alerts.id = v.column1 AND alerts.version = v.column4 AND alerts.fired_count = v.column5";
    for chunk in quiet.chunks(ROWS_PER_STATEMENT) {
        on_tx!(tx, c => {
            let mut query = sqlx::QueryBuilder::new(UPDATE);
            query.push_values(chunk, |mut b, alert| {
                b.push_bind(alert.alert_id.to_string())
                    .push_bind(stood_text(alert.memory.stood))
                    .push_bind(alert.memory.is_ready)
                    .push_bind(alert.version)
                    .push_bind(alert.memory.fired_count);
            });
            query.push(MATCH);
            query.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// A user's, of one alert or of all, newest first.
pub async fn list_firings(
    db: &Db,
    user: UserId,
    alert: Option<AlertId>,
    before: Option<FiringId>,
    limit: i64,
) -> Result<Vec<Fired>, StoreError> {
    const LIST: &str = concat!(
        "SELECT ",
        firing_columns!(),
        " FROM alert_firings WHERE user_id = $1 AND id < $2 AND ($3 = '' OR alert_id = $3) ORDER BY id DESC LIMIT $4"
    );
    let rows: Vec<FiringRow> = on_books!(db, c => sqlx::query_as(LIST)
        .bind(user.to_string())
        .bind(before.map_or_else(|| "g".to_owned(), |id| id.to_string()))
        .bind(alert.map(|id| id.to_string()).unwrap_or_default())
        .bind(limit)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Fired::try_from).collect()
}

/// Of everybody since a time, for hosts that tell what others wrote.
pub async fn list_firings_after(db: &Db, since: Timestamp) -> Result<Vec<Fired>, StoreError> {
    const LIST: &str = concat!("SELECT ", firing_columns!(), " FROM alert_firings WHERE fired_at >= $1 ORDER BY fired_at");
    let rows: Vec<FiringRow> = on_books!(db, c => sqlx::query_as(LIST).bind(since.micros()).fetch_all(c).await)?;
    rows.into_iter().map(Fired::try_from).collect()
}
