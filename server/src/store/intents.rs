//! What is to be sent to venues, and each time it may have been sent. An attempt is written before its bytes leave; only the
//! newest attempt of an intent may say how it ended.

use speedtrade::{
    ids::{AccountId, OrderId},
    time::Timestamp,
};

use super::{Db, StoreError, Writes, journal::Form};

/// One order on its way, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub order: OrderId,
    pub account: AccountId,
    pub client_id: String,
    pub path: String,
    pub body: String,
    pub deadline: Timestamp,
    /// When the wish for it reached the desk; absent in older books.
    pub asked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// Who may send it once, from its commit on. Not read back.
    pub claim: Option<Claim>,
}

/// The first attempt, committed with the intent itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub owner: String,
    pub lease_until: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentState {
    New,
    /// An attempt is on its way until its lease ends; afterwards nobody knows what became of it.
    Sending,
    Unknown,
    Done,
}

/// An intent as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub intent: Intent,
    pub state: IntentState,
    pub lease_until: Timestamp,
    /// Of the newest attempt.
    pub sent_at: Option<Timestamp>,
    pub owner: Option<String>,
}

/// The right to send once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub order: OrderId,
    pub fence: i64,
    pub sent_at: Timestamp,
}

/// Of the attempt that is committed with its intent.
const FIRST_FENCE: i64 = 1;

impl Attempt {
    /// The one that was committed with its intent.
    pub const fn first(intent: &Intent) -> Self {
        Self { order: intent.order, fence: FIRST_FENCE, sent_at: intent.created_at }
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended<'a> {
    pub outcome: &'a str,
    pub detail: &'a str,
    /// When its bytes left, if they did.
    pub left_at: Option<Timestamp>,
}

/// One attempt of an order, as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    pub sent_at: Timestamp,
    pub left_at: Option<Timestamp>,
    /// With the time; absent while it lasts, and for good where its process ended before it.
    pub outcome: Option<(Timestamp, String)>,
    pub detail: String,
}

/// When an order was asked for, and what was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    pub asked_at: Timestamp,
    pub attempts: Vec<PastAttempt>,
}

row! {
    struct IntentRow {
        order_id: String,
        account_id: String,
        client_id: String,
        path: String,
        body: String,
        deadline: i64,
        asked_at: Option<i64>,
        state: String,
        lease_until: i64,
        created_at: i64,
        sent_at: Option<i64>,
        owner: Option<String>,
    }
}

impl IntentState {
    const ALL: [IntentState; 4] = [Self::New, Self::Sending, Self::Unknown, Self::Done];

    const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Done => "done",
        }
    }
}

pub(super) async fn insert(writes: &mut Writes<'_>, intents: &[Intent]) -> Result<(), StoreError> {
    const CLAIM: &str = "INSERT INTO attempts (order_id, fence, owner, sent_at, lease_until) ";
    const INSERT: &str =
        "INSERT INTO intents (order_id, account_id, client_id, path, body, deadline, asked_at, state, fence, lease_until, created_at) ";
    insert_rows!(writes, Form::Append, INSERT, intents, "", |b, row| {
        b.push_bind(row.order.to_string())
            .push_bind(row.account.to_string())
            .push_bind(row.client_id.clone())
            .push_bind(row.path.clone())
            .push_bind(row.body.clone())
            .push_bind(row.deadline.micros())
            .push_bind(row.asked_at.map(Timestamp::micros))
            .push_bind(if row.claim.is_some() { IntentState::Sending } else { IntentState::New }.as_str())
            .push_bind(if row.claim.is_some() { FIRST_FENCE } else { 0 })
            .push_bind(row.claim.as_ref().map_or(0, |claim| claim.lease_until.micros()))
            .push_bind(row.created_at.micros())
    });
    let claimed: Vec<_> = intents.iter().filter_map(|intent| Some((intent, intent.claim.as_ref()?))).collect();
    insert_rows!(writes, Form::Append, CLAIM, &claimed, "", |b, row| {
        let (intent, claim) = row;
        b.push_bind(intent.order.to_string())
            .push_bind(FIRST_FENCE)
            .push_bind(claim.owner.clone())
            .push_bind(intent.created_at.micros())
            .push_bind(claim.lease_until.micros())
    });
    Ok(())
}

/// Writes the attempt down. `None`: somebody else sends it, or it was sent before.
pub async fn begin_attempt(
    db: &Db,
    order: OrderId,
    owner: &str,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<Attempt>, StoreError> {
    const CLAIM: &str = "UPDATE intents SET state = 'sending', fence = fence + 1, lease_until = $2 WHERE order_id = $1 AND state = 'new' \
        RETURNING fence";
    const NOTE: &str = "INSERT INTO attempts (order_id, fence, owner, sent_at, lease_until) VALUES ($1, $2, $3, $4, $5)";
    let mut tx = db.begin().await?;
    let claimed: Option<(i64,)> =
        on_tx!(&mut tx, c => sqlx::query_as(CLAIM).bind(order.to_string()).bind(lease_until.micros()).fetch_optional(c).await)?;
    let Some((fence,)) = claimed else { return Ok(None) };
    on_tx!(&mut tx, c => sqlx::query(NOTE)
        .bind(order.to_string())
        .bind(fence)
        .bind(owner)
        .bind(now.micros())
        .bind(lease_until.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    tx.commit().await?;
    Ok(Some(Attempt { order, fence, sent_at: now }))
}

/// Says how an attempt ended. Where a newer one has begun, that one's word counts.
pub async fn end_attempt(db: &Db, attempt: Attempt, state: IntentState, ended: &Ended<'_>, now: Timestamp) -> Result<(), StoreError> {
    const STATE: &str = "UPDATE intents SET state = $3 WHERE order_id = $1 AND fence = $2 AND state <> 'done'";
    const NOTE: &str = "UPDATE attempts SET outcome = $3, detail = $4, left_at = $5, ended_at = $6 WHERE order_id = $1 AND fence = $2";
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, c => sqlx::query(STATE)
        .bind(attempt.order.to_string())
        .bind(attempt.fence)
        .bind(state.as_str())
        .execute(c)
        .await
        .map(|_| ()))?;
    on_tx!(&mut tx, c => sqlx::query(NOTE)
        .bind(attempt.order.to_string())
        .bind(attempt.fence)
        .bind(ended.outcome)
        .bind(ended.detail)
        .bind(ended.left_at.map(Timestamp::micros))
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    tx.commit().await
}

/// The intent is settled, whatever its attempts said.
pub async fn close_intent(db: &Db, order: OrderId) -> Result<(), StoreError> {
    const CLOSE: &str = "UPDATE intents SET state = 'done' WHERE order_id = $1";
    on_books!(db, c => sqlx::query(CLOSE).bind(order.to_string()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Everything of an account that is not settled, oldest first.
pub async fn list_pending_intents(db: &Db, account: AccountId) -> Result<Vec<Standing>, StoreError> {
    const LIST: &str = "SELECT i.order_id, i.account_id, i.client_id, i.path, i.body, i.deadline, i.asked_at, i.state, i.lease_until, \
        i.created_at, a.sent_at, a.owner FROM intents i LEFT JOIN attempts a ON a.order_id = i.order_id AND a.fence = i.fence \
        WHERE i.account_id = $1 AND i.state <> 'done' ORDER BY i.created_at, i.order_id";
    let rows: Vec<IntentRow> = on_books!(db, c => sqlx::query_as(LIST).bind(account.to_string()).fetch_all(c).await)?;
    rows.into_iter().map(Standing::try_from).collect()
}

/// Orders of an account that were never sent without an intent; empty in true books (invariant 13).
pub async fn count_unintended(db: &Db) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT COUNT(*) FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM intents i WHERE i.order_id = a.order_id)";
    let (count,): (i64,) = on_books!(db, c => sqlx::query_as(COUNT).fetch_one(c).await)?;
    Ok(count)
}

/// `None`: nothing of it was ever to be sent.
pub async fn find_journey(db: &Db, order: OrderId) -> Result<Option<Journey>, StoreError> {
    type Row = (i64, Option<i64>, Option<i64>, Option<String>, Option<String>, Option<i64>);
    const LIST: &str = "SELECT COALESCE(i.asked_at, i.created_at), a.sent_at, a.left_at, a.outcome, a.detail, a.ended_at FROM intents i \
        LEFT JOIN attempts a ON a.order_id = i.order_id WHERE i.order_id = $1 ORDER BY a.fence";
    let rows: Vec<Row> = on_books!(db, c => sqlx::query_as(LIST).bind(order.to_string()).fetch_all(c).await)?;
    let Some(asked_at) = rows.first().map(|row| Timestamp::from_micros(row.0)) else { return Ok(None) };
    let attempts = rows.into_iter().filter_map(|(_, sent_at, left_at, outcome, detail, ended_at)| {
        Some(PastAttempt {
            sent_at: Timestamp::from_micros(sent_at?),
            left_at: left_at.map(Timestamp::from_micros),
            outcome: ended_at.map(Timestamp::from_micros).zip(outcome),
            detail: detail.unwrap_or_default(),
        })
    });
    Ok(Some(Journey { asked_at, attempts: attempts.collect() }))
}

/// The four characters in every name that this installation gives to a venue. `fresh` is kept when there are none yet.
pub async fn instance_tag(db: &Db, fresh: &str) -> Result<String, StoreError> {
    const KEEP: &str = "INSERT INTO instance (one, tag) VALUES (1, $1) ON CONFLICT (one) DO NOTHING";
    const READ: &str = "SELECT tag FROM instance";
    on_books!(db, c => sqlx::query(KEEP).bind(fresh).execute(c).await.map(|_| ()))?;
    let (tag,): (String,) = on_books!(db, c => sqlx::query_as(READ).fetch_one(c).await)?;
    Ok(tag)
}

impl TryFrom<IntentRow> for Standing {
    type Error = StoreError;
    fn try_from(row: IntentRow) -> Result<Self, StoreError> {
        fn bad(what: impl std::fmt::Display) -> StoreError {
            StoreError::corrupt("intents", what)
        }
        Ok(Standing {
            state: IntentState::ALL.into_iter().find(|state| state.as_str() == row.state).ok_or_else(|| bad(&row.state))?,
            lease_until: Timestamp::from_micros(row.lease_until),
            sent_at: row.sent_at.map(Timestamp::from_micros),
            owner: row.owner,
            intent: Intent {
                order: row.order_id.parse().map_err(bad)?,
                account: row.account_id.parse().map_err(bad)?,
                client_id: row.client_id,
                path: row.path,
                body: row.body,
                deadline: Timestamp::from_micros(row.deadline),
                asked_at: row.asked_at.map(Timestamp::from_micros),
                created_at: Timestamp::from_micros(row.created_at),
                claim: None,
            },
        })
    }
}
