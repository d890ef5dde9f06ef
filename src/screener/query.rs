//! A screen as it was typed, and what it means. Unknown words are refused, not ignored.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    instrument::AssetType,
    money::{Percent, Price, Qty, Usd},
    order::FieldError,
};

/// The query of `/market/under-100` and of the screener page's address. Text, as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ScreenQuery {
    /// `all` (default), `stock` or `crypto`.
    pub asset_type: Option<String>,
    /// Default 100; `any` for no bound.
    pub max_price: Option<String>,
    pub min_price: Option<String>,
    pub sector: Option<String>,
    /// Units traded today.
    pub min_volume: Option<String>,
    pub change_pct_min: Option<String>,
    pub change_pct_max: Option<String>,
    pub exchange: Option<String>,
    /// Today's volume as a percentage of a usual day's.
    pub rel_volume_pct_min: Option<String>,
    /// Where the price is in the day's range: 0 at its low, 100 at its high.
    pub range_pct_min: Option<String>,
    pub range_pct_max: Option<String>,
    /// Standard deviation of a year's returns, in percent.
    pub volatility_pct_min: Option<String>,
    pub volatility_pct_max: Option<String>,
    /// `true`: parts of a unit can be bought; `false`: they can't.
    pub fractionable: Option<String>,
    /// Dollars: at least one whole unit can be bought with them.
    pub cash: Option<String>,
    /// Part of the symbol or the name.
    pub q: Option<String>,
    /// `symbol`, `name`, `price`, `change_pct`, `volume`, `rel_volume_pct`, `range_pct` or `volatility_pct`; a leading `-`
    /// is descending.
    pub sort: Option<String>,
}

impl ScreenQuery {
    /// As `max_price`: no bound.
    pub const ANY_PRICE: &'static str = "any";
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    Symbol,
    Name,
    Price,
    ChangePct,
    Volume,
    RelVolumePct,
    RangePct,
    VolatilityPct,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub key: SortKey,
    pub is_descending: bool,
}

/// A checked screen. Bounds include their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    pub(super) asset_type: Option<AssetType>,
    pub(super) price: Bounds<Price>,
    pub(super) sector: Option<String>,
    pub(super) exchange: Option<String>,
    pub(super) volume_min: Option<Qty>,
    pub(super) change_pct: Bounds<Percent>,
    pub(super) rel_volume_pct: Bounds<Percent>,
    pub(super) range_pct: Bounds<Percent>,
    pub(super) volatility_pct: Bounds<Percent>,
    pub(super) fractionable: Option<bool>,
    /// Lower case.
    pub(super) text: Option<String>,
    pub sort: Sort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds<T> {
    pub(super) min: Option<T>,
    pub(super) max: Option<T>,
}

const TEXT_LENGTH_MAX: usize = 64;
const UNKNOWN_SORT: &str =
    "sort by symbol, name, price, change_pct, volume, rel_volume_pct, range_pct or volatility_pct, with a leading - for descending";

impl FromStr for Sort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (is_descending, word) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let key = match word {
            "symbol" => SortKey::Symbol,
            "name" => SortKey::Name,
            "price" => SortKey::Price,
            "change_pct" => SortKey::ChangePct,
            "volume" => SortKey::Volume,
            "rel_volume_pct" => SortKey::RelVolumePct,
            "range_pct" => SortKey::RangePct,
            "volatility_pct" => SortKey::VolatilityPct,
            _ => return Err(UNKNOWN_SORT),
        };
        Ok(Self { key, is_descending })
    }
}

impl Screen {
    pub fn parse(query: &ScreenQuery) -> Result<Screen, Vec<FieldError>> {
        let mut errors = Vec::new();
        let screen = Screen {
            asset_type: asset_type(&mut errors, query.asset_type.as_deref()),
            price: price(&mut errors, query),
            sector: text(&mut errors, "sector", query.sector.as_deref()),
            exchange: text(&mut errors, "exchange", query.exchange.as_deref()),
            volume_min: optional(&mut errors, "min_volume", query.min_volume.as_deref()),
            change_pct: Bounds {
                min: optional(&mut errors, "change_pct_min", query.change_pct_min.as_deref()),
                max: optional(&mut errors, "change_pct_max", query.change_pct_max.as_deref()),
            },
            rel_volume_pct: Bounds { min: optional(&mut errors, "rel_volume_pct_min", query.rel_volume_pct_min.as_deref()), max: None },
            range_pct: Bounds {
                min: optional(&mut errors, "range_pct_min", query.range_pct_min.as_deref()),
                max: optional(&mut errors, "range_pct_max", query.range_pct_max.as_deref()),
            },
            volatility_pct: Bounds {
                min: optional(&mut errors, "volatility_pct_min", query.volatility_pct_min.as_deref()),
                max: optional(&mut errors, "volatility_pct_max", query.volatility_pct_max.as_deref()),
            },
            fractionable: yes_or_no(&mut errors, "fractionable", query.fractionable.as_deref()),
            text: text(&mut errors, "q", query.q.as_deref()).map(|t| t.to_lowercase()),
            sort: optional(&mut errors, "sort", query.sort.as_deref()).unwrap_or(Sort { key: SortKey::Symbol, is_descending: false }),
        };
        if errors.is_empty() { Ok(screen) } else { Err(errors) }
    }
}

/// Under a hundred dollars unless another bound is given, or none; never more than the cash.
fn price(errors: &mut Vec<FieldError>, query: &ScreenQuery) -> Bounds<Price> {
    let hundred = || Price::new(Decimal::ONE_HUNDRED).expect("a positive literal");
    let max = match given(query.max_price.as_deref()) {
        Some(ScreenQuery::ANY_PRICE) => None,
        typed => Some(optional(errors, "max_price", typed).unwrap_or_else(hundred)),
    };
    let cash: Option<Usd> = optional(errors, "cash", query.cash.as_deref());
    let affordable = match cash.map(|cash| (Price::new(cash.decimal()), cash)) {
        None => max,
        Some((Some(price), _)) => Some(max.map_or(price, |max| max.min(price))),
        Some((None, cash)) if cash.decimal() > Decimal::ZERO => max,
        Some((None, _)) => {
            errors.push(FieldError::new("cash", "must be more than zero"));
            None
        }
    };
    Bounds { min: positive(errors, "min_price", query.min_price.as_deref()), max: affordable }
}

fn yes_or_no(errors: &mut Vec<FieldError>, name: &str, value: Option<&str>) -> Option<bool> {
    match given(value)? {
        "true" => Some(true),
        "false" => Some(false),
        _ => {
            errors.push(FieldError::new(name, "must be true or false"));
            None
        }
    }
}

/// An empty field of a form is an absent filter.
fn given(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|v| !v.is_empty())
}

fn optional<T: FromStr<Err: ToString>>(errors: &mut Vec<FieldError>, name: &str, value: Option<&str>) -> Option<T> {
    given(value)?.parse().map_err(|e: T::Err| errors.push(FieldError::new(name, e))).ok()
}

/// Zero is no lower bound at all.
fn positive(errors: &mut Vec<FieldError>, name: &str, value: Option<&str>) -> Option<Price> {
    let is_zero = given(value)?.parse::<Qty>().is_ok_and(Qty::is_zero);
    if is_zero { None } else { optional(errors, name, value) }
}

fn asset_type(errors: &mut Vec<FieldError>, value: Option<&str>) -> Option<AssetType> {
    match given(value)? {
        "all" => None,
        "stock" => Some(AssetType::Stock),
        "crypto" => Some(AssetType::Crypto),
        _ => {
            errors.push(FieldError::new("asset_type", "must be one of: all, stock, crypto"));
            None
        }
    }
}

fn text(errors: &mut Vec<FieldError>, name: &str, value: Option<&str>) -> Option<String> {
    let value = given(value)?;
    if value.len() > TEXT_LENGTH_MAX {
        errors.push(FieldError::new(name, "use at most 64 characters"));
        return None;
    }
    Some(value.to_owned())
}
