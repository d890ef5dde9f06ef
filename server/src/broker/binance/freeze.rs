//! An order of ours in Binance's parameters. What the venue has no word for is unsupported; must never round or guess.

use speedtrade::{
    instrument::AssetType,
    money::Price,
    order::{Amount, OrderClass, OrderKind, Side, TimeInForce},
};

use super::{
    calls::{ORDER_PATH, RECV_WINDOW_MS},
    sign::Params,
};
use crate::{
    broker::{Frozen, OrderName, Unsupported, VenueOrder, error::unsupported},
    net::Names,
};

pub(super) const REPLACE_PATH: &str = "/api/v3/order/cancelReplace";

pub(super) fn new_order(order: &VenueOrder, names: &Names) -> Result<Frozen, Unsupported> {
    let params = terms(Params::default().with("symbol", &code(order, names)?), order)?;
    Ok(frozen(ORDER_PATH, &params))
}

/// Cancels one order and places another in one call; where the first can't be canceled, nothing is placed.
pub(super) fn replacement(old: &OrderName, new: &VenueOrder, names: &Names) -> Result<Frozen, Unsupported> {
    let params = Params::default().with("symbol", &code(new, names)?).with("cancelReplaceMode", "STOP_ON_FAILURE");
    let params = match &old.venue_id {
        Some(id) => params.with("cancelOrderId", id),
        None => params.with("cancelOrigClientOrderId", &old.client_id),
    };
    Ok(frozen(REPLACE_PATH, &terms(params, new)?))
}

fn frozen(path: &str, params: &Params) -> Frozen {
    Frozen { path: path.to_owned(), body: params.as_str().to_owned() }
}

fn code(order: &VenueOrder, names: &Names) -> Result<String, Unsupported> {
    let code = if order.asset_type == AssetType::Crypto { names.code(&order.symbol) } else { None };
    code.ok_or_else(|| Unsupported(format!("Binance does not trade {}", order.symbol)))
}

fn terms(params: Params, order: &VenueOrder) -> Result<Params, Unsupported> {
    if order.class != OrderClass::Simple {
        return Err(unsupported("Binance does not hold the exits of an order"));
    }
    if order.extended_hours {
        return Err(unsupported("Binance has no extended hours"));
    }
    let params = params.with("side", side(order.side)).with("type", kind(order.kind)?);
    let params = match time_in_force(order)? {
        Some(word) => params.with("timeInForce", word),
        None => params,
    };
    let params = match order.amount {
        Amount::Qty(qty) => params.with("quantity", &qty.to_string()),
        Amount::Notional(dollars) if order.kind == OrderKind::Market => params.with("quoteOrderQty", &dollars.decimal().to_string()),
        Amount::Notional(_) => return Err(unsupported("Binance takes dollars for market orders only")),
    };
    let priced = |params: Params, name, price: Option<Price>| match price {
        Some(price) => params.with(name, &price.decimal().to_string()),
        None => params,
    };
    let params = priced(params, "price", order.kind.limit_price());
    let params = priced(params, "stopPrice", order.kind.stop_price());
    Ok(params.with("newClientOrderId", &order.client_id).with("newOrderRespType", "FULL").with("recvWindow", RECV_WINDOW_MS))
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "BUY",
        Side::Sell => "SELL",
    }
}

fn kind(kind: OrderKind) -> Result<&'static str, Unsupported> {
    match kind {
        OrderKind::Market => Ok("MARKET"),
        OrderKind::Limit { .. } => Ok("LIMIT"),
        OrderKind::Stop { .. } => Ok("STOP_LOSS"),
        OrderKind::StopLimit { .. } => Ok("STOP_LOSS_LIMIT"),
        OrderKind::TrailingStop { .. } => Err(unsupported("Binance does not hold trailing stops of this kind")),
    }
}

/// Only limits carry one. A day order is good till canceled there: the desk ends it.
fn time_in_force(order: &VenueOrder) -> Result<Option<&'static str>, Unsupported> {
    let word = match order.time_in_force {
        TimeInForce::Day | TimeInForce::Gtc => "GTC",
        TimeInForce::Ioc => "IOC",
        TimeInForce::Fok => "FOK",
        TimeInForce::Opg | TimeInForce::Cls => return Err(unsupported("Binance has no auctions")),
    };
    match order.kind {
        OrderKind::Limit { .. } | OrderKind::StopLimit { .. } => Ok(Some(word)),
        OrderKind::Market if order.time_in_force == TimeInForce::Fok => Err(unsupported("a market order at Binance may fill in part")),
        OrderKind::Stop { .. } if order.time_in_force.is_immediate() => Err(unsupported("a stop at Binance waits for its price")),
        OrderKind::Market | OrderKind::Stop { .. } | OrderKind::TrailingStop { .. } => Ok(None),
    }
}
