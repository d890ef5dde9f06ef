//! What Kraken's errors mean. They come with HTTP 200; a refusal is definite when it is listed here, anything else is unknown.

use std::time::Duration;

use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use speedtrade::time::Timestamp;

use super::{
    super::{CancelError, SubmitError, VenueError, error::said, http::Answer},
    wire,
};
use crate::net::retry_after;

/// An order with one of these was not taken and never will be. Details may follow after a colon.
const DEFINITE: &[&str] = &[
    "EAPI:Bad request",
    "EAPI:Feature disabled",
    "EAPI:Invalid key",
    "EAPI:Invalid nonce",
    "EAPI:Invalid signature",
    "EAccount:Invalid permissions",
    "EAuth:Account temporary disabled",
    "EAuth:Account unconfirmed",
    "EGeneral:Invalid arguments",
    "EGeneral:Permission denied",
    "EGeneral:Unknown method",
    "EOrder:Cannot open opposing position",
    "EOrder:Cannot open position",
    "EOrder:Cost minimum not met",
    "EOrder:Insufficient funds",
    "EOrder:Insufficient margin",
    "EOrder:Invalid order",
    "EOrder:Invalid price",
    "EOrder:Order minimum not met",
    "EOrder:Orders limit exceeded",
    "EOrder:Positions limit exceeded",
    "EOrder:Post only order",
    "EOrder:Rate limit exceeded",
    "EOrder:Scheduled orders limit exceeded",
    "EOrder:Tick size check failed",
    "EOrder:Trading agreement required",
    "EOrder:Unknown order",
    "EQuery:Invalid asset pair",
    "EQuery:Unknown asset pair",
    "EService:Market in cancel_only mode",
    "EService:Market in limit_only mode",
    "EService:Market in post_only mode",
];
/// Among open orders. The first is what Kraken says; the second is for what it may say one day.
const EXISTS: &[&str] = &["EGeneral:Invalid arguments:cl_ord_id not unique", "EOrder:Duplicate"];
const NOT_OPEN: &[&str] = &["EOrder:Unknown order", "EOrder:Invalid order"];
const KEY_REFUSED: &[&str] = &[
    "EAPI:Invalid key",
    "EAPI:Invalid signature",
    "EAccount:Invalid permissions",
    "EAuth:Account temporary disabled",
    "EAuth:Account unconfirmed",
    "EGeneral:Permission denied",
];
const LIMITED: &[&str] = &["EAPI:Rate limit exceeded", "EGeneral:Temporary lockout", "EGeneral:Too many requests", "EService:Throttled"];
const COUNTER_PAUSE: Duration = Duration::from_secs(5);
const LOCKOUT_PAUSE: Duration = Duration::from_mins(1);
const THROTTLE_PAUSE_MAX: Duration = Duration::from_mins(5);

/// What Kraken said instead of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Its own words, `ECategory:Text`.
    Said {
        error: String,
        retry_after: Option<Duration>,
    },
    Http {
        status: StatusCode,
        retry_after: Option<Duration>,
    },
    Unreadable(String),
}

/// The result, read as `T`, or why there is none. Warnings beside a result don't count.
pub(super) fn result<T: DeserializeOwned>(answer: &Answer) -> Result<T, Refusal> {
    let Ok(envelope) = serde_json::from_slice::<wire::Envelope<'_>>(&answer.body) else {
        return Err(if answer.status.is_success() {
            Refusal::Unreadable("the answer is not one of Kraken's".to_owned())
        } else {
            Refusal::Http { status: answer.status, retry_after: retry_after(&answer.headers) }
        });
    };
    let mut errors = envelope.error.iter().filter(|error| !error.starts_with('W'));
    let first = errors.clone().next();
    // The one that means most: a definite one before others.
    if let Some(error) = errors.find(|error| is_listed(error, DEFINITE)).or(first) {
        return Err(Refusal::Said { error: said(error), retry_after: retry_after(&answer.headers) });
    }
    if !answer.status.is_success() {
        return Err(Refusal::Http { status: answer.status, retry_after: retry_after(&answer.headers) });
    }
    let result = envelope.result.ok_or_else(|| Refusal::Unreadable("neither a result nor an error".to_owned()))?;
    serde_json::from_str(result.get()).map_err(|error| Refusal::Unreadable(format!("{:?} error in the result", error.classify())))
}

fn is_listed(error: &str, list: &[&str]) -> bool {
    list.iter().any(|listed| error.strip_prefix(listed).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ' '])))
}

fn code_and_message(error: &str) -> (String, String) {
    (error.to_owned(), error.split_once(':').map_or(error, |(_, words)| words).to_owned())
}

impl Refusal {
    pub(super) fn is_unknown_order(&self) -> bool {
        matches!(self, Self::Said { error, .. } if is_listed(error, NOT_OPEN))
    }

    /// How long nothing but cancels may leave now.
    pub(super) fn pause(&self, now: Timestamp) -> Option<Duration> {
        match self {
            Self::Said { error, .. } if is_listed(error, &["EService:Throttled"]) => Some(throttled(error, now)),
            Self::Said { error, .. } if is_listed(error, &["EGeneral:Temporary lockout"]) => Some(LOCKOUT_PAUSE),
            Self::Said { error, retry_after } if is_listed(error, LIMITED) => Some(retry_after.unwrap_or(COUNTER_PAUSE)),
            Self::Http { status, retry_after } if *status == StatusCode::TOO_MANY_REQUESTS => Some(retry_after.unwrap_or(COUNTER_PAUSE)),
            Self::Said { .. } | Self::Http { .. } | Self::Unreadable(_) => None,
        }
    }

    fn detail(&self) -> (String, Option<Duration>) {
        match self {
            Self::Said { error, retry_after } => (error.clone(), *retry_after),
            Self::Http { status, retry_after } => (format!("Kraken answered {}", status.as_u16()), *retry_after),
            Self::Unreadable(detail) => (detail.clone(), None),
        }
    }
}

/// `EService:Throttled: <unix>` names the second from which on it may be tried again.
fn throttled(error: &str, now: Timestamp) -> Duration {
    let until = error.rsplit(':').next().and_then(|text| text.trim().parse::<i64>().ok());
    let seconds = until.map(|until| until.saturating_sub(now.seconds())).and_then(|seconds| u64::try_from(seconds).ok());
    seconds.map_or(COUNTER_PAUSE, |seconds| Duration::from_secs(seconds).min(THROTTLE_PAUSE_MAX))
}

const fn is_refusing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403 | 422)
}

impl From<Refusal> for SubmitError {
    fn from(refusal: Refusal) -> Self {
        match &refusal {
            Refusal::Said { error, .. } if is_listed(error, EXISTS) => Self::Exists,
            Refusal::Said { error, .. } if is_listed(error, DEFINITE) => {
                let (code, message) = code_and_message(error);
                Self::Rejected { code, message }
            }
            Refusal::Http { status, .. } if is_refusing(*status) => {
                Self::Rejected { code: format!("http_{}", status.as_u16()), message: refusal.detail().0 }
            }
            Refusal::Said { .. } | Refusal::Http { .. } | Refusal::Unreadable(_) => {
                let (detail, retry_after) = refusal.detail();
                Self::Unknown { detail, retry_after }
            }
        }
    }
}

impl From<Refusal> for CancelError {
    fn from(refusal: Refusal) -> Self {
        match &refusal {
            Refusal::Said { error, .. } if is_listed(error, NOT_OPEN) => Self::NotOpen,
            Refusal::Said { error, .. } if is_listed(error, DEFINITE) => {
                let (code, message) = code_and_message(error);
                Self::Refused { code, message }
            }
            Refusal::Said { .. } | Refusal::Http { .. } | Refusal::Unreadable(_) => {
                let (detail, retry_after) = refusal.detail();
                Self::Unknown { detail, retry_after }
            }
        }
    }
}

impl From<Refusal> for VenueError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Said { error, .. } if is_listed(&error, KEY_REFUSED) => Self::Unauthorized { detail: error },
            Refusal::Said { error, retry_after } if is_listed(&error, LIMITED) => Self::RateLimited { retry_after },
            Refusal::Said { error, .. } if error.starts_with("EService:") || error == "EGeneral:Internal error" => {
                Self::Unavailable { detail: error }
            }
            Refusal::Said { error, .. } => {
                let (code, message) = code_and_message(&error);
                Self::Refused { code, message }
            }
            Refusal::Http { status, retry_after } => match status {
                StatusCode::TOO_MANY_REQUESTS => Self::RateLimited { retry_after },
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                    Self::Unauthorized { detail: format!("Kraken answered {}", status.as_u16()) }
                }
                _ => Self::Unavailable { detail: format!("Kraken answered {}", status.as_u16()) },
            },
            Refusal::Unreadable(detail) => Self::Decode { detail },
        }
    }
}
