//! Alpaca: stocks and crypto, orders and account by REST, `trade_updates` by its stream. A client id is unique for good, so a
//! repeated one proves that its order exists. Executions have no name that both sides share: they are told cumulatively.

mod calls;
mod connector;
mod convert;
mod errors;
mod freeze;
mod stream;
mod transport;
mod wire;

#[cfg(test)]
mod tests;

use std::time::Duration;

use speedtrade::venue::Environment;

use super::{Frozen, Unsupported, VenueError, VenueOrder, http::Allowance};
use crate::net::KeyPair;
use transport::Transport;

/// The venue takes 200 a minute: half of them at once, half as they come back.
const ALLOWANCE: Allowance = Allowance { weight: 100, per: Duration::from_mins(1) };
const PATIENCE: Duration = Duration::from_secs(15);

/// Where Alpaca is, and as whom the desk comes. Keys of paper accounts work at the paper address only.
#[derive(Debug, Clone)]
pub struct AlpacaConfig {
    pub rest: String,
    /// With its path.
    pub stream: String,
    pub keys: KeyPair,
    /// Requests of the key.
    pub allowance: Allowance,
    /// How long an answer may take.
    pub patience: Duration,
}

impl AlpacaConfig {
    pub fn new(environment: Environment, keys: KeyPair) -> Self {
        let (rest, stream) = match environment {
            Environment::Live => ("https://api.alpaca.markets", "wss://api.alpaca.markets/stream"),
            Environment::Practice => ("https://paper-api.alpaca.markets", "wss://paper-api.alpaca.markets/stream"),
        };
        Self { rest: rest.to_owned(), stream: stream.to_owned(), keys, allowance: ALLOWANCE, patience: PATIENCE }
    }
}

/// One account at Alpaca.
pub struct Alpaca {
    stream: String,
    transport: Transport,
}

impl Alpaca {
    pub fn new(config: AlpacaConfig) -> Result<Self, VenueError> {
        let transport = Transport::new(&config)?;
        Ok(Self { stream: config.stream, transport })
    }
}

/// The order as it will be sent; needs no key.
pub fn frozen(order: &VenueOrder) -> Result<Frozen, Unsupported> {
    freeze::new_order(order)
}
