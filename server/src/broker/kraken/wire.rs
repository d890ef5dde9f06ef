//! What Kraken answers, field by field. Must never interpret it.

#![expect(clippy::struct_field_names, reason = "the names are Kraken's")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::net::exact::Exact;

/// Around every answer over REST. `result` is missing where there are errors.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<'a> {
    pub(super) error: Vec<String>,
    #[serde(borrow, default)]
    pub(super) result: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Placed {
    pub(super) txid: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Canceled {
    #[serde(default)]
    pub(super) count: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct OpenOrders {
    pub(super) open: BTreeMap<String, Order>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ClosedOrders {
    pub(super) closed: BTreeMap<String, Order>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Order {
    #[serde(default)]
    pub(super) cl_ord_id: Option<String>,
    pub(super) status: String,
    #[serde(default)]
    pub(super) opentm: Exact,
    #[serde(default)]
    pub(super) closetm: Exact,
    pub(super) descr: Description,
    #[serde(default)]
    pub(super) vol: Exact,
    #[serde(default)]
    pub(super) vol_exec: Exact,
    /// The average price of what was executed.
    #[serde(default)]
    pub(super) price: Exact,
    /// Where a trailing stop stands now.
    #[serde(default)]
    pub(super) stopprice: Exact,
    #[serde(default)]
    pub(super) limitprice: Exact,
    #[serde(default)]
    pub(super) fee: Exact,
    #[serde(default)]
    pub(super) oflags: Option<String>,
    #[serde(default)]
    pub(super) timeinforce: Option<String>,
    #[serde(default)]
    pub(super) reason: Option<String>,
    /// Names of its executions, where they were asked for.
    #[serde(default)]
    pub(super) trades: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Description {
    pub(super) pair: String,
    #[serde(rename = "type")]
    pub(super) side: String,
    pub(super) ordertype: String,
    /// Of a trailing stop a distance, like `+5.0000%`.
    #[serde(default)]
    pub(super) price: String,
    #[serde(default)]
    pub(super) price2: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Trades {
    pub(super) trades: BTreeMap<String, Trade>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Trade {
    pub(super) ordertxid: String,
    pub(super) pair: String,
    /// Seconds with a fraction, as all times over REST.
    pub(super) time: Exact,
    #[serde(rename = "type")]
    pub(super) side: String,
    pub(super) price: Exact,
    pub(super) vol: Exact,
    #[serde(default)]
    pub(super) fee: Exact,
    #[serde(default)]
    pub(super) maker: Option<bool>,
}

pub(super) type Balances = BTreeMap<String, Balance>;

#[derive(Debug, Deserialize)]
pub(super) struct Balance {
    pub(super) balance: Exact,
    #[serde(default)]
    pub(super) hold_trade: Exact,
}

pub(super) type Pairs = BTreeMap<String, Pair>;

#[derive(Debug, Deserialize)]
pub(super) struct Pair {
    pub(super) altname: String,
    pub(super) base: String,
    pub(super) quote: String,
    pub(super) pair_decimals: u32,
    pub(super) lot_decimals: u32,
    #[serde(default)]
    pub(super) tick_size: Exact,
    #[serde(default)]
    pub(super) ordermin: Exact,
    #[serde(default)]
    pub(super) costmin: Exact,
    #[serde(default)]
    pub(super) status: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct KeyInfo {
    #[serde(default)]
    pub(super) permissions: Vec<String>,
    #[serde(default)]
    pub(super) ip_allowlist: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ServerTime {
    pub(super) unixtime: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct Token {
    pub(super) token: String,
}

/// Around every message of the stream: answers have a method, the rest a channel.
#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    #[serde(default)]
    pub(super) channel: Option<String>,
    #[serde(default)]
    pub(super) sequence: Option<u64>,
    #[serde(borrow, default)]
    pub(super) data: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) method: Option<String>,
    #[serde(default)]
    pub(super) success: Option<bool>,
    #[serde(default)]
    pub(super) error: Option<String>,
    #[serde(default)]
    pub(super) result: Option<Subscribed>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Subscribed {
    #[serde(default)]
    pub(super) channel: Option<String>,
}

/// Only what changed may be told.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Execution {
    pub(super) exec_type: String,
    pub(super) order_id: String,
    #[serde(default)]
    pub(super) order_status: Option<String>,
    #[serde(default)]
    pub(super) cl_ord_id: Option<String>,
    #[serde(default)]
    pub(super) symbol: Option<String>,
    #[serde(default)]
    pub(super) side: Option<String>,
    #[serde(default)]
    pub(super) order_type: Option<String>,
    #[serde(default)]
    pub(super) order_qty: Exact,
    #[serde(default)]
    pub(super) cash_order_qty: Exact,
    #[serde(default)]
    pub(super) limit_price: Exact,
    #[serde(default)]
    pub(super) triggers: Option<Trigger>,
    #[serde(default)]
    pub(super) time_in_force: Option<String>,
    #[serde(default)]
    pub(super) cum_qty: Exact,
    #[serde(default)]
    pub(super) avg_price: Exact,
    #[serde(default)]
    pub(super) exec_id: Option<String>,
    #[serde(default)]
    pub(super) last_qty: Exact,
    #[serde(default)]
    pub(super) last_price: Exact,
    #[serde(default)]
    pub(super) fees: Vec<StreamFee>,
    #[serde(default)]
    pub(super) liquidity_ind: Option<String>,
    #[serde(default)]
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) timestamp: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Trigger {
    #[serde(default)]
    pub(super) price: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct StreamFee {
    pub(super) asset: String,
    pub(super) qty: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct BalanceChange {
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
}
