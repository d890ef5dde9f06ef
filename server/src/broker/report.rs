//! What venues tell about orders, executions and holdings, in our words.

use rust_decimal::Decimal;
use speedtrade::{
    instrument::{AssetType, Symbol},
    money::{Price, Qty, Usd},
    order::{OrderKind, Side, TimeInForce},
    time::Timestamp,
};

/// The venue's word for where an order stands. A part that is filled does not show here: `filled_qty` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VenueStatus {
    /// Taken, not working yet.
    Pending,
    Open,
    /// May still trade: somebody asked for its cancel, and the venue has not said that it is over.
    Canceling,
    Filled,
    Canceled,
    Expired,
    Rejected,
    Replaced,
}

impl VenueStatus {
    pub const fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Open | Self::Canceling => false,
            Self::Filled | Self::Canceled | Self::Expired | Self::Rejected | Self::Replaced => true,
        }
    }
}

/// An order as its venue knows it at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderReport {
    pub venue_id: String,
    /// Absent on venues that don't give it back.
    pub client_id: Option<String>,
    /// `None`: not a pair against the venue's dollar.
    pub symbol: Option<Symbol>,
    pub asset_type: AssetType,
    pub side: Side,
    /// The nearest of ours. `None` where the venue tells no price of a kind that we don't know.
    pub kind: Option<OrderKind>,
    pub time_in_force: Option<TimeInForce>,
    /// `None` while an order for dollars has no quantity.
    pub qty: Option<Qty>,
    pub notional: Option<Usd>,
    pub filled_qty: Qty,
    pub avg_price: Option<Price>,
    /// All fees so far, where the venue sums them up.
    pub fees: Vec<Fee>,
    pub status: VenueStatus,
    /// Why it was refused or ended, in the venue's words.
    pub reason: Option<String>,
    pub replaced_by: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// The execution that led to this report, where it is told with it.
    pub last: Option<Executed>,
    /// All executions, where the answer lists them.
    pub executions: Vec<ExecutionReport>,
    /// Exits that stand at the venue with this order.
    pub legs: Vec<OrderReport>,
}

/// The kind of ours that is nearest to one that is none: what rests with a price is no market order.
pub(super) fn nearest_kind(limit: Option<Price>, stop: Option<Price>) -> Option<OrderKind> {
    match (limit, stop) {
        (Some(limit_price), Some(stop_price)) => Some(OrderKind::StopLimit { stop_price, limit_price }),
        (Some(limit_price), None) => Some(OrderKind::Limit { limit_price }),
        (None, Some(stop_price)) => Some(OrderKind::Stop { stop_price }),
        (None, None) => None,
    }
}

impl OrderReport {
    /// The order, and the exits that stand with it: each is an order of its own.
    pub fn with_legs(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.legs)
    }

    /// With nothing else known of it.
    pub fn new(venue_id: String, asset_type: AssetType, side: Side, status: VenueStatus) -> Self {
        Self {
            venue_id,
            client_id: None,
            symbol: None,
            asset_type,
            side,
            kind: None,
            time_in_force: None,
            qty: None,
            notional: None,
            filled_qty: Qty::ZERO,
            avg_price: None,
            fees: Vec::new(),
            status,
            reason: None,
            replaced_by: None,
            created_at: None,
            updated_at: None,
            last: None,
            executions: Vec::new(),
            legs: Vec::new(),
        }
    }
}

/// The newest execution inside a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    pub qty: Qty,
    pub price: Price,
    pub time: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    /// `USD`, `USDT`, `BTC`, `BNB`, … in CCXT's unified codes.
    pub asset: String,
    /// Positive is charged.
    pub amount: Decimal,
}

/// One execution, by the venue's own name of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionReport {
    /// Unique in the account: where the venue numbers by symbol, the symbol is part of it.
    pub exec_id: String,
    pub venue_order_id: String,
    pub client_id: Option<String>,
    pub symbol: Option<Symbol>,
    pub side: Side,
    pub qty: Qty,
    pub price: Price,
    pub fees: Vec<Fee>,
    pub is_maker: Option<bool>,
    pub time: Timestamp,
}

/// What the account has of one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// `USD`, `BTC`, `AAPL`.
    pub asset: String,
    /// As an instrument of ours; `None` for dollars and what the desk does not list.
    pub symbol: Option<Symbol>,
    /// With what open orders hold. Negative for a short position.
    pub total: Decimal,
    pub locked: Decimal,
    /// What it cost, where the venue knows.
    pub avg_price: Option<Price>,
}

/// The venue's rules of one instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentRules {
    pub symbol: Symbol,
    /// The venue's own name, as orders carry it.
    pub code: String,
    pub tick: Price,
    pub lot: Qty,
    pub qty_min: Qty,
    pub qty_max: Option<Qty>,
    pub notional_min: Usd,
    pub is_tradable: bool,
}

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The venue's name of the account, to notice a key of another account. Not secret.
    pub account: String,
    pub may_trade: bool,
    /// `None`: the venue does not say.
    pub may_withdraw: Option<bool>,
    /// Words for the trader, like "restricted to 203.0.113.7".
    pub notes: Vec<String>,
}

/// What the private stream tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VenueEvent {
    /// Subscribed and confirmed: from here on nothing is missed until the stream ends.
    Listening,
    Order(Box<OrderReport>),
    Execution(Box<ExecutionReport>),
    /// A replace or cancel was refused after it had been taken.
    ChangeRefused {
        venue_id: String,
    },
    /// Balances or positions moved, not by an order.
    Holdings,
    /// Something was missed: everything has to be read again.
    Gap,
    /// Anything at all was heard.
    Heartbeat,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamEnd {
    /// The key is wrong, or the venue allows no further stream.
    Refused {
        detail: String,
    },
    Dropped {
        detail: String,
    },
}
