//! What a venue's answers mean for an order. Unlisted is unknown: only a definite word is a refusal.

use std::time::Duration;

use super::http::HttpError;

/// The venue can't be asked for this, in words for the trader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unsupported(pub String);

pub(crate) fn unsupported(words: &str) -> Unsupported {
    Unsupported(words.to_owned())
}

/// A venue's own words, short enough to show.
pub(crate) fn said(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Why a submission is not known to have been accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// No byte of it left: the name was not found, the connection was refused, or our own budget was spent.
    #[error("not sent: {detail}")]
    NotSent { detail: String },
    /// A definite refusal: the order does not exist at the venue and never will.
    #[error("refused ({code}): {message}")]
    Rejected { code: String, message: String },
    /// The venue says that an order of this client id exists: it is to be looked up.
    #[error("the venue has an order of this name")]
    Exists,
    /// Anything else, like a time-out, a 5xx, a reset, an answer that can't be read, 429 and 418.
    #[error("outcome unknown: {detail}")]
    Unknown { detail: String, retry_after: Option<Duration> },
}

/// Why a cancel is not known to have been accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CancelError {
    #[error("not sent: {detail}")]
    NotSent { detail: String },
    /// It is filled, canceled or not there: the order's own state tells which.
    #[error("the order is not open at the venue")]
    NotOpen,
    #[error("refused ({code}): {message}")]
    Refused { code: String, message: String },
    #[error("outcome unknown: {detail}")]
    Unknown { detail: String, retry_after: Option<Duration> },
}

/// Why a question was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VenueError {
    /// The key is wrong, revoked, or not allowed to ask this.
    #[error("not authorized: {detail}")]
    Unauthorized { detail: String },
    #[error("asked too often")]
    RateLimited { retry_after: Option<Duration> },
    #[error("refused ({code}): {message}")]
    Refused { code: String, message: String },
    /// Our clock and the venue's are too far apart.
    #[error("the clock of this machine is wrong: {detail}")]
    ClockSkew { detail: String },
    #[error("not reachable: {detail}")]
    Unavailable { detail: String },
    #[error("an answer that can't be read: {detail}")]
    Decode { detail: String },
}

/// A status of 401 or 403 in words, where the venue had none that we read.
pub(crate) const FORBIDDEN: &str = "the venue does not let this key do it";

impl SubmitError {
    /// The venue accepted something, and what cannot be read.
    pub(crate) fn unreadable(error: &VenueError) -> Self {
        Self::Unknown { detail: error.to_string(), retry_after: None }
    }
}

impl VenueError {
    /// What an answer lacks.
    pub(crate) fn missing(what: &str) -> Self {
        Self::Decode { detail: format!("it does not tell {what}") }
    }

    /// A page that leads nowhere. What was read so far is not all there is, and must not be taken for it.
    pub(crate) fn endless() -> Self {
        Self::Decode { detail: "a list of pages does not go on".to_owned() }
    }
}

impl From<HttpError> for SubmitError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::NotSent(detail) => Self::NotSent { detail },
            HttpError::Broken(detail) => Self::Unknown { detail, retry_after: None },
        }
    }
}

/// For what is asked for and sent in one call, like a replacement: nothing left, and nothing ever will.
impl From<Unsupported> for SubmitError {
    fn from(unsupported: Unsupported) -> Self {
        Self::Rejected { code: "unsupported".to_owned(), message: unsupported.0 }
    }
}

impl From<HttpError> for CancelError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::NotSent(detail) => Self::NotSent { detail },
            HttpError::Broken(detail) => Self::Unknown { detail, retry_after: None },
        }
    }
}

impl From<HttpError> for VenueError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::NotSent(detail) | HttpError::Broken(detail) => Self::Unavailable { detail },
        }
    }
}
