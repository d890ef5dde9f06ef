//! Why an account was not connected, in words for the person who typed its key.

use std::time::Duration;

use speedtrade::{order::FieldError, venue::Venue, wire::Problem};

use crate::{broker::VenueError, services::ServiceError, store::StoreError, vault::VaultError};

#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The venue's answer to the question whose key it is.
    #[error(transparent)]
    Venue(#[from] VenueError),
    #[error("the key may withdraw")]
    MayWithdraw { venue: Venue },
    #[error("a key of another account")]
    OtherAccount,
    #[error("the venue does not accept the kept key any more")]
    KeptKeyRefused,
    #[error("the kept key may withdraw by now")]
    KeptKeyMayWithdraw { venue: Venue },
}

impl ConnectionError {
    /// The same of a key that nobody has typed now.
    pub(super) fn of_kept_key(self) -> Self {
        match self {
            Self::Venue(VenueError::Unauthorized { .. } | VenueError::Refused { .. }) | Self::OtherAccount => Self::KeptKeyRefused,
            Self::MayWithdraw { venue } => Self::KeptKeyMayWithdraw { venue },
            Self::Service(_) | Self::Vault(_) | Self::Venue(_) | Self::KeptKeyRefused | Self::KeptKeyMayWithdraw { .. } => self,
        }
    }
}

impl From<StoreError> for ConnectionError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

impl From<ConnectionError> for Problem {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::Service(error) => error.into(),
            ConnectionError::Vault(cause) => {
                tracing::error!(error = &cause as &dyn std::error::Error, "a key of an account could not be sealed or opened");
                Problem::new(500, "internal", "The key of this account can't be read. Give it a new one, or ask who runs this desk.")
            }
            ConnectionError::Venue(error) => venue_problem(&error),
            ConnectionError::MayWithdraw { venue } => {
                let words = format!(
                    "This key may withdraw, so it was not kept. At {venue}, make a key that may read and trade but not withdraw or \
                     transfer, and enter that one."
                );
                key_problem("key_may_withdraw", words)
            }
            ConnectionError::OtherAccount => {
                key_problem("key_of_other_account", "This key belongs to another account at the venue. Connect that account by itself.")
            }
            ConnectionError::KeptKeyRefused => {
                Problem::new(422, "key_refused", "The venue does not accept this key for the account any more. Replace the key.")
            }
            ConnectionError::KeptKeyMayWithdraw { venue } => {
                let words = format!("This key may withdraw by now. Take that right from it at {venue}, or replace the key.");
                Problem::new(422, "key_may_withdraw", words)
            }
        }
    }
}

/// A refusal beside the field of the key.
fn key_problem(code: &str, words: impl Into<String>) -> Problem {
    let words = words.into();
    Problem { errors: vec![FieldError::coded("api_key", code, words.clone())], ..Problem::new(422, code, words) }
}

/// Details of the venue are for the log: they may quote what was sent.
fn venue_problem(error: &VenueError) -> Problem {
    tracing::info!(error = error as &dyn std::error::Error, "a venue did not say whose key it is");
    match error {
        VenueError::Unauthorized { .. } | VenueError::Refused { .. } => {
            let words = "The venue does not accept this key. Check that key and secret are whole, of the same pair, still active, of \
                the right environment, and not restricted to other addresses.";
            key_problem("key_refused", words)
        }
        VenueError::RateLimited { retry_after } => {
            unreachable(*retry_after, "The venue was asked too often. Nothing was changed; try again later.")
        }
        VenueError::ClockSkew { .. } => unreachable(
            None,
            "The clock of this desk and the venue's are too far apart. Nothing was changed; whoever runs the desk must set it.",
        ),
        VenueError::Unavailable { .. } => unreachable(None, "The venue can't be reached now. Nothing was changed; try again in a moment."),
        VenueError::Decode { .. } => {
            unreachable(None, "The venue gave an answer that the desk can't read. Nothing was changed; try again later.")
        }
    }
}

fn unreachable(retry_after: Option<Duration>, words: &str) -> Problem {
    const SECONDS: u32 = 5;
    let seconds = retry_after.map_or(SECONDS, |wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).max(1));
    Problem { retry_after: Some(seconds), ..Problem::new(503, "venue_unavailable", words) }
}
