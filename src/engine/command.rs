//! What an account can be told, and what it may look at meanwhile.

use uuid::Uuid;

use super::CloseAmount;
use crate::{
    account::CashError,
    fee::FeeSchedule,
    fill::Fill,
    ids::{FillId, OrderId},
    instrument::{Instrument, Symbol},
    ledger::{Transaction, Unbalanced},
    market::{Calendar, Quote, Session},
    money::{OutOfRange, Price, Qty, Usd},
    order::{CancelState, ChangedTerms, ClientOrderId, IllegalTransition, NewOrder, Order, OrderEvent},
    position::{LotChoice, PositionError},
    risk::{Denied, RiskLimits},
    time::Timestamp,
};

/// The world at the moment of the fold, as far as the command's instrument goes.
pub struct Env<'a> {
    pub now: Timestamp,
    /// `None` only for commands without one.
    pub instrument: Option<&'a Instrument>,
    /// `None` when there is no fresh price.
    pub quote: Option<Quote>,
    pub calendar: Calendar,
    pub fees: FeeSchedule,
    /// What the account's venue trades in multiples of, where it is coarser than the desk's own lot and known.
    pub venue_lot: Option<Qty>,
    /// How long the paper venue takes before an order can trade.
    pub latency_us: i64,
    /// Worth of the account and the day's profit, where its limits ask for them.
    pub equity: Option<Usd>,
    pub day_pl: Option<Usd>,
    /// All executions of the symbol so far; needed only when one comes out of order.
    pub history: Option<&'a [(Fill, LotChoice)]>,
    pub new_id: &'a dyn Fn() -> Uuid,
}

impl Env<'_> {
    /// Whether an order trades now.
    pub fn is_open(&self, extended_hours: bool) -> bool {
        match self.calendar.session(self.now) {
            Session::Core => true,
            Session::Pre | Session::Post => extended_hours,
            Session::Closed => false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Place(Box<NewOrder>),
    /// The new terms replace the order by another, or nothing happens.
    Replace(OrderId, Box<ChangedTerms>),
    Cancel(OrderId),
    /// All open orders, or those of one symbol.
    CancelAll(Option<Symbol>),
    /// Sells at the market. All of a position frees it from its open sell orders first.
    Close(Symbol, CloseAmount),
    /// The market reached this order, or its time ended: trade it or expire it if that is so.
    Wake(OrderId),
    /// A venue reports an execution of an order, open or not.
    Execute(Box<Execution>),
    /// A venue takes an execution back.
    Bust(Box<Fill>, Box<Order>),
    SetLimits(Box<RiskLimits>),
    /// Off cancels everything that is open and refuses what is new.
    SetHalted(bool),
    /// Somebody looked at what closed the account.
    OpenGate,
    /// A venue says where an order stands.
    Report(Box<VenueReport>),
    /// It was sent at that time, and nobody knows what became of it.
    Lost(OrderId, Timestamp),
    /// Nobody has known for long what became of it: its owner is told.
    NeedsAttention(OrderId),
    /// It never reached its venue, for this reason.
    NotPlaced(OrderId, &'static str),
    /// What became of the wish to cancel.
    NoteCancel(OrderId, CancelState),
    /// An order that stands at the venue and not in the books.
    Adopt(Box<Order>),
    /// Dollars came into the account at the venue, or left it.
    Transfer(Usd),
}

impl Command {
    /// The venue's name of an execution that it books.
    pub fn execution(&self) -> Option<&str> {
        match self {
            Self::Execute(execution) => Some(&execution.exec_id),
            Self::Place(_)
            | Self::Replace(..)
            | Self::Cancel(_)
            | Self::CancelAll(_)
            | Self::Close(..)
            | Self::Wake(_)
            | Self::Bust(..)
            | Self::SetLimits(_)
            | Self::SetHalted(_)
            | Self::OpenGate
            | Self::Report(_)
            | Self::Lost(..)
            | Self::NeedsAttention(_)
            | Self::NotPlaced(..)
            | Self::NoteCancel(..)
            | Self::Adopt(_)
            | Self::Transfer(_) => None,
        }
    }

    /// The name that the command gives its order.
    pub const fn name(&self) -> Option<&ClientOrderId> {
        match self {
            Self::Place(order) => order.client_order_id.as_ref(),
            Self::Replace(_, changed) => changed.client_order_id.as_ref(),
            Self::Cancel(_)
            | Self::CancelAll(_)
            | Self::Close(..)
            | Self::Wake(_)
            | Self::Execute(_)
            | Self::Bust(..)
            | Self::SetLimits(_)
            | Self::SetHalted(_)
            | Self::OpenGate
            | Self::Report(_)
            | Self::Lost(..)
            | Self::NeedsAttention(_)
            | Self::NotPlaced(..)
            | Self::NoteCancel(..)
            | Self::Adopt(_)
            | Self::Transfer(_) => None,
        }
    }
}

/// As the venue reports it. `order` is the order's newest state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    pub order: Order,
    pub id: FillId,
    pub exec_id: String,
    pub qty: Qty,
    pub price: Price,
    pub fee: Usd,
    /// Units that the venue kept of a buy as its fee.
    pub fee_qty: Qty,
    pub time: Timestamp,
}

/// What a venue says of an order, as far as it is news. `order` is the order's newest state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueReport {
    pub order: Order,
    pub venue_id: Option<String>,
    pub standing: Standing,
    /// Of an order for dollars, once the venue knows it.
    pub qty: Option<Qty>,
    /// What the venue has counted as filled, whether or not it names the executions yet.
    pub counted: Qty,
    /// Where the venue counts what was filled so far instead of naming executions.
    pub filled: Option<FilledSoFar>,
    pub reason: Option<String>,
    pub sent_at: Option<Timestamp>,
}

/// Where an order stands at its venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Taken, and not working yet.
    Pending,
    Open,
    Filled,
    Canceled,
    Expired,
    Rejected,
}

/// Totals of an order's executions. `last` is the newest one, where it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilledSoFar {
    pub qty: Qty,
    pub avg_price: Price,
    pub fees: Usd,
    /// Basis points of the units that the venue keeps of a buy without telling.
    pub kept_bps: i64,
    pub last: Option<(Qty, Price)>,
    pub time: Timestamp,
}

/// What a command did. `is_changed`: the account has to be written, even where no order changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    pub events: Vec<OrderEvent>,
    /// Movements of dollars that belong to no order.
    pub transfers: Vec<Transaction>,
    pub is_changed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the order is not open")]
    NotOpen,
    #[error("the order has filled as much as the change asks for")]
    FilledAlready,
    #[error("nothing of this is held")]
    NoPosition,
    #[error("an execution came out of order, and the earlier ones are needed")]
    NeedsHistory,
    /// A rule of the ledger would break. The account must be thrown away and read again.
    #[error("the ledger refused: {0}")]
    Broken(&'static str),
}

macro_rules! broken {
    ($($error:ty => $word:literal),+ $(,)?) => {$(
        impl From<$error> for EngineError {
            fn from(_: $error) -> Self {
                Self::Broken($word)
            }
        }
    )+};
}

broken! {
    CashError => "cash",
    PositionError => "position",
    OutOfRange => "range",
    IllegalTransition => "transition",
    Unbalanced => "balance",
}
