//! Kraken by its own documents' examples and by what other clients send: requests, answers, refusals, the stream.

mod answers;
mod calls;
mod freeze;
mod stream;

use speedtrade::{
    instrument::AssetType,
    order::{Amount, Exits, OrderClass, OrderKind, Side, TimeInForce},
    time::Timestamp,
};

use super::{
    super::{OrderName, VenueOrder},
    Kraken, KrakenConfig, Tag,
};
use crate::{
    clock::Clock,
    net::{Key, KeyPair},
};

/// Kraken's own example.
const SECRET: &str = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
const CLIENT_ID: &str = "stAb3d-01HRHDCHQ0T3NQ2W8XJ5V6YB4C";
/// Two hours after the time in `CLIENT_ID`.
const NOW: Timestamp = Timestamp::from_micros(1_709_988_800_000_000);

/// Of a form that begins with its nonce, for who compares it with another's.
#[cfg(feature = "outside-cases")]
pub(crate) fn signature(keys: &KeyPair, path: &str, body: &str) -> String {
    let rest = body.strip_prefix("nonce=").expect("a nonce");
    let (nonce, form) = rest.split_once('&').unwrap_or((rest, ""));
    let at = Timestamp::from_micros(nonce.parse().expect("a number"));
    let signed = super::sign::Signer::new(keys).expect("a key").sign(path, form, at);
    assert_eq!(signed.body, body);
    signed.headers.into_iter().find(|(name, _)| *name == "api-sign").expect("signed").1
}

fn tag() -> Tag {
    Tag::new("Ab3d")
}

fn told_id() -> String {
    super::client_id::at_kraken(CLIENT_ID).expect("room")
}

fn kraken(base: &str) -> Kraken {
    let keys = KeyPair { id: Key::new("KRAKENAPIKEY"), secret: Key::new(SECRET) };
    let config = KrakenConfig { rest: base.to_owned(), ..KrakenConfig::live(keys, "Ab3d") };
    Kraken::new(&config, Clock::manual(NOW)).expect("a key")
}

fn order(symbol: &str, side: Side, kind: OrderKind, amount: Amount, time_in_force: TimeInForce) -> VenueOrder {
    VenueOrder {
        client_id: CLIENT_ID.to_owned(),
        symbol: symbol.parse().expect("a symbol"),
        asset_type: AssetType::Crypto,
        side,
        kind,
        amount,
        time_in_force,
        extended_hours: false,
        class: OrderClass::Simple,
        exits: Exits::default(),
    }
}

fn qty(text: &str) -> Amount {
    Amount::Qty(text.parse().expect("a quantity"))
}

fn usd(text: &str) -> Amount {
    Amount::Notional(text.parse().expect("dollars"))
}

fn limit(price: &str) -> OrderKind {
    OrderKind::Limit { limit_price: price.parse().expect("a price") }
}

fn stop(price: &str) -> OrderKind {
    OrderKind::Stop { stop_price: price.parse().expect("a price") }
}

fn stop_limit(stop: &str, limit: &str) -> OrderKind {
    OrderKind::StopLimit { stop_price: stop.parse().expect("a price"), limit_price: limit.parse().expect("a price") }
}

fn name(venue_id: Option<&str>) -> OrderName {
    let venue_id = venue_id.map(str::to_owned);
    OrderName { client_id: CLIENT_ID.to_owned(), venue_id, symbol: "BTC/USD".parse().expect("a symbol"), sent_at: NOW }
}
