//! An order and a trade as a venue keeps them, whatever its protocol calls them.

use rust_decimal::Decimal;
use serde_json::Value;

pub type OrderId = u64;

/// An average price has no end of its own.
const AVERAGE_PLACES: u32 = 9;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Buy,
    Sell,
}

impl Side {
    pub fn lower(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }

    pub fn upper(self) -> &'static str {
        match self {
            Self::Buy => "BUY",
            Self::Sell => "SELL",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Market,
    Limit,
    Stop,
    StopLimit,
    TakeProfit,
    TakeProfitLimit,
    TrailingStop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tif {
    Day,
    Gtc,
    Gtd,
    Ioc,
    Fok,
    Opg,
    Cls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A leg whose parent is not filled yet.
    Held,
    New,
    PartiallyFilled,
    Filled,
    Canceled,
    Expired,
    Replaced,
}

/// How far a trailing stop follows the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trail {
    Price(Decimal),
    Percent(Decimal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Simple,
    Bracket,
    Oco,
    Oto,
}

/// What a client asks for, already read from its protocol.
#[derive(Debug, Clone)]
pub struct NewOrder {
    pub client_id: String,
    pub symbol: String,
    pub side: Side,
    pub kind: Kind,
    pub tif: Tif,
    /// Either this or `notional`.
    pub qty: Option<Decimal>,
    pub notional: Option<Decimal>,
    pub limit: Option<Decimal>,
    pub stop: Option<Decimal>,
    pub trail: Option<Trail>,
    pub post_only: bool,
    pub expires_ms: Option<i64>,
    pub class: Class,
    pub is_external: bool,
    /// The order whose place it takes.
    pub replaces: Option<OrderId>,
    /// What only the protocol knows and shows again.
    pub extra: Value,
}

impl NewOrder {
    pub fn new(symbol: &str, side: Side, kind: Kind) -> Self {
        Self {
            client_id: String::new(),
            symbol: symbol.to_owned(),
            side,
            kind,
            tif: Tif::Gtc,
            qty: None,
            notional: None,
            limit: None,
            stop: None,
            trail: None,
            post_only: false,
            expires_ms: None,
            class: Class::Simple,
            is_external: false,
            replaces: None,
            extra: Value::Null,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Order {
    pub id: OrderId,
    /// The id as the venue's clients see it.
    pub venue_id: String,
    pub asked: NewOrder,
    /// Zero while an order by notional has not met a price.
    pub qty: Decimal,
    pub stop: Option<Decimal>,
    pub is_triggered: bool,
    /// It has met a price and stayed: from now on it makes, it does not take.
    pub is_resting: bool,
    pub status: Status,
    pub filled: Decimal,
    pub cost: Decimal,
    pub fee: Decimal,
    /// Reserved of the asset that the order spends.
    pub hold: Decimal,
    pub parent: Option<OrderId>,
    pub legs: Vec<OrderId>,
    pub replaced_by: Option<OrderId>,
    pub created_us: i64,
    pub updated_us: i64,
}

impl Order {
    pub fn is_open(&self) -> bool {
        matches!(self.status, Status::Held | Status::New | Status::PartiallyFilled)
    }

    pub fn remaining(&self) -> Decimal {
        self.qty - self.filled
    }

    pub fn average(&self) -> Option<Decimal> {
        (!self.filled.is_zero()).then(|| (self.cost / self.filled).round_dp(AVERAGE_PLACES).normalize())
    }

    pub fn is_market(&self) -> bool {
        match self.asked.kind {
            Kind::Market => true,
            Kind::Stop | Kind::TakeProfit | Kind::TrailingStop => self.is_triggered,
            Kind::Limit | Kind::StopLimit | Kind::TakeProfitLimit => false,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Trade {
    pub id: u64,
    pub order: OrderId,
    pub symbol: String,
    pub side: Side,
    pub qty: Decimal,
    pub price: Decimal,
    pub fee: Decimal,
    pub fee_asset: String,
    pub is_maker: bool,
    pub is_busted: bool,
    pub at_us: i64,
}

/// What happened to an order, with the order as it was right then.
#[derive(Debug, Clone)]
pub enum Event {
    Order {
        what: What,
        order: Box<Order>,
        at_us: i64,
    },
    /// A deposit (or, below zero, a withdrawal).
    Balance {
        asset: String,
        amount: Decimal,
        at_us: i64,
    },
}

#[derive(Debug, Clone)]
pub enum What {
    New,
    Trade(Trade),
    Canceled,
    Expired,
    /// Replaced by another order, which tells of itself.
    Replaced,
    /// Changed in place.
    Amended,
    Bust(Trade),
}

/// Why a venue says no. Each protocol has its own words for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    UnknownSymbol,
    NoQty,
    BadQtyStep,
    BelowMinimum,
    BelowNotional,
    BadPriceTick,
    TooLarge,
    MissingPrice,
    InsufficientFunds { asset: String, needed: Decimal, free: Decimal },
    DuplicateClientId(OrderId),
    BadClientId,
    WouldCross,
    UnknownOrder,
    NotOpen(OrderId),
}
