//! Reading the terms of a ticket: kind with its prices, and how much.

use super::{
    Amount, OrderClass, OrderKind, OrderTicket, Trail, UnknownWord,
    mistake::{Mistake, Mistakes},
};
use crate::{
    instrument::Instrument,
    money::{DecimalError, Percent, Price, Qty, Usd},
};

const KINDS: &str = "market, limit, stop, stop_limit, trailing_stop";

/// The kind with its prices. Prices that the kind does not have are mistakes too. The limit of an oco may stand in its take-profit.
pub(super) fn kind(mistakes: &mut Mistakes, ticket: &OrderTicket, class: Option<OrderClass>, instrument: &Instrument) -> Option<OrderKind> {
    let profit = ticket.take_profit.as_ref().filter(|_| class == Some(OrderClass::Oco)).map(|t| t.limit_price.as_str());
    let (limit, stop) = (ticket.limit_price.as_deref().or(profit), ticket.stop_price.as_deref());
    let (uses_limit, uses_stop, uses_trail) = match ticket.kind.as_str() {
        "market" => (false, false, false),
        "limit" => (true, false, false),
        "stop" => (false, true, false),
        "stop_limit" => (true, true, false),
        "trailing_stop" => (false, false, true),
        _ => {
            mistakes.add("type", UnknownWord { allowed: KINDS });
            return None;
        }
    };
    let given = [
        ("limit_price", uses_limit, limit.is_some()),
        ("stop_price", uses_stop, stop.is_some()),
        ("trail_price", uses_trail, ticket.trail_price.is_some()),
        ("trail_percent", uses_trail, ticket.trail_percent.is_some()),
    ];
    for (field, _, _) in given.into_iter().filter(|(_, used, given)| *given && !used) {
        mistakes.add(field, Mistake::PriceNotUsed { kind: ticket.kind.clone() });
    }
    let limit_price = if uses_limit { price(mistakes, "limit_price", limit, instrument) } else { None };
    let stop_price = if uses_stop { price(mistakes, "stop_price", stop, instrument) } else { None };
    if uses_trail {
        return trail(mistakes, ticket.trail_price.as_deref(), ticket.trail_percent.as_deref())
            .map(|trail| OrderKind::TrailingStop { trail });
    }
    match (uses_limit, uses_stop) {
        (false, false) => Some(OrderKind::Market),
        (true, false) => limit_price.map(|limit_price| OrderKind::Limit { limit_price }),
        (false, true) => stop_price.map(|stop_price| OrderKind::Stop { stop_price }),
        (true, true) => stop_price.zip(limit_price).map(|(stop_price, limit_price)| OrderKind::StopLimit { stop_price, limit_price }),
    }
}

pub(super) fn trail(mistakes: &mut Mistakes, amount: Option<&str>, percent: Option<&str>) -> Option<Trail> {
    match (amount, percent) {
        (Some(_), Some(_)) => {
            mistakes.add("trail_price", Mistake::TwoTrails);
            None
        }
        (amount, None) => {
            let amount = mistakes.keep("trail_price", amount.unwrap_or("").parse::<Usd>())?;
            let trail = Trail::amount(amount).ok_or(DecimalError::NotPositive);
            mistakes.keep("trail_price", trail)
        }
        (None, Some(percent)) => {
            let percent = mistakes.keep("trail_percent", percent.parse::<Percent>())?;
            mistakes.keep("trail_percent", Trail::percent(percent).ok_or(Mistake::TrailPercent))
        }
    }
}

/// A price on the instrument's tick.
pub(super) fn price(mistakes: &mut Mistakes, field: &str, text: Option<&str>, instrument: &Instrument) -> Option<Price> {
    let price = mistakes.keep(field, text.unwrap_or("").parse::<Price>())?;
    let on_tick = if price.is_on_tick(instrument.tick) { Ok(price) } else { Err(Mistake::OffTick { tick: instrument.tick }) };
    mistakes.keep(field, on_tick)
}

/// A quantity above zero on the instrument's lot.
pub(super) fn qty(mistakes: &mut Mistakes, text: &str, instrument: &Instrument) -> Option<Qty> {
    let qty = mistakes.keep("qty", text.parse::<Qty>())?;
    let checked = match qty {
        qty if qty.is_zero() => Err(Mistake::Number(DecimalError::NotPositive)),
        qty if !qty.is_multiple_of(instrument.lot) => Err(Mistake::OffLot { lot: instrument.lot }),
        qty => Ok(qty),
    };
    mistakes.keep("qty", checked)
}

pub(super) fn amount(mistakes: &mut Mistakes, ticket: &OrderTicket, instrument: &Instrument) -> Option<Amount> {
    match (ticket.qty.as_deref(), ticket.notional.as_deref()) {
        (Some(_), Some(_)) => {
            mistakes.add("qty", Mistake::TwoAmounts);
            None
        }
        (text, None) => qty(mistakes, text.unwrap_or(""), instrument).map(Amount::Qty),
        (None, Some(text)) => {
            let notional = mistakes.keep("notional", text.parse::<Usd>())?;
            let min = instrument.notional_min;
            let enough = if notional < min { Err(Mistake::NotionalTooSmall { min }) } else { Ok(Amount::Notional(notional)) };
            mistakes.keep("notional", enough)
        }
    }
}
