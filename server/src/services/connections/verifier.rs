//! Asking a venue whose key it is. The connectors answer; tests answer instead of them.

use std::pin::Pin;

use speedtrade::{
    venue::{Environment, Venue},
    wire::{AccountView, ConnectionView, HoldingView, VenueTold},
};

use super::ConnectionError;
use crate::{
    broker::{Holding, Identity, VenueError},
    net::KeyPair,
    store::BrokerAccount,
};

pub type Identifying<'a> = Pin<Box<dyn Future<Output = Result<(Identity, Vec<Holding>), VenueError>> + Send + 'a>>;

pub trait Verifier: Send + Sync {
    /// Whose key it is, what it may do and what the account holds. Ends by itself; changes nothing at the venue.
    fn identify<'a>(&'a self, venue: Venue, environment: Environment, keys: &'a KeyPair) -> Identifying<'a>;
}

/// What a venue said of a key that is good.
pub struct Identified {
    pub(super) venue_account: String,
    pub(super) told: VenueTold,
}

impl Identified {
    pub(super) fn new(identity: Identity, holdings: Vec<Holding>) -> Self {
        let Identity { account, may_trade, may_withdraw, notes } = identity;
        let holdings = holdings.into_iter().map(|of| HoldingView { asset: of.asset, total: of.total, locked: of.locked }).collect();
        Self { venue_account: account, told: VenueTold { may_trade, may_withdraw, notes, holdings } }
    }

    pub(super) fn refuse_withdrawal(&self, venue: Venue) -> Result<(), ConnectionError> {
        if self.told.may_withdraw == Some(true) { Err(ConnectionError::MayWithdraw { venue }) } else { Ok(()) }
    }
}

pub(super) fn view(account: BrokerAccount) -> AccountView {
    AccountView {
        id: account.id,
        account_type: account.venue.as_str().to_owned(),
        is_paper: account.environment == Environment::Practice,
        label: account.label,
        created_at: account.created_at,
        connection: Some(ConnectionView {
            venue: account.venue,
            environment: account.environment,
            venue_account: account.venue_account,
            key_hint: account.key_hint,
            told: account.told,
            verified_at: account.verified_at,
            health: None,
        }),
        closed_by: None,
    }
}
