//! Coinbase Advanced Trade: spot crypto against the dollar. There is no practice environment (its sandbox answers with canned
//! replies), so every order moves real money.
//! Must never send an order in dollars but a market buy, and never take a failure with HTTP 200 for a success.

mod client;
mod convert;
mod errors;
mod freeze;
mod sign;
mod stream;
mod wire;

use std::time::Duration;

use self::sign::Signer;
use super::{
    Frozen, Unsupported, VenueError, VenueOrder,
    http::{Allowance, Http},
};
use crate::{clock::Clock, net::KeyPair};

/// Private questions in a second, for one key.
const ALLOWANCE: Allowance = Allowance { weight: 30, per: Duration::from_secs(1) };
const PATIENCE: Duration = Duration::from_secs(10);

/// Where Coinbase is, and whose account it is.
#[derive(Debug, Clone)]
pub struct CoinbaseConfig {
    pub rest: String,
    /// The stream of the account, not that of the market.
    pub stream: String,
    /// The key's name (`organizations/…/apiKeys/…`) and its secret: PEM of a P-256 key, or base64 of an Ed25519 key.
    pub keys: KeyPair,
    /// How long a question may take.
    pub patience: Duration,
    pub allowance: Allowance,
}

impl CoinbaseConfig {
    pub fn live(keys: KeyPair) -> Self {
        let (rest, stream) = ("https://api.coinbase.com".to_owned(), "wss://advanced-trade-ws-user.coinbase.com".to_owned());
        Self { rest, stream, keys, patience: PATIENCE, allowance: ALLOWANCE }
    }
}

pub struct Coinbase {
    http: Http,
    stream: String,
    signer: Signer,
    clock: Clock,
}

impl Coinbase {
    pub fn new(config: &CoinbaseConfig, clock: Clock) -> Result<Self, VenueError> {
        let signer = Signer::new(&config.keys, &config.rest)?;
        let http = Http::new(&config.rest, config.allowance, config.patience)?;
        Ok(Self { http, stream: config.stream.clone(), signer, clock })
    }
}

/// The order as it will be sent; needs no key.
pub fn frozen(order: &VenueOrder) -> Result<Frozen, Unsupported> {
    freeze::order(order)
}

#[cfg(test)]
mod tests;
