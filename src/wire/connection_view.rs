//! A trader's accounts, paper and at venues, and how the latter are.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    account::{AccountState, Gate},
    ids::AccountId,
    time::Timestamp,
    venue::{Environment, Venue},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountView {
    pub id: AccountId,
    /// `paper`, `alpaca`, `binance`, `coinbase` or `kraken`.
    pub account_type: String,
    /// No real money moves: the desk's own paper account, or a practice account at a venue.
    pub is_paper: bool,
    pub label: String,
    pub created_at: Timestamp,
    /// Absent for the desk's own paper account.
    pub connection: Option<ConnectionView>,
    /// Why nothing new is placed. Only the list of accounts tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<ClosedBy>,
}

/// Why an account takes no new orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    /// Its owner.
    Halted,
    /// More was executed than was ordered, and nobody has looked.
    Overfill,
    /// An execution cost or sold more than the account had, and nobody has looked.
    Shortfall,
}

impl ClosedBy {
    /// What nobody has looked at comes before what the owner wanted.
    pub fn of(state: &AccountState) -> Option<Self> {
        match state.gate {
            Some(Gate::Overfill) => Some(Self::Overfill),
            Some(Gate::Shortfall) => Some(Self::Shortfall),
            None => state.is_halted.then_some(Self::Halted),
        }
    }

    /// For the account's owner.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Halted => "You stopped trading: no order is taken.",
            Self::Overfill => "More was executed than was ordered, so no order is taken. Look at the orders and at the venue.",
            Self::Shortfall => "More was executed than the account had, so no order is taken. Look at its money and at the venue.",
        }
    }
}

/// An account at a venue. Its key is never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionView {
    pub venue: Venue,
    pub environment: Environment,
    /// The venue's name of the account.
    pub venue_account: String,
    /// The last characters of the key's id.
    pub key_hint: String,
    pub told: VenueTold,
    /// When the venue told it.
    pub verified_at: Timestamp,
    /// Absent while the desk does not trade the account.
    pub health: Option<ConnectionHealth>,
}

/// What the venue told of the key and its account when it was asked last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VenueTold {
    pub may_trade: bool,
    /// Absent when the venue does not say.
    pub may_withdraw: Option<bool>,
    /// Words for the trader.
    pub notes: Vec<String>,
    pub holdings: Vec<HoldingView>,
}

/// What an account at a venue has of one asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingView {
    #[cfg_attr(feature = "openapi", schema(example = "BTC"))]
    pub asset: String,
    /// With what open orders hold. Negative for a short position.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "0.25"))]
    pub total: Decimal,
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "0"))]
    pub locked: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// Not heard yet.
    Connecting,
    /// Heard; our books are being compared with the venue's, and nothing new is placed.
    Reconciling,
    Ready,
    /// Not reachable.
    Down,
    /// The venue says no: the key has to be replaced.
    Refused,
}

impl ConnectionState {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Connecting => "Connecting",
            Self::Reconciling => "Comparing the books",
            Self::Ready => "Ready",
            Self::Down => "Down",
            Self::Refused => "Key refused",
        }
    }
}

/// How the desk's connection to an account is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionHealth {
    pub state: ConnectionState,
    /// Why it is not ready.
    pub reason: Option<String>,
    pub last_heartbeat_at: Option<Timestamp>,
    pub budget: Option<RequestBudget>,
    /// Positive: the venue's clock is ahead of ours.
    pub clock_skew_ms: Option<i64>,
    /// Differences between our books and the venue's that nobody has explained.
    pub open_discrepancies: u32,
    /// Those differences, with both numbers.
    pub discrepancies: Vec<DiscrepancyView>,
}

/// An asset of which the venue has another amount than our books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiscrepancyView {
    /// `USD`, `AAPL`, `BTC/USD`, or the venue's word for what the desk does not list.
    pub asset: String,
    pub ours: String,
    pub theirs: String,
    pub found_at: Timestamp,
}

/// Requests that a venue's limit leaves now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestBudget {
    pub left: u32,
    pub max: u32,
}
