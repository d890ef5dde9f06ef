//! The JSON objects of the REST interface; pages show the same objects.

use serde::{Deserialize, Serialize};

use crate::{
    fill::Fill,
    ids::{AccountId, FillId, OrderId, UserId},
    instrument::{AssetType, Instrument, Symbol},
    market::Quote,
    money::{OutOfRange, Percent, Price, Qty, Usd},
    order::{ClientOrderId, Order, OrderClass, OrderStatus, Role, Side, TimeInForce, Trail},
    portfolio::Mark,
    position::Position,
    time::Timestamp,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    pub id: UserId,
    pub email: String,
    pub username: String,
    pub is_premium: bool,
    pub created_at: Timestamp,
}

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
    pub external_order_id: Option<String>,
    /// `server`: SpeedTrade holds the order; `venue`: the venue does.
    pub held_by: String,
    pub fees: Usd,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    pub filled_at: Option<Timestamp>,
    pub canceled_at: Option<Timestamp>,
    /// Only on `GET /orders/{id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fills: Option<Vec<FillView>>,
    /// The other orders of its group; only where one order is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legs: Option<Vec<OrderView>>,
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> Self {
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
            status: order.status,
            reject_reason: order.reject_reason.clone(),
            external_order_id: None,
            held_by: "server".to_owned(),
            fees: order.fees,
            created_at: order.created_at,
            updated_at: order.updated_at,
            submitted_at: Some(order.created_at),
            filled_at: order.filled_at,
            canceled_at: order.canceled_at,
            fills: None,
            legs: None,
        }
    }
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortfolioView {
    /// All cash, with what open buy orders hold.
    pub cash: Usd,
    /// Cash that is free for new orders.
    pub buying_power: Usd,
    pub equity: Usd,
    pub market_value: Usd,
    pub day_pl: Usd,
    /// Percent of the equity the day began with.
    pub day_pl_pct: Percent,
    pub total_pl: Usd,
    /// Percent of the deposits.
    pub total_pl_pct: Percent,
    /// What was paid in.
    pub deposits: Usd,
    /// Market value at which the day's profit would be zero.
    pub day_base: Usd,
    pub as_of: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PositionView {
    pub symbol: Symbol,
    pub name: String,
    pub asset_type: AssetType,
    /// Always `long`.
    pub side: String,
    pub qty: Qty,
    /// Not promised to open sell orders.
    pub qty_available: Qty,
    pub avg_entry_price: Option<Price>,
    pub current_price: Price,
    pub market_value: Usd,
    pub cost_basis: Usd,
    pub unrealized_pl: Usd,
    /// A percentage of the cost basis.
    pub unrealized_plpc: Percent,
    pub realized_pl: Usd,
}

impl PositionView {
    pub fn new(position: &Position, instrument: &Instrument, mark: Mark) -> Result<Self, OutOfRange> {
        let view = Self {
            symbol: position.symbol.clone(),
            name: instrument.name.clone(),
            asset_type: instrument.asset_type,
            side: "long".to_owned(),
            qty: position.qty,
            qty_available: position.available(),
            avg_entry_price: position.avg_entry_price(),
            current_price: mark.price,
            market_value: Usd::ZERO,
            cost_basis: position.cost_basis,
            unrealized_pl: Usd::ZERO,
            unrealized_plpc: Percent::ZERO,
            realized_pl: position.realized_pnl,
        };
        view.at(mark.price)
    }

    /// The same holding at another price.
    pub fn at(&self, price: Price) -> Result<Self, OutOfRange> {
        let market_value = Usd::proceeds(price, self.qty)?;
        let unrealized_pl = market_value.checked_sub(self.cost_basis)?;
        let unrealized_plpc = unrealized_pl.pct_of(self.cost_basis);
        Ok(Self { current_price: price, market_value, unrealized_pl, unrealized_plpc, ..self.clone() })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuoteView {
    pub symbol: Symbol,
    pub name: String,
    pub asset_type: AssetType,
    pub sector: String,
    pub price: Price,
    pub bid: Price,
    pub ask: Price,
    pub bid_size: Qty,
    pub ask_size: Qty,
    pub change: Usd,
    pub change_pct: Percent,
    pub prev_close: Price,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub volume: Qty,
    pub timestamp: Timestamp,
    /// Where the price comes from, `simulated` for the built-in market.
    pub source: String,
    pub stale: bool,
}

impl QuoteView {
    pub fn new(instrument: &Instrument, quote: &Quote, source: &str, now: Timestamp) -> Self {
        Self {
            symbol: instrument.symbol.clone(),
            name: instrument.name.clone(),
            asset_type: instrument.asset_type,
            sector: instrument.sector.clone(),
            price: quote.price,
            bid: quote.bid,
            ask: quote.ask,
            bid_size: quote.bid_size,
            ask_size: quote.ask_size,
            change: quote.change(),
            change_pct: quote.change_pct(),
            prev_close: quote.prev_close,
            open: quote.open,
            high: quote.high,
            low: quote.low,
            volume: quote.volume,
            timestamp: quote.time,
            source: source.to_owned(),
            stale: !quote.is_fresh(now),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstrumentView {
    pub symbol: Symbol,
    pub name: String,
    pub asset_type: AssetType,
    pub exchange: String,
    pub tradable: bool,
    pub fractionable: bool,
}

impl From<&Instrument> for InstrumentView {
    fn from(instrument: &Instrument) -> Self {
        Self {
            symbol: instrument.symbol.clone(),
            name: instrument.name.clone(),
            asset_type: instrument.asset_type,
            exchange: instrument.exchange.clone(),
            tradable: true,
            fractionable: instrument.is_fractionable(),
        }
    }
}
