//! Orders, their executions, and what an order would come to.

use serde::{Deserialize, Serialize};

use crate::{
    engine::{Preview, Warning},
    fill::Fill,
    ids::{AccountId, FillId, OrderId},
    instrument::{AssetType, Symbol},
    money::{OutOfRange, Percent, Price, Qty, Usd},
    order::{ClientOrderId, Holder, Order, OrderClass, OrderStatus, Role, Side, TimeInForce, Trail},
    risk::Denied,
    time::Timestamp,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderView {
    pub id: OrderId,
    pub client_order_id: ClientOrderId,
    pub account_id: AccountId,
    pub symbol: Symbol,
    pub asset_type: AssetType,
    pub side: Side,
    /// `market`, `limit`, `stop`, `stop_limit` or `trailing_stop`.
    #[serde(rename = "type")]
    pub kind: String,
    pub time_in_force: TimeInForce,
    pub qty: Qty,
    pub notional: Option<Usd>,
    pub filled_qty: Qty,
    pub filled_avg_price: Option<Price>,
    pub limit_price: Option<Price>,
    /// Of a trailing stop: where its trigger stands now.
    pub stop_price: Option<Price>,
    /// Dollars that a trailing stop stays behind the best price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_price: Option<Usd>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_percent: Option<Percent>,
    #[serde(default)]
    pub extended_hours: bool,
    #[serde(default)]
    pub order_class: OrderClass,
    /// What it is in its group, and the first order of that group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<OrderId>,
    pub status: OrderStatus,
    pub reject_reason: Option<String>,
    /// The venue's own name of it.
    pub external_order_id: Option<String>,
    /// `server`: SpeedTrade holds the order; `venue`: the venue does.
    pub held_by: String,
    /// Placed elsewhere: shown and counted here, not ours.
    #[serde(default)]
    pub is_external: bool,
    /// When the venue first spoke of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// Since when nobody knows whether the venue has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_since: Option<Timestamp>,
    /// Unknown for so long that somebody should look at the venue itself.
    #[serde(default)]
    pub needs_attention: bool,
    /// Our own time from the order's arrival to its bytes on the wire, with the commit, in microseconds. Only on
    /// `GET /orders/{id}`, like the venue's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk_us: Option<i64>,
    /// The venue's time until it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue_us: Option<i64>,
    pub fees: Usd,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    pub filled_at: Option<Timestamp>,
    pub canceled_at: Option<Timestamp>,
    /// Only on `GET /orders/{id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fills: Option<Vec<FillView>>,
    /// What happened to it, oldest first; only on `GET /orders/{id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Vec<MomentView>>,
    /// The other orders of its group; only where one order is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub legs: Option<Vec<OrderView>>,
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> Self {
        let at = order.venue.as_ref();
        Self {
            id: order.id,
            client_order_id: order.client_order_id.clone(),
            account_id: order.account_id,
            symbol: order.symbol.clone(),
            asset_type: order.asset_type,
            side: order.side,
            kind: order.kind.as_str().to_owned(),
            time_in_force: order.time_in_force,
            qty: order.qty,
            notional: order.notional,
            filled_qty: order.filled_qty,
            filled_avg_price: order.filled_avg_price(),
            limit_price: order.kind.limit_price(),
            stop_price: order.shown_stop(),
            trail_price: order.kind.trail().and_then(Trail::as_amount),
            trail_percent: order.kind.trail().and_then(Trail::as_percent),
            extended_hours: order.extended_hours,
            order_class: order.group.map_or(OrderClass::Simple, |group| group.class),
            role: order.role(),
            parent_id: order.group.map(|group| group.id).filter(|id| *id != order.id),
            replaces: order.replaces,
            replaced_by: order.replaced_by,
            status: shown_status(order),
            reject_reason: order.reject_reason.clone(),
            external_order_id: at.and_then(|at| at.venue_id.clone()),
            held_by: at.map_or(Holder::Server, |at| at.holder).as_str().to_owned(),
            is_external: at.is_some_and(|at| at.is_external),
            acknowledged_at: at.and_then(|at| at.acknowledged_at),
            unknown_since: at.and_then(|at| at.unknown_since),
            needs_attention: at.is_some_and(|at| at.needs_attention),
            desk_us: None,
            venue_us: None,
            fees: order.fees,
            created_at: order.created_at,
            updated_at: order.updated_at,
            submitted_at: at.map_or(Some(order.created_at), |at| at.sent_at),
            filled_at: order.filled_at,
            canceled_at: order.canceled_at,
            fills: None,
            timeline: None,
            legs: None,
        }
    }
}

/// The wish to cancel or to change an order at its venue is no state of it, and shown like one.
fn shown_status(order: &Order) -> OrderStatus {
    let is_pending = order.status.is_open() && order.venue.as_ref().is_some_and(|at| at.cancel.is_pending());
    match (is_pending, order.replaced_by) {
        (true, Some(_)) => OrderStatus::PendingReplace,
        (true, None) => OrderStatus::PendingCancel,
        (false, _) => order.status,
    }
}

/// One step of an order's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MomentView {
    pub at: Timestamp,
    pub event: Moment,
    /// For a person.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    Placed,
    /// Of an order that was placed elsewhere.
    Seen,
    Triggered,
    Sent,
    Accepted,
    Refused,
    /// Nothing left this host.
    NotSent,
    NoAnswer,
    Unknown,
    /// By a look-up or the stream.
    Known,
    Filled,
    Canceled,
    Expired,
    Rejected,
    Replaced,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FillView {
    pub id: FillId,
    pub order_id: OrderId,
    pub symbol: Symbol,
    pub side: Side,
    pub qty: Qty,
    pub price: Price,
    /// Dollars exchanged, without the fee.
    pub value: Usd,
    pub fee: Usd,
    pub timestamp: Timestamp,
}

impl From<&Fill> for FillView {
    fn from(fill: &Fill) -> Self {
        Self {
            id: fill.id,
            order_id: fill.order_id,
            symbol: fill.symbol.clone(),
            side: fill.side,
            qty: fill.qty,
            price: fill.price,
            value: fill.value(),
            fee: fill.settlement.fee,
            timestamp: fill.time,
        }
    }
}

/// What `POST /orders/preview` answers: what the order would come to now. Nothing is placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewView {
    pub symbol: Symbol,
    pub side: Side,
    pub qty: Qty,
    /// The average it would fill at: the market for what trades now, its own price for what waits.
    pub estimated_price: Price,
    /// Dollars exchanged, without the fee. A fill at that price costs exactly this.
    pub estimated_value: Usd,
    pub fee: Usd,
    /// What leaves (buy) or reaches (sell) the cash, with the fee.
    pub estimated_cost: Usd,
    pub spread: Option<Usd>,
    pub buying_power_before: Usd,
    /// Below zero when the order can't be paid.
    pub buying_power_after: Usd,
    pub quote_age_ms: Option<i64>,
    /// Why it would be refused now.
    pub denied: Option<NoticeView>,
    pub warnings: Vec<NoticeView>,
}

/// Words for a person and their stable code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeView {
    pub code: String,
    pub message: String,
}

impl From<&Denied> for NoticeView {
    fn from(denied: &Denied) -> Self {
        Self { code: denied.code().to_owned(), message: denied.to_string() }
    }
}

impl From<&Warning> for NoticeView {
    fn from(warning: &Warning) -> Self {
        Self { code: warning.code().to_owned(), message: warning.to_string() }
    }
}

impl PreviewView {
    pub fn new(symbol: Symbol, side: Side, preview: &Preview, now: Timestamp) -> Result<Self, OutOfRange> {
        let estimate = &preview.estimate;
        Ok(Self {
            symbol,
            side,
            qty: estimate.qty,
            estimated_price: estimate.price,
            estimated_value: estimate.value,
            fee: estimate.fee,
            estimated_cost: estimate.total(side).map_err(|_| OutOfRange)?,
            spread: preview.spread,
            buying_power_before: preview.power_before,
            buying_power_after: preview.power_after,
            quote_age_ms: preview.quote_time.map(|time| (now.micros() - time.micros()) / 1_000),
            denied: preview.denied.as_ref().map(NoticeView::from),
            warnings: preview.warnings.iter().map(NoticeView::from).collect(),
        })
    }
}
