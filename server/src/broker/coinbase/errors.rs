//! What Coinbase's refusals mean. A refusal is definite when its status or its word is listed here; anything else is unknown.

use std::time::Duration;

use axum::http::StatusCode;

use super::{
    super::{CancelError, SubmitError, VenueError, error::said, http::Answer},
    wire,
};
use crate::net::retry_after;

/// Reasons with which an order, or an edit of one, is refused for good. A preview's reasons are the same words with `PREVIEW_`.
const DEFINITE: &[&str] = &[
    "BREACHED_PRICE_LIMIT",
    "BREACHED_RISK_LIMIT",
    "CANNOT_EDIT_ORDER_PENDING_CANCEL",
    "CANNOT_EDIT_TO_BELOW_FILLED_SIZE",
    "COMMANDER_REJECTED_EDIT_ORDER",
    "COMMANDER_REJECTED_NEW_ORDER",
    "COMPLIANCE_PURCHASE_LIMIT_EXCEEDED",
    "EDIT_REQUEST_EQUAL_TO_ORIGINAL_REQUEST",
    "FOK_DISABLED",
    "FOK_ONLY_ALLOWED_ON_LIMIT_ORDERS",
    "GEOFENCING_RESTRICTION",
    "INELIGIBLE_PAIR",
    "INSUFFICIENT_FUND",
    "INSUFFICIENT_FUNDS",
    "INSUFFICIENT_LEDGER_BALANCE",
    "INVALID_BASE_SIZE_TOO_LARGE",
    "INVALID_BASE_SIZE_TOO_SMALL",
    "INVALID_EDITED_PRICE",
    "INVALID_EDITED_SIZE",
    "INVALID_LEDGER_BALANCE",
    "INVALID_LIMIT_PRICE",
    "INVALID_LIMIT_PRICE_POST_ONLY",
    "INVALID_NO_LIQUIDITY",
    "INVALID_ORDER_CONFIG",
    "INVALID_PRICE_PRECISION",
    "INVALID_PRICE_TOO_LARGE",
    "INVALID_PRODUCT_ID",
    "INVALID_QUOTE_SIZE_PRECISION",
    "INVALID_QUOTE_SIZE_TOO_LARGE",
    "INVALID_QUOTE_SIZE_TOO_SMALL",
    "INVALID_REQUEST",
    "INVALID_SIDE",
    "INVALID_SIZE_PRECISION",
    "INVALID_STOP_PRICE",
    "LIMIT_PRICE_TOO_FAR_FROM_MARKET",
    "MAX_DAILY_VOLUME_NOTIONAL_BREACHED",
    "MISSING_MARKET_TRADE_DATA",
    "MISSING_PRODUCT_PRICE_BOOK",
    "NOT_ALLOWED_BY_MARKET_STATE",
    "ONLY_LIMIT_ORDER_EDITS_SUPPORTED",
    "ONLY_OPEN_ORDERS_CAN_BE_EDITED",
    "ORDER_ENTRY_DISABLED",
    "ORDER_IS_ALREADY_BEING_REPLACED",
    "ORDER_NOT_FOUND",
    "STOP_TRIGGER_PRICE_OUT_OF_BOUNDS",
    "UNSUPPORTED_ORDER_CONFIGURATION",
    "UNTRADABLE_PRODUCT",
];
const DUPLICATE: &str = "DUPLICATE_CLIENT_ORDER_ID";
const NOT_OPEN: &[&str] = &["UNKNOWN_CANCEL_ORDER", "ORDER_IS_FULLY_FILLED"];
const CANCEL_REFUSED: &[&str] = &[
    "COMMANDER_REJECTED_CANCEL_ORDER",
    "INVALID_CANCEL_PRODUCT_ID",
    "INVALID_CANCEL_REQUEST",
    "NOT_ALLOWED_TO_CANCEL",
    "ORDER_IS_BEING_REPLACED",
];
/// A cancel is on its way already.
const CANCEL_REPEATED: &str = "DUPLICATE_CANCEL_REQUEST";

/// The id of the order that an order or an edit led to, where the answer names one.
pub(super) fn submitted(answer: &Answer) -> Result<Option<String>, SubmitError> {
    if !answer.status.is_success() {
        return Err(refused(answer));
    }
    let outcome: wire::Outcome = answer.json().map_err(|error| SubmitError::unreadable(&error))?;
    if outcome.success {
        return Ok(outcome.success_response.map(|success| success.order_id).filter(|id| !id.is_empty()));
    }
    let failures = outcome.error_response.iter().chain(&outcome.errors);
    let reasons: Vec<&str> = failures.clone().flat_map(reasons).chain(outcome.failure_reason.as_deref()).collect();
    let message = failures.filter_map(|failure| failure.message.as_deref()).find(|text| !text.is_empty());
    Err(by_reason(&reasons, message).unwrap_or_else(|| SubmitError::Unknown {
        detail: format!("failed for a reason that is not listed: {}", said(reasons.first().unwrap_or(&"none"))),
        retry_after: None,
    }))
}

fn reasons(failure: &wire::Failure) -> impl Iterator<Item = &str> {
    let wire::Failure { error, new_order_failure_reason, edit_failure_reason, preview_failure_reason, .. } = failure;
    [error, new_order_failure_reason, edit_failure_reason, preview_failure_reason].into_iter().filter_map(Option::as_deref)
}

fn by_reason(reasons: &[&str], message: Option<&str>) -> Option<SubmitError> {
    let plain = |reason: &&str| reason.strip_prefix("PREVIEW_").map_or(*reason, |rest| rest).to_owned();
    let reasons: Vec<String> = reasons.iter().map(plain).collect();
    if reasons.iter().any(|reason| reason == DUPLICATE) {
        return Some(SubmitError::Exists);
    }
    let code = reasons.into_iter().find(|reason| DEFINITE.contains(&reason.as_str()))?;
    let message = message.map_or_else(|| code.to_ascii_lowercase().replace('_', " "), said);
    Some(SubmitError::Rejected { code, message })
}

fn refused(answer: &Answer) -> SubmitError {
    let failure: wire::Failure = answer.json().unwrap_or_default();
    let reasons: Vec<&str> = reasons(&failure).collect();
    if let Some(error) = by_reason(&reasons, failure.message.as_deref()) {
        return error;
    }
    let (code, message) = code_and_message(answer);
    match answer.status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY => {
            SubmitError::Rejected { code, message }
        }
        _ => SubmitError::Unknown { detail: format!("{code}: {message}"), retry_after: retry_after(&answer.headers) },
    }
}

pub(super) fn canceled(answer: &Answer) -> Result<(), CancelError> {
    let unknown = |detail: String| CancelError::Unknown { detail, retry_after: retry_after(&answer.headers) };
    if !answer.status.is_success() {
        let (code, message) = code_and_message(answer);
        return Err(match answer.status {
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => CancelError::Refused { code, message },
            StatusCode::NOT_FOUND => CancelError::NotOpen,
            _ => unknown(format!("{code}: {message}")),
        });
    }
    let cancels: wire::Cancels = answer.json().map_err(|error| unknown(error.to_string()))?;
    let result = cancels.results.first().ok_or_else(|| unknown("the answer names no order".to_owned()))?;
    let reason = result.failure_reason.as_str();
    if result.success || reason == CANCEL_REPEATED {
        Ok(())
    } else if NOT_OPEN.contains(&reason) {
        Err(CancelError::NotOpen)
    } else if CANCEL_REFUSED.contains(&reason) {
        Err(CancelError::Refused { code: reason.to_owned(), message: "Coinbase does not cancel it".to_owned() })
    } else {
        Err(unknown(format!("not canceled for a reason that is not listed: {}", said(reason))))
    }
}

pub(super) fn question(answer: &Answer) -> Result<(), VenueError> {
    if answer.status.is_success() {
        return Ok(());
    }
    let (code, message) = code_and_message(answer);
    Err(match answer.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => VenueError::Unauthorized { detail: message },
        StatusCode::TOO_MANY_REQUESTS => VenueError::RateLimited { retry_after: retry_after(&answer.headers) },
        status if status.is_client_error() => VenueError::Refused { code, message },
        _ => VenueError::Unavailable { detail: format!("{code}: {message}") },
    })
}

/// How long nothing but cancels may leave now.
pub(super) fn pause(answer: &Answer) -> Option<Duration> {
    let is_limited = answer.status == StatusCode::TOO_MANY_REQUESTS;
    is_limited.then(|| retry_after(&answer.headers).unwrap_or(Duration::from_secs(1)))
}

fn code_and_message(answer: &Answer) -> (String, String) {
    let failure: wire::Failure = answer.json().unwrap_or_default();
    let status = answer.status.as_u16();
    let code = failure.error.filter(|word| !word.is_empty()).map_or_else(|| format!("http_{status}"), |word| said(&word));
    let message = failure.message.or(failure.error_details).filter(|text| !text.is_empty());
    (code, message.map_or_else(|| format!("Coinbase answered {status}"), |text| said(&text)))
}
