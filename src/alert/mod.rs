//! Alerts: what a person wants to be told about the price of an instrument, and the state that decides when.
//!
//! Pure: a tick goes in, at most one firing comes out. It must never read a clock or know who is told.

mod condition;
mod state;
#[cfg(test)]
mod tests;
mod ticket;
mod window;

pub use condition::{Condition, ConditionText, Multiple};
pub use state::{AlertState, Firing, Memory, PAUSE_US, Tick};
pub use ticket::{AlertChange, AlertTicket, NewAlert};

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{AlertId, FiringId, UserId},
    instrument::Symbol,
    money::Price,
    order::UnknownWord,
    time::Timestamp,
};

/// Alerts a user may have.
pub const ALERTS_MAX: i64 = 1_000;
pub const NOTE_LENGTH_MAX: usize = 200;
/// The longest window, in minutes.
pub const WINDOW_MINUTES_MAX: u32 = 1_440;

/// How often an alert fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    Once,
    /// Again after the condition was false, at most once a minute.
    EveryTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertStatus {
    /// Watches the market.
    Armed,
    /// Fired, and fires no more.
    Triggered,
    /// Its time ended.
    Expired,
    /// Turned off by its owner.
    Off,
}

/// When an alert fires and until when. A change of these begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertTerms {
    pub condition: Condition,
    pub repeat: Repeat,
    pub expires_at: Option<Timestamp>,
}

/// An alert as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub id: AlertId,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub terms: AlertTerms,
    pub note: String,
    pub status: AlertStatus,
    pub memory: Memory,
    /// Grows with each change by its owner.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A firing as it is told and kept. It says all there is to say: alerts are changed and deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fired {
    pub id: FiringId,
    pub alert_id: AlertId,
    pub user_id: UserId,
    /// Counts from 1 over the life of the alert.
    pub number: i64,
    pub symbol: Symbol,
    pub condition: Condition,
    pub note: String,
    pub price: Price,
    pub quote_time: Timestamp,
    pub fired_at: Timestamp,
}

impl Alert {
    /// What firing `firing` of this alert tells.
    pub fn fired(&self, firing: &Firing, id: FiringId, now: Timestamp) -> Fired {
        Fired {
            id,
            alert_id: self.id,
            user_id: self.user_id,
            number: firing.number,
            symbol: self.symbol.clone(),
            condition: self.terms.condition,
            note: self.note.clone(),
            price: firing.price,
            quote_time: firing.time,
            fired_at: now,
        }
    }
}

impl Repeat {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::EveryTime => "every_time",
        }
    }
}

impl FromStr for Repeat {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "once" => Ok(Self::Once),
            "every_time" => Ok(Self::EveryTime),
            _ => Err(UnknownWord { allowed: "once, every_time" }),
        }
    }
}

impl AlertStatus {
    pub const ALL: [AlertStatus; 4] = [Self::Armed, Self::Triggered, Self::Expired, Self::Off];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Armed => "armed",
            Self::Triggered => "triggered",
            Self::Expired => "expired",
            Self::Off => "off",
        }
    }
}

impl FromStr for AlertStatus {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|status| status.as_str() == text);
        known.ok_or(UnknownWord { allowed: "armed, triggered, expired, off" })
    }
}
