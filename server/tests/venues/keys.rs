//! The venues' side of signatures, by a library that the desk does not sign with.

use aws_lc_rs::{
    digest,
    encoding::AsDer as _,
    hmac,
    rand::SystemRandom,
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};

const LINE: usize = 64;

pub fn pem(label: &str, der: &[u8]) -> String {
    let text = Base64::encode_string(der);
    let lines: Vec<&str> = text.as_bytes().chunks(LINE).map(|line| std::str::from_utf8(line).expect("base64")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The bytes of a PEM whose line ends may be escaped.
fn der(pem: &str) -> Option<Vec<u8>> {
    let text = pem.replace("\\n", "\n");
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    Base64::decode_vec(&body).ok()
}

pub fn is_pem(secret: &str) -> bool {
    secret.starts_with("-----BEGIN")
}

/// A new private key, PKCS#8.
pub fn new_ed25519() -> String {
    let der = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).expect("random bytes");
    pem("PRIVATE KEY", der.as_ref())
}

/// A new private key, SEC1.
pub fn new_p256() -> String {
    let pair = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING).expect("random bytes");
    pem("EC PRIVATE KEY", pair.private_key().as_der().expect("a key just made").as_ref())
}

/// Whether a signature fits a message under the public half of a private key.
pub fn verify_ed25519(private: &str, message: &[u8], signature: &[u8]) -> bool {
    let pair = der(private).and_then(|der| Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).ok());
    pair.is_some_and(|pair| UnparsedPublicKey::new(&signature::ED25519, pair.public_key()).verify(message, signature).is_ok())
}

/// The same for ES256, whose signature is two numbers side by side.
pub fn verify_p256(private: &str, message: &[u8], signature: &[u8]) -> bool {
    let algorithm = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = der(private).and_then(|der| EcdsaKeyPair::from_private_key_der(algorithm, &der).ok());
    pair.is_some_and(|pair| {
        UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, pair.public_key()).verify(message, signature).is_ok()
    })
}

/// HMAC-SHA256 in hex.
pub fn hmac_sha256_hex(secret: &str, message: &[u8]) -> String {
    use std::fmt::Write as _;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message);
    tag.as_ref().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text grows");
        text
    })
}

/// HMAC-SHA512 in base64, of a path and the hash of nonce and body.
pub fn kraken_signature(secret: &str, path: &str, nonce: &str, body: &str) -> Option<String> {
    let key = hmac::Key::new(hmac::HMAC_SHA512, &Base64::decode_vec(secret).ok()?);
    let hash = digest::digest(&digest::SHA256, format!("{nonce}{body}").as_bytes());
    let message = [path.as_bytes(), hash.as_ref()].concat();
    Some(Base64::encode_string(hmac::sign(&key, &message).as_ref()))
}

pub fn base64(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

pub fn base64_url(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binance_signs_its_documented_example_like_this() {
        let secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
        let payload = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559";
        let expected = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";
        assert_eq!(hmac_sha256_hex(secret, payload.as_bytes()), expected);
    }

    #[test]
    fn kraken_signs_its_documented_example_like_this() {
        let secret = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
        let (nonce, path) = ("1616492376594", "/0/private/AddOrder");
        let body = "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";
        let expected = "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==";
        assert_eq!(kraken_signature(secret, path, nonce, body).as_deref(), Some(expected));
    }

    #[test]
    fn signature_of_another_key_or_of_another_message_is_refused() {
        let private = new_ed25519();
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der(&private).expect("a PEM")).expect("a key");
        let signature = pair.sign(b"message");
        assert!(verify_ed25519(&private, b"message", signature.as_ref()));
        assert!(!verify_ed25519(&private, b"massage", signature.as_ref()));
        assert!(!verify_ed25519(&new_ed25519(), b"message", signature.as_ref()));
        assert!(!verify_p256(&new_p256(), b"message", signature.as_ref()));
    }
}
