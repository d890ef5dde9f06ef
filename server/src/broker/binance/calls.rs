//! What the desk asks Binance, call by call, with the weight that the venue charges. Must never hold a time or a signature.

use axum::http::Method;
use speedtrade::time::Timestamp;

use super::sign::Params;
use crate::broker::{OrderName, http::Urgency};

pub(super) const ORDER_PATH: &str = "/api/v3/order";
pub(super) const ORDER_WEIGHT: u32 = 1;
/// The venue refuses what arrives later than that after its timestamp.
pub(super) const RECV_WINDOW_MS: &str = "5000";
/// Items of a page, the most there are.
pub(super) const PAGE: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) params: Params,
    pub(super) urgency: Urgency,
    pub(super) weight: u32,
}

/// Where a page of a list begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The newest there are.
    Newest,
    /// All between two times, a day apart at most.
    Window { from: Timestamp, to: Timestamp },
    /// From this number on.
    Id(i64),
}

fn question(path: &'static str, params: Params, weight: u32) -> Call {
    Call { method: Method::GET, path, params, urgency: Urgency::Question, weight }
}

fn signed(params: Params) -> Params {
    params.with("recvWindow", RECV_WINDOW_MS)
}

/// By the venue's number where it is known; it alone is unique for good.
fn named(code: &str, name: &OrderName) -> Params {
    let params = Params::default().with("symbol", code);
    match &name.venue_id {
        Some(id) => params.with("orderId", id),
        None => params.with("origClientOrderId", &name.client_id),
    }
}

pub(super) fn cancel(code: &str, name: &OrderName) -> Call {
    Call { method: Method::DELETE, path: ORDER_PATH, params: signed(named(code, name)), urgency: Urgency::Cancel, weight: 1 }
}

pub(super) fn order(code: &str, name: &OrderName) -> Call {
    question(ORDER_PATH, signed(named(code, name)), 4)
}

pub(super) fn open_orders() -> Call {
    question("/api/v3/openOrders", signed(Params::default()), 80)
}

pub(super) fn all_orders(code: &str, page: Page) -> Call {
    let params = paged(Params::default().with("symbol", code), page, "orderId");
    question("/api/v3/allOrders", signed(params), 20)
}

pub(super) fn trades(code: &str, page: Page) -> Call {
    let params = paged(Params::default().with("symbol", code), page, "fromId");
    question("/api/v3/myTrades", signed(params), 20)
}

pub(super) fn trades_of(code: &str, order_id: &str, from: i64) -> Call {
    let params = Params::default().with("symbol", code).with("orderId", order_id);
    question("/api/v3/myTrades", signed(paged(params, Page::Id(from), "fromId")), 5)
}

fn paged(params: Params, page: Page, id: &str) -> Params {
    let params = match page {
        Page::Newest => params,
        Page::Window { from, to } => params.with("startTime", &from.millis().to_string()).with("endTime", &to.millis().to_string()),
        Page::Id(first) => params.with(id, &first.to_string()),
    };
    params.with("limit", &PAGE.to_string())
}

pub(super) fn account() -> Call {
    question("/api/v3/account", signed(Params::default().with("omitZeroBalances", "true")), 20)
}

pub(super) fn restrictions() -> Call {
    question("/sapi/v1/account/apiRestrictions", signed(Params::default()), 1)
}

pub(super) fn rules() -> Call {
    question("/api/v3/exchangeInfo", Params::default().with("permissions", "SPOT").with("showPermissionSets", "false"), 20)
}

pub(super) fn time() -> Call {
    question("/api/v3/time", Params::default(), 1)
}
