//! Rows of alerts and of their firings.

use std::cmp::Ordering;

use speedtrade::{
    alert::{Alert, AlertTerms, Condition, ConditionText, Fired, Memory},
    time::Timestamp,
};

use crate::store::StoreError;

row! {
    pub(super) struct AlertRow {
        id: String,
        user_id: String,
        symbol: String,
        condition: String,
        target_price: Option<String>,
        percent: Option<String>,
        window_minutes: Option<i64>,
        multiple: Option<String>,
        repeats: String,
        expires_at: Option<i64>,
        note: String,
        status: String,
        stood: String,
        is_ready: bool,
        fired_count: i64,
        last_fired_at: Option<i64>,
        version: i64,
        created_at: i64,
        updated_at: i64,
    }
}

row! {
    pub(super) struct FiringRow {
        id: String,
        alert_id: String,
        user_id: String,
        firing_no: i64,
        symbol: String,
        condition: String,
        target_price: Option<String>,
        percent: Option<String>,
        window_minutes: Option<i64>,
        multiple: Option<String>,
        note: String,
        price: String,
        quote_time: i64,
        fired_at: i64,
    }
}

pub(super) const fn stood_text(stood: Option<Ordering>) -> &'static str {
    match stood {
        None => "",
        Some(Ordering::Less) => "below",
        Some(Ordering::Equal) => "at",
        Some(Ordering::Greater) => "above",
    }
}

fn stood(text: &str) -> Result<Option<Ordering>, StoreError> {
    let words = [None, Some(Ordering::Less), Some(Ordering::Equal), Some(Ordering::Greater)];
    words.into_iter().find(|stood| stood_text(*stood) == text).ok_or_else(|| StoreError::corrupt("alerts", text))
}

impl TryFrom<AlertRow> for Alert {
    type Error = StoreError;
    fn try_from(row: AlertRow) -> Result<Self, StoreError> {
        fn bad(what: impl std::fmt::Display) -> StoreError {
            StoreError::corrupt("alerts", what)
        }
        let text = ConditionText {
            word: &row.condition,
            target: row.target_price.as_deref(),
            percent: row.percent.as_deref(),
            minutes: row.window_minutes,
            multiple: row.multiple.as_deref(),
        };
        let condition = Condition::read(&text).ok_or_else(|| bad(&row.condition))?;
        let expires_at = row.expires_at.map(Timestamp::from_micros);
        Ok(Self {
            id: row.id.parse().map_err(bad)?,
            user_id: row.user_id.parse().map_err(bad)?,
            symbol: row.symbol.parse().map_err(bad)?,
            terms: AlertTerms { condition, repeat: row.repeats.parse().map_err(bad)?, expires_at },
            note: row.note,
            status: row.status.parse().map_err(bad)?,
            memory: Memory {
                stood: stood(&row.stood)?,
                is_ready: row.is_ready,
                fired_count: row.fired_count,
                last_fired_at: row.last_fired_at.map(Timestamp::from_micros),
            },
            version: row.version,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

impl TryFrom<FiringRow> for Fired {
    type Error = StoreError;
    fn try_from(row: FiringRow) -> Result<Self, StoreError> {
        fn bad(what: impl std::fmt::Display) -> StoreError {
            StoreError::corrupt("alert_firings", what)
        }
        let text = ConditionText {
            word: &row.condition,
            target: row.target_price.as_deref(),
            percent: row.percent.as_deref(),
            minutes: row.window_minutes,
            multiple: row.multiple.as_deref(),
        };
        Ok(Self {
            condition: Condition::read(&text).ok_or_else(|| bad(&row.condition))?,
            id: row.id.parse().map_err(bad)?,
            alert_id: row.alert_id.parse().map_err(bad)?,
            user_id: row.user_id.parse().map_err(bad)?,
            number: row.firing_no,
            symbol: row.symbol.parse().map_err(bad)?,
            note: row.note,
            price: row.price.parse().map_err(bad)?,
            quote_time: Timestamp::from_micros(row.quote_time),
            fired_at: Timestamp::from_micros(row.fired_at),
        })
    }
}
