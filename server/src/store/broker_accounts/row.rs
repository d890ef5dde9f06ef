//! An account's row, with what it has at a venue.

use speedtrade::{time::Timestamp, wire::VenueTold};

use super::{BrokerAccount, PaperAccount, StoreError, UserAccount};

row! {
    pub(super) struct AccountRow {
        id: String,
        user_id: String,
        account_type: String,
        label: String,
        created_at: i64,
        venue: Option<String>,
        environment: Option<String>,
        venue_account: Option<String>,
        key_hint: Option<String>,
        told: Option<String>,
        verified_at: Option<i64>,
    }
}

pub(super) fn told_text(told: &VenueTold) -> String {
    serde_json::to_string(told).expect("what a venue told is plain data")
}

impl TryFrom<AccountRow> for UserAccount {
    type Error = StoreError;
    fn try_from(row: AccountRow) -> Result<Self, StoreError> {
        let id = row.id.parse().map_err(corrupt)?;
        let created_at = Timestamp::from_micros(row.created_at);
        if row.account_type == "paper" {
            return Ok(Self::Paper(PaperAccount { id, label: row.label, created_at }));
        }
        let text = |value: Option<String>| value.ok_or_else(|| corrupt("an account without its venue"));
        Ok(Self::Broker(Box::new(BrokerAccount {
            id,
            user_id: row.user_id.parse().map_err(corrupt)?,
            venue: text(row.venue)?.parse().map_err(corrupt)?,
            environment: text(row.environment)?.parse().map_err(corrupt)?,
            label: row.label,
            venue_account: text(row.venue_account)?,
            key_hint: text(row.key_hint)?,
            told: serde_json::from_str(&text(row.told)?).map_err(corrupt)?,
            created_at,
            verified_at: Timestamp::from_micros(row.verified_at.ok_or_else(|| corrupt("an account without its venue"))?),
        })))
    }
}

fn corrupt(what: impl std::fmt::Display) -> StoreError {
    StoreError::corrupt("broker_accounts", what)
}
