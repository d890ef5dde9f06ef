//! The one shape of every error a client sees.

use serde::{Deserialize, Serialize};

use crate::order::FieldError;

/// RFC 9457 `application/problem+json`; also the error of every server function. Its words are safe to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// A stable machine word, for example `insufficient_buying_power`.
    pub code: String,
    pub errors: Vec<FieldError>,
    /// Seconds; sent as the `Retry-After` header too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Problem {
    pub fn new(status: u16, code: &str, detail: impl Into<String>) -> Self {
        let title = match status {
            400 => "Malformed request",
            401 => "Not signed in",
            403 => "Forbidden",
            404 => "Not found",
            405 => "Method not allowed",
            409 => "Conflict",
            413 => "Too large",
            415 => "Unsupported media type",
            422 => "Invalid request",
            429 => "Too many requests",
            503 => "Unavailable",
            _ => "Internal error",
        };
        Self {
            kind: "about:blank".to_owned(),
            title: title.to_owned(),
            status,
            detail: detail.into(),
            code: code.to_owned(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// 422 `validation_failed` with the mistakes by field.
    pub fn validation(errors: Vec<FieldError>) -> Self {
        let detail = errors.iter().map(|e| format!("{}: {}", e.field, e.message)).collect::<Vec<_>>().join("; ");
        Self { errors, ..Self::new(422, "validation_failed", detail) }
    }
}
