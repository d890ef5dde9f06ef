//! The key of push messages: a P-256 key as PKCS#8, beside the others. With another one, browsers have to turn notices on again.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use zeroize::Zeroizing;

use super::{KeyFile, SecretsError};

const VAPID_KEY: &str = "vapid_key";

/// What push messages are signed with. No `Debug`, no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct VapidKey {
    pkcs8: Zeroizing<Vec<u8>>,
    public: Vec<u8>,
}

impl VapidKey {
    pub(crate) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// Base64url of the uncompressed point: what browsers subscribe with.
    pub(crate) fn public_key(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.public)
    }

    /// `None` where the file has no line of it.
    pub(super) fn find(file: &KeyFile) -> Result<Option<Self>, SecretsError> {
        let none = || SecretsError::NoVapidKey { file: file.shown() };
        let Some(pkcs8) = file.find(VAPID_KEY).map_err(|_| none())? else { return Ok(None) };
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).map_err(|_| none())?;
        Ok(Some(Self { public: pair.public_key().as_ref().to_vec(), pkcs8 }))
    }

    /// Makes one and writes it down.
    pub(super) fn add(file: &mut KeyFile) -> Result<Self, SecretsError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| SecretsError::NoRandomness)?;
        let pkcs8 = pair.to_pkcs8v1().map_err(|_| SecretsError::NoRandomness)?;
        file.set(VAPID_KEY, pkcs8.as_ref());
        file.save()?;
        Ok(Self { pkcs8: Zeroizing::new(pkcs8.as_ref().to_vec()), public: pair.public_key().as_ref().to_vec() })
    }
}
