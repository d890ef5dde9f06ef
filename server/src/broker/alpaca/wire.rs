//! Alpaca's payloads of orders, executions and accounts as its documents have them. Must never interpret them.

use serde::{Deserialize, Serialize};

use crate::net::exact::{Exact, Moment};

#[expect(clippy::struct_field_names, reason = "the venue's own names")]
#[derive(Debug, Deserialize)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) client_order_id: String,
    /// Absent, like the side, of an order for several options at once.
    #[serde(default)]
    pub(super) symbol: Option<String>,
    #[serde(default)]
    pub(super) asset_class: Option<String>,
    #[serde(default)]
    pub(super) order_class: Option<String>,
    #[serde(default)]
    pub(super) side: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) time_in_force: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) qty: Exact,
    #[serde(default)]
    pub(super) notional: Exact,
    #[serde(default)]
    pub(super) filled_qty: Exact,
    #[serde(default)]
    pub(super) filled_avg_price: Exact,
    #[serde(default)]
    pub(super) limit_price: Exact,
    #[serde(default)]
    pub(super) stop_price: Exact,
    #[serde(default)]
    pub(super) trail_price: Exact,
    #[serde(default)]
    pub(super) trail_percent: Exact,
    /// In dollars; told for crypto and by brokers.
    #[serde(default)]
    pub(super) commission: Exact,
    #[serde(default)]
    pub(super) replaced_by: Option<String>,
    #[serde(default)]
    pub(super) created_at: Option<Moment>,
    #[serde(default)]
    pub(super) submitted_at: Option<Moment>,
    #[serde(default)]
    pub(super) updated_at: Option<Moment>,
    #[serde(default)]
    pub(super) legs: Option<Vec<Order>>,
}

/// `/v2/account/activities/FILL`
#[derive(Debug, Deserialize)]
pub(super) struct Activity {
    pub(super) id: String,
    pub(super) order_id: String,
    pub(super) symbol: String,
    pub(super) side: String,
    pub(super) qty: Exact,
    pub(super) price: Exact,
    pub(super) transaction_time: Moment,
}

#[expect(clippy::struct_field_names, reason = "the venue's own names")]
#[derive(Debug, Deserialize)]
pub(super) struct Account {
    pub(super) account_number: String,
    pub(super) status: String,
    pub(super) currency: String,
    pub(super) cash: Exact,
    #[serde(default)]
    pub(super) trading_blocked: bool,
    #[serde(default)]
    pub(super) account_blocked: bool,
    #[serde(default)]
    pub(super) trade_suspended_by_user: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Position {
    /// Of crypto without a slash: `BTCUSD`.
    pub(super) symbol: String,
    pub(super) asset_class: String,
    /// Negative for a short position.
    pub(super) qty: Exact,
    #[serde(default)]
    pub(super) qty_available: Exact,
    #[serde(default)]
    pub(super) avg_entry_price: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct Asset {
    pub(super) symbol: String,
    pub(super) status: String,
    pub(super) tradable: bool,
    #[serde(default)]
    pub(super) fractionable: bool,
    #[serde(default)]
    pub(super) min_order_size: Exact,
    #[serde(default)]
    pub(super) min_trade_increment: Exact,
    #[serde(default)]
    pub(super) price_increment: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct Clock {
    pub(super) timestamp: Moment,
}

/// A message of the stream; what is in it depends on its name.
#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    pub(super) stream: String,
    #[serde(borrow)]
    pub(super) data: &'a serde_json::value::RawValue,
}

#[derive(Debug, Deserialize)]
pub(super) struct Authorization {
    pub(super) status: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListeningTo {
    pub(super) streams: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Update {
    pub(super) event: String,
    pub(super) order: Order,
    /// Of this execution, where it is one.
    #[serde(default)]
    pub(super) price: Exact,
    #[serde(default)]
    pub(super) qty: Exact,
    #[serde(default)]
    pub(super) timestamp: Option<Moment>,
}

#[derive(Serialize)]
pub(super) struct Authenticate<'a> {
    pub(super) action: &'static str,
    pub(super) data: Credentials<'a>,
}

#[derive(Serialize)]
pub(super) struct Credentials<'a> {
    pub(super) key_id: &'a str,
    pub(super) secret_key: &'a str,
}
