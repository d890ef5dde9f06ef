//! May this account place this order now? The only maker of `Approved`, which is the only thing the engine books.

use crate::{
    account::Cash,
    instrument::Instrument,
    market::Quote,
    money::{OutOfRange, Price, Qty, Usd},
    order::{Amount, NewOrder, OrderKind, Side},
    position::Position,
};

/// Most orders an account may have open at once.
pub const OPEN_ORDERS_MAX: usize = 1_000;
/// How far above its reference price a buy that can fill at an unknown price reserves, in basis points.
const GAP_BUFFER_BPS: i64 = 300;

/// What the check looks at.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    pub cash: &'a Cash,
    pub position: Option<&'a Position>,
    pub quote: Option<&'a Quote>,
    /// Trades now, at the quote; otherwise the order rests until the market opens.
    pub is_market_open: bool,
    pub open_orders: usize,
}

/// Proof that the check passed: the quantity is known and paid for. `hold` dollars for a buy, zero for a sell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    order: NewOrder,
    qty: Qty,
    hold: Usd,
}

/// Refused by us, before any venue saw it. The words tell the trader what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("This costs about ${needed}, and ${available} of buying power is free. Lower the quantity or free cash.")]
    InsufficientBuyingPower { needed: Usd, available: Usd },
    #[error("You can sell at most {available}: more is not held or already promised to open orders.")]
    InsufficientPosition { available: Qty },
    #[error("There is no current price for this symbol. Try again in a moment.")]
    QuoteUnavailable,
    #[error("The amount is too small to buy the smallest quantity.")]
    TooSmall,
    #[error("The order is larger than the desk can book.")]
    TooLarge,
    #[error("You have {max} open orders already. Cancel some first.")]
    TooManyOpenOrders { max: usize },
}

impl Denied {
    /// The stable machine word for `problem+json`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InsufficientBuyingPower { .. } => "insufficient_buying_power",
            Self::InsufficientPosition { .. } => "insufficient_position",
            Self::QuoteUnavailable => "quote_unavailable",
            Self::TooSmall => "order_too_small",
            Self::TooLarge => "order_too_large",
            Self::TooManyOpenOrders { .. } => "too_many_open_orders",
        }
    }
}

impl From<OutOfRange> for Denied {
    fn from(_: OutOfRange) -> Self {
        Self::TooLarge
    }
}

impl Approved {
    pub const fn order(&self) -> &NewOrder {
        &self.order
    }

    pub const fn qty(&self) -> Qty {
        self.qty
    }

    pub const fn hold(&self) -> Usd {
        self.hold
    }
}

pub fn check(order: NewOrder, instrument: &Instrument, now: &Situation<'_>) -> Result<Approved, Denied> {
    if now.open_orders >= OPEN_ORDERS_MAX {
        return Err(Denied::TooManyOpenOrders { max: OPEN_ORDERS_MAX });
    }
    let qty = quantity(&order, instrument, now.quote)?;
    let hold = match order.side {
        Side::Buy => buy_hold(&order, qty, now)?,
        Side::Sell => {
            let available = now.position.map_or(Qty::ZERO, Position::available);
            if qty > available {
                return Err(Denied::InsufficientPosition { available });
            }
            // A market order needs a price even when it only gives up shares.
            reference_price(order.kind, order.side, now.quote)?;
            Usd::ZERO
        }
    };
    Ok(Approved { order, qty, hold })
}

/// What the order is expected to cost (buy) or bring (sell) at the reference price.
pub fn estimate(order: &NewOrder, instrument: &Instrument, quote: Option<&Quote>) -> Result<Usd, Denied> {
    let qty = quantity(order, instrument, quote)?;
    let price = reference_price(order.kind, order.side, quote)?;
    Ok(match order.side {
        Side::Buy => Usd::cost(price, qty)?,
        Side::Sell => Usd::proceeds(price, qty)?,
    })
}

fn quantity(order: &NewOrder, instrument: &Instrument, quote: Option<&Quote>) -> Result<Qty, Denied> {
    match order.amount {
        Amount::Qty(qty) => Ok(qty),
        Amount::Notional(amount) => {
            let qty = Qty::affordable(amount, reference_price(order.kind, order.side, quote)?, instrument.lot);
            if qty.is_zero() { Err(Denied::TooSmall) } else { Ok(qty) }
        }
    }
}

fn reference_price(kind: OrderKind, side: Side, quote: Option<&Quote>) -> Result<Price, Denied> {
    match kind {
        OrderKind::Market => quote.map(|q| q.touch(side)).ok_or(Denied::QuoteUnavailable),
        OrderKind::Limit { limit_price } => Ok(limit_price),
        OrderKind::Stop { stop_price } => Ok(stop_price),
    }
}

fn buy_hold(order: &NewOrder, qty: Qty, now: &Situation<'_>) -> Result<Usd, Denied> {
    let reference = reference_price(order.kind, order.side, now.quote)?;
    let at_most = match order.kind {
        OrderKind::Limit { .. } => reference,
        OrderKind::Market if now.is_market_open => reference,
        OrderKind::Market | OrderKind::Stop { .. } => reference.shifted_bps(GAP_BUFFER_BPS).ok_or(Denied::TooLarge)?,
    };
    let needed = Usd::cost(at_most, qty)?;
    if needed > now.cash.available {
        return Err(Denied::InsufficientBuyingPower { needed: needed.to_cents(), available: now.cash.available.to_cents() });
    }
    Ok(needed)
}

#[cfg(test)]
mod tests;
