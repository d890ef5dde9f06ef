//! What the owner of an account allows it to do. Everything is off until it is set, but for the price collar.

use serde::{Deserialize, Serialize};

use crate::{
    instrument::Symbol,
    money::{Percent, Usd},
    time::{MINUTE_US, Timestamp},
};

/// Limits on what adds risk. Selling what is held is never limited by them, but for the pace and the collar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RiskLimits {
    /// Most dollars of one buy.
    pub order_max: Option<Usd>,
    /// Most of the account's equity that one buy may cost, in percent.
    pub equity_share_max: Option<Percent>,
    /// Most orders in a minute.
    pub orders_a_minute: Option<u32>,
    /// Once the day's loss reaches this many dollars, nothing more is bought that day.
    pub daily_loss_max: Option<Usd>,
    /// Symbols that may be bought; all when absent.
    pub symbols: Option<Vec<Symbol>>,
    /// A buy may not bid further above the market, a sell not ask further below it. 10 % unless set.
    pub collar: Percent,
}

impl Default for RiskLimits {
    fn default() -> Self {
        Self {
            order_max: None,
            equity_share_max: None,
            orders_a_minute: None,
            daily_loss_max: None,
            symbols: None,
            collar: Percent::from_whole(10),
        }
    }
}

/// Symbols that a list of allowed ones may name.
pub const SYMBOLS_MAX: usize = 500;

/// A limit that makes no sense, by its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LimitMistake {
    #[error("must be more than zero")]
    NotPositive,
    #[error("must be more than 0 and at most {max}")]
    OutOfRange { max: u32 },
    #[error("name at most 500 symbols")]
    TooManySymbols,
}

/// Codes of limits that make no sense and when they come, for the OpenAPI document.
pub const LIMIT_CODES: [(&str, &str); 3] = [
    ("limit_not_positive", "Dollars of 0 or less."),
    ("limit_out_of_range", "A share, a pace or a collar of 0, or above its largest."),
    ("limit_symbols", "More than 500 symbols."),
];

impl LimitMistake {
    pub const fn code(self) -> &'static str {
        let row = match self {
            Self::NotPositive => 0,
            Self::OutOfRange { .. } => 1,
            Self::TooManySymbols => 2,
        };
        LIMIT_CODES[row].0
    }
}

impl RiskLimits {
    /// The mistakes, by field.
    pub fn check(&self) -> Vec<(&'static str, LimitMistake)> {
        let mut mistakes = Vec::new();
        let is_positive = |amount: Option<Usd>| amount.is_none_or(|amount| amount > Usd::ZERO);
        if !is_positive(self.order_max) {
            mistakes.push(("order_max", LimitMistake::NotPositive));
        }
        if !is_positive(self.daily_loss_max) {
            mistakes.push(("daily_loss_max", LimitMistake::NotPositive));
        }
        let is_share = |share: Percent, max: u32| share > Percent::ZERO && share <= Percent::from_whole(max);
        if self.equity_share_max.is_some_and(|share| !is_share(share, 100)) {
            mistakes.push(("equity_share_max", LimitMistake::OutOfRange { max: 100 }));
        }
        if !is_share(self.collar, 100) {
            mistakes.push(("collar", LimitMistake::OutOfRange { max: 100 }));
        }
        if self.orders_a_minute.is_some_and(|n| n == 0 || n > 100_000) {
            mistakes.push(("orders_a_minute", LimitMistake::OutOfRange { max: 100_000 }));
        }
        if self.symbols.as_ref().is_some_and(|symbols| symbols.len() > SYMBOLS_MAX) {
            mistakes.push(("symbols", LimitMistake::TooManySymbols));
        }
        mistakes
    }
}

/// Orders of the running minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    pub minute: Timestamp,
    pub orders: u32,
}

impl Pace {
    pub const STILL: Pace = Pace { minute: Timestamp::EPOCH, orders: 0 };

    pub fn orders_at(&self, now: Timestamp) -> u32 {
        if self.minute == now.floor_to(MINUTE_US) { self.orders } else { 0 }
    }

    pub fn count(&mut self, now: Timestamp) {
        *self = Pace { minute: now.floor_to(MINUTE_US), orders: self.orders_at(now).saturating_add(1) };
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn usd(text: &str) -> Usd {
        text.parse().expect("valid")
    }

    fn symbol() -> Symbol {
        "X".parse().expect("valid")
    }

    #[rstest]
    #[case(RiskLimits::default(), &[])]
    #[case(RiskLimits { order_max: Some(Usd::ZERO), daily_loss_max: Some(usd("-1")), ..RiskLimits::default() }, &["order_max", "daily_loss_max"])]
    #[case(RiskLimits { equity_share_max: Some(Percent::ZERO), collar: Percent::ZERO, ..RiskLimits::default() }, &["equity_share_max", "collar"])]
    #[case(RiskLimits { equity_share_max: Some(Percent::from_whole(101)), collar: Percent::from_whole(101), ..RiskLimits::default() }, &["equity_share_max", "collar"])]
    #[case(RiskLimits { equity_share_max: Some(Percent::from_whole(100)), collar: Percent::from_whole(100), ..RiskLimits::default() }, &[])]
    #[case(RiskLimits { orders_a_minute: Some(0), ..RiskLimits::default() }, &["orders_a_minute"])]
    #[case(RiskLimits { orders_a_minute: Some(100_001), ..RiskLimits::default() }, &["orders_a_minute"])]
    #[case(RiskLimits { orders_a_minute: Some(100_000), order_max: Some(usd("1")), daily_loss_max: Some(usd("1")), ..RiskLimits::default() }, &[])]
    #[case(RiskLimits { symbols: Some(vec![symbol(); 501]), ..RiskLimits::default() }, &["symbols"])]
    #[case(RiskLimits { symbols: Some(vec![symbol(); 500]), ..RiskLimits::default() }, &[])]
    fn a_limit_that_makes_no_sense_is_named(#[case] limits: RiskLimits, #[case] fields: &[&str]) {
        assert_eq!(limits.check().iter().map(|(field, _)| *field).collect::<Vec<_>>(), fields);
    }
}
