//! `SpeedTrade-Signature: t=<unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::net::hex;

pub(super) const HEADER: &str = "SpeedTrade-Signature";

pub(super) fn sign(secret: &str, unix: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(unix.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    format!("t={unix},v1={}", hex(&mac.finalize().into_bytes()))
}
