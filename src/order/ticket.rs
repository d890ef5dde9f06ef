//! The ticket: what a person or a program typed, all text. It can hold any nonsense; `NewOrder` can't.

use serde::{Deserialize, Serialize};

/// The body of `POST /orders` and the state of the order form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderTicket {
    /// Symbol as listed by `/market/search`, for example `AAPL` or `BTC/USD`.
    pub symbol: String,
    /// `buy` or `sell`.
    pub side: String,
    /// `market`, `limit` or `stop`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Units to trade. Exactly one of `qty` and `notional`.
    #[serde(default)]
    pub qty: Option<String>,
    /// Dollars to trade (market orders).
    #[serde(default)]
    pub notional: Option<String>,
    #[serde(default)]
    pub limit_price: Option<String>,
    #[serde(default)]
    pub stop_price: Option<String>,
    /// `day` (default) or `gtc`.
    #[serde(default)]
    pub time_in_force: Option<String>,
    /// At most 128 characters, unique per account. Sending the same order again with it places nothing new.
    #[serde(default)]
    pub client_order_id: Option<String>,
    /// The account to trade in; the paper account when absent.
    #[serde(default)]
    pub account_id: Option<String>,
}

/// One thing wrong with one field, in words that say what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

impl FieldError {
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over an error or a text")]
    pub fn new(field: &str, message: impl ToString) -> Self {
        Self { field: field.to_owned(), message: message.to_string() }
    }
}

/// Everything wrong with a ticket at once; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the order has {} mistake(s)", .0.len())]
pub struct TicketErrors(pub Vec<FieldError>);
