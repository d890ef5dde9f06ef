//! Who asks: the key's header, the time, and a signature over exactly what was sent.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Trouble;
use crate::{http::Request, keys, venue::Credentials};

const WINDOW_MS: i64 = 5_000;
const WINDOW_MAX_MS: i64 = 60_000;
const AHEAD_MS: i64 = 1_000;

/// Two keys of the same account: one with whatever secret was given, and one that always is Ed25519.
pub struct Keys {
    pub main: Credentials,
    pub ed25519: Credentials,
}

impl Keys {
    fn find(&self, key: &str) -> Result<&Credentials, Trouble> {
        if key.is_empty() {
            return Err(Trouble(401, -2014, "API-key format invalid."));
        }
        let found = [&self.main, &self.ed25519].into_iter().find(|one| one.key == key);
        found.ok_or(Trouble(401, -2015, "Invalid API-key, IP, or permissions for action."))
    }

    pub fn check_request(&self, request: &Request, now_ms: i64) -> Result<(), Trouble> {
        let credentials = self.find(request.header("x-mbx-apikey"))?;
        let payload = format!("{}{}", unsigned(&request.query), unsigned(&request.body));
        check_time(request.number("timestamp"), request.number("recvWindow"), now_ms)?;
        let signature = request.param("signature").ok_or(Trouble(400, -1102, "Mandatory parameter 'signature' was not sent."))?;
        check_signature(credentials, &payload, signature)
    }

    /// Of the WebSocket API: the parameters in the order of the alphabet, not encoded. Tells whether the key is Ed25519.
    pub fn check_params(&self, params: &Value, now_ms: i64) -> Result<bool, Trouble> {
        let credentials = self.find(params["apiKey"].as_str().unwrap_or_default())?;
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let named: BTreeMap<&String, String> = params.as_object().into_iter().flatten().map(|(name, value)| (name, plain(value))).collect();
        let signed = named.iter().filter(|(name, _)| name.as_str() != "signature");
        let payload: Vec<String> = signed.map(|(name, value)| format!("{name}={value}")).collect();
        check_time(params["timestamp"].as_i64(), params["recvWindow"].as_i64(), now_ms)?;
        check_signature(credentials, &payload.join("&"), params["signature"].as_str().unwrap_or_default())?;
        Ok(keys::is_pem(&credentials.secret))
    }
}

fn unsigned(encoded: &str) -> String {
    encoded.split('&').filter(|pair| !pair.starts_with("signature=")).collect::<Vec<_>>().join("&")
}

fn check_time(timestamp: Option<i64>, window: Option<i64>, now_ms: i64) -> Result<(), Trouble> {
    let timestamp = timestamp.ok_or(Trouble(400, -1102, "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed."))?;
    let window = window.unwrap_or(WINDOW_MS);
    if window > WINDOW_MAX_MS {
        return Err(Trouble(400, -1131, "recvWindow must be less than 60000."));
    }
    if timestamp >= now_ms + AHEAD_MS {
        return Err(Trouble(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time."));
    }
    if now_ms - timestamp > window {
        return Err(Trouble(400, -1021, "Timestamp for this request is outside of the recvWindow."));
    }
    Ok(())
}

fn check_signature(credentials: &Credentials, payload: &str, signature: &str) -> Result<(), Trouble> {
    let is_right = if keys::is_pem(&credentials.secret) {
        keys::base64(signature).is_some_and(|signature| keys::verify_ed25519(&credentials.secret, payload.as_bytes(), &signature))
    } else {
        keys::hmac_sha256_hex(&credentials.secret, payload.as_bytes()) == signature.to_ascii_lowercase()
    };
    if is_right { Ok(()) } else { Err(Trouble(400, -1022, "Signature for this request is not valid.")) }
}
