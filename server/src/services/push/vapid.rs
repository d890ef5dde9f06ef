//! Who sends a push message: a short signed note for each push service (RFC 8292).

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

use crate::{secrets::VapidKey, services::ServiceError};

/// A note is good for so long; services refuse more than a day.
const NOTE_SECONDS: i64 = 12 * 3_600;

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

/// No `Debug`: it holds a key.
pub(super) struct Vapid {
    key: EncodingKey,
    public_key: String,
    /// Whom a push service may write to: `mailto:…` or `https://…`.
    contact: String,
}

impl Vapid {
    pub(super) fn new(key: &VapidKey, contact: String) -> Self {
        Self { key: EncodingKey::from_ec_der(key.pkcs8()), public_key: key.public_key(), contact }
    }

    /// Base64url of the uncompressed point.
    pub(super) fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The value of `Authorization` for the service of this origin.
    pub(super) fn authorization(&self, origin: &str, now_seconds: i64) -> Result<String, ServiceError> {
        let claims = Claims { aud: origin, exp: now_seconds + NOTE_SECONDS, sub: &self.contact };
        let note = encode(&Header::new(Algorithm::ES256), &claims, &self.key);
        let note = note.map_err(|_| ServiceError::Internal("a note to a push service could not be signed"))?;
        Ok(format!("vapid t={note}, k={}", self.public_key))
    }
}
