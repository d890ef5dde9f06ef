//! The JSON objects of the REST interface; pages show the same objects.

use serde::{Deserialize, Serialize};

use super::LotView;
use crate::{
    ids::UserId,
    instrument::{AssetType, Instrument, Symbol},
    market::Quote,
    money::{OutOfRange, Percent, Price, Qty, Usd},
    position::Position,
    screener::Listed,
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
    /// What is left of each buy, oldest first; only on `GET /positions/{symbol}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lots: Option<Vec<LotView>>,
}

impl PositionView {
    /// Without an `instrument` the desk does not list it any more.
    pub fn new(position: &Position, instrument: Option<&Instrument>, price: Price) -> Result<Self, OutOfRange> {
        let symbol = &position.symbol;
        let view = Self {
            symbol: symbol.clone(),
            name: instrument.map_or_else(|| symbol.to_string(), |instrument| instrument.name.clone()),
            asset_type: instrument.map_or(AssetType::of_symbol(symbol), |instrument| instrument.asset_type),
            side: "long".to_owned(),
            qty: position.qty,
            qty_available: position.available(),
            avg_entry_price: position.avg_entry_price(),
            current_price: price,
            market_value: Usd::ZERO,
            cost_basis: position.cost_basis,
            unrealized_pl: Usd::ZERO,
            unrealized_plpc: Percent::ZERO,
            realized_pl: position.realized_pnl,
            lots: None,
        };
        view.at(price)
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
    pub exchange: String,
    pub fractionable: bool,
    /// Today's volume as a percentage of a usual day's; absent where nothing is usual.
    pub rel_volume_pct: Option<Percent>,
    /// A usual day's volume; absent where nothing is usual.
    pub usual_volume: Option<Qty>,
    /// Where the price is in the day's range, 0 to 100; absent on a day without a range.
    pub range_pct: Option<Percent>,
    /// Standard deviation of a year's returns.
    pub volatility_pct: Option<Percent>,
    pub timestamp: Timestamp,
    /// Where the price comes from: `simulated` for the built-in market, `reference` for a price of the past, or a feed.
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
            exchange: instrument.exchange.clone(),
            fractionable: instrument.is_fractionable(),
            rel_volume_pct: None,
            usual_volume: None,
            range_pct: quote.range_pct(),
            volatility_pct: None,
            timestamp: quote.time,
            source: source.to_owned(),
            stale: !quote.is_fresh(now),
        }
    }

    /// With what a usual day of the instrument is.
    #[must_use]
    pub fn with_usual(self, quote: &Quote, listed: &Listed) -> Self {
        let rel_volume_pct = quote.rel_volume_pct(listed.usual_volume);
        let usual_volume = Some(listed.usual_volume).filter(|usual| !usual.is_zero());
        Self { rel_volume_pct, usual_volume, volatility_pct: Some(listed.volatility_pct), ..self }
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
