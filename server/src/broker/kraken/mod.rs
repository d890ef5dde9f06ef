//! Kraken: spot crypto against the dollar. There is no practice environment, so every order moves real money.
//! Must never send two private questions at once (nonces have to arrive in their order), and never adopt a stranger's order.

mod assets;
mod client;
mod client_id;
mod convert;
mod errors;
mod freeze;
mod known;
mod sign;
mod stream;
mod wire;

use std::time::Duration;

use tokio::sync::Mutex;

use self::{client_id::Tag, sign::Signer};
use super::{
    Frozen, Unsupported, VenueError, VenueOrder,
    http::{Allowance, Http},
};
use crate::{clock::Clock, net::KeyPair};

/// The counter of the lowest tier: 15, of which a third is forgotten each second. Orders and cancels don't count.
const ALLOWANCE: Allowance = Allowance { weight: 15, per: Duration::from_secs(45) };
const PATIENCE: Duration = Duration::from_secs(10);

/// Where Kraken is, and whose account it is.
#[derive(Debug, Clone)]
pub struct KrakenConfig {
    pub rest: String,
    /// The authenticated stream.
    pub stream: String,
    /// The public part and the private part in base64.
    pub keys: KeyPair,
    /// The four characters that tell this desk's client ids from those of others: `st….-`.
    pub tag: String,
    /// How long a question may take.
    pub patience: Duration,
    /// By the account's tier.
    pub allowance: Allowance,
}

impl KrakenConfig {
    pub fn live(keys: KeyPair, tag: &str) -> Self {
        let (rest, stream) = ("https://api.kraken.com".to_owned(), "wss://ws-auth.kraken.com/v2".to_owned());
        Self { rest, stream, keys, tag: tag.to_owned(), patience: PATIENCE, allowance: ALLOWANCE }
    }
}

pub struct Kraken {
    http: Http,
    stream: String,
    tag: Tag,
    clock: Clock,
    /// Held while a private question is on its way.
    signer: Mutex<Signer>,
    /// A name of the key that tells nothing of it.
    key_name: String,
}

impl Kraken {
    pub fn new(config: &KrakenConfig, clock: Clock) -> Result<Self, VenueError> {
        let signer = Signer::new(&config.keys)?;
        Ok(Self {
            http: Http::new(&config.rest, config.allowance, config.patience)?,
            stream: config.stream.clone(),
            tag: Tag::new(&config.tag),
            clock,
            key_name: signer.key_name(),
            signer: Mutex::new(signer),
        })
    }
}

/// The order as it will be sent; needs no key.
pub fn frozen(order: &VenueOrder) -> Result<Frozen, Unsupported> {
    freeze::order(order)
}

#[cfg(test)]
pub(crate) mod tests;
