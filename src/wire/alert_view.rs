//! Watchlists, alerts, their firings and who is told, as REST and pages show them.

use serde::{Deserialize, Serialize};

use crate::{
    alert::{Alert, AlertStatus, Fired, Repeat},
    ids::{AlertId, FiringId, PushSubscriptionId, WatchlistId, WebhookId},
    instrument::Symbol,
    money::{Percent, Price},
    time::Timestamp,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WatchlistView {
    pub id: WatchlistId,
    pub name: String,
    /// In the order of their owner.
    pub symbols: Vec<Symbol>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertView {
    pub id: AlertId,
    pub symbol: Symbol,
    pub condition: String,
    /// The condition in words that follow the symbol.
    pub summary: String,
    pub target_price: Option<Price>,
    pub percent: Option<Percent>,
    pub window_minutes: Option<u32>,
    pub multiple: Option<String>,
    pub repeat: Repeat,
    pub expires_at: Option<Timestamp>,
    pub note: String,
    pub status: AlertStatus,
    pub fired_count: i64,
    pub last_fired_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<&Alert> for AlertView {
    fn from(alert: &Alert) -> Self {
        let condition = alert.terms.condition;
        Self {
            id: alert.id,
            symbol: alert.symbol.clone(),
            condition: condition.word().to_owned(),
            summary: condition.to_string(),
            target_price: condition.target(),
            percent: condition.percent(),
            window_minutes: condition.minutes(),
            multiple: condition.multiple().map(|multiple| multiple.to_string()),
            repeat: alert.terms.repeat,
            expires_at: alert.terms.expires_at,
            note: alert.note.clone(),
            status: alert.status,
            fired_count: alert.memory.fired_count,
            last_fired_at: alert.memory.last_fired_at,
            created_at: alert.created_at,
            updated_at: alert.updated_at,
        }
    }
}

/// One firing of an alert, as the alert was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FiringView {
    pub id: FiringId,
    pub alert_id: AlertId,
    /// Counts from 1 over the life of the alert.
    pub firing_no: i64,
    pub symbol: Symbol,
    pub condition: String,
    /// The condition in words that follow the symbol.
    pub summary: String,
    pub target_price: Option<Price>,
    pub percent: Option<Percent>,
    pub window_minutes: Option<u32>,
    pub multiple: Option<String>,
    pub note: String,
    /// The price that made it fire.
    pub price: Price,
    pub quote_time: Timestamp,
    pub fired_at: Timestamp,
}

impl From<&Fired> for FiringView {
    fn from(fired: &Fired) -> Self {
        Self {
            id: fired.id,
            alert_id: fired.alert_id,
            firing_no: fired.number,
            symbol: fired.symbol.clone(),
            condition: fired.condition.word().to_owned(),
            summary: fired.condition.to_string(),
            target_price: fired.condition.target(),
            percent: fired.condition.percent(),
            window_minutes: fired.condition.minutes(),
            multiple: fired.condition.multiple().map(|multiple| multiple.to_string()),
            note: fired.note.clone(),
            price: fired.price,
            quote_time: fired.quote_time,
            fired_at: fired.fired_at,
        }
    }
}

/// Browsers that are told of firings, and with which key they subscribe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushSubscriptionsView {
    /// The desk's VAPID key, base64url: `applicationServerKey` of `PushManager.subscribe`.
    pub public_key: String,
    pub items: Vec<PushSubscriptionView>,
}

/// A browser that is told of firings by Web Push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushSubscriptionView {
    pub id: PushSubscriptionId,
    /// The address at the browser's push service.
    pub endpoint: String,
    pub created_at: Timestamp,
}

/// An address that is told of firings. `secret` is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookView {
    pub id: WebhookId,
    pub url: String,
    pub enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    pub created_at: Timestamp,
}
