//! Accounts of users at venues: connected, verified, renamed, given another key, removed.
//!
//! A key is kept only after its venue accepted it and said that it can't withdraw, and from then on only sealed. Must never
//! return, log or quote a key.

mod error;
mod keys;
mod rotation;
mod rules;
#[cfg(test)]
mod tests;
mod verifier;

use std::{net::IpAddr, sync::Arc};

use speedtrade::{
    ids::{AccountId, UserId},
    venue::{Environment, Venue},
    wire::AccountView,
};
use tokio::sync::Semaphore;

use super::{ServiceError, accounts::Accounts};
use crate::{
    clock::Clock,
    net::KeyPair,
    store::{self, BrokerAccount, Db, Removal, UserAccount},
    vault::Vault,
};
use rules::Checked;

pub use error::ConnectionError;
pub use rotation::{Rotated, Rotation, RotationError, rotate_keys};
pub use verifier::{Identified, Identifying, Verifier};

const ACCOUNTS_MAX: i64 = 8;
/// Questions to venues at once, of all users; who comes beyond is told to come back.
const QUESTIONS_MAX: usize = 8;

/// What a person typed to connect an account. No `Debug`: it holds a key and a password.
pub struct NewConnection {
    pub account_type: String,
    pub is_paper: bool,
    pub label: String,
    pub key: TypedKey,
    pub password: String,
}

/// A venue's key as it was typed. No `Debug`.
pub struct TypedKey {
    pub api_key: String,
    pub api_secret: String,
}

#[derive(Clone)]
pub struct Connections {
    db: Db,
    clock: Clock,
    accounts: Accounts,
    vault: Vault,
    verifier: Arc<dyn Verifier>,
    questions: Arc<Semaphore>,
}

impl Connections {
    pub fn new(db: Db, clock: Clock, accounts: Accounts, vault: Vault, verifier: Arc<dyn Verifier>) -> Self {
        Self { db, clock, accounts, vault, verifier, questions: Arc::new(Semaphore::new(QUESTIONS_MAX)) }
    }

    #[must_use]
    pub fn verifying_with(self, verifier: Arc<dyn Verifier>) -> Self {
        Self { verifier, ..self }
    }

    /// The paper account first, then the others, oldest first.
    pub async fn list(&self, user: UserId) -> Result<Vec<AccountView>, ServiceError> {
        Ok(store::list_user_accounts(&self.db, user).await?.into_iter().map(view).collect())
    }

    /// Asks the venue whose key it is, and keeps it. `address` is where the request came from.
    pub async fn connect(&self, user: UserId, new: NewConnection, address: IpAddr) -> Result<AccountView, ConnectionError> {
        let checked = rules::check(&new)?;
        self.accounts.confirm_password(user, new.password, address).await?;
        let identified = self.identify(checked.venue, checked.environment, &checked.keys).await?;
        identified.refuse_withdrawal(checked.venue)?;
        let account = self.keep(user, checked, identified).await?;
        log("connected", &account);
        Ok(view(UserAccount::Broker(Box::new(account))))
    }

    /// Asks the venue again and keeps what it told, also that the key may withdraw by now.
    pub async fn verify(&self, user: UserId, id: AccountId) -> Result<AccountView, ConnectionError> {
        let account = self.find_broker(user, id).await?;
        let keys = self.keys(user, id).await?;
        let identified = self.identify(account.venue, account.environment, &keys).await.map_err(ConnectionError::of_kept_key)?;
        if identified.venue_account != account.venue_account {
            return Err(ConnectionError::KeptKeyRefused);
        }
        store::set_told(&self.db, user, id, &identified.told, self.clock.now()).await?;
        log("verified", &account);
        identified.refuse_withdrawal(account.venue).map_err(ConnectionError::of_kept_key)?;
        self.find(user, id).await
    }

    pub async fn rename(&self, user: UserId, id: AccountId, label: &str) -> Result<AccountView, ConnectionError> {
        let label = rules::label(label).map_err(|message| ServiceError::field("label", message))?;
        if !store::rename_account(&self.db, user, id, &label).await? {
            return Err(ServiceError::UNKNOWN_ACCOUNT.into());
        }
        tracing::info!(%user, account = %id, "an account was renamed");
        self.find(user, id).await
    }

    /// Another key of the same account at the venue takes the place of the one that is kept.
    pub async fn replace_key(
        &self,
        user: UserId,
        id: AccountId,
        key: TypedKey,
        password: String,
        address: IpAddr,
    ) -> Result<AccountView, ConnectionError> {
        let keys = rules::keys(&key)?;
        let account = self.find_broker(user, id).await?;
        self.accounts.confirm_password(user, password, address).await?;
        let identified = self.identify(account.venue, account.environment, &keys).await?;
        identified.refuse_withdrawal(account.venue)?;
        if identified.venue_account != account.venue_account {
            return Err(ConnectionError::OtherAccount);
        }
        let (key_hint, verified_at) = (rules::hint(&key.api_key), self.clock.now());
        let changed = BrokerAccount { key_hint, told: identified.told, verified_at, ..account };
        self.seal_anew(&changed, &keys).await?;
        log("given another key", &changed);
        self.find(user, id).await
    }

    /// Its keys are wiped, its history stays.
    pub async fn remove(&self, user: UserId, id: AccountId, password: String, address: IpAddr) -> Result<(), ConnectionError> {
        let account = self.find_broker(user, id).await?;
        self.accounts.confirm_password(user, password, address).await?;
        let mut tx = self.db.begin().await?;
        match store::remove_broker_account(&mut tx, user, id, self.clock.now()).await? {
            Removal::Removed => tx.commit().await?,
            Removal::HasOpenOrders => return Err(HAS_OPEN_ORDERS.into()),
            Removal::Missing => return Err(ServiceError::UNKNOWN_ACCOUNT.into()),
        }
        log("removed", &account);
        Ok(())
    }

    async fn find(&self, user: UserId, id: AccountId) -> Result<AccountView, ConnectionError> {
        let account = store::find_user_account(&self.db, user, id).await?;
        Ok(account.map(view).ok_or(ServiceError::UNKNOWN_ACCOUNT)?)
    }

    async fn find_broker(&self, user: UserId, id: AccountId) -> Result<BrokerAccount, ConnectionError> {
        match store::find_user_account(&self.db, user, id).await?.ok_or(ServiceError::UNKNOWN_ACCOUNT)? {
            UserAccount::Broker(account) => Ok(*account),
            UserAccount::Paper(_) => Err(IS_PAPER.into()),
        }
    }

    /// Whose key it is.
    async fn identify(&self, venue: Venue, environment: Environment, keys: &KeyPair) -> Result<Identified, ConnectionError> {
        let _question = self.questions.try_acquire().map_err(|_| ServiceError::Busy)?;
        let (identity, holdings) = self.verifier.identify(venue, environment, keys).await?;
        Ok(Identified::new(identity, holdings))
    }

    async fn keep(&self, user: UserId, checked: Checked, identified: Identified) -> Result<BrokerAccount, ConnectionError> {
        let mut tx = self.db.begin().await?;
        if store::count_broker_accounts(&mut tx, user).await? >= ACCOUNTS_MAX {
            return Err(TOO_MANY.into());
        }
        let Checked { venue, environment, label, keys, key_hint } = checked;
        let known = store::find_known_account(&mut tx, user, venue, environment, &identified.venue_account).await?;
        let now = self.clock.now();
        let id = match known {
            Some(known) if !known.is_removed => return Err(CONNECTED.into()),
            // Connected again: its history goes on.
            Some(known) => known.id,
            None => AccountId::new(self.clock.new_id()),
        };
        let account = BrokerAccount {
            id,
            user_id: user,
            venue,
            environment,
            label,
            venue_account: identified.venue_account,
            key_hint,
            told: identified.told,
            created_at: now,
            verified_at: now,
        };
        self.seal_and_put(&mut tx, &account, &keys).await?;
        tx.commit().await?;
        Ok(account)
    }
}

const IS_PAPER: ServiceError =
    ServiceError::Conflict { code: "paper_account", detail: "This is the desk's own paper account: it has no key and stays." };
const TOO_MANY: ServiceError =
    ServiceError::Conflict { code: "too_many_accounts", detail: "You have connected 8 accounts. Remove one first." };
const CONNECTED: ServiceError = ServiceError::Conflict {
    code: "account_connected",
    detail: "You have connected this account already. Give it the new key instead, on its card.",
};
const HAS_OPEN_ORDERS: ServiceError = ServiceError::Conflict {
    code: "account_has_open_orders",
    detail: "The account has open orders. Cancel them first, then remove the account.",
};

fn log(what: &'static str, account: &BrokerAccount) {
    let (venue, environment) = (account.venue.as_str(), account.environment.as_str());
    tracing::info!(user = %account.user_id, account = %account.id, venue, environment, "an account at a venue was {what}");
}

fn view(account: UserAccount) -> AccountView {
    match account {
        UserAccount::Paper(paper) => AccountView {
            id: paper.id,
            account_type: "paper".to_owned(),
            is_paper: true,
            label: paper.label,
            created_at: paper.created_at,
            connection: None,
            closed_by: None,
        },
        UserAccount::Broker(account) => verifier::view(*account),
    }
}
