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
pub(crate) mod tests;

use std::{sync::Arc, time::Duration};

use speedtrade::venue::Environment;

use super::{
    Frozen, Unsupported, VenueError, VenueOrder,
    http::{Allowance, Budget},
};
use crate::{
    clock::Clock,
    net::{KeyPair, Names},
};
use transport::Transport;

/// The venue takes a weight of 6,000 a minute and 100 orders in ten seconds: half of them at once, half as they come back.
const ALLOWANCE: Allowance = Allowance { weight: 3_000, per: Duration::from_mins(1) };
/// The venue itself gives up after 10 s.
const PATIENCE: Duration = Duration::from_secs(15);
const ORDERS: Allowance = Allowance { weight: 50, per: Duration::from_secs(10) };

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
    /// Weight of the address.
    pub allowance: Allowance,
    /// What all accounts at this address spend of; absent for one alone.
    pub shared: Option<Arc<Budget>>,
    /// Orders of the account, counted besides.
    pub orders: Allowance,
    /// How long an answer may take.
    pub patience: Duration,
}

impl BinanceConfig {
    pub fn new(environment: Environment, keys: KeyPair, names: Names) -> Self {
        let (rest, stream) = match environment {
            Environment::Live => ("https://api.binance.com", "wss://ws-api.binance.com:443/ws-api/v3"),
            Environment::Practice => ("https://testnet.binance.vision", "wss://ws-api.testnet.binance.vision/ws-api/v3"),
        };
        Self {
            rest: rest.to_owned(),
            stream: stream.to_owned(),
            environment,
            keys,
            names,
            allowance: ALLOWANCE,
            shared: None,
            orders: ORDERS,
            patience: PATIENCE,
        }
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
        let transport = Transport::new(&config, clock)?;
        Ok(Self { environment: config.environment, stream: config.stream, names: config.names, transport })
    }
}

/// The order as it will be sent; needs no key.
pub fn frozen(order: &VenueOrder, names: &Names) -> Result<Frozen, Unsupported> {
    freeze::new_order(order, names)
}
