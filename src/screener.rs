//! Screens: filters and order over quotes, the same code in browser and host. Unknown words are refused, not ignored.

use std::{cmp::Ordering, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    instrument::AssetType,
    money::{Percent, Price, Qty},
    order::FieldError,
    wire::QuoteView,
};

/// The query of `/market/under-100` and of the screener page's address. Text, as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ScreenQuery {
    /// `all` (default), `stock` or `crypto`.
    pub asset_type: Option<String>,
    /// Default 100.
    pub max_price: Option<String>,
    pub min_price: Option<String>,
    pub sector: Option<String>,
    /// Units traded today.
    pub min_volume: Option<String>,
    pub change_pct_min: Option<String>,
    pub change_pct_max: Option<String>,
    /// Part of the symbol or the name.
    pub q: Option<String>,
    /// `symbol`, `name`, `price`, `change_pct` or `volume`; a leading `-` is descending.
    pub sort: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    Symbol,
    Name,
    Price,
    ChangePct,
    Volume,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub key: SortKey,
    pub is_descending: bool,
}

/// A checked screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    asset_type: Option<AssetType>,
    price_max: Price,
    price_min: Option<Price>,
    sector: Option<String>,
    volume_min: Option<Qty>,
    change_pct_min: Option<Percent>,
    change_pct_max: Option<Percent>,
    text: Option<String>,
    pub sort: Sort,
}

const TEXT_LENGTH_MAX: usize = 64;

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
            _ => return Err("sort by symbol, name, price, change_pct or volume, with a leading - for descending"),
        };
        Ok(Self { key, is_descending })
    }
}

impl Screen {
    pub fn parse(query: &ScreenQuery) -> Result<Screen, Vec<FieldError>> {
        let mut errors = Vec::new();
        let screen = Screen {
            asset_type: asset_type(&mut errors, query.asset_type.as_deref()),
            price_max: optional(&mut errors, "max_price", query.max_price.as_deref())
                .unwrap_or_else(|| "100".parse().expect("a positive literal")),
            price_min: positive(&mut errors, "min_price", query.min_price.as_deref()),
            sector: text(&mut errors, "sector", query.sector.as_deref()),
            volume_min: optional(&mut errors, "min_volume", query.min_volume.as_deref()),
            change_pct_min: optional(&mut errors, "change_pct_min", query.change_pct_min.as_deref()),
            change_pct_max: optional(&mut errors, "change_pct_max", query.change_pct_max.as_deref()),
            text: text(&mut errors, "q", query.q.as_deref()).map(|t| t.to_lowercase()),
            sort: optional(&mut errors, "sort", query.sort.as_deref()).unwrap_or(Sort { key: SortKey::Symbol, is_descending: false }),
        };
        if errors.is_empty() { Ok(screen) } else { Err(errors) }
    }

    pub fn matches(&self, quote: &QuoteView) -> bool {
        let contains = |text: &str| quote.symbol.as_str().to_lowercase().contains(text) || quote.name.to_lowercase().contains(text);
        self.asset_type.is_none_or(|t| t == quote.asset_type)
            && quote.price <= self.price_max
            && self.price_min.is_none_or(|min| quote.price >= min)
            && self.sector.as_ref().is_none_or(|s| s.eq_ignore_ascii_case(&quote.sector))
            && self.volume_min.is_none_or(|min| quote.volume >= min)
            && self.change_pct_min.is_none_or(|min| quote.change_pct >= min)
            && self.change_pct_max.is_none_or(|max| quote.change_pct <= max)
            && self.text.as_deref().is_none_or(contains)
    }

    /// The order of two rows; equal keys fall back to the symbol, so that the order never flickers.
    pub fn compare(&self, a: &QuoteView, b: &QuoteView) -> Ordering {
        let by_key = match self.sort.key {
            SortKey::Symbol => Ordering::Equal,
            SortKey::Name => a.name.cmp(&b.name),
            SortKey::Price => a.price.cmp(&b.price),
            SortKey::ChangePct => a.change_pct.cmp(&b.change_pct),
            SortKey::Volume => a.volume.cmp(&b.volume),
        };
        let directed = if self.sort.is_descending { by_key.reverse() } else { by_key };
        let by_symbol = a.symbol.cmp(&b.symbol);
        let is_symbol_down = self.sort.key == SortKey::Symbol && self.sort.is_descending;
        directed.then(if is_symbol_down { by_symbol.reverse() } else { by_symbol })
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
