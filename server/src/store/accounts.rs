//! Trading accounts. Their money changes only through `commit`.

use std::collections::BTreeMap;

use speedtrade::{
    account::{AccountState, Cash, Gate, PAPER_DEPOSIT_ATOMS},
    ids::{AccountId, UserId},
    ledger::Transaction,
    money::Usd,
    risk::{Pace, RiskLimits},
    time::Timestamp,
    venue::{Environment, Venue},
};
use uuid::Uuid;

use super::{Db, StoreError, Tx, Writes, journal::Form, postings};

/// What accounts are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Look,
    Change,
}

row! {
    /// One account with its cash and its rules.
    #[derive(Debug, Clone)]
    pub(super) struct AccountRecord {
        id: String,
        user_id: String,
        account_type: String,
        deposits: i64,
        withdrawn: i64,
        available: i64,
        reserved: i64,
        fees: i64,
        rounding: i64,
        shortfall: i64,
        limits: String,
        is_halted: bool,
        gate: Option<String>,
        pace_minute: i64,
        pace_orders: i64,
        version: i64,
        event_seq: i64,
        // Of all accounts of the user. PostgreSQL reads it as of before it waited for the row, which is newer then.
        user_seq: i64,
    }
}

macro_rules! account_columns {
    () => {
        "id, user_id, account_type, deposits, withdrawn, available, reserved, fees, rounding, shortfall, limits, is_halted, gate, pace_minute, pace_orders, \
         version, event_seq, (SELECT MAX(own.event_seq) FROM accounts own WHERE own.user_id = accounts.user_id) AS user_seq"
    };
}

/// Opens the paper account of a new user and books its deposit; part of the registration's transaction.
pub async fn insert_paper_account(
    tx: &mut Tx,
    user: UserId,
    account: AccountId,
    deposit_id: Uuid,
    now: Timestamp,
) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO accounts \
        (id, user_id, account_type, label, deposits, available, reserved, version, event_seq, created_at) \
        VALUES ($1, $2, 'paper', 'Paper', $3, $3, 0, 0, 0, $4)";
    on_tx!(tx, c => sqlx::query(INSERT)
        .bind(account.to_string())
        .bind(user.to_string())
        .bind(PAPER_DEPOSIT_ATOMS)
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    let deposit = Transaction::deposit(PAPER_DEPOSIT_ATOMS);
    postings::insert(&mut Writes::Tx(tx), &postings::PostingRow::of_deposit(account, deposit_id, &deposit, now)).await
}

/// Where the orders of an account go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountRoute {
    Paper,
    Venue(Venue, Environment),
}

/// `None` also for an account of somebody else.
pub async fn find_owned_account(db: &Db, user: UserId, account: AccountId) -> Result<Option<AccountRoute>, StoreError> {
    const FIND: &str = "SELECT a.account_type, b.environment FROM accounts a LEFT JOIN broker_accounts b ON b.account_id = a.id \
        WHERE a.user_id = $1 AND a.id = $2";
    let row: Option<(String, Option<String>)> =
        on_books!(db, c => sqlx::query_as(FIND).bind(user.to_string()).bind(account.to_string()).fetch_optional(c).await)?;
    let Some((account_type, environment)) = row else { return Ok(None) };
    let environment = environment.map(|text| text.parse().map_err(|e| StoreError::corrupt("broker_accounts", e))).transpose()?;
    match (venue_of(&account_type)?, environment) {
        (Some(venue), Some(environment)) => Ok(Some(AccountRoute::Venue(venue, environment))),
        (None, None) => Ok(Some(AccountRoute::Paper)),
        (Some(_), None) | (None, Some(_)) => Err(StoreError::corrupt("accounts", account)),
    }
}

/// The user's paper account.
pub async fn find_paper_account(db: &Db, user: UserId) -> Result<Option<AccountId>, StoreError> {
    const FIND: &str = "SELECT id FROM accounts WHERE user_id = $1 AND account_type = 'paper'";
    let id: Option<(String,)> = on_books!(db, c => sqlx::query_as(FIND).bind(user.to_string()).fetch_optional(c).await)?;
    id.map(|(id,)| id.parse().map_err(|e| StoreError::corrupt("accounts", e))).transpose()
}

/// The account with its cash, without holdings and orders.
pub async fn find_account(db: &Db, account: AccountId) -> Result<Option<AccountState>, StoreError> {
    const FIND: &str = concat!("SELECT ", account_columns!(), " FROM accounts WHERE id = $1");
    let row: Option<AccountRecord> = on_books!(db, c => sqlx::query_as(FIND).bind(account.to_string()).fetch_optional(c).await)?;
    row.map(AccountRecord::into_state).transpose()
}

/// When an account's history begins: with its making, or with an earlier execution of a demo.
pub async fn account_begin(db: &Db, account: AccountId) -> Result<Timestamp, StoreError> {
    const BEGIN: &str = "SELECT created_at FROM accounts WHERE id = $1";
    let (made,): (i64,) = on_books!(db, c => sqlx::query_as(BEGIN).bind(account.to_string()).fetch_one(c).await)?;
    let first = super::fills::first_fill_time(db, account).await?;
    Ok(first.map_or(Timestamp::from_micros(made), |first| first.min(Timestamp::from_micros(made))))
}

/// Ids after `after`, in order, at most `limit`: for jobs that walk over all accounts.
pub async fn list_account_ids(db: &Db, after: Option<AccountId>, limit: i64) -> Result<Vec<AccountId>, StoreError> {
    const LIST: &str = "SELECT id FROM accounts WHERE id > $1 ORDER BY id LIMIT $2";
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let ids: Vec<(String,)> = on_books!(db, c => sqlx::query_as(LIST).bind(after).bind(limit).fetch_all(c).await)?;
    ids.into_iter().map(|(id,)| id.parse().map_err(|e| StoreError::corrupt("accounts", e))).collect()
}

/// For a change, PostgreSQL locks the rows, so that another host waits instead of losing its work.
pub(super) async fn list(tx: &mut Tx, ids: &[AccountId], purpose: Purpose) -> Result<Vec<AccountState>, StoreError> {
    const ACCOUNTS: &str = concat!("SELECT ", account_columns!(), " FROM accounts WHERE id");
    let suffix = match (&*tx, purpose) {
        (Tx::Postgres(_), Purpose::Change) => " ORDER BY id FOR UPDATE",
        (Tx::Sqlite(_) | Tx::Postgres(_), _) => "",
    };
    let rows: Vec<AccountRecord> = select_in!(tx, ACCOUNTS, ids, suffix);
    rows.into_iter().map(AccountRecord::into_state).collect()
}

macro_rules! update_accounts {
    ($which_version:literal) => {
        (
            "UPDATE accounts SET available = v.column2, reserved = v.column3, fees = v.column4, rounding = v.column5, \
             shortfall = v.column6, limits = v.column7, is_halted = v.column8, gate = v.column9, pace_minute = v.column10, \
             pace_orders = v.column11, version = v.column12 + 1, event_seq = v.column13, \
             deposits = v.column14, withdrawn = v.column15 FROM (",
            concat!(") AS v WHERE accounts.id = v.column1 AND accounts.version ", $which_version, " v.column12"),
        )
    };
}

macro_rules! push_account {
    ($b:expr, $account:ident) => {
        $b.push_bind($account.id.to_string())
            .push_bind($account.cash.available.to_atoms())
            .push_bind($account.cash.reserved.to_atoms())
            .push_bind($account.cash.fees.to_atoms())
            .push_bind($account.cash.rounding.to_atoms())
            .push_bind($account.cash.shortfall.to_atoms())
            .push_bind(limits_text(&$account.limits))
            .push_bind($account.is_halted)
            .push_bind($account.gate.map(Gate::as_str))
            .push_bind($account.pace.minute.micros())
            .push_bind(i64::from($account.pace.orders))
            .push_bind($account.version)
            .push_bind($account.event_seq)
            .push_bind($account.deposits.max(Usd::ZERO).to_atoms())
            .push_bind(-$account.deposits.min(Usd::ZERO).to_atoms())
    };
}

/// Each account at the version that was read; another version is a conflict and nothing may be committed. The journal writes
/// an account in its last state, over any older one: nobody else writes it.
pub(super) async fn update(writes: &mut Writes<'_>, accounts: &[&AccountState]) -> Result<(), StoreError> {
    match writes {
        Writes::Entry(entry) => entry.rows(Form::Update(1), update_accounts!("<="), accounts, |b, account| {
            push_account!(b, account);
        }),
        Writes::Tx(tx) => {
            let (prefix, suffix) = update_accounts!("=");
            let updated = write_rows!(tx, (prefix, suffix), accounts, |b, account| push_account!(b, account));
            if updated != accounts.len() as u64 {
                return Err(StoreError::Conflict);
            }
        }
    }
    Ok(())
}

fn limits_text(limits: &RiskLimits) -> String {
    if *limits == RiskLimits::default() {
        return String::new();
    }
    serde_json::to_string(limits).expect("limits are plain data")
}

fn limits_of(text: &str) -> Result<RiskLimits, StoreError> {
    if text.is_empty() {
        return Ok(RiskLimits::default());
    }
    serde_json::from_str(text).map_err(|e| StoreError::corrupt("accounts", e))
}

fn venue_of(account_type: &str) -> Result<Option<Venue>, StoreError> {
    if account_type == "paper" {
        return Ok(None);
    }
    account_type.parse().map(Some).map_err(|e| StoreError::corrupt("accounts", e))
}

fn gate_of(text: Option<&str>) -> Result<Option<Gate>, StoreError> {
    let Some(text) = text else { return Ok(None) };
    let known = Gate::ALL.into_iter().find(|gate| gate.as_str() == text);
    known.map(Some).ok_or_else(|| StoreError::corrupt("accounts", text))
}

impl AccountRecord {
    pub(super) fn into_state(self) -> Result<AccountState, StoreError> {
        let bad = |e| StoreError::corrupt("accounts", e);
        Ok(AccountState {
            id: self.id.parse().map_err(bad)?,
            user_id: self.user_id.parse().map_err(bad)?,
            version: self.version,
            event_seq: self.event_seq.max(self.user_seq),
            venue: venue_of(&self.account_type)?,
            deposits: Usd::from_atoms(self.deposits - self.withdrawn),
            cash: Cash {
                available: Usd::from_atoms(self.available),
                reserved: Usd::from_atoms(self.reserved),
                fees: Usd::from_atoms(self.fees),
                rounding: Usd::from_atoms(self.rounding),
                shortfall: Usd::from_atoms(self.shortfall),
            },
            positions: BTreeMap::new(),
            lots: BTreeMap::new(),
            open_orders: BTreeMap::new(),
            limits: limits_of(&self.limits)?,
            is_halted: self.is_halted,
            gate: gate_of(self.gate.as_deref())?,
            pace: Pace {
                minute: Timestamp::from_micros(self.pace_minute),
                orders: u32::try_from(self.pace_orders).map_err(|e| StoreError::corrupt("accounts", e))?,
            },
        })
    }
}
