//! `speedtrade rotate-keys`: another master key, or other data keys too. Whenever it is cut off, everything still opens, and the
//! next run goes on where it stopped. A desk may be running meanwhile.

use std::fmt;

use speedtrade::ids::UserId;

use super::keys;
use crate::{
    secrets::{MasterKey, MasterKeyFile, SecretsError},
    store::{self, DataKeyRecord, DataKeysFor, Db, StoreError, Tx},
    vault::{Vault, VaultError},
};

const PAGE: i64 = 500;

#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error("the database can't be used; nothing was changed")]
    Store(#[from] StoreError),
    #[error("the key of user {user} does not open; nothing was changed")]
    Vault {
        user: UserId,
        #[source]
        source: VaultError,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The data keys stay and are wrapped anew.
    MasterKey,
    /// Every secret is sealed anew under a new data key.
    DataKeysToo,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rotated {
    pub data_keys: u64,
    /// Accounts whose keys were sealed anew.
    pub accounts: u64,
}

pub async fn rotate_keys(db: &Db, file: &MasterKeyFile, rotation: Rotation) -> Result<Rotated, RotationError> {
    let vault = Vault::open(file.clone())?;
    file.add_next()?;
    let (rotated, newest) = rewrap(db, &vault, file, rotation).await?;
    file.promote(&newest)?;
    Ok(rotated)
}

/// In one transaction, with the key that is the newest then: two that rotate at once go one after the other. The master key
/// before is still in the file, and until this commits it is the one that counts.
pub(super) async fn rewrap(
    db: &Db,
    vault: &Vault,
    file: &MasterKeyFile,
    rotation: Rotation,
) -> Result<(Rotated, MasterKey), RotationError> {
    let mut tx = db.begin().await?;
    store::lock_data_keys(&mut tx, DataKeysFor::Rewrapping).await?;
    let newest = file.load()?.newest().clone();
    let (mut rotated, mut after) = (Rotated::default(), None);
    loop {
        let page = store::list_data_keys(&mut tx, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.user_id);
        for record in page {
            rotated.data_keys += 1;
            match rotation {
                Rotation::MasterKey => rewrap_one(&mut tx, vault, &newest, &record).await?,
                Rotation::DataKeysToo => rotated.accounts += reseal(&mut tx, vault, &record).await?,
            }
        }
    }
    tx.commit().await?;
    Ok((rotated, newest))
}

async fn rewrap_one(tx: &mut Tx, vault: &Vault, newest: &MasterKey, record: &DataKeyRecord) -> Result<(), RotationError> {
    let user = record.user_id;
    let wrapped = keys::unwrap(vault, record).and_then(|key| key.wrap(user, newest));
    let wrapped = wrapped.map_err(|source| RotationError::Vault { user, source })?;
    Ok(store::update_data_key(tx, &keys::record(user, wrapped)).await?)
}

/// How many accounts of the user were sealed anew.
async fn reseal(tx: &mut Tx, vault: &Vault, record: &DataKeyRecord) -> Result<u64, RotationError> {
    let user = record.user_id;
    let failed = |source| RotationError::Vault { user, source };
    let old = keys::unwrap(vault, record).map_err(failed)?;
    let (new, wrapped) = vault.new_data_key(user).map_err(failed)?;
    let mut accounts = 0;
    for (account, sealed) in store::list_sealed_keys(tx, user).await? {
        let opened = keys::open(&old, user, account, &sealed);
        let sealed = opened.and_then(|opened| keys::seal(&new, user, account, &opened)).map_err(failed)?;
        store::update_sealed_keys(tx, user, account, &sealed).await?;
        accounts += 1;
    }
    store::update_data_key(tx, &keys::record(user, wrapped)).await?;
    Ok(accounts)
}

/// For the person who ran it.
impl fmt::Display for Rotated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { data_keys, accounts } = self;
        writeln!(f, "The master key is a new one. {data_keys} data keys are wrapped with it, 0 failed.")?;
        if *accounts > 0 {
            writeln!(f, "The keys of {accounts} accounts are sealed under new data keys.")?;
        }
        write!(f, "Keep a copy of the file that holds it; copies of the database from before need the key from before.")
    }
}
