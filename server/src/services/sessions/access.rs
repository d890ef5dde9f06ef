//! The access token: a JWT for half an hour, HS256 and nothing else. It says who and which session, and no more.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use speedtrade::{
    ids::{SessionId, UserId},
    time::{SECOND_US, Timestamp},
};

use crate::{secrets::TokenKey, services::ServiceError};

pub const ACCESS_SECONDS: i64 = 30 * 60;
const ISSUER: &str = "speedtrade";
const AUDIENCE: &str = "speedtrade";
const TYPE: &str = "access";
/// Longer texts are not tokens of ours.
const LENGTH_MAX: usize = 1_024;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    sub: String,
    sid: String,
    iat: i64,
    exp: i64,
    iss: String,
    aud: String,
    typ: String,
}

impl Claims {
    pub(super) fn ends(&self) -> Timestamp {
        Timestamp::from_micros(self.exp.saturating_mul(SECOND_US))
    }

    pub(super) fn session_id(&self) -> Result<SessionId, ServiceError> {
        self.sid.parse().map_err(|_| ServiceError::Internal("a signed token names no session"))
    }
}

pub(super) struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    pub(super) fn new(key: &TokenKey) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        // Time is compared with the desk's clock, below.
        validation.validate_exp = false;
        Self { encoding: EncodingKey::from_secret(key.bytes()), decoding: DecodingKey::from_secret(key.bytes()), validation }
    }

    pub(super) fn encode(&self, user: UserId, session: SessionId, now: Timestamp) -> Result<String, ServiceError> {
        let claims = Claims {
            sub: user.to_string(),
            sid: session.to_string(),
            iat: now.seconds(),
            exp: now.seconds() + ACCESS_SECONDS,
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            typ: TYPE.to_owned(),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding);
        token.map_err(|_| ServiceError::Internal("a token could not be signed"))
    }

    pub(super) fn decode(&self, token: &str, now: Timestamp) -> Option<Claims> {
        self.decode_expired(token).filter(|claims| now.seconds() < claims.exp)
    }

    /// Also a token whose time is over: enough to end its session, and for nothing else.
    pub(super) fn decode_expired(&self, token: &str) -> Option<Claims> {
        if token.len() > LENGTH_MAX {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        Some(claims).filter(|claims| claims.typ == TYPE)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tokens(fill: u8) -> AccessTokens {
        AccessTokens::new(&TokenKey::for_tests(fill))
    }

    fn issued(by: &AccessTokens) -> String {
        by.encode(UserId::new(Uuid::from_u128(1)), SessionId::new(Uuid::from_u128(2)), Timestamp::EPOCH).expect("signs")
    }

    #[test]
    fn a_token_is_good_for_half_an_hour() {
        let tokens = tokens(1);
        let token = issued(&tokens);
        let at = |seconds: i64| tokens.decode(&token, Timestamp::from_micros(seconds * SECOND_US)).is_some();
        assert!(at(0) && at(ACCESS_SECONDS - 1));
        assert!(!at(ACCESS_SECONDS));
        assert!(tokens.decode_expired(&token).is_some());
    }

    #[test]
    fn other_keys_algorithms_and_types_are_refused() {
        let tokens = tokens(1);
        assert!(tokens.decode_expired(&issued(&AccessTokens::new(&TokenKey::for_tests(2)))).is_none());
        let claims = |typ: &str, iss: &str| Claims {
            sub: "u".to_owned(),
            sid: Uuid::from_u128(2).to_string(),
            iat: 0,
            exp: i64::MAX,
            iss: iss.to_owned(),
            aud: AUDIENCE.to_owned(),
            typ: typ.to_owned(),
        };
        let sign = |algorithm, claims: &Claims| jsonwebtoken::encode(&Header::new(algorithm), claims, &tokens.encoding).expect("signs");
        assert!(tokens.decode_expired(&sign(Algorithm::HS256, &claims(TYPE, ISSUER))).is_some());
        assert!(tokens.decode_expired(&sign(Algorithm::HS512, &claims(TYPE, ISSUER))).is_none());
        assert!(tokens.decode_expired(&sign(Algorithm::HS256, &claims("refresh", ISSUER))).is_none());
        assert!(tokens.decode_expired(&sign(Algorithm::HS256, &claims(TYPE, "elsewhere"))).is_none());
        // {"alg":"none","typ":"JWT"} with the same claims and no signature.
        let good = sign(Algorithm::HS256, &claims(TYPE, ISSUER));
        let body = good.split('.').nth(1).expect("three parts");
        assert!(tokens.decode_expired(&format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.")).is_none());
    }
}
