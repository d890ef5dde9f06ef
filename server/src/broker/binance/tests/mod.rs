//! Tables typed by hand from Binance's documents and from what CCXT sends for the same wish.

mod answers;
mod errors;
mod garbage;
mod orders;
mod questions;

use speedtrade::{
    instrument::AssetType,
    order::{Amount, Exits, OrderClass, OrderKind, Side, TimeInForce},
};

use crate::broker::VenueOrder;

/// For who compares it with another's.
#[cfg(feature = "outside-cases")]
pub(crate) fn signature(secret: &str, payload: &str) -> String {
    super::sign::Signer::new(&crate::net::Key::new(secret)).expect("a key").sign(payload)
}

/// A tenth of a litecoin.
fn order(side: Side, kind: OrderKind, time_in_force: TimeInForce) -> VenueOrder {
    VenueOrder {
        client_id: "st0001-01J".to_owned(),
        symbol: "LTC/USD".parse().expect("a symbol"),
        asset_type: AssetType::Crypto,
        side,
        kind,
        amount: Amount::Qty("0.1".parse().expect("a quantity")),
        time_in_force,
        extended_hours: false,
        class: OrderClass::Simple,
        exits: Exits::default(),
    }
}

fn limit(price: &str) -> OrderKind {
    OrderKind::Limit { limit_price: price.parse().expect("a price") }
}

fn stop_limit(stop: &str, limit: &str) -> OrderKind {
    OrderKind::StopLimit { stop_price: stop.parse().expect("a price"), limit_price: limit.parse().expect("a price") }
}
