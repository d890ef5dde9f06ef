//! What can be wrong with one field of a ticket: a stable code and words that say what to do.

use super::{FieldError, UnknownWord};
use crate::money::{DecimalError, Price, Qty, Usd};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Mistake {
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
    #[error("an order in dollars can't be changed; cancel it and place another")]
    InDollars,
    #[error("give either a quantity or a percentage, not both")]
    QtyAndPercentage,
    #[error("must be more than 0 and at most 100 percent")]
    Percentage,
}

/// Every code of a field of a ticket and when it comes. What the OpenAPI document lists.
pub const TICKET_CODES: [(&str, &str); 34] = [
    ("number_missing", "A number is needed."),
    ("number_malformed", "Not a decimal number."),
    ("number_too_precise", "More decimals than are kept."),
    ("number_not_positive", "Must be more than zero."),
    ("number_too_large", "Beyond what the desk can book."),
    ("unknown_word", "Not one of the allowed words."),
    ("client_order_id_malformed", "Not 1 to 128 printable characters."),
    ("price_off_tick", "Not a multiple of the price step."),
    ("qty_off_lot", "Not a multiple of the quantity step."),
    ("notional_too_small", "Fewer dollars than the instrument allows."),
    ("qty_and_notional", "A quantity and dollars at once."),
    ("notional_needs_market", "Dollars in an order that is not a market order."),
    ("price_not_used", "A price that this kind of order does not have."),
    ("trail_price_and_percent", "A trail in dollars and in percent at once."),
    ("trail_percent_out_of_range", "A trail of 0, or of 100 percent or more."),
    ("time_in_force_not_for_type", "An immediate or auction order with a trigger."),
    ("no_auction", "An auction order for what trades around the clock."),
    ("extended_hours_not_allowed", "Extended hours for anything but day and gtc limit orders of stocks."),
    ("exit_missing", "An order class without the exits it needs."),
    ("exit_not_used", "An exit that the order class does not have."),
    ("exits_need_buy", "Exits for an entry that is not a buy of a quantity."),
    ("oco_needs_limit", "An oco that is not a limit order."),
    ("exits_need_day_or_gtc", "Exits of an order that does not last."),
    ("take_profit_below_stop_loss", "Exits on the wrong sides of each other."),
    ("take_profit_below_entry", "A take-profit that is no profit."),
    ("stop_loss_above_entry", "A stop-loss above the entry."),
    ("lots_not_used", "Lots without the method chosen, or with a buy."),
    ("lots_malformed", "Not 1 to 100 ids of lots."),
    ("qty_filled_already", "No more than is filled already."),
    ("term_not_changeable", "A change of a term that the order does not have."),
    ("nothing_changes", "A change without a changed term."),
    ("notional_not_changeable", "A change of an order in dollars."),
    ("qty_and_percentage", "A quantity and a percentage of what is to be closed."),
    ("percentage_out_of_range", "A percentage of 0, or above 100."),
];

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
            Self::InDollars => "notional_not_changeable",
            Self::QtyAndPercentage => "qty_and_percentage",
            Self::Percentage => "percentage_out_of_range",
        }
    }

    pub(crate) fn at(&self, field: &str) -> FieldError {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_mistake_is_in_the_table_once_and_says_something_of_its_own() {
        let (tick, lot) = ("1".parse().expect("valid"), "1".parse().expect("valid"));
        let min = "1".parse().expect("valid");
        let numbers = [
            DecimalError::Empty,
            DecimalError::NotANumber,
            DecimalError::TooPrecise { max: 8 },
            DecimalError::NotPositive,
            DecimalError::TooLarge,
        ];
        let rest = [
            Mistake::Word(UnknownWord { allowed: "a, b" }),
            Mistake::ClientOrderId,
            Mistake::OffTick { tick },
            Mistake::OffLot { lot },
            Mistake::NotionalTooSmall { min },
            Mistake::TwoAmounts,
            Mistake::NotionalKind,
            Mistake::PriceNotUsed { kind: "market".to_owned() },
            Mistake::TwoTrails,
            Mistake::TrailPercent,
            Mistake::TimeInForceKind,
            Mistake::NoAuction,
            Mistake::ExtendedHours,
            Mistake::ExitsMissing { class: "oco", needs: "a stop-loss" },
            Mistake::ExitNotUsed { class: "simple" },
            Mistake::ExitsOfSell,
            Mistake::OcoKind,
            Mistake::ExitsTimeInForce,
            Mistake::ExitsCrossed,
            Mistake::TakeProfitBelowEntry,
            Mistake::StopLossAboveEntry,
            Mistake::LotsNotUsed,
            Mistake::Lots,
            Mistake::AlreadyFilled { filled: lot },
            Mistake::NoSuchTerm,
            Mistake::NothingChanges,
            Mistake::InDollars,
            Mistake::QtyAndPercentage,
            Mistake::Percentage,
        ];
        let all: Vec<Mistake> = numbers.map(Mistake::Number).into_iter().chain(rest).collect();
        let codes: Vec<_> = all.iter().map(Mistake::code).collect();
        assert_eq!(codes, TICKET_CODES.map(|(code, _)| code));
        let words: BTreeSet<_> = all.iter().map(ToString::to_string).collect();
        assert_eq!(words.len(), TICKET_CODES.len());
    }
}
