//! A checked order: every number is on the instrument's grid and inside its limits. The browser and the host run this code.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    Exits, OrderClass, OrderKind, OrderTicket, Side, StopLoss, TicketErrors, TimeInForce,
    mistake::{Mistake, Mistakes},
    terms,
};
use crate::{
    ids::FillId,
    instrument::{AssetType, Instrument, Symbol},
    money::{Price, Qty, Usd},
    position::LotMethod,
};

const LOTS_MAX: usize = 100;

/// A name the client gave its order: 1 to 128 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String))]
#[serde(transparent)]
pub struct ClientOrderId(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to 128 printable characters")]
pub struct InvalidClientOrderId;

impl From<InvalidClientOrderId> for Mistake {
    fn from(_: InvalidClientOrderId) -> Self {
        Self::ClientOrderId
    }
}

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
    pub extended_hours: bool,
    pub class: OrderClass,
    pub exits: Exits,
    pub lot_method: LotMethod,
    pub lots: Vec<FillId>,
    pub client_order_id: Option<ClientOrderId>,
}

impl NewOrder {
    /// A plain day order without a name.
    pub fn simple(symbol: Symbol, side: Side, kind: OrderKind, amount: Amount) -> Self {
        Self {
            symbol,
            side,
            kind,
            amount,
            time_in_force: TimeInForce::Day,
            extended_hours: false,
            class: OrderClass::Simple,
            exits: Exits::default(),
            lot_method: LotMethod::Fifo,
            lots: Vec::new(),
            client_order_id: None,
        }
    }

    /// Checks every field and reports all that is wrong at once.
    pub fn from_ticket(ticket: &OrderTicket, instrument: &Instrument) -> Result<NewOrder, TicketErrors> {
        let mut mistakes = Mistakes::default();
        let side = mistakes.keep("side", ticket.side.parse::<Side>());
        let class = mistakes.keep("order_class", ticket.order_class.as_deref().unwrap_or("simple").parse::<OrderClass>());
        let kind = terms::kind(&mut mistakes, ticket, class, instrument);
        let amount = terms::amount(&mut mistakes, ticket, instrument);
        let tif = mistakes.keep("time_in_force", ticket.time_in_force.as_deref().unwrap_or("day").parse::<TimeInForce>());
        let client_order_id = ticket.client_order_id.as_deref();
        let client_order_id = client_order_id.and_then(|text| mistakes.keep("client_order_id", text.parse::<ClientOrderId>()));
        let exits = exits(&mut mistakes, ticket, class, instrument);
        let lots = lots(&mut mistakes, ticket, side);
        let (Some(side), Some(kind), Some(amount), Some(time_in_force), Some(class), Some((lot_method, lots))) =
            (side, kind, amount, tif, class, lots)
        else {
            return Err(TicketErrors(mistakes.0));
        };
        let extended_hours = ticket.extended_hours.unwrap_or(false);
        let symbol = instrument.symbol.clone();
        let order = NewOrder { symbol, side, kind, amount, time_in_force, extended_hours, class, exits, lot_method, lots, client_order_id };
        order.check_combination(&mut mistakes, instrument.asset_type);
        if mistakes.0.is_empty() { Ok(order) } else { Err(TicketErrors(mistakes.0)) }
    }

    /// What no field shows alone.
    fn check_combination(&self, mistakes: &mut Mistakes, asset_type: AssetType) {
        if matches!(self.amount, Amount::Notional(_)) && self.kind != OrderKind::Market {
            mistakes.add("notional", Mistake::NotionalKind);
        }
        check_time_in_force(mistakes, self.kind, self.time_in_force, asset_type);
        if self.extended_hours && !may_extend(self.kind, self.time_in_force, asset_type) {
            mistakes.add("extended_hours", Mistake::ExtendedHours);
        }
        if self.class != OrderClass::Simple {
            self.check_exits(mistakes);
        }
    }

    fn check_exits(&self, mistakes: &mut Mistakes) {
        let is_entry = self.class != OrderClass::Oco;
        if is_entry && (self.side == Side::Sell || matches!(self.amount, Amount::Notional(_))) {
            mistakes.add("side", Mistake::ExitsOfSell);
        }
        if self.time_in_force.is_immediate() || self.time_in_force.is_auction() {
            mistakes.add("time_in_force", Mistake::ExitsTimeInForce);
        }
        let (limit, stop) = (self.kind.limit_price(), self.exits.stop_loss.map(|s| s.stop_price));
        if is_entry {
            let prices = GroupPrices { entry: limit, profit: self.exits.take_profit, stop };
            return prices.check(mistakes, Side::Sell, "take_profit.limit_price", "stop_loss.stop_price");
        }
        if !matches!(self.kind, OrderKind::Limit { .. }) {
            mistakes.add("type", Mistake::OcoKind);
        }
        let prices = GroupPrices { entry: None, profit: limit, stop };
        prices.check(mistakes, self.side, "stop_loss.stop_price", "stop_loss.stop_price");
    }
}

/// Where the orders of a group stand, as far as they have a price.
#[derive(Default)]
pub(super) struct GroupPrices {
    pub(super) entry: Option<Price>,
    pub(super) profit: Option<Price>,
    pub(super) stop: Option<Price>,
}

impl GroupPrices {
    /// Exits that sell have the take-profit above the stop-loss and the entry between them; those that buy, below it.
    pub(super) fn check(&self, mistakes: &mut Mistakes, side_of_exits: Side, profit_field: &str, stop_field: &str) {
        let Self { entry, profit, stop } = *self;
        let crosses = |above: Option<Price>, below: Option<Price>| above.zip(below).is_some_and(|(above, below)| above <= below);
        let are_crossed = match side_of_exits {
            Side::Sell => crosses(profit, stop),
            Side::Buy => crosses(stop, profit),
        };
        if are_crossed {
            mistakes.add(profit_field, Mistake::ExitsCrossed);
        }
        if crosses(profit, entry) {
            mistakes.add(profit_field, Mistake::TakeProfitBelowEntry);
        }
        if crosses(entry, stop) {
            mistakes.add(stop_field, Mistake::StopLossAboveEntry);
        }
    }
}

pub(super) fn check_time_in_force(mistakes: &mut Mistakes, kind: OrderKind, tif: TimeInForce, asset_type: AssetType) {
    if kind.has_trigger() && (tif.is_immediate() || tif.is_auction()) {
        mistakes.add("time_in_force", Mistake::TimeInForceKind);
    } else if tif.is_auction() && asset_type == AssetType::Crypto {
        mistakes.add("time_in_force", Mistake::NoAuction);
    }
}

pub(super) fn may_extend(kind: OrderKind, tif: TimeInForce, asset_type: AssetType) -> bool {
    let is_limit = matches!(kind, OrderKind::Limit { .. });
    is_limit && matches!(tif, TimeInForce::Day | TimeInForce::Gtc) && asset_type == AssetType::Stock
}

fn exits(mistakes: &mut Mistakes, ticket: &OrderTicket, class: Option<OrderClass>, instrument: &Instrument) -> Exits {
    let Some(class) = class else { return Exits::default() };
    let take_profit = ticket.take_profit.as_ref();
    let profit = take_profit.and_then(|t| terms::price(mistakes, "take_profit.limit_price", Some(&t.limit_price), instrument));
    let stop_loss = ticket.stop_loss.as_ref().and_then(|t| {
        let stop_price = terms::price(mistakes, "stop_loss.stop_price", Some(&t.stop_price), instrument);
        let limit = t.limit_price.as_deref();
        let limit_price = limit.and_then(|text| terms::price(mistakes, "stop_loss.limit_price", Some(text), instrument));
        stop_price.map(|stop_price| StopLoss { stop_price, limit_price })
    });
    let name = class.as_str();
    let (has_profit, has_stop) = (take_profit.is_some(), ticket.stop_loss.is_some());
    match class {
        OrderClass::Simple => {
            if has_profit || has_stop {
                mistakes.add(if has_profit { "take_profit" } else { "stop_loss" }, Mistake::ExitNotUsed { class: name });
            }
        }
        OrderClass::Bracket if !(has_profit && has_stop) => {
            let field = if has_profit { "stop_loss" } else { "take_profit" };
            mistakes.add(field, Mistake::ExitsMissing { class: name, needs: "a take-profit and a stop-loss" });
        }
        OrderClass::Oco if !has_stop => {
            mistakes.add("stop_loss", Mistake::ExitsMissing { class: name, needs: "a stop-loss" });
        }
        OrderClass::Oto if has_profit == has_stop => {
            mistakes.add("take_profit", Mistake::ExitsMissing { class: name, needs: "either a take-profit or a stop-loss" });
        }
        OrderClass::Bracket | OrderClass::Oco | OrderClass::Oto => {}
    }
    // The limit of an oco is the order's own.
    let take_profit = profit.filter(|_| class != OrderClass::Oco);
    Exits { take_profit, stop_loss }
}

fn lots(mistakes: &mut Mistakes, ticket: &OrderTicket, side: Option<Side>) -> Option<(LotMethod, Vec<FillId>)> {
    let method = mistakes.keep("lot_method", ticket.lot_method.as_deref().unwrap_or("fifo").parse::<LotMethod>())?;
    let named = ticket.lots.as_deref().unwrap_or_default();
    let is_sell = side.is_none_or(|side| side == Side::Sell);
    if (method != LotMethod::Chosen && !named.is_empty()) || (method != LotMethod::Fifo && !is_sell) {
        mistakes.add("lots", Mistake::LotsNotUsed);
        return None;
    }
    let ids: Option<Vec<FillId>> = named.iter().map(|id| id.parse().ok()).collect();
    let is_countable = if method == LotMethod::Chosen { (1..=LOTS_MAX).contains(&named.len()) } else { true };
    let ids = ids.filter(|_| is_countable);
    if ids.is_none() {
        mistakes.add("lots", Mistake::Lots);
    }
    ids.map(|ids| (method, ids))
}

#[cfg(test)]
mod tests;
