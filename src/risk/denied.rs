//! Refused by us, before any venue saw it. The words tell the trader what to do; each has a code of its own.

use crate::{
    money::{OutOfRange, Percent, Price, Qty, Usd},
    venue::Venue,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("This costs about ${needed}, and ${available} of buying power is free. Lower the quantity or free cash.")]
    InsufficientBuyingPower { needed: Usd, available: Usd },
    #[error("You can sell at most {available}: more is not held or already promised to open orders.")]
    InsufficientPosition { available: Qty },
    #[error("There is no current price for this symbol. Try again in a moment.")]
    QuoteUnavailable,
    #[error("The market is closed, and this order can't wait. Use day or gtc, or come back when it is open.")]
    MarketClosed,
    #[error("The amount is too small to buy the smallest quantity.")]
    TooSmall,
    #[error("The order is larger than the desk can book.")]
    TooLarge,
    #[error("You have {max} open orders already. Cancel some first.")]
    TooManyOpenOrders { max: usize },
    #[error("Trading is switched off for this account. Switch it on again to place orders.")]
    Halted,
    #[error("This account takes no orders until its last executions have been looked at.")]
    Gated,
    #[error("This symbol is not on the list of symbols that this account may buy.")]
    SymbolNotAllowed,
    #[error("This costs about ${needed}; the account's limit for one order is ${max}.")]
    OverOrderLimit { needed: Usd, max: Usd },
    #[error("This costs about ${needed}; the account's limit for one order is {max}% of its equity.")]
    OverEquityShare { needed: Usd, max: Percent },
    #[error("The account's limit is {max} orders a minute. Wait a moment.")]
    OverPace { max: u32 },
    #[error("Today's loss has reached the account's limit of ${max}: nothing more is bought today.")]
    OverDailyLoss { max: Usd },
    #[error("The price is more than {collar}% beyond the market's {market}. Check it for a typing mistake.")]
    OutsideCollar { market: Price, collar: Percent },
    #[error("You have an open order on the other side at {price}, and this would trade with it. Cancel that one first.")]
    CrossesOwnOrder { price: Price },
    #[error("One of the chosen lots is not yours or is closed.")]
    UnknownLot,
    #[error("The quantity of an exit follows its entry and its other exit. Change the price, or cancel it and place a new one.")]
    ExitQty,
    #[error("{venue} does not trade this. Choose another account.")]
    NotAtVenue { venue: Venue },
    #[error("{venue} does not take this time in force here. Use {allowed}.")]
    TimeAtVenue { venue: Venue, allowed: &'static str },
    #[error("{venue} trades this in multiples of {lot}. Change the quantity.")]
    LotAtVenue { venue: Venue, lot: Qty },
    #[error("Open sell orders hold it. Cancel them, then close the position.")]
    SellsOpen,
    #[error("This order was placed elsewhere: it can be canceled here, not changed.")]
    External,
    #[error("The order is on its way. Wait until the venue has answered, then change it.")]
    OnItsWay,
}

/// Every code with the status of its answer and when it comes. What the OpenAPI document lists.
pub const CODES: [(&str, u16, &str); 24] = [
    ("insufficient_buying_power", 422, "The order needs more dollars than are free."),
    ("insufficient_position", 422, "The order sells more than is held and free."),
    ("quote_unavailable", 503, "No fresh price for the symbol."),
    ("market_closed", 422, "An immediate order outside the trading hours."),
    ("order_too_small", 422, "The dollars buy less than the smallest quantity."),
    ("order_too_large", 422, "A number beyond what the ledger holds."),
    ("too_many_open_orders", 422, "The account has 1,000 open orders."),
    ("trading_halted", 422, "The account's kill switch is on."),
    ("account_gated", 422, "An execution exceeded its order or the account; somebody has to look."),
    ("symbol_not_allowed", 422, "The account's limits do not allow the symbol."),
    ("over_order_limit", 422, "Above the account's limit for one order."),
    ("over_equity_share", 422, "Above the account's limit as a share of its equity."),
    ("over_pace", 429, "Above the account's limit of orders a minute."),
    ("over_daily_loss", 422, "The account's limit of a day's loss is reached."),
    ("outside_collar", 422, "A price too far beyond the market."),
    ("crosses_own_order", 422, "Would trade with an open order of the same account."),
    ("unknown_lot", 422, "A chosen lot is not open."),
    ("exit_qty", 422, "The quantity of an exit can't be changed."),
    ("not_at_venue", 422, "The account's venue does not trade the symbol."),
    ("time_at_venue", 422, "The account's venue does not take this time in force."),
    ("sells_open", 422, "Open sell orders at the venue hold the position."),
    ("external_order", 422, "The order was placed elsewhere and can only be canceled."),
    ("order_on_its_way", 409, "The venue has not answered yet."),
    ("lot_at_venue", 422, "Not a multiple of what the account's venue trades."),
];

impl Denied {
    const fn row(&self) -> usize {
        match self {
            Self::InsufficientBuyingPower { .. } => 0,
            Self::InsufficientPosition { .. } => 1,
            Self::QuoteUnavailable => 2,
            Self::MarketClosed => 3,
            Self::TooSmall => 4,
            Self::TooLarge => 5,
            Self::TooManyOpenOrders { .. } => 6,
            Self::Halted => 7,
            Self::Gated => 8,
            Self::SymbolNotAllowed => 9,
            Self::OverOrderLimit { .. } => 10,
            Self::OverEquityShare { .. } => 11,
            Self::OverPace { .. } => 12,
            Self::OverDailyLoss { .. } => 13,
            Self::OutsideCollar { .. } => 14,
            Self::CrossesOwnOrder { .. } => 15,
            Self::UnknownLot => 16,
            Self::ExitQty => 17,
            Self::NotAtVenue { .. } => 18,
            Self::TimeAtVenue { .. } => 19,
            Self::SellsOpen => 20,
            Self::External => 21,
            Self::OnItsWay => 22,
            Self::LotAtVenue { .. } => 23,
        }
    }

    /// The stable machine word for `problem+json`.
    pub const fn code(&self) -> &'static str {
        CODES[self.row()].0
    }

    /// The HTTP status of the answer.
    pub const fn status(&self) -> u16 {
        CODES[self.row()].1
    }

    /// The field of the ticket that the words belong to.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::OutsideCollar { .. } => "limit_price",
            Self::SymbolNotAllowed | Self::QuoteUnavailable | Self::NotAtVenue { .. } => "symbol",
            Self::MarketClosed | Self::TimeAtVenue { .. } => "time_in_force",
            Self::UnknownLot => "lots",
            Self::InsufficientBuyingPower { .. }
            | Self::InsufficientPosition { .. }
            | Self::TooSmall
            | Self::TooLarge
            | Self::TooManyOpenOrders { .. }
            | Self::Halted
            | Self::Gated
            | Self::OverOrderLimit { .. }
            | Self::OverEquityShare { .. }
            | Self::OverPace { .. }
            | Self::OverDailyLoss { .. }
            | Self::CrossesOwnOrder { .. }
            | Self::ExitQty
            | Self::SellsOpen
            | Self::External
            | Self::LotAtVenue { .. }
            | Self::OnItsWay => "qty",
        }
    }
}

impl From<OutOfRange> for Denied {
    fn from(_: OutOfRange) -> Self {
        Self::TooLarge
    }
}
