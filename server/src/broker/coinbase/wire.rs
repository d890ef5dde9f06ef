//! What Coinbase is sent and answers, field by field. Must never interpret it.

#![expect(clippy::struct_field_names, reason = "the names are Coinbase's")]

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::net::exact::{Epoch, Exact};

/// What `POST /orders` was sent; read again to tell what was accepted.
#[derive(Debug, Deserialize)]
pub(super) struct NewOrder {
    pub(super) client_order_id: String,
    pub(super) product_id: String,
    pub(super) side: String,
    pub(super) order_configuration: Configuration,
}

/// One of them is there.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Configuration {
    pub(super) market_market_ioc: Option<Terms>,
    pub(super) market_market_fok: Option<Terms>,
    pub(super) sor_limit_ioc: Option<Terms>,
    pub(super) limit_limit_gtc: Option<Terms>,
    pub(super) limit_limit_gtd: Option<Terms>,
    pub(super) limit_limit_fok: Option<Terms>,
    pub(super) stop_limit_stop_limit_gtc: Option<Terms>,
    pub(super) stop_limit_stop_limit_gtd: Option<Terms>,
    /// Kinds that are none of ours.
    #[serde(flatten)]
    pub(super) others: HashMap<String, serde_json::Value>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct Terms {
    #[serde(default)]
    pub(super) quote_size: Exact,
    #[serde(default)]
    pub(super) base_size: Exact,
    #[serde(default)]
    pub(super) limit_price: Exact,
    #[serde(default)]
    pub(super) stop_price: Exact,
}

/// Of an order or an edit. A failure comes with HTTP 200, too.
#[derive(Debug, Deserialize)]
pub(super) struct Outcome {
    pub(super) success: bool,
    #[serde(default)]
    pub(super) success_response: Option<Success>,
    #[serde(default)]
    pub(super) failure_reason: Option<String>,
    #[serde(default)]
    pub(super) error_response: Option<Failure>,
    /// Of an edit.
    #[serde(default)]
    pub(super) errors: Vec<Failure>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Success {
    pub(super) order_id: String,
}

/// Also the body of an HTTP error.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub(super) error: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
    #[serde(default)]
    pub(super) error_details: Option<String>,
    #[serde(default)]
    pub(super) new_order_failure_reason: Option<String>,
    #[serde(default)]
    pub(super) edit_failure_reason: Option<String>,
    #[serde(default)]
    pub(super) preview_failure_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Cancels {
    pub(super) results: Vec<CancelResult>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CancelResult {
    pub(super) success: bool,
    #[serde(default)]
    pub(super) failure_reason: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct OneOrder {
    pub(super) order: Order,
}

#[derive(Debug, Deserialize)]
pub(super) struct Orders {
    pub(super) orders: Vec<Order>,
    #[serde(default)]
    pub(super) has_next: bool,
    #[serde(default)]
    pub(super) cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Order {
    pub(super) order_id: String,
    #[serde(default)]
    pub(super) client_order_id: Option<String>,
    pub(super) product_id: String,
    pub(super) side: String,
    #[serde(default)]
    pub(super) order_configuration: Option<Configuration>,
    pub(super) status: String,
    #[serde(default)]
    pub(super) created_time: Option<String>,
    #[serde(default)]
    pub(super) last_fill_time: Option<String>,
    #[serde(default)]
    pub(super) filled_size: Exact,
    #[serde(default)]
    pub(super) average_filled_price: Exact,
    #[serde(default)]
    pub(super) total_fees: Exact,
    /// Of a sell in units, of a buy in dollars.
    #[serde(default)]
    pub(super) outstanding_hold_amount: Exact,
    #[serde(default)]
    pub(super) reject_message: Option<String>,
    #[serde(default)]
    pub(super) cancel_message: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Fills {
    pub(super) fills: Vec<Fill>,
    #[serde(default)]
    pub(super) cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Fill {
    pub(super) trade_id: String,
    pub(super) order_id: String,
    pub(super) trade_time: String,
    /// `FILL`, or a correction.
    #[serde(default)]
    pub(super) trade_type: Option<String>,
    pub(super) price: Exact,
    pub(super) size: Exact,
    #[serde(default)]
    pub(super) size_in_quote: bool,
    #[serde(default)]
    pub(super) commission: Exact,
    pub(super) product_id: String,
    pub(super) side: String,
    #[serde(default)]
    pub(super) liquidity_indicator: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Accounts {
    pub(super) accounts: Vec<Account>,
    #[serde(default)]
    pub(super) has_next: bool,
    #[serde(default)]
    pub(super) cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Account {
    pub(super) currency: String,
    pub(super) available_balance: Amount,
    #[serde(default)]
    pub(super) hold: Option<Amount>,
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Amount {
    pub(super) value: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct Products {
    pub(super) products: Vec<Product>,
}

#[derive(Debug, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "as Coinbase says it")]
pub(super) struct Product {
    pub(super) product_id: String,
    #[serde(default)]
    pub(super) base_increment: Exact,
    #[serde(default)]
    pub(super) price_increment: Exact,
    #[serde(default)]
    pub(super) quote_increment: Exact,
    #[serde(default)]
    pub(super) base_min_size: Exact,
    #[serde(default)]
    pub(super) base_max_size: Exact,
    #[serde(default)]
    pub(super) quote_min_size: Exact,
    #[serde(default)]
    pub(super) is_disabled: bool,
    #[serde(default)]
    pub(super) trading_disabled: bool,
    #[serde(default)]
    pub(super) cancel_only: bool,
    #[serde(default)]
    pub(super) view_only: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct KeyPermissions {
    #[serde(default)]
    pub(super) can_trade: bool,
    #[serde(default)]
    pub(super) can_transfer: bool,
    pub(super) portfolio_uuid: String,
    #[serde(default)]
    pub(super) portfolio_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServerTime {
    pub(super) epoch_millis: Epoch,
}

/// Around every message of the stream; an error has no channel.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(default)]
    pub(super) channel: Option<String>,
    /// Counts every message of the connection.
    #[serde(default)]
    pub(super) sequence_num: Option<u64>,
    /// A list, read by channel.
    #[serde(borrow, default)]
    pub(super) events: Option<&'a RawValue>,
    #[serde(rename = "type", default)]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Subscriptions {
    pub(super) subscriptions: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct UserEvent {
    #[serde(default)]
    pub(super) orders: Vec<UserOrder>,
}

/// Told with its sums so far, not with what changed.
#[derive(Debug, Deserialize)]
pub(super) struct UserOrder {
    pub(super) order_id: String,
    #[serde(default)]
    pub(super) client_order_id: Option<String>,
    pub(super) product_id: String,
    pub(super) order_side: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) order_type: Option<String>,
    #[serde(default)]
    pub(super) time_in_force: Option<String>,
    #[serde(default)]
    pub(super) limit_price: Exact,
    #[serde(default)]
    pub(super) stop_price: Exact,
    #[serde(default)]
    pub(super) cumulative_quantity: Exact,
    #[serde(default)]
    pub(super) leaves_quantity: Exact,
    #[serde(default)]
    pub(super) avg_price: Exact,
    #[serde(default)]
    pub(super) total_fees: Exact,
    #[serde(default)]
    pub(super) creation_time: Option<String>,
    #[serde(default)]
    pub(super) cancel_reason: Option<String>,
    #[serde(default, alias = "reject_Reason")]
    pub(super) reject_reason: Option<String>,
}
