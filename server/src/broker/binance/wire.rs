//! Binance's payloads of orders, executions and accounts as its documents have them. Must never interpret them.

use serde::Deserialize;

use crate::net::exact::{Epoch, Exact};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Time {
    pub(super) server_time: Epoch,
}

/// What a placement answers, and what a question for an order does: the times differ.
#[expect(clippy::struct_field_names, reason = "the venue's own names")]
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    pub(super) symbol: String,
    pub(super) order_id: i64,
    pub(super) client_order_id: String,
    #[serde(default)]
    pub(super) price: Exact,
    pub(super) orig_qty: Exact,
    pub(super) executed_qty: Exact,
    /// Dollars exchanged so far. The letters are the venue's.
    #[serde(default, rename = "cummulativeQuoteQty")]
    pub(super) exchanged: Exact,
    #[serde(default)]
    pub(super) orig_quote_order_qty: Exact,
    pub(super) status: String,
    #[serde(default)]
    pub(super) time_in_force: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) side: String,
    #[serde(default)]
    pub(super) stop_price: Exact,
    #[serde(default)]
    pub(super) transact_time: Option<Epoch>,
    #[serde(default)]
    pub(super) time: Option<Epoch>,
    #[serde(default)]
    pub(super) update_time: Option<Epoch>,
    #[serde(default)]
    pub(super) fills: Vec<Fill>,
}

/// An execution inside the answer to a placement.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fill {
    pub(super) trade_id: i64,
    pub(super) price: Exact,
    pub(super) qty: Exact,
    pub(super) commission: Exact,
    pub(super) commission_asset: String,
}

/// A replacement that went well in both halves.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replaced {
    pub(super) new_order_response: Order,
}

/// `/api/v3/myTrades`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Trade {
    pub(super) symbol: String,
    pub(super) id: i64,
    pub(super) order_id: i64,
    pub(super) price: Exact,
    pub(super) qty: Exact,
    pub(super) commission: Exact,
    pub(super) commission_asset: String,
    pub(super) time: Epoch,
    pub(super) is_buyer: bool,
    pub(super) is_maker: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    pub(super) uid: i64,
    pub(super) can_trade: bool,
    pub(super) balances: Vec<Balance>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Balance {
    pub(super) asset: String,
    pub(super) free: Exact,
    pub(super) locked: Exact,
}

/// What a key may do; a practice account has no such page.
#[expect(clippy::struct_excessive_bools, reason = "the venue's own payload")]
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Restrictions {
    pub(super) ip_restrict: bool,
    pub(super) enable_withdrawals: bool,
    pub(super) enable_spot_and_margin_trading: bool,
    #[serde(default)]
    pub(super) enable_internal_transfer: bool,
    #[serde(default)]
    pub(super) permits_universal_transfer: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct ExchangeInfo {
    pub(super) symbols: Vec<Instrument>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Instrument {
    pub(super) symbol: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) is_spot_trading_allowed: bool,
    pub(super) filters: Vec<Filter>,
}

/// One rule; which fields it has depends on its type.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Filter {
    #[serde(rename = "filterType")]
    pub(super) kind: String,
    pub(super) tick_size: Exact,
    pub(super) step_size: Exact,
    pub(super) min_qty: Exact,
    pub(super) max_qty: Exact,
    pub(super) min_notional: Exact,
}

/// A message of the WebSocket API: an answer has a status, an event is wrapped.
#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    #[serde(default)]
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) error: Option<StreamFailure>,
    #[serde(default, borrow)]
    pub(super) event: Option<&'a serde_json::value::RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StreamFailure {
    pub(super) code: i64,
    #[serde(default)]
    pub(super) msg: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct EventHead {
    #[serde(rename = "e")]
    pub(super) kind: String,
}

/// `executionReport`, whose fields have one letter.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    #[serde(rename = "s")]
    pub(super) symbol: String,
    #[serde(rename = "i")]
    pub(super) order_id: i64,
    /// Of a cancel, the cancel's own name; then `C` is that of the order.
    #[serde(rename = "c")]
    pub(super) client_id: String,
    #[serde(rename = "C", default)]
    pub(super) original_client_id: String,
    #[serde(rename = "S")]
    pub(super) side: String,
    #[serde(rename = "o")]
    pub(super) kind: String,
    #[serde(rename = "f")]
    pub(super) time_in_force: String,
    #[serde(rename = "q")]
    pub(super) qty: Exact,
    #[serde(rename = "Q", default)]
    pub(super) notional: Exact,
    #[serde(rename = "p")]
    pub(super) price: Exact,
    #[serde(rename = "P", default)]
    pub(super) stop_price: Exact,
    #[serde(rename = "x")]
    pub(super) execution: String,
    #[serde(rename = "X")]
    pub(super) status: String,
    /// `NONE` where it was not refused.
    #[serde(rename = "r", default)]
    pub(super) reason: String,
    #[serde(rename = "l")]
    pub(super) last_qty: Exact,
    #[serde(rename = "L")]
    pub(super) last_price: Exact,
    #[serde(rename = "z")]
    pub(super) filled_qty: Exact,
    #[serde(rename = "Z", default)]
    pub(super) exchanged: Exact,
    #[serde(rename = "n", default)]
    pub(super) commission: Exact,
    #[serde(rename = "N", default)]
    pub(super) commission_asset: Option<String>,
    #[serde(rename = "m", default)]
    pub(super) is_maker: bool,
    #[serde(rename = "t")]
    pub(super) trade_id: i64,
    #[serde(rename = "T")]
    pub(super) time: Epoch,
    /// When the order was placed.
    #[serde(rename = "O", default)]
    pub(super) created: Option<Epoch>,
}
