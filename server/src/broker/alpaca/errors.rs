//! What Alpaca's refusals mean. Definite are the statuses listed here, with a body in its own form; anything else leaves the
//! outcome unknown.

use axum::http::StatusCode;
use serde::Deserialize;

use crate::{
    broker::{CancelError, FORBIDDEN, SubmitError, VenueError, http::Answer},
    net::retry_after,
};

/// Words of a 422 that prove that the order is there.
const EXISTS: &str = "client_order_id must be unique";

/// `{"code":40310000,"message":"insufficient buying power"}`; some refusals of a key have the message alone.
#[derive(Debug, Deserialize)]
struct Failure {
    #[serde(default)]
    code: Option<i64>,
    message: String,
}

impl Failure {
    fn read(answer: &Answer) -> Option<Self> {
        answer.json().ok()
    }

    fn code(&self, status: StatusCode) -> String {
        self.code.map_or_else(|| http_code(status), |code| code.to_string())
    }
}

pub(super) fn of_order(answer: &Answer) -> SubmitError {
    let status = answer.status;
    match (status, Failure::read(answer)) {
        (StatusCode::UNPROCESSABLE_ENTITY, Some(failure)) if failure.message.contains(EXISTS) => SubmitError::Exists,
        (StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY, Some(failure)) => {
            SubmitError::Rejected { code: failure.code(status), message: failure.message }
        }
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, None) => {
            SubmitError::Rejected { code: http_code(status), message: FORBIDDEN.to_owned() }
        }
        (_, failure) => SubmitError::Unknown { detail: words(status, failure), retry_after: retry_after(&answer.headers) },
    }
}

/// A replacement of an order that is not there is refused by 404, too.
pub(super) fn of_replacement(answer: &Answer) -> SubmitError {
    match (answer.status, Failure::read(answer)) {
        (status @ StatusCode::NOT_FOUND, Some(failure)) => SubmitError::Rejected { code: failure.code(status), message: failure.message },
        (_, _) => of_order(answer),
    }
}

pub(super) fn of_cancel(answer: &Answer) -> CancelError {
    let status = answer.status;
    match (status, Failure::read(answer)) {
        (StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY, _) => CancelError::NotOpen,
        (StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, Some(failure)) => {
            CancelError::Refused { code: failure.code(status), message: failure.message }
        }
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, None) => {
            CancelError::Refused { code: http_code(status), message: FORBIDDEN.to_owned() }
        }
        (_, failure) => CancelError::Unknown { detail: words(status, failure), retry_after: retry_after(&answer.headers) },
    }
}

pub(super) fn of_question(answer: &Answer) -> VenueError {
    let status = answer.status;
    match (status, Failure::read(answer)) {
        (StatusCode::TOO_MANY_REQUESTS, _) => VenueError::RateLimited { retry_after: retry_after(&answer.headers) },
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, failure) => VenueError::Unauthorized { detail: words(status, failure) },
        (_, Some(failure)) if status.is_client_error() => VenueError::Refused { code: failure.code(status), message: failure.message },
        (_, failure) => VenueError::Unavailable { detail: words(status, failure) },
    }
}

fn http_code(status: StatusCode) -> String {
    format!("http_{}", status.as_u16())
}

fn words(status: StatusCode, failure: Option<Failure>) -> String {
    failure.map_or_else(|| status.to_string(), |failure| format!("{status}: {}", failure.message))
}
