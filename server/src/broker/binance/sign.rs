//! Binance's signatures, over the percent-encoded parameters: HMAC-SHA-256 as hex, or Ed25519 as base64.
//! Must never show the secret.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{
    broker::{VenueError, form},
    net::{Key, hex},
};

pub(super) enum Signer {
    Hmac(Key),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// A secret in PEM is an Ed25519 key (PKCS#8), also where its line ends came as `\n` in two characters.
    pub(super) fn new(secret: &Key) -> Result<Self, VenueError> {
        if !secret.expose().contains("-----BEGIN") {
            return Ok(Self::Hmac(secret.clone()));
        }
        let key = der(secret.expose()).and_then(|der| Ed25519KeyPair::from_pkcs8(&der).ok());
        key.map(Self::Ed25519).ok_or_else(|| VenueError::Unauthorized { detail: "the secret is no Ed25519 key in PKCS#8".to_owned() })
    }

    pub(super) fn sign(&self, payload: &str) -> String {
        match self {
            Self::Hmac(secret) => {
                let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes keys of any length");
                hex(&mac.chain_update(payload).finalize().into_bytes())
            }
            Self::Ed25519(key) => Base64::encode_string(key.sign(payload.as_bytes()).as_ref()),
        }
    }
}

/// What stands between the two lines of dashes.
fn der(pem: &str) -> Option<Vec<u8>> {
    let pem = pem.replace("\\n", "\n");
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    Base64::decode_vec(&body).ok()
}

/// Parameters in a fixed order, percent-encoded as they are signed and sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Params(String);

impl Params {
    /// What was encoded before.
    pub(super) fn of_encoded(text: &str) -> Self {
        Self(text.to_owned())
    }

    #[must_use]
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(&form::encode(&[(name, value)]));
        self
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
