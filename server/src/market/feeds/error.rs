//! What can go wrong when a provider is asked over REST. Holds words for people; must never hold a key.

use std::time::Duration;

use crate::net::with_causes;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The provider does not know the key.
    #[error("not authorized: {detail}")]
    Unauthorized { detail: String },
    /// The key is right, but its plan does not include this.
    #[error("the plan does not include this: {detail}")]
    PlanTooSmall { detail: String },
    #[error("asked too often")]
    RateLimited { retry_after: Option<Duration> },
    /// The provider does not have what was asked for, like a symbol it never listed.
    #[error("refused: {detail}")]
    Refused { detail: String },
    #[error("not reachable: {detail}")]
    Unavailable { detail: String },
    #[error("an answer that can't be read: {detail}")]
    Decode { detail: String },
}

impl FeedError {
    pub fn unavailable(error: &dyn std::error::Error) -> Self {
        Self::Unavailable { detail: with_causes(error) }
    }

    pub fn decode(error: &dyn std::error::Error) -> Self {
        Self::Decode { detail: error.to_string() }
    }
}
