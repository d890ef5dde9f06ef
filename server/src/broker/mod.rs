//! Our connectors to venues that trade with real money. Each is a folder of the same shape: `client` (transport and calls),
//! `sign`, `wire` (its payloads), `convert` (payload ↔ domain), `stream`. Symbols, sides and statuses are ours at this edge.
//!
//! Must never retry or redirect an order, never call an order refused unless the venue said so in words that are listed,
//! never round a number, and never show a key.

pub mod alpaca;
pub mod binance;
mod budget;
pub mod coinbase;
pub mod departure;
mod error;
mod form;
pub mod http;
pub mod kraken;
mod line;
mod listening;
#[cfg(test)]
pub(crate) mod recorder;
mod report;

use std::future::Future;

use speedtrade::{
    instrument::{AssetType, Symbol},
    order::{Amount, Exits, OrderClass, OrderKind, Side, TimeInForce},
    time::Timestamp,
};
use tokio::sync::mpsc;

use error::FORBIDDEN;
pub use error::{CancelError, SubmitError, Unsupported, VenueError};
use report::nearest_kind;
pub use report::{Executed, ExecutionReport, Fee, Holding, Identity, InstrumentRules, OrderReport, StreamEnd, VenueEvent, VenueStatus};

/// An order as a venue is asked for it. Held exits are no part of it unless the venue holds the group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueOrder {
    /// Ours, minted once per intent: 33 characters of `[0-9A-Za-z-]`.
    pub client_id: String,
    pub symbol: Symbol,
    pub asset_type: AssetType,
    pub side: Side,
    pub kind: OrderKind,
    pub amount: Amount,
    pub time_in_force: TimeInForce,
    pub extended_hours: bool,
    /// `Simple` unless the venue holds the group.
    pub class: OrderClass,
    pub exits: Exits,
}

/// What will be sent, byte for byte but for signature, timestamp and nonce. Kept in the books before anything leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    pub path: String,
    /// JSON, or parameters in the venue's order and encoding, without timestamp, nonce and signature.
    pub body: String,
}

/// How an order is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderName {
    pub client_id: String,
    pub venue_id: Option<String>,
    pub symbol: Symbol,
    /// When it was sent: venues that can't look up a client id are asked for what happened since.
    pub sent_at: Timestamp,
}

/// Where the executions of a venue's orders are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillSource {
    /// Each execution has a name of its own, over REST and the stream alike.
    Executions,
    /// Reports say what was filled so far; executions are the differences.
    Cumulative,
}

/// One account at one venue, with its key. Every call has an end of its own; none waits for ever.
pub trait Connector: Send + Sync + 'static {
    const FILLS: FillSource;
    /// `orders_since` and `executions_since` know of the symbols alone that they are asked for.
    const IS_ASKED_BY_SYMBOL: bool = false;
    /// The venue tells its time in steps of so much, cut off.
    const CLOCK_STEP_US: i64 = 1;

    fn freeze(&self, order: &VenueOrder) -> Result<Frozen, Unsupported>;

    /// Sends it once. `at` is the time that was written down for the attempt; signatures and receive windows count from it.
    fn submit(&self, frozen: &Frozen, at: Timestamp) -> impl Future<Output = Result<OrderReport, SubmitError>> + Send;

    fn cancel(&self, order: &OrderName) -> impl Future<Output = Result<(), CancelError>> + Send;

    /// One call that changes an order; the answer is the order that stands afterwards, under its new names. `new` carries the
    /// whole terms and a client id of its own.
    fn replace(&self, old: &OrderName, new: &VenueOrder, at: Timestamp) -> impl Future<Output = Result<OrderReport, SubmitError>> + Send;

    /// `Ok(None)`: the venue answered that it knows no such order. A failed question is never that.
    fn find_order(&self, name: &OrderName) -> impl Future<Output = Result<Option<OrderReport>, VenueError>> + Send;

    fn open_orders(&self) -> impl Future<Output = Result<Vec<OrderReport>, VenueError>> + Send;

    /// Open and ended orders that were placed at or after `since`, paged to the end. Some venues ask symbol by symbol.
    fn orders_since(&self, since: Timestamp, symbols: &[Symbol]) -> impl Future<Output = Result<Vec<OrderReport>, VenueError>> + Send;

    /// All executions of one order.
    fn executions_of(&self, order: &OrderName) -> impl Future<Output = Result<Vec<ExecutionReport>, VenueError>> + Send;

    /// Executions since then, paged to the end, oldest first.
    fn executions_since(
        &self,
        since: Timestamp,
        symbols: &[Symbol],
    ) -> impl Future<Output = Result<Vec<ExecutionReport>, VenueError>> + Send;

    /// Cash and assets, nothing of zero.
    fn holdings(&self) -> impl Future<Output = Result<Vec<Holding>, VenueError>> + Send;

    /// Ticks, steps and minimums of what trades against the venue's dollar.
    fn rules(&self) -> impl Future<Output = Result<Vec<InstrumentRules>, VenueError>> + Send;

    /// Whose key it is and what it may do.
    fn identity(&self) -> impl Future<Output = Result<Identity, VenueError>> + Send;

    /// What is left of the rate limit, and the whole.
    fn budget(&self) -> (u32, u32);

    fn server_time(&self) -> impl Future<Output = Result<Timestamp, VenueError>> + Send;

    /// The account's private stream: connects once, says `VenueEvent::Listening` when the venue confirmed, then tells what it
    /// hears until the connection ends. Watches for silence itself. Dropping the future hangs up.
    fn listen(&self, events: &mpsc::Sender<VenueEvent>) -> impl Future<Output = StreamEnd> + Send;
}
