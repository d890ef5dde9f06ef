//! Binance's signatures, over the percent-encoded parameters: HMAC-SHA-256 as hex, or Ed25519 as base64.
//! Must never show the secret.

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, EncodingKey};
use sha2::Sha256;

use crate::{broker::VenueError, net::Key};

pub(super) enum Signer {
    Hmac(Key),
    Ed25519(EncodingKey),
}

impl Signer {
    /// A secret in PEM is an Ed25519 key (PKCS#8), also where its line ends came as `\n` in two characters.
    pub(super) fn new(secret: &Key) -> Result<Self, VenueError> {
        if !secret.expose().contains("-----BEGIN") {
            return Ok(Self::Hmac(secret.clone()));
        }
        let key = der(secret.expose()).map(|der| EncodingKey::from_ed_der(&der)).filter(|key| ed25519(key, "").is_some());
        let key = key.ok_or_else(|| VenueError::Unauthorized { detail: "the secret is no Ed25519 key in PKCS#8".to_owned() })?;
        Ok(Self::Ed25519(key))
    }

    pub(super) fn sign(&self, payload: &str) -> String {
        match self {
            Self::Hmac(secret) => {
                let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes keys of any length");
                let signature = mac.chain_update(payload).finalize().into_bytes();
                signature.iter().fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"))
            }
            Self::Ed25519(key) => ed25519(key, payload).expect("the key has signed when it was read"),
        }
    }
}

/// What stands between the two lines of dashes.
fn der(pem: &str) -> Option<Vec<u8>> {
    let pem = pem.replace("\\n", "\n");
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    Base64::decode_vec(&body).ok()
}

fn ed25519(key: &EncodingKey, payload: &str) -> Option<String> {
    let signature = jsonwebtoken::crypto::sign(payload.as_bytes(), key, Algorithm::EdDSA).ok()?;
    Some(Base64::encode_string(&Base64UrlUnpadded::decode_vec(&signature).ok()?))
}

/// Parameters in a fixed order, percent-encoded as they are signed and sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Params(String);

impl Params {
    /// What was encoded before.
    pub(super) fn encoded(text: &str) -> Self {
        Self(text.to_owned())
    }

    #[must_use]
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        encode(value, &mut self.0);
        self
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push_str(&format!("%{byte:02X}"));
        }
    }
}
