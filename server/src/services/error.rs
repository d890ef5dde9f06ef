//! Why a service said no. Turned into the `Problem` a client sees in one place, where the cause is logged once.

use speedtrade::{order::FieldError, risk::Denied, wire::Problem};

use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("the request has mistakes")]
    Invalid(Vec<FieldError>),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("unknown symbol")]
    UnknownSymbol,
    #[error("unknown symbol in the order")]
    UnknownTicketSymbol,
    #[error("not found")]
    NotFound { code: &'static str, detail: &'static str },
    #[error("conflict")]
    Conflict { code: &'static str, detail: &'static str },
    #[error("not signed in")]
    Unauthorized { code: &'static str, detail: &'static str },
    #[error("forbidden")]
    Forbidden { code: &'static str, detail: &'static str },
    #[error("too many attempts")]
    RateLimited { retry_after: u32 },
    /// The account's venue is not ready for new orders, in words for the trader.
    #[error("the account is not ready")]
    NotReady { detail: String },
    /// The account's venue does not take such an order, in words for the trader.
    #[error("not at this venue")]
    NotAtVenue { code: &'static str, detail: String },
    #[error("the desk is busy")]
    Busy,
    #[error("the store did not commit")]
    NotSaved,
    #[error("the store did not say whether it committed")]
    OutcomeUnknown,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("internal: {0}")]
    Internal(&'static str),
}

impl ServiceError {
    /// There is none, or it is somebody else's: nobody can tell which.
    pub(crate) const UNKNOWN_ACCOUNT: Self = Self::NotFound { code: "unknown_account", detail: "You have no such account." };

    pub fn field(name: &str, message: impl ToString) -> Self {
        Self::of_field(FieldError::new(name, message))
    }

    pub fn of_field(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Invalid(errors) => Problem::validation(errors),
            ServiceError::Denied(denied) => denied_problem(&denied),
            ServiceError::UnknownSymbol => Problem::new(404, "unknown_symbol", "There is no such symbol on this desk."),
            ServiceError::UnknownTicketSymbol => {
                let detail = "There is no such symbol on this desk.";
                Problem { errors: vec![FieldError::new("symbol", detail)], ..Problem::new(422, "unknown_symbol", detail) }
            }
            ServiceError::NotFound { code, detail } => Problem::new(404, code, detail),
            ServiceError::Conflict { code, detail } => Problem::new(409, code, detail),
            ServiceError::Unauthorized { code, detail } => Problem::new(401, code, detail),
            ServiceError::Forbidden { code, detail } => Problem::new(403, code, detail),
            ServiceError::RateLimited { retry_after } => {
                let problem = Problem::new(429, "rate_limited", "Too many requests. Wait a moment and try again.");
                Problem { retry_after: Some(retry_after), ..problem }
            }
            ServiceError::NotReady { detail } => Problem { retry_after: Some(5), ..Problem::new(503, "account_not_ready", &detail) },
            ServiceError::NotAtVenue { code, detail } => Problem::new(422, code, &detail),
            ServiceError::Busy => unavailable("busy", "The desk is busy. Nothing was placed; try again in a moment."),
            ServiceError::NotSaved => unavailable("not_saved", "The desk could not save it. Nothing was placed; try again in a moment."),
            ServiceError::OutcomeUnknown => {
                let detail = "The desk lost its store while it was saving. Look at your orders before you try again.";
                unavailable("outcome_unknown", detail)
            }
            ServiceError::Store(cause) => {
                tracing::error!(error = &cause as &dyn std::error::Error, "the store did not answer");
                unavailable("store_unavailable", "The desk can't reach its store. Try again in a moment.")
            }
            ServiceError::Internal(cause) => {
                tracing::error!(cause, "an internal rule was broken");
                Problem::new(500, "internal", "Something went wrong on our side. Nothing was lost; try again.")
            }
        }
    }
}

fn unavailable(code: &str, detail: &str) -> Problem {
    Problem { retry_after: Some(1), ..Problem::new(503, code, detail) }
}

fn denied_problem(denied: &Denied) -> Problem {
    let status = denied.status();
    let retry_after = match status {
        503 => Some(1),
        429 => Some(60),
        _ => None,
    };
    let field = FieldError::coded(denied.field(), denied.code(), denied.to_string());
    Problem { errors: vec![field], retry_after, ..Problem::new(status, denied.code(), denied.to_string()) }
}
