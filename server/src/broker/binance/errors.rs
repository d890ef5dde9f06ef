//! What Binance's refusals mean. The lists are definite: a code that is not on one leaves the outcome unknown.

use axum::http::StatusCode;
use serde::Deserialize;

use crate::{
    broker::{CancelError, FORBIDDEN, SubmitError, VenueError, http::Answer},
    net::retry_after,
};

/// Nothing was placed, and nothing will be.
pub(super) const DEFINITE: &[i64] = &[
    -1002, // not authorized
    -1013, // a filter of the instrument
    -1014, // unsupported combination
    -1015, // too many new orders
    -1020, // unsupported operation
    CLOCK_SKEW,
    -1022, // signature
    -1100, // illegal characters
    -1101, // too many parameters
    -1102, // a parameter is missing
    -1103, // unknown parameter
    -1104, // parameters left over
    -1105, // empty parameter
    -1106, // parameter not wanted
    -1108, // overflow
    -1111, // precision
    -1112, // no orders on the book
    -1114, // time in force not wanted
    -1115, // time in force
    -1116, // order type
    -1117, // side
    -1118, // empty client id
    NO_SUCH_PAIR,
    -1128, // combination of parameters
    -1130, // a parameter's value
    -1131, // receive window
    REJECTED,
    -2014, // form of the key
    -2015, // key, address or permission
    -2016, // no trading window
];
const CLOCK_SKEW: i64 = -1021;
/// The reason is in the words.
const REJECTED: i64 = -2010;
const CANCEL_REJECTED: i64 = -2011;
const NO_SUCH_ORDER: i64 = -2013;
const NO_SUCH_PAIR: i64 = -1121;
/// The codes of a replacement: nothing done, and canceled but nothing placed.
const REPLACE_FAILED: i64 = -2022;
const REPLACE_HALF_FAILED: i64 = -2021;
const KEY_CODES: [i64; 4] = [-1002, -1022, -2014, -2015];

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Failure {
    code: i64,
    #[serde(default)]
    msg: String,
    /// How the two halves of a replacement went.
    #[serde(default)]
    data: Option<Halves>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Halves {
    new_order_result: String,
    #[serde(default)]
    cancel_response: Option<Half>,
    #[serde(default)]
    new_order_response: Option<Half>,
}

/// The answer of a half; a code where it failed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Half {
    #[serde(default)]
    code: Option<i64>,
    #[serde(default)]
    msg: String,
}

impl Failure {
    fn read(answer: &Answer) -> Option<Self> {
        if answer.status.is_success() { None } else { answer.json().ok() }
    }

    pub(super) fn is_clock_skew(answer: &Answer) -> bool {
        Self::read(answer).is_some_and(|failure| failure.code == CLOCK_SKEW)
    }

    pub(super) fn is_no_such_order(answer: &Answer) -> bool {
        Self::read(answer).is_some_and(|failure| failure.code == NO_SUCH_ORDER)
    }

    fn detail(&self) -> String {
        format!("{} ({})", self.msg, self.code)
    }
}

pub(super) fn of_order(answer: &Answer) -> SubmitError {
    match (Failure::read(answer), answer.status) {
        (_, status) if is_open(status) => submit_unknown(answer),
        (Some(Failure { code: REPLACE_FAILED | REPLACE_HALF_FAILED, data: Some(halves), .. }), _) => of_halves(&halves, answer),
        (Some(failure), _) if DEFINITE.contains(&failure.code) => refused(failure.code, failure.msg),
        (_, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => forbidden(answer.status),
        (Some(_) | None, _) => submit_unknown(answer),
    }
}

/// The half that would have placed an order decides, unless nobody tried it.
fn of_halves(halves: &Halves, answer: &Answer) -> SubmitError {
    let was_tried = halves.new_order_result != "NOT_ATTEMPTED";
    let half = if was_tried { &halves.new_order_response } else { &halves.cancel_response };
    match half {
        Some(Half { code: Some(code), msg }) if !was_tried || DEFINITE.contains(code) => refused(*code, msg.clone()),
        Some(_) | None => submit_unknown(answer),
    }
}

fn refused(code: i64, message: String) -> SubmitError {
    if code == REJECTED && message.to_ascii_lowercase().contains("duplicate order") {
        return SubmitError::Exists;
    }
    SubmitError::Rejected { code: code.to_string(), message }
}

fn forbidden(status: StatusCode) -> SubmitError {
    SubmitError::Rejected { code: format!("http_{}", status.as_u16()), message: FORBIDDEN.to_owned() }
}

fn submit_unknown(answer: &Answer) -> SubmitError {
    SubmitError::Unknown { detail: words(answer), retry_after: retry_after(&answer.headers) }
}

pub(super) fn of_cancel(answer: &Answer) -> CancelError {
    let refused = |code, message| CancelError::Refused { code, message };
    match (Failure::read(answer), answer.status) {
        (_, status) if is_open(status) => cancel_unknown(answer),
        (Some(Failure { code: CANCEL_REJECTED | NO_SUCH_ORDER, .. }), _) => CancelError::NotOpen,
        (Some(failure), _) if DEFINITE.contains(&failure.code) => refused(failure.code.to_string(), failure.msg),
        (_, status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)) => {
            refused(format!("http_{}", status.as_u16()), FORBIDDEN.to_owned())
        }
        (Some(_) | None, _) => cancel_unknown(answer),
    }
}

fn cancel_unknown(answer: &Answer) -> CancelError {
    CancelError::Unknown { detail: words(answer), retry_after: retry_after(&answer.headers) }
}

/// The venue lists no such pair: no order and no execution of it is there.
pub(super) fn is_no_such_pair(error: &VenueError) -> bool {
    matches!(error, VenueError::Refused { code, .. } if *code == NO_SUCH_PAIR.to_string())
}

pub(super) fn of_question(answer: &Answer) -> VenueError {
    match (Failure::read(answer), answer.status) {
        (_, StatusCode::TOO_MANY_REQUESTS | StatusCode::IM_A_TEAPOT) => {
            VenueError::RateLimited { retry_after: retry_after(&answer.headers) }
        }
        (_, status) if status.is_server_error() => VenueError::Unavailable { detail: words(answer) },
        (Some(failure), _) if failure.code == CLOCK_SKEW => VenueError::ClockSkew { detail: failure.detail() },
        (Some(failure), _) if KEY_CODES.contains(&failure.code) => VenueError::Unauthorized { detail: failure.detail() },
        (_, StatusCode::UNAUTHORIZED) => VenueError::Unauthorized { detail: words(answer) },
        (Some(failure), _) => VenueError::Refused { code: failure.code.to_string(), message: failure.msg },
        // Its firewall speaks no JSON.
        (None, _) => VenueError::Unavailable { detail: words(answer) },
    }
}

/// Statuses after which anything may have happened, whatever the body says.
fn is_open(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::IM_A_TEAPOT)
}

fn words(answer: &Answer) -> String {
    match Failure::read(answer) {
        Some(failure) => format!("{}: {}", answer.status, failure.detail()),
        None => answer.status.to_string(),
    }
}

/// The WebSocket API's refusal of a subscription.
pub(super) fn is_of_key(code: i64) -> bool {
    KEY_CODES.contains(&code)
}
