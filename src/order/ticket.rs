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
    /// `market`, `limit`, `stop`, `stop_limit` or `trailing_stop`.
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
    /// Dollars that a trailing stop stays behind. Exactly one of `trail_price` and `trail_percent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_price: Option<String>,
    /// Percent that a trailing stop stays behind: more than 0, less than 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_percent: Option<String>,
    /// `day` (default), `gtc`, `ioc`, `fok`, `opg` or `cls`.
    #[serde(default)]
    pub time_in_force: Option<String>,
    /// Trade in the sessions before and after the core session too: limit orders of stocks, `day` or `gtc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_hours: Option<bool>,
    /// `simple` (default), `bracket`, `oco` or `oto`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_class: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_profit: Option<TakeProfitTicket>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_loss: Option<StopLossTicket>,
    /// Which lots a sell takes: `fifo` (default), `lifo`, `hifo` or `chosen`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot_method: Option<String>,
    /// Ids of lots, first to be sold first; with `lot_method` `chosen`. At most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lots: Option<Vec<String>>,
    /// At most 128 characters, unique per account. Sending the same order again with it places nothing new.
    #[serde(default)]
    pub client_order_id: Option<String>,
    /// The account to trade in; the paper account when absent.
    #[serde(default)]
    pub account_id: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TakeProfitTicket {
    pub limit_price: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StopLossTicket {
    pub stop_price: String,
    /// Absent: sells at the market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<String>,
}

/// One thing wrong with one field, in words that say what to do. `code` is a stable machine word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    pub field: String,
    pub message: String,
    #[serde(default)]
    pub code: String,
}

impl FieldError {
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over an error or a text")]
    pub fn new(field: &str, message: impl ToString) -> Self {
        Self::coded(field, "invalid", message.to_string())
    }

    pub fn coded(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into(), code: code.to_owned() }
    }
}

/// Everything wrong with a ticket at once; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the order has {} mistake(s)", .0.len())]
pub struct TicketErrors(pub Vec<FieldError>);
