//! A checked order: every number is on the instrument's grid and inside its limits. The browser and the host run this code.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{FieldError, OrderKind, OrderTicket, Side, TicketErrors, TimeInForce};
use crate::{
    instrument::{Instrument, Symbol},
    money::{Price, Qty, Usd},
};

/// A name the client gave its order: 1 to 128 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String))]
#[serde(transparent)]
pub struct ClientOrderId(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to 128 printable characters")]
pub struct InvalidClientOrderId;

impl ClientOrderId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientOrderId {
    type Err = InvalidClientOrderId;
    fn from_str(text: &str) -> Result<Self, InvalidClientOrderId> {
        let printable = text.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
        if text.is_empty() || text.len() > 128 || !printable {
            return Err(InvalidClientOrderId);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ClientOrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How much: a quantity on the lot grid, or dollars to be turned into one at the quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    Qty(Qty),
    Notional(Usd),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    pub symbol: Symbol,
    pub side: Side,
    pub kind: OrderKind,
    pub amount: Amount,
    pub time_in_force: TimeInForce,
    pub client_order_id: Option<ClientOrderId>,
}

impl NewOrder {
    /// Checks every field and reports all that is wrong at once.
    pub fn from_ticket(ticket: &OrderTicket, instrument: &Instrument) -> Result<NewOrder, TicketErrors> {
        let mut errors = Vec::new();
        let side = field(&mut errors, "side", ticket.side.parse::<Side>());
        let kind = kind(&mut errors, ticket, instrument);
        let amount = amount(&mut errors, ticket, instrument);
        let tif = ticket.time_in_force.as_deref().unwrap_or("day").parse::<TimeInForce>();
        let time_in_force = field(&mut errors, "time_in_force", tif);
        let client_order_id = match ticket.client_order_id.as_deref() {
            None => None,
            Some(text) => field(&mut errors, "client_order_id", text.parse::<ClientOrderId>()),
        };
        if let (Some(Amount::Notional(_)), Some(kind)) = (amount, kind)
            && kind != OrderKind::Market
        {
            errors.push(FieldError::new("notional", "dollar amounts are for market orders; enter a quantity"));
        }
        match (side, kind, amount, time_in_force) {
            (Some(side), Some(kind), Some(amount), Some(time_in_force)) if errors.is_empty() => {
                Ok(NewOrder { symbol: instrument.symbol.clone(), side, kind, amount, time_in_force, client_order_id })
            }
            _ => Err(TicketErrors(errors)),
        }
    }
}

fn field<T, E: ToString>(errors: &mut Vec<FieldError>, name: &str, parsed: Result<T, E>) -> Option<T> {
    parsed.map_err(|e| errors.push(FieldError::new(name, e))).ok()
}

fn kind(errors: &mut Vec<FieldError>, ticket: &OrderTicket, instrument: &Instrument) -> Option<OrderKind> {
    let (limit, stop) = (ticket.limit_price.as_deref(), ticket.stop_price.as_deref());
    let unused = |errors: &mut Vec<FieldError>, name: &str, given: Option<&str>| {
        if given.is_some() {
            errors.push(FieldError::new(name, format!("a {} order has no such price", ticket.kind)));
        }
    };
    match ticket.kind.as_str() {
        "market" => {
            unused(errors, "limit_price", limit);
            unused(errors, "stop_price", stop);
            Some(OrderKind::Market)
        }
        "limit" => {
            unused(errors, "stop_price", stop);
            price(errors, "limit_price", limit, instrument).map(|limit_price| OrderKind::Limit { limit_price })
        }
        "stop" => {
            unused(errors, "limit_price", limit);
            price(errors, "stop_price", stop, instrument).map(|stop_price| OrderKind::Stop { stop_price })
        }
        _ => {
            errors.push(FieldError::new("type", "must be one of: market, limit, stop"));
            None
        }
    }
}

fn price(errors: &mut Vec<FieldError>, name: &str, text: Option<&str>, instrument: &Instrument) -> Option<Price> {
    let price = field(errors, name, text.unwrap_or("").parse::<Price>())?;
    if !price.is_on_tick(instrument.tick) {
        errors.push(FieldError::new(name, format!("must be a multiple of {}", instrument.tick)));
        return None;
    }
    Some(price)
}

fn amount(errors: &mut Vec<FieldError>, ticket: &OrderTicket, instrument: &Instrument) -> Option<Amount> {
    match (ticket.qty.as_deref(), ticket.notional.as_deref()) {
        (Some(_), Some(_)) => {
            errors.push(FieldError::new("qty", "enter either a quantity or dollars, not both"));
            None
        }
        (qty, None) => {
            let qty = field(errors, "qty", qty.unwrap_or("").parse::<Qty>())?;
            if qty.is_zero() {
                errors.push(FieldError::new("qty", "the number must be greater than zero"));
                return None;
            }
            if !qty.is_multiple_of(instrument.lot) {
                errors.push(FieldError::new("qty", format!("must be a multiple of {}", instrument.lot)));
                return None;
            }
            Some(Amount::Qty(qty))
        }
        (None, Some(notional)) => {
            let notional = field(errors, "notional", notional.parse::<Usd>())?;
            if notional < instrument.notional_min {
                errors.push(FieldError::new("notional", format!("must be at least ${}", instrument.notional_min)));
                return None;
            }
            Some(Amount::Notional(notional))
        }
    }
}

#[cfg(test)]
mod tests;
