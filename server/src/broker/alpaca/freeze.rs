//! An order of ours as Alpaca's JSON. Groups go as one order with legs. What the venue has no word for is unsupported; must
//! never round or guess.

use rust_decimal::Decimal;
use serde::Serialize;
use speedtrade::{
    instrument::AssetType,
    money::{Percent, Price, Qty, Usd},
    order::{Amount, Exits, OrderClass, OrderKind, TimeInForce, Trail},
};

use crate::broker::{Frozen, Unsupported, VenueOrder, error::unsupported};

pub(super) const PATH: &str = "/v2/orders";

#[derive(Serialize)]
struct Ticket<'a> {
    symbol: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    qty: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notional: Option<Decimal>,
    side: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    time_in_force: &'static str,
    #[serde(flatten)]
    prices: Prices,
    #[serde(skip_serializing_if = "is_false")]
    extended_hours: bool,
    client_order_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_class: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    take_profit: Option<TakeProfit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_loss: Option<StopLoss>,
}

#[derive(Serialize)]
struct Prices {
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trail_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trail_percent: Option<Decimal>,
}

#[derive(Serialize)]
struct TakeProfit {
    limit_price: Decimal,
}

#[derive(Serialize)]
struct StopLoss {
    stop_price: Decimal,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_price: Option<Decimal>,
}

/// The terms that an order can be changed to; its side, symbol and legs stay.
#[derive(Serialize)]
struct Change<'a> {
    qty: Decimal,
    time_in_force: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trail: Option<Decimal>,
    client_order_id: &'a str,
}

pub(super) fn new_order(order: &VenueOrder) -> Result<Frozen, Unsupported> {
    check(order)?;
    let (qty, notional) = match order.amount {
        Amount::Qty(qty) => (Some(qty.decimal()), None),
        Amount::Notional(dollars) => (None, Some(dollars.decimal())),
    };
    let mut prices = prices(order.kind);
    let Exits { take_profit, stop_loss } = order.exits;
    let mut take_profit = take_profit.map(|price| TakeProfit { limit_price: price.decimal() });
    // Of two orders that stand together, Alpaca takes the limit as the take-profit.
    if order.class == OrderClass::Oco {
        take_profit = prices.limit_price.take().map(|limit_price| TakeProfit { limit_price });
    }
    let stop_loss =
        stop_loss.map(|stop| StopLoss { stop_price: stop.stop_price.decimal(), limit_price: stop.limit_price.map(Price::decimal) });
    let ticket = Ticket {
        symbol: order.symbol.as_str(),
        qty,
        notional,
        side: order.side.as_str(),
        kind: order.kind.as_str(),
        time_in_force: time_in_force(order),
        prices,
        extended_hours: order.extended_hours,
        client_order_id: &order.client_id,
        order_class: (order.class != OrderClass::Simple).then(|| order.class.as_str()),
        take_profit,
        stop_loss,
    };
    Ok(Frozen { path: PATH.to_owned(), body: json(&ticket) })
}

pub(super) fn change(order: &VenueOrder) -> Result<String, Unsupported> {
    check(order)?;
    let qty: Qty = match order.amount {
        Amount::Qty(qty) => qty,
        Amount::Notional(_) => return Err(unsupported("Alpaca changes no order for dollars")),
    };
    let Prices { limit_price, stop_price, trail_price, trail_percent } = prices(order.kind);
    Ok(json(&Change {
        qty: qty.decimal(),
        time_in_force: time_in_force(order),
        limit_price,
        stop_price,
        trail: trail_price.or(trail_percent),
        client_order_id: &order.client_id,
    }))
}

fn check(order: &VenueOrder) -> Result<(), Unsupported> {
    if order.asset_type == AssetType::Stock {
        return Ok(());
    }
    match order.kind {
        OrderKind::Market | OrderKind::Limit { .. } | OrderKind::StopLimit { .. } => {}
        OrderKind::Stop { .. } | OrderKind::TrailingStop { .. } => return Err(unsupported("Alpaca holds no such stop for crypto")),
    }
    match order.time_in_force {
        TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Ioc => {}
        TimeInForce::Fok | TimeInForce::Opg | TimeInForce::Cls => {
            return Err(unsupported("Alpaca takes crypto orders good till canceled, or immediate or cancel"));
        }
    }
    if order.class != OrderClass::Simple {
        return Err(unsupported("Alpaca holds no exits for crypto"));
    }
    if order.extended_hours {
        return Err(unsupported("crypto has no extended hours"));
    }
    Ok(())
}

/// Crypto knows no day there: such an order is good till canceled, and the desk ends it.
fn time_in_force(order: &VenueOrder) -> &'static str {
    match (order.asset_type, order.time_in_force) {
        (AssetType::Crypto, TimeInForce::Day) => TimeInForce::Gtc.as_str(),
        (AssetType::Stock | AssetType::Crypto, time_in_force) => time_in_force.as_str(),
    }
}

fn prices(kind: OrderKind) -> Prices {
    let trail = kind.trail();
    Prices {
        limit_price: kind.limit_price().map(Price::decimal),
        stop_price: kind.stop_price().map(Price::decimal),
        trail_price: trail.and_then(Trail::as_amount).map(Usd::decimal),
        trail_percent: trail.and_then(Trail::as_percent).map(Percent::decimal),
    }
}

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("texts and numbers are JSON")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
