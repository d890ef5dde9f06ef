//! Lots, rules and the history of an account.

use serde::{Deserialize, Serialize};

use crate::{
    account::{AccountState, Gate},
    ids::{FillId, OrderId},
    instrument::Symbol,
    money::{Price, Qty, Usd},
    order::Side,
    position::Lot,
    risk::RiskLimits,
    time::Timestamp,
};

/// What is left of one buy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotView {
    /// Names the lot in `lots` of a sell order.
    pub id: FillId,
    pub opened_at: Timestamp,
    pub qty: Qty,
    /// What the rest of the lot cost, without fees.
    pub cost: Usd,
    pub unit_cost: Option<Price>,
}

impl From<&Lot> for LotView {
    fn from(lot: &Lot) -> Self {
        Self { id: lot.id, opened_at: lot.opened_at, qty: lot.qty, cost: lot.cost, unit_cost: lot.cost.per_unit(lot.qty) }
    }
}

/// The rules an account trades by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RiskView {
    pub limits: RiskLimits,
    /// Switched off by its owner: nothing new is placed.
    pub is_halted: bool,
    /// `overfill` or `shortfall` when executions closed the account until somebody looked.
    pub gate: Option<String>,
}

impl From<&AccountState> for RiskView {
    fn from(state: &AccountState) -> Self {
        let gate = state.gate.map(Gate::as_str).map(ToOwned::to_owned);
        Self { limits: state.limits.clone(), is_halted: state.is_halted, gate }
    }
}

/// One movement of an account's money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityView {
    pub id: String,
    /// `deposit`, `fill` or `bust`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Dollars that came in (positive) or went out, with fees.
    pub net_amount: Usd,
    pub fee: Usd,
    pub order_id: Option<OrderId>,
    pub symbol: Option<Symbol>,
    pub side: Option<Side>,
    pub qty: Option<Qty>,
    pub price: Option<Price>,
    pub timestamp: Timestamp,
}
