//! Kraken's proof of a key: HMAC-SHA512 over the path and a hash of nonce and form. Nonces only grow.
//! Must never show the key.

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256, Sha512};
use speedtrade::time::Timestamp;

use super::VenueError;
use crate::net::KeyPair;

pub(super) struct Signer {
    id: String,
    secret: Vec<u8>,
    last_nonce: i64,
}

/// A form with its nonce, and the headers that prove it.
pub(super) struct Signed {
    pub(super) body: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Signer {
    pub(super) fn new(keys: &KeyPair) -> Result<Self, VenueError> {
        let unreadable = |_| VenueError::Unauthorized { detail: "the private key is not base64".to_owned() };
        let secret = Base64::decode_vec(keys.secret.expose()).map_err(unreadable)?;
        Ok(Self { id: keys.id.expose().to_owned(), secret, last_nonce: 0 })
    }

    /// Microseconds of the attempt, or one more than the last.
    pub(super) fn sign(&mut self, path: &str, form: &str, at: Timestamp) -> Signed {
        self.last_nonce = at.micros().max(self.last_nonce.saturating_add(1));
        let nonce = self.last_nonce.to_string();
        let separator = if form.is_empty() { "" } else { "&" };
        let body = format!("nonce={nonce}{separator}{form}");
        let headers = vec![
            ("api-key", self.id.clone()),
            ("api-sign", self.signature(path, &nonce, &body)),
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
        ];
        Signed { body, headers }
    }

    fn signature(&self, path: &str, nonce: &str, body: &str) -> String {
        let hash = Sha256::new().chain_update(nonce).chain_update(body).finalize();
        let mac = Hmac::<Sha512>::new_from_slice(&self.secret).expect("HMAC takes keys of any length");
        let signature = mac.chain_update(path).chain_update(hash).finalize().into_bytes();
        Base64::encode_string(&signature)
    }

    pub(super) fn key_name(&self) -> String {
        let hash = Sha256::digest(self.id.as_bytes());
        format!("{:016x}", hash.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::net::Key;

    const SECRET: &str = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

    fn signer() -> Signer {
        Signer::new(&KeyPair { id: Key::new("KEY"), secret: Key::new(SECRET) }).expect("base64")
    }

    /// The first is Kraken's own example.
    #[rstest]
    #[case(
        "/0/private/AddOrder",
        "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
    )]
    #[case(
        "/0/private/CancelOrder",
        "nonce=1616492376594&txid=OF7S76-H2IMS-N2ML4U",
        "/FHTwv/zgj6ydsipje/LgHTrjCix1XYF6oKc8iPMHQmVXmB8qCKcesxeo7Vg9uP+xri8TJp3L3WvdLfbHPYKXA=="
    )]
    #[case(
        "/0/private/OpenOrders",
        "nonce=1616492376594",
        "M2dCnoNm9pQZLqt/qSu6cmChqEfblzPB0ya3W4Jg/p06ri1AHFH1WmKa/2pg5jhgTP5w2MR2VUxo9xcLWk8rhw=="
    )]
    fn a_form_is_signed_as_kraken_does(#[case] path: &str, #[case] body: &str, #[case] signature: &str) {
        assert_eq!(signer().signature(path, "1616492376594", body), signature);
    }

    #[test]
    fn nonces_grow_when_the_clock_does_not() {
        let mut signer = signer();
        let mut nonce = |micros| signer.sign("/0/private/Balance", "", Timestamp::from_micros(micros)).body;
        assert_eq!(nonce(1_000), "nonce=1000");
        assert_eq!(nonce(1_000), "nonce=1001");
        assert_eq!(nonce(5), "nonce=1002");
        assert_eq!(nonce(2_000), "nonce=2000");
    }

    #[test]
    fn a_secret_that_is_not_base64_is_no_key() {
        let keys = KeyPair { id: Key::new("KEY"), secret: Key::new("s3cr3t!") };
        assert!(matches!(Signer::new(&keys), Err(VenueError::Unauthorized { detail }) if !detail.contains("s3cr3t")));
    }
}
