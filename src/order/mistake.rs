//! What can be wrong with one field of a ticket: a stable code and words that say what to do.

use super::{FieldError, UnknownWord};
use crate::money::{DecimalError, Price, Qty, Usd};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Mistake {
    #[error(transparent)]
    Number(#[from] DecimalError),
    #[error(transparent)]
    Word(#[from] UnknownWord),
    #[error("use 1 to 128 printable characters")]
    ClientOrderId,
    #[error("must be a multiple of {tick}")]
    OffTick { tick: Price },
    #[error("must be a multiple of {lot}")]
    OffLot { lot: Qty },
    #[error("must be at least ${min}")]
    NotionalTooSmall { min: Usd },
    #[error("enter either a quantity or dollars, not both")]
    TwoAmounts,
    #[error("dollar amounts are for market orders; enter a quantity")]
    NotionalKind,
    #[error("a {kind} order has no such price")]
    PriceNotUsed { kind: String },
    #[error("enter either dollars or percent to trail by, not both")]
    TwoTrails,
    #[error("must be more than 0 and less than 100 percent")]
    TrailPercent,
    #[error("ioc, fok, opg and cls are for market and limit orders; use day or gtc")]
    TimeInForceKind,
    #[error("crypto trades around the clock and has no auctions; use day, gtc, ioc or fok")]
    NoAuction,
    #[error("only day and gtc limit orders of stocks trade in extended hours")]
    ExtendedHours,
    #[error("a {class} order needs {needs}")]
    ExitsMissing { class: &'static str, needs: &'static str },
    #[error("a {class} order has no such exit")]
    ExitNotUsed { class: &'static str },
    #[error("exits sell what the entry bought, so the entry must be a buy of a quantity")]
    ExitsOfSell,
    #[error("an oco order is a limit order")]
    OcoKind,
    #[error("exits last until canceled: use day or gtc")]
    ExitsTimeInForce,
    #[error("the take-profit must be above the stop-loss")]
    ExitsCrossed,
    #[error("the take-profit must be above the entry's price")]
    TakeProfitBelowEntry,
    #[error("the stop-loss must be below the entry's price")]
    StopLossAboveEntry,
    #[error("chosen lots need lot_method chosen and a sell")]
    LotsNotUsed,
    #[error("name 1 to 100 lots by their ids")]
    Lots,
    #[error("that much of the order is filled already; the quantity must be more than {filled}")]
    AlreadyFilled { filled: Qty },
    #[error("this order has no such term to change")]
    NoSuchTerm,
    #[error("name at least one term that changes")]
    NothingChanges,
}

impl Mistake {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Number(error) => match error {
                DecimalError::Empty => "number_missing",
                DecimalError::NotANumber => "number_malformed",
                DecimalError::TooPrecise { .. } => "number_too_precise",
                DecimalError::NotPositive => "number_not_positive",
                DecimalError::TooLarge => "number_too_large",
            },
            Self::Word(_) => "unknown_word",
            Self::ClientOrderId => "client_order_id_malformed",
            Self::OffTick { .. } => "price_off_tick",
            Self::OffLot { .. } => "qty_off_lot",
            Self::NotionalTooSmall { .. } => "notional_too_small",
            Self::TwoAmounts => "qty_and_notional",
            Self::NotionalKind => "notional_needs_market",
            Self::PriceNotUsed { .. } => "price_not_used",
            Self::TwoTrails => "trail_price_and_percent",
            Self::TrailPercent => "trail_percent_out_of_range",
            Self::TimeInForceKind => "time_in_force_not_for_type",
            Self::NoAuction => "no_auction",
            Self::ExtendedHours => "extended_hours_not_allowed",
            Self::ExitsMissing { .. } => "exit_missing",
            Self::ExitNotUsed { .. } => "exit_not_used",
            Self::ExitsOfSell => "exits_need_buy",
            Self::OcoKind => "oco_needs_limit",
            Self::ExitsTimeInForce => "exits_need_day_or_gtc",
            Self::ExitsCrossed => "take_profit_below_stop_loss",
            Self::TakeProfitBelowEntry => "take_profit_below_entry",
            Self::StopLossAboveEntry => "stop_loss_above_entry",
            Self::LotsNotUsed => "lots_not_used",
            Self::Lots => "lots_malformed",
            Self::AlreadyFilled { .. } => "qty_filled_already",
            Self::NoSuchTerm => "term_not_changeable",
            Self::NothingChanges => "nothing_changes",
        }
    }

    pub(super) fn at(&self, field: &str) -> FieldError {
        FieldError::coded(field, self.code(), self.to_string())
    }
}

/// Collects mistakes while a ticket is read.
#[derive(Debug, Default)]
pub(super) struct Mistakes(pub(super) Vec<FieldError>);

impl Mistakes {
    pub(super) fn add(&mut self, field: &str, mistake: impl Into<Mistake>) {
        self.0.push(mistake.into().at(field));
    }

    /// The value, or `None` and the mistake noted.
    pub(super) fn keep<T, E: Into<Mistake>>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|e| self.add(field, e)).ok()
    }
}
