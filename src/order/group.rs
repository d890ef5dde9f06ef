//! Orders that belong together: an entry and its exits, or two of which one cancels the other.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{OrderKind, UnknownWord};
use crate::{ids::OrderId, money::Price};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum OrderClass {
    #[default]
    Simple,
    /// An entry that, once filled, is guarded by a take-profit and a stop-loss.
    Bracket,
    /// A limit and a stop on the same units: one cancels the other.
    Oco,
    /// An entry with one exit.
    Oto,
}

impl OrderClass {
    pub const ALL: [OrderClass; 4] = [Self::Simple, Self::Bracket, Self::Oco, Self::Oto];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Bracket => "bracket",
            Self::Oco => "oco",
            Self::Oto => "oto",
        }
    }
}

impl FromStr for OrderClass {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|c| c.as_str() == text);
        known.ok_or(UnknownWord { allowed: "simple, bracket, oco, oto" })
    }
}

/// What an order is in its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Entry,
    TakeProfit,
    StopLoss,
}

impl Role {
    pub const ALL: [Role; 3] = [Self::Entry, Self::TakeProfit, Self::StopLoss];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::TakeProfit => "take_profit",
            Self::StopLoss => "stop_loss",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|r| r.as_str() == text);
        known.ok_or(UnknownWord { allowed: "entry, take_profit, stop_loss" })
    }
}

/// `id` is the id of the group's first order. A replacing order stays in the group of the one it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Group {
    pub id: OrderId,
    pub class: OrderClass,
    pub role: Role,
}

/// The exits that a ticket asks for. `Bracket` has both, `Oco` a stop-loss, `Oto` one of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exits {
    pub take_profit: Option<Price>,
    pub stop_loss: Option<StopLoss>,
}

/// Sells at the market once `stop_price` is reached, or at `limit_price` or better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopLoss {
    pub stop_price: Price,
    pub limit_price: Option<Price>,
}

impl Exits {
    /// The exits as orders, the take-profit first.
    pub fn kinds(&self) -> impl Iterator<Item = (Role, OrderKind)> {
        let profit = self.take_profit.map(|limit_price| (Role::TakeProfit, OrderKind::Limit { limit_price }));
        let stop = self.stop_loss.map(|stop| {
            let stop_price = stop.stop_price;
            let at = |limit_price| OrderKind::StopLimit { stop_price, limit_price };
            (Role::StopLoss, stop.limit_price.map_or(OrderKind::Stop { stop_price }, at))
        });
        profit.into_iter().chain(stop)
    }
}
