//! A JSON web token, ES256, for one method and path: its signature, its times, whom it names.

use serde_json::Value;

use crate::{http::Request, keys, venue::Credentials};

/// How far the client's clock may be off.
const LEEWAY_S: i64 = 5;
const LIFE_MAX_S: i64 = 120;

pub fn is_request_signed(credentials: &Credentials, request: &Request, now_s: i64) -> bool {
    let token = request.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
    let Some(claims) = claims(credentials, token, now_s) else { return false };
    let Some((method, address)) = claims["uri"].as_str().and_then(|uri| uri.split_once(' ')) else { return false };
    // The host differs, for the fake is not where Coinbase is; some clients write the scheme before it.
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    method == request.method && address.split_once('/').is_some_and(|(_, path)| path == request.path.trim_start_matches('/'))
}

/// Of a stream: it names no question.
pub fn is_stream_signed(credentials: &Credentials, token: &str, now_s: i64) -> bool {
    claims(credentials, token, now_s).is_some_and(|claims| claims["uri"].is_null())
}

fn claims(credentials: &Credentials, token: &str, now_s: i64) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (head, body) = signed.split_once('.')?;
    let [head, body] = [head, body].map(|part| keys::base64_url(part).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()));
    let (head, claims) = (head?, body?);
    let is_signed = keys::verify_p256(&credentials.secret, signed.as_bytes(), &keys::base64_url(signature)?);
    let names_key = head["kid"] == credentials.key.as_str() && claims["sub"] == credentials.key.as_str();
    let (from, until) = (claims["nbf"].as_i64()?, claims["exp"].as_i64()?);
    let is_now = from <= now_s + LEEWAY_S && now_s <= until + LEEWAY_S && until - from <= LIFE_MAX_S;
    let is_right = is_signed && names_key && is_now && head["alg"] == "ES256" && head["nonce"].is_string();
    (is_right && matches!(claims["iss"].as_str(), Some("cdp" | "coinbase-cloud"))).then_some(claims)
}
