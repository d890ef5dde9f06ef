//! Coinbase's proof of a key: a token of two minutes for one method and path, signed with ES256 or `EdDSA`.
//! Must never show the key, and never sign for another host than the configured one.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use base64ct::{Base64, Encoding as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};
use serde::Serialize;
use speedtrade::time::Timestamp;

use super::VenueError;
use crate::net::KeyPair;

const LIFE_SECONDS: i64 = 120;
/// Bytes of an Ed25519 seed; a longer secret carries the public key behind it.
const SEED: usize = 32;

pub(super) struct Signer {
    name: String,
    key: EncodingKey,
    algorithm: Algorithm,
    host: String,
    /// Makes two tokens of one microsecond differ.
    count: AtomicU64,
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    iss: &'static str,
    nbf: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

impl Signer {
    pub(super) fn new(keys: &KeyPair, base: &str) -> Result<Self, VenueError> {
        let secret = keys.secret.expose().replace("\\n", "\n");
        let (key, algorithm) = if secret.contains("-----BEGIN") { from_pem(&secret) } else { from_seed(&secret) }.ok_or_else(unreadable)?;
        let host = base.split_once("://").map_or(base, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default().to_owned();
        Ok(Self { name: keys.id.expose().to_owned(), key, algorithm, host, count: AtomicU64::new(0) })
    }

    /// For one question: `path` without its query.
    pub(super) fn for_question(&self, method: &str, path: &str, at: Timestamp) -> Result<String, VenueError> {
        self.token(Some(format!("{method} {}{path}", self.host)), at)
    }

    pub(super) fn for_stream(&self, at: Timestamp) -> Result<String, VenueError> {
        self.token(None, at)
    }

    fn token(&self, uri: Option<String>, at: Timestamp) -> Result<String, VenueError> {
        let nonce = format!("{:016x}{:016x}", at.micros(), self.count.fetch_add(1, Ordering::Relaxed));
        let header = Header { kid: Some(self.name.clone()), nonce: Some(nonce), ..Header::new(self.algorithm) };
        let nbf = at.seconds();
        let claims = Claims { sub: &self.name, iss: "cdp", nbf, exp: nbf + LIFE_SECONDS, uri };
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| unreadable())
    }
}

fn unreadable() -> VenueError {
    let detail = "the secret is neither a P-256 key in PEM nor an Ed25519 key in base64".to_owned();
    VenueError::Unauthorized { detail }
}

/// SEC1 (`EC PRIVATE KEY`) or PKCS#8 (`PRIVATE KEY`).
fn from_pem(pem: &str) -> Option<(EncodingKey, Algorithm)> {
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()?;
    if let Ok(pair) = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_der()) {
        let pkcs8 = pair.to_pkcs8v1().ok()?;
        return Some((EncodingKey::from_ec_der(pkcs8.as_ref()), Algorithm::ES256));
    }
    ed25519(&Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_der()).ok()?)
}

fn from_seed(text: &str) -> Option<(EncodingKey, Algorithm)> {
    let bytes = Base64::decode_vec(text).ok()?;
    let has_length = bytes.len() == SEED || bytes.len() == 2 * SEED;
    ed25519(&Ed25519KeyPair::from_seed_unchecked(bytes.get(..SEED).filter(|_| has_length)?).ok()?)
}

fn ed25519(pair: &Ed25519KeyPair) -> Option<(EncodingKey, Algorithm)> {
    let pkcs8 = pair.to_pkcs8().ok()?;
    Some((EncodingKey::from_ed_der(pkcs8.as_ref()), Algorithm::EdDSA))
}
