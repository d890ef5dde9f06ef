//! A user's data key and what is sealed with it.

use speedtrade::ids::{AccountId, UserId};

use super::{ConnectionError, Connections};
use crate::{
    net::{Key, KeyPair},
    services::ServiceError,
    store::{self, BrokerAccount, DataKeyRecord, DataKeysFor, SealedKeys, StoreError, Tx},
    vault::{DataKey, Field, Place, Vault, VaultError, WrappedKey},
};

impl Connections {
    /// The key of an account, to speak to its venue with.
    pub async fn keys(&self, user: UserId, account: AccountId) -> Result<KeyPair, ConnectionError> {
        let ring = store::find_key_ring(&self.db, user, account).await?.ok_or(ServiceError::UNKNOWN_ACCOUNT)?;
        let data_key = unwrap(&self.vault, &ring.data_key)?;
        Ok(open(&data_key, user, account, &ring.keys)?)
    }

    /// The master key of this desk opens what is kept, or the log says that it does not.
    pub async fn check_master_key(&self) -> Result<(), StoreError> {
        let opened = store::find_newest_data_key(&self.db).await?.map(|record| unwrap(&self.vault, &record));
        if let Some(Err(error)) = opened {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the keys of connected accounts can't be read: put back the master key that they were kept with");
        }
        Ok(())
    }

    /// Another key for an account that is kept already.
    pub(super) async fn seal_anew(&self, account: &BrokerAccount, keys: &KeyPair) -> Result<(), ConnectionError> {
        let mut tx = self.db.begin().await?;
        let data_key = self.data_key(&mut tx, account.user_id).await?;
        let sealed = seal(&data_key, account.user_id, account.id, keys)?;
        if !store::replace_broker_keys(&mut tx, account, &sealed).await? {
            return Err(ServiceError::UNKNOWN_ACCOUNT.into());
        }
        Ok(tx.commit().await?)
    }

    pub(super) async fn seal_and_put(&self, tx: &mut Tx, account: &BrokerAccount, keys: &KeyPair) -> Result<(), ConnectionError> {
        let data_key = self.data_key(tx, account.user_id).await?;
        let sealed = seal(&data_key, account.user_id, account.id, keys)?;
        Ok(store::put_broker_account(tx, account, &sealed).await?)
    }

    /// The user's own, made when there is none.
    async fn data_key(&self, tx: &mut Tx, user: UserId) -> Result<DataKey, ConnectionError> {
        store::lock_data_keys(tx, DataKeysFor::Adding).await?;
        if let Some(record) = store::find_data_key(tx, user).await? {
            return Ok(unwrap(&self.vault, &record)?);
        }
        let (key, wrapped) = self.vault.new_data_key(user)?;
        store::insert_data_key(tx, &record(user, wrapped), self.clock.now()).await?;
        Ok(key)
    }
}

pub(super) fn record(user: UserId, wrapped: WrappedKey) -> DataKeyRecord {
    DataKeyRecord { user_id: user, key_id: wrapped.key_id, wrapped: wrapped.wrapped }
}

pub(super) fn unwrap(vault: &Vault, record: &DataKeyRecord) -> Result<DataKey, VaultError> {
    vault.unwrap(record.user_id, &WrappedKey { key_id: record.key_id.clone(), wrapped: record.wrapped.clone() })
}

pub(super) fn seal(key: &DataKey, user: UserId, account: AccountId, keys: &KeyPair) -> Result<SealedKeys, VaultError> {
    let seal = |field, key_part: &Key| key.seal(&Place { user, account, field }, key_part.expose());
    Ok(SealedKeys { key_id: seal(Field::KeyId, &keys.id)?, secret: seal(Field::Secret, &keys.secret)? })
}

pub(super) fn open(key: &DataKey, user: UserId, account: AccountId, sealed: &SealedKeys) -> Result<KeyPair, VaultError> {
    let open = |field, text: &str| Ok::<_, VaultError>(Key::new(&key.open(&Place { user, account, field }, text)?));
    Ok(KeyPair { id: open(Field::KeyId, &sealed.key_id)?, secret: open(Field::Secret, &sealed.secret)? })
}
