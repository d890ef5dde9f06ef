//! Changing an open order: the new terms replace the old ones whole, or nothing changes.

use serde::{Deserialize, Serialize};

use super::{
    ClientOrderId, Order, OrderKind, Role, Side, TicketErrors, TimeInForce,
    mistake::{Mistake, Mistakes},
    new_order::{GroupPrices, check_time_in_force, may_extend},
    terms,
};
use crate::{instrument::Instrument, money::Qty};

/// The body of `PATCH /orders/{id}`: the terms that change, as text. What is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderChange {
    /// The whole quantity, with what is filled already: 10 of which 4 are filled leaves 6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<String>,
    /// The new distance of a trailing stop, in what the order trails by: dollars or percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_in_force: Option<String>,
    /// A name for the replacing order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_order_id: Option<String>,
}

/// The checked terms of a replacing order. `qty` is the whole quantity, with what the old order has filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedTerms {
    pub terms: Terms,
    /// Of the quantity, what the old order had not filled when this was asked for.
    pub left: Qty,
    pub client_order_id: Option<ClientOrderId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub qty: Qty,
    pub kind: OrderKind,
    pub time_in_force: TimeInForce,
}

impl ChangedTerms {
    /// Checks every field and reports all that is wrong at once.
    pub fn parse(change: &OrderChange, order: &Order, instrument: &Instrument) -> Result<Self, TicketErrors> {
        let mut mistakes = Mistakes::default();
        let named = OrderChange { client_order_id: change.client_order_id.clone(), ..OrderChange::default() };
        if *change == named {
            mistakes.add("qty", Mistake::NothingChanges);
        }
        if order.notional.is_some() {
            mistakes.add("qty", Mistake::InDollars);
        }
        let qty = change.qty.as_deref().map_or(Some(order.qty), |text| terms::qty(&mut mistakes, text, instrument));
        if qty.is_some_and(|qty| qty <= order.filled_qty) {
            mistakes.add("qty", Mistake::AlreadyFilled { filled: order.filled_qty });
        }
        let kind = changed_kind(&mut mistakes, change, order.kind, instrument);
        let tif = change.time_in_force.as_deref().map_or(Ok(order.time_in_force), str::parse);
        let time_in_force = mistakes.keep("time_in_force", tif);
        let name = change.client_order_id.as_deref();
        let client_order_id = name.and_then(|text| mistakes.keep("client_order_id", text.parse::<ClientOrderId>()));
        if let (Some(kind), Some(tif)) = (kind, time_in_force) {
            check_time_in_force(&mut mistakes, kind, tif, instrument.asset_type);
            if order.extended_hours && !may_extend(kind, tif, instrument.asset_type) {
                mistakes.add("time_in_force", Mistake::ExtendedHours);
            }
            if order.group.is_some() && (tif.is_immediate() || tif.is_auction()) {
                mistakes.add("time_in_force", Mistake::ExitsTimeInForce);
            }
        }
        match (qty, kind, time_in_force) {
            (Some(qty), Some(kind), Some(time_in_force)) if mistakes.0.is_empty() => {
                let left = qty.checked_sub(order.filled_qty).unwrap_or(Qty::ZERO);
                Ok(Self { terms: Terms { qty, kind, time_in_force }, left, client_order_id })
            }
            _ => Err(TicketErrors(mistakes.0)),
        }
    }

    /// Whether the changed order still fits the others of its group, which are open.
    pub fn check_group<'a>(&self, order: &Order, others: impl Iterator<Item = &'a Order>) -> Result<(), TicketErrors> {
        let mut prices = GroupPrices::default();
        let changed = (order.role(), self.terms.kind);
        for (role, kind) in others.map(|other| (other.role(), other.kind)).chain([changed]) {
            match role {
                Some(Role::Entry) => prices.entry = kind.limit_price(),
                Some(Role::TakeProfit) => prices.profit = kind.limit_price(),
                Some(Role::StopLoss) => prices.stop = kind.stop_price(),
                None => {}
            }
        }
        // Exits of an entry sell, and those of an oco are on the order's own side.
        let side = if order.role() == Some(Role::Entry) { Side::Sell } else { order.side };
        let field = if order.role() == Some(Role::StopLoss) { "stop_price" } else { "limit_price" };
        let mut mistakes = Mistakes::default();
        prices.check(&mut mistakes, side, field, field);
        if mistakes.0.is_empty() { Ok(()) } else { Err(TicketErrors(mistakes.0)) }
    }
}

fn changed_kind(mistakes: &mut Mistakes, change: &OrderChange, kind: OrderKind, instrument: &Instrument) -> Option<OrderKind> {
    let (limit, stop, trail) = (change.limit_price.as_deref(), change.stop_price.as_deref(), change.trail.as_deref());
    let has = [
        ("limit_price", kind.limit_price().is_some(), limit.is_some()),
        ("stop_price", kind.stop_price().is_some(), stop.is_some()),
        ("trail", kind.trail().is_some(), trail.is_some()),
    ];
    for (field, _, _) in has.into_iter().filter(|(_, has, given)| *given && !has) {
        mistakes.add(field, Mistake::NoSuchTerm);
    }
    let mut price = |field, text: Option<&str>, old| match text {
        Some(text) => terms::price(mistakes, field, Some(text), instrument),
        None => Some(old),
    };
    match kind {
        OrderKind::Market => Some(kind),
        OrderKind::Limit { limit_price } => price("limit_price", limit, limit_price).map(|limit_price| OrderKind::Limit { limit_price }),
        OrderKind::Stop { stop_price } => price("stop_price", stop, stop_price).map(|stop_price| OrderKind::Stop { stop_price }),
        OrderKind::StopLimit { stop_price, limit_price } => {
            let (stop_price, limit_price) = (price("stop_price", stop, stop_price), price("limit_price", limit, limit_price));
            stop_price.zip(limit_price).map(|(stop_price, limit_price)| OrderKind::StopLimit { stop_price, limit_price })
        }
        OrderKind::TrailingStop { trail: old } => changed_trail(mistakes, trail, old).map(|trail| OrderKind::TrailingStop { trail }),
    }
}

fn changed_trail(mistakes: &mut Mistakes, text: Option<&str>, old: super::Trail) -> Option<super::Trail> {
    match (text, old) {
        (None, old) => Some(old),
        (Some(text), super::Trail::Amount(_)) => terms::trail(mistakes, Some(text), None),
        (Some(text), super::Trail::Percent(_)) => terms::trail(mistakes, None, Some(text)),
    }
}
