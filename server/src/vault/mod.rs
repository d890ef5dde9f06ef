//! Secrets of users, sealed: each user has a data key, and the master key, kept outside the database, wraps the data keys.
//!
//! What was sealed opens only where it was sealed for: another user, account, field or key is refused. Must never log, return
//! or quote a secret or a key.

mod sealed;
#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use speedtrade::ids::{AccountId, UserId};
use zeroize::Zeroizing;

use crate::secrets::{self, KEY_BYTES, MasterKey, MasterKeyFile, MasterKeys, SecretsError, key_id};

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the master key can't be read")]
    Secrets(#[from] SecretsError),
    /// Changed, cut off, or sealed for another user, account, field or key.
    #[error("a sealed secret does not open")]
    NotOpened,
    #[error("no master key {id} to open a data key with")]
    UnknownKey { id: String },
    #[error("the secret could not be sealed")]
    NotSealed,
}

/// Opens and makes data keys. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    file: MasterKeyFile,
    keys: Arc<RwLock<MasterKeys>>,
}

/// A user's data key. No `Debug`, no `Display`.
pub struct DataKey {
    id: String,
    bytes: Zeroizing<Vec<u8>>,
}

/// A data key as the database keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    pub key_id: String,
    /// `v1.<id of the master key>.<base64>`
    pub wrapped: String,
}

/// What a secret is sealed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub user: UserId,
    pub account: AccountId,
    pub field: Field,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    KeyId,
    Secret,
}

impl Field {
    const fn as_str(self) -> &'static str {
        match self {
            Self::KeyId => "key_id",
            Self::Secret => "secret",
        }
    }
}

impl Vault {
    /// Makes the master key at the first start.
    pub fn open(file: MasterKeyFile) -> Result<Self, SecretsError> {
        let keys = Arc::new(RwLock::new(file.load_or_make()?));
        Ok(Self { file, keys })
    }

    /// A new data key, wrapped with the newest master key of the file. Whoever keeps it holds the lock of the data keys, so
    /// that no change of the master key passes it by.
    pub fn new_data_key(&self, user: UserId) -> Result<(DataKey, WrappedKey), VaultError> {
        let bytes = secrets::random(KEY_BYTES)?;
        let key = DataKey { id: key_id(&bytes), bytes };
        let wrapped = key.wrap(user, self.reload()?.newest())?;
        Ok((key, wrapped))
    }

    pub fn unwrap(&self, user: UserId, wrapped: &WrappedKey) -> Result<DataKey, VaultError> {
        let master = sealed::key_id_of(&wrapped.wrapped).ok_or(VaultError::NotOpened)?;
        let known = self.keys.read().unwrap_or_else(PoisonError::into_inner).find(master).cloned();
        // The master key was changed while the desk runs.
        let key = match known {
            Some(key) => Some(key),
            None => self.reload()?.find(master).cloned(),
        };
        DataKey::unwrap(user, wrapped, &key.ok_or_else(|| VaultError::UnknownKey { id: master.to_owned() })?)
    }

    fn reload(&self) -> Result<MasterKeys, VaultError> {
        let keys = self.file.load()?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.clone();
        Ok(keys)
    }
}

impl DataKey {
    pub fn seal(&self, place: &Place, secret: &str) -> Result<String, VaultError> {
        sealed::seal(&self.bytes, &self.id, &place_text(place), secret.as_bytes())
    }

    pub fn open(&self, place: &Place, sealed: &str) -> Result<Zeroizing<String>, VaultError> {
        let bytes = sealed::open(&self.bytes, &self.id, &place_text(place), sealed)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::NotOpened)?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// The same key under another master key.
    pub fn wrap(&self, user: UserId, master: &MasterKey) -> Result<WrappedKey, VaultError> {
        let wrapped = sealed::seal(master.bytes(), master.id(), &wrapped_place(user, &self.id), &self.bytes)?;
        Ok(WrappedKey { key_id: self.id.clone(), wrapped })
    }

    fn unwrap(user: UserId, wrapped: &WrappedKey, master: &MasterKey) -> Result<Self, VaultError> {
        let bytes = sealed::open(master.bytes(), master.id(), &wrapped_place(user, &wrapped.key_id), &wrapped.wrapped)?;
        Ok(Self { id: wrapped.key_id.clone(), bytes })
    }
}

fn place_text(place: &Place) -> String {
    format!("{}/{}/{}", place.user, place.account, place.field.as_str())
}

fn wrapped_place(user: UserId, key_id: &str) -> String {
    format!("{user}/data_key/{key_id}")
}
