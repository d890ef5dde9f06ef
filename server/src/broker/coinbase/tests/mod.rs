//! Coinbase by its own documents' examples and by what other clients send: requests, answers, refusals, the stream.

mod answers;
mod calls;
mod freeze;
mod sign;
mod stream;

use speedtrade::{
    instrument::AssetType,
    order::{Amount, Exits, OrderClass, OrderKind, Side, TimeInForce},
    time::Timestamp,
};

use super::{
    super::{OrderName, VenueOrder},
    Coinbase, CoinbaseConfig,
};
use crate::{
    clock::Clock,
    net::{Key, KeyPair},
};

/// Thrown away: made for these tests.
const PEM: &str = "-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEEIM9DHHllK3aARQdak7lOWrreg6inmJ4d1qATd56eqeXAoAoGCCqGSM49\\nAwEHoUQDQgAE37N6Lgxv2+1MprRuuoeWX+WFXhZcJijJ/NQokUllS5afFp7RJLrE\\nqFThCrLqQRMsrsUG+U371Lj/qXmNOphZ2Q==\\n-----END EC PRIVATE KEY-----\\n";
const NAME: &str = "organizations/ORG/apiKeys/KEYID";
const NOW: Timestamp = Timestamp::from_micros(1_710_000_000_000_000);
const CLIENT_ID: &str = "stAb3d-01M7GF5ZK0T3NQ2W8XJ5V6YB4C";

fn keys(secret: &str) -> KeyPair {
    KeyPair { id: Key::new(NAME), secret: Key::new(secret) }
}

fn coinbase(base: &str) -> Coinbase {
    let config = CoinbaseConfig { rest: base.to_owned(), ..CoinbaseConfig::live(keys(PEM)) };
    Coinbase::new(&config, Clock::manual(NOW)).expect("a key")
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

fn stop_limit(stop: &str, limit: &str) -> OrderKind {
    OrderKind::StopLimit { stop_price: stop.parse().expect("a price"), limit_price: limit.parse().expect("a price") }
}

fn name(venue_id: Option<&str>) -> OrderName {
    let venue_id = venue_id.map(str::to_owned);
    OrderName { client_id: CLIENT_ID.to_owned(), venue_id, symbol: "BTC/USD".parse().expect("a symbol"), sent_at: NOW }
}
