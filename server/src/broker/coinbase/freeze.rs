//! Orders of ours as Coinbase is asked for them. Must never round, and never change what was asked for.

use serde_json::{Value, json};
use speedtrade::{
    instrument::AssetType,
    money::Price,
    order::{Amount, OrderClass, OrderKind, Side, TimeInForce},
};

use super::{
    super::{Frozen, OrderName, Unsupported, VenueOrder, error::unsupported},
    client::PREFIX,
    convert,
};

pub(super) fn order(order: &VenueOrder) -> Result<Frozen, Unsupported> {
    if order.asset_type != AssetType::Crypto || order.class != OrderClass::Simple || order.extended_hours {
        return Err(unsupported("Coinbase takes plain orders of crypto only"));
    }
    let product = convert::product(&order.symbol).ok_or_else(|| unsupported("Coinbase is asked for pairs against the dollar only"))?;
    let (name, terms) = configuration(order)?;
    let body = json!({
        "client_order_id": order.client_id,
        "product_id": product,
        "side": convert::side_word(order.side),
        "order_configuration": {name: terms},
    });
    Ok(Frozen { path: format!("{PREFIX}/orders"), body: body.to_string() })
}

/// An edit keeps the order's names. Coinbase edits limit orders that stay until they are canceled.
pub(super) fn edit(old: &OrderName, new: &VenueOrder) -> Result<Frozen, Unsupported> {
    let (Some(id), OrderKind::Limit { limit_price }, Amount::Qty(qty), TimeInForce::Day | TimeInForce::Gtc) =
        (&old.venue_id, new.kind, new.amount, new.time_in_force)
    else {
        return Err(unsupported("Coinbase changes resting limit orders only"));
    };
    if new.symbol != old.symbol {
        return Err(unsupported("an order can't move to another pair"));
    }
    let body = json!({"order_id": id, "price": text(limit_price), "size": qty.decimal().to_string()});
    Ok(Frozen { path: format!("{PREFIX}/orders/edit"), body: body.to_string() })
}

fn configuration(order: &VenueOrder) -> Result<(&'static str, Value), Unsupported> {
    let time = order.time_in_force;
    match (order.kind, order.amount) {
        (OrderKind::Market, amount) => Ok((market(time)?, size(order.side, amount)?)),
        (OrderKind::Limit { limit_price }, Amount::Qty(qty)) => {
            let (size, price) = (qty.decimal().to_string(), text(limit_price));
            match time {
                TimeInForce::Day | TimeInForce::Gtc => {
                    Ok(("limit_limit_gtc", json!({"base_size": size, "limit_price": price, "post_only": false})))
                }
                TimeInForce::Ioc => Ok(("sor_limit_ioc", json!({"base_size": size, "limit_price": price}))),
                TimeInForce::Fok => Ok(("limit_limit_fok", json!({"base_size": size, "limit_price": price}))),
                TimeInForce::Opg | TimeInForce::Cls => Err(unsupported("crypto has no auctions")),
            }
        }
        (OrderKind::StopLimit { stop_price, limit_price }, Amount::Qty(qty)) => {
            if !matches!(time, TimeInForce::Day | TimeInForce::Gtc) {
                return Err(unsupported("a stop at Coinbase stays until it is canceled"));
            }
            let direction = match order.side {
                Side::Buy => "STOP_DIRECTION_STOP_UP",
                Side::Sell => "STOP_DIRECTION_STOP_DOWN",
            };
            let terms = json!({
                "base_size": qty.decimal().to_string(),
                "limit_price": text(limit_price),
                "stop_price": text(stop_price),
                "stop_direction": direction,
            });
            Ok(("stop_limit_stop_limit_gtc", terms))
        }
        (OrderKind::Limit { .. } | OrderKind::StopLimit { .. }, Amount::Notional(_)) => {
            Err(unsupported("only a market order can be told in dollars"))
        }
        (OrderKind::Stop { .. } | OrderKind::TrailingStop { .. }, _) => Err(unsupported("Coinbase holds no such stops")),
    }
}

fn market(time: TimeInForce) -> Result<&'static str, Unsupported> {
    match time {
        TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Ioc => Ok("market_market_ioc"),
        TimeInForce::Fok => Ok("market_market_fok"),
        TimeInForce::Opg | TimeInForce::Cls => Err(unsupported("crypto has no auctions")),
    }
}

fn size(side: Side, amount: Amount) -> Result<Value, Unsupported> {
    match (side, amount) {
        (Side::Buy | Side::Sell, Amount::Qty(qty)) => Ok(json!({"base_size": qty.decimal().to_string()})),
        (Side::Buy, Amount::Notional(usd)) => Ok(json!({"quote_size": usd.decimal().to_string()})),
        (Side::Sell, Amount::Notional(_)) => Err(unsupported("only a buy can be told in dollars at Coinbase")),
    }
}

fn text(price: Price) -> String {
    price.decimal().to_string()
}
