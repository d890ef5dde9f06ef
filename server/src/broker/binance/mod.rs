//! Binance spot: orders and account by REST, the private stream by the WebSocket API. `BTC/USD` is the pair with the configured
//! quote asset. A client id is unique among open orders only, so an order is looked up and never sent again.

mod calls;
mod clock;
mod connector;
mod convert;
mod errors;
mod freeze;
mod sign;
mod stream;
mod transport;
mod wire;

#[cfg(test)]
mod tests;

use speedtrade::venue::Environment;

use super::{Frozen, Unsupported, VenueError, VenueOrder};
use crate::{
    clock::Clock,
    net::{KeyPair, Names},
};
use transport::Transport;

/// Where Binance is, and as whom the desk comes.
#[derive(Debug, Clone)]
pub struct BinanceConfig {
    pub rest: String,
    /// The WebSocket API, with its path.
    pub stream: String,
    pub environment: Environment,
    /// The secret is an HMAC secret, or an Ed25519 key in PEM.
    pub keys: KeyPair,
    /// The asset that stands for USD.
    pub names: Names,
}

impl BinanceConfig {
    pub fn new(environment: Environment, keys: KeyPair, names: Names) -> Self {
        let (rest, stream) = match environment {
            Environment::Live => ("https://api.binance.com", "wss://ws-api.binance.com:443/ws-api/v3"),
            Environment::Practice => ("https://testnet.binance.vision", "wss://ws-api.testnet.binance.vision/ws-api/v3"),
        };
        Self { rest: rest.to_owned(), stream: stream.to_owned(), environment, keys, names }
    }
}

/// One account at Binance.
pub struct Binance {
    environment: Environment,
    stream: String,
    names: Names,
    transport: Transport,
}

impl Binance {
    pub fn new(config: BinanceConfig, clock: Clock) -> Result<Self, VenueError> {
        let transport = Transport::new(&config.rest, config.keys, clock)?;
        Ok(Self { environment: config.environment, stream: config.stream, names: config.names, transport })
    }
}

/// The order as it will be sent; needs no key.
pub fn frozen(order: &VenueOrder, names: &Names) -> Result<Frozen, Unsupported> {
    freeze::new_order(order, names)
}
