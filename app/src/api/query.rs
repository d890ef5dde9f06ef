//! What lists and curves can be asked for.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which orders, and which page of them. `limit` 1 to 500; `cursor` as given by the page before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFilter {
    pub status: OrderStatusFilter,
    pub symbol: Option<String>,
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

impl OrderFilter {
    /// Orders of one page of the list.
    pub const PAGE: usize = 50;

    pub fn first_page(status: OrderStatusFilter) -> Self {
        Self { status, limit: Some(Self::PAGE), ..Self::default() }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatusFilter {
    Open,
    Closed,
    #[default]
    All,
}

/// How far back an equity curve reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CurveRange {
    #[default]
    #[serde(rename = "1D")]
    Day,
    #[serde(rename = "1W")]
    Week,
    #[serde(rename = "1M")]
    Month,
    #[serde(rename = "3M")]
    Quarter,
    #[serde(rename = "YTD")]
    YearToDate,
    #[serde(rename = "1Y")]
    Year,
    #[serde(rename = "ALL")]
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownRange;

impl CurveRange {
    pub const ALL: [CurveRange; 7] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::YearToDate, Self::Year, Self::All];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "1D",
            Self::Week => "1W",
            Self::Month => "1M",
            Self::Quarter => "3M",
            Self::YearToDate => "YTD",
            Self::Year => "1Y",
            Self::All => "ALL",
        }
    }
}

impl FromStr for CurveRange {
    type Err = UnknownRange;
    fn from_str(text: &str) -> Result<Self, UnknownRange> {
        Self::ALL.into_iter().find(|r| r.as_str() == text).ok_or(UnknownRange)
    }
}
