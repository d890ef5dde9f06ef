//! AES-256-GCM and its text form, `v1.<key id>.<base64 of nonce, ciphertext and tag>`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::VaultError;

const VERSION: &str = "v1";

pub(super) fn seal(key: &[u8], key_id: &str, place: &str, secret: &[u8]) -> Result<String, VaultError> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| VaultError::NotSealed)?;
    let mut sealed = secret.to_vec();
    let nonce = key.seal_in_place_append_tag(Aad::from(bound(key_id, place)), &mut sealed).map_err(|_| VaultError::NotSealed)?;
    let mut bytes = nonce.as_ref().to_vec();
    bytes.append(&mut sealed);
    Ok(format!("{VERSION}.{key_id}.{}", Base64::encode_string(&bytes)))
}

pub(super) fn open(key: &[u8], key_id: &str, place: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let text = parts(sealed).filter(|(id, _)| *id == key_id).map(|(_, text)| text).ok_or(VaultError::NotOpened)?;
    let mut bytes = Zeroizing::new(Base64::decode_vec(text).map_err(|_| VaultError::NotOpened)?);
    let (nonce, ciphertext) = bytes.split_at_mut_checked(NONCE_LEN).ok_or(VaultError::NotOpened)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::NotOpened)?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| VaultError::NotOpened)?;
    let secret = key.open_in_place(nonce, Aad::from(bound(key_id, place)), ciphertext).map_err(|_| VaultError::NotOpened)?;
    Ok(Zeroizing::new(secret.to_vec()))
}

/// The key that a sealed text names.
pub(super) fn key_id_of(sealed: &str) -> Option<&str> {
    parts(sealed).map(|(id, _)| id)
}

fn parts(sealed: &str) -> Option<(&str, &str)> {
    sealed.strip_prefix(VERSION)?.strip_prefix('.')?.split_once('.')
}

/// What a sealed text is bound to beside its key.
fn bound(key_id: &str, place: &str) -> String {
    format!("{VERSION}/{place}/{key_id}")
}
