//! Orders of ours as Kraken is asked for them. Must never round, and never change what was asked for.

use speedtrade::{
    instrument::AssetType,
    order::{Amount, OrderClass, OrderKind, Side, TimeInForce},
    time::{SECOND_US, Timestamp},
};

use super::{
    super::{Frozen, Unsupported, VenueOrder, error::unsupported, form},
    assets, client_id,
};

pub(super) const ADD_ORDER: &str = "/0/private/AddOrder";
pub(super) const AMEND_ORDER: &str = "/0/private/AmendOrder";
/// An attempt that arrives later than this is refused: it was woken too late. Kraken allows 2 to 60 seconds.
const DEADLINE_US: i64 = 30 * SECOND_US;

type Parameters = Vec<(&'static str, String)>;

pub(super) fn order(order: &VenueOrder) -> Result<Frozen, Unsupported> {
    if order.asset_type != AssetType::Crypto || order.class != OrderClass::Simple || order.extended_hours {
        return Err(unsupported("Kraken takes plain orders of crypto only"));
    }
    let pair = assets::pair(&order.symbol).ok_or_else(|| unsupported("Kraken is asked for pairs against the dollar only"))?;
    let client_id = client_id::at_kraken(&order.client_id).ok_or_else(|| unsupported("Kraken has no room for this client order id"))?;
    let (volume, flags) = volume(order)?;
    let mut form: Parameters = vec![("pair", pair), ("type", order.side.as_str().to_owned())];
    form.extend(kind(order.kind)?.into_iter().chain([("volume", volume)]));
    form.extend(time_in_force(order)?.map(|word| ("timeinforce", word.to_owned())));
    form.extend([("oflags", flags.to_owned()), ("cl_ord_id", client_id)]);
    Ok(Frozen { path: ADD_ORDER.to_owned(), body: form::encode(&form) })
}

/// An amendment keeps the order's names, its kind and its time in force.
pub(super) fn amendment(venue_id: &str, new: &VenueOrder) -> Result<Frozen, Unsupported> {
    let Amount::Qty(qty) = new.amount else { return Err(unsupported("an order for dollars can't be changed at Kraken")) };
    let mut form: Parameters = vec![("txid", venue_id.to_owned()), ("order_qty", qty.decimal().to_string())];
    match new.kind {
        OrderKind::Limit { limit_price } => form.push(("limit_price", limit_price.decimal().to_string())),
        OrderKind::Stop { stop_price } => form.push(("trigger_price", stop_price.decimal().to_string())),
        OrderKind::StopLimit { stop_price, limit_price } => {
            form.extend([("trigger_price", stop_price.decimal().to_string()), ("limit_price", limit_price.decimal().to_string())]);
        }
        OrderKind::Market | OrderKind::TrailingStop { .. } => return Err(unsupported("Kraken changes no such orders")),
    }
    Ok(Frozen { path: AMEND_ORDER.to_owned(), body: form::encode(&form) })
}

/// What is sent of a frozen order: with the time until which Kraken's engine may take it.
pub(super) fn with_deadline(body: &str, at: Timestamp) -> String {
    format!("{body}&{}", form::encode(&[("deadline", at.plus_micros(DEADLINE_US).to_string())]))
}

fn kind(kind: OrderKind) -> Result<Parameters, Unsupported> {
    let word = |word: &str| ("ordertype", word.to_owned());
    match kind {
        OrderKind::Market => Ok(vec![word("market")]),
        OrderKind::Limit { limit_price } => Ok(vec![word("limit"), ("price", limit_price.decimal().to_string())]),
        OrderKind::Stop { stop_price } => Ok(vec![word("stop-loss"), ("price", stop_price.decimal().to_string())]),
        OrderKind::StopLimit { stop_price, limit_price } => {
            Ok(vec![word("stop-loss-limit"), ("price", stop_price.decimal().to_string()), ("price2", limit_price.decimal().to_string())])
        }
        OrderKind::TrailingStop { .. } => Err(unsupported("SpeedTrade holds trailing stops itself")),
    }
}

/// The volume, and the flags: fees in dollars always, and `viqc` where the volume is in dollars.
fn volume(order: &VenueOrder) -> Result<(String, &'static str), Unsupported> {
    match (order.amount, order.kind, order.side) {
        (Amount::Qty(qty), _, _) => Ok((qty.decimal().to_string(), "fciq")),
        (Amount::Notional(usd), OrderKind::Market, Side::Buy) => Ok((usd.decimal().to_string(), "viqc,fciq")),
        (Amount::Notional(_), _, _) => Err(unsupported("only a market buy can be told in dollars at Kraken")),
    }
}

/// A market order needs no word for it, and good-till-canceled is what is taken for granted.
fn time_in_force(order: &VenueOrder) -> Result<Option<&'static str>, Unsupported> {
    match (order.time_in_force, order.kind) {
        (TimeInForce::Opg | TimeInForce::Cls, _) => Err(unsupported("crypto has no auctions")),
        (TimeInForce::Fok, _) => Err(unsupported("Kraken knows no fill-or-kill")),
        (TimeInForce::Day | TimeInForce::Gtc, _) | (TimeInForce::Ioc, OrderKind::Market) => Ok(None),
        (TimeInForce::Ioc, OrderKind::Limit { .. }) => Ok(Some("IOC")),
        (TimeInForce::Ioc, OrderKind::Stop { .. } | OrderKind::StopLimit { .. } | OrderKind::TrailingStop { .. }) => {
            Err(unsupported("a stop at Kraken stays until it is canceled"))
        }
    }
}
