//! Tokens: their header, their claims, and that the key's other half accepts them.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64ct::{Base64, Encoding as _};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode_header};
use rstest::rstest;
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};
use serde_json::{Value, json};

use super::{super::sign::Signer, NAME, NOW, PEM, keys};

/// The first of the tests of RFC 8032.
const SEED: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
    0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];

fn claims(token: &str, algorithm: Algorithm, key: &DecodingKey) -> Value {
    let mut validation = Validation::new(algorithm);
    (validation.validate_exp, validation.validate_aud) = (false, false);
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<Value>(token, key, &validation).expect("the signature fits").claims
}

fn p256() -> DecodingKey {
    let der = PrivateKeyDer::from_pem_slice(PEM.replace("\\n", "\n").as_bytes()).expect("PEM");
    let pair = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_der()).expect("a key");
    DecodingKey::from_ec_der(pair.public_key().as_ref())
}

fn ed25519() -> DecodingKey {
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).expect("a seed");
    DecodingKey::from_ed_der(pair.public_key().as_ref())
}

#[rstest]
#[case(PEM.to_owned(), Algorithm::ES256, p256())]
#[case(Base64::encode_string(&SEED), Algorithm::EdDSA, ed25519())]
#[case(Base64::encode_string(&[SEED, [7; 32]].concat()), Algorithm::EdDSA, ed25519())]
fn a_token_names_the_key_and_one_question(#[case] secret: String, #[case] algorithm: Algorithm, #[case] key: DecodingKey) {
    let signer = Signer::new(&keys(&secret), "https://api.coinbase.com").expect("a key");
    let token = signer.for_question("POST", "/api/v3/brokerage/orders", NOW).expect("signed");
    let header = decode_header(&token).expect("a header");
    assert_eq!((header.alg, header.kid.as_deref(), header.typ.as_deref()), (algorithm, Some(NAME), Some("JWT")));
    assert_eq!(
        claims(&token, algorithm, &key),
        json!({"sub": NAME, "iss": "cdp", "nbf": 1_710_000_000, "exp": 1_710_000_120, "uri": "POST api.coinbase.com/api/v3/brokerage/orders"})
    );
    assert_eq!(claims(&signer.for_stream(NOW).expect("signed"), algorithm, &key).get("uri"), None);
}

#[test]
fn two_tokens_of_one_moment_differ() {
    let signer = Signer::new(&keys(PEM), "https://api.coinbase.com").expect("a key");
    let nonce = || decode_header(signer.for_stream(NOW).expect("signed")).expect("a header").nonce.expect("a nonce");
    let (first, second) = (nonce(), nonce());
    assert!(first != second && first.len() == 32, "{first} {second}");
}

#[rstest]
#[case("s3cr3t")]
#[case("")]
#[case("-----BEGIN EC PRIVATE KEY-----\\nAAAA\\n-----END EC PRIVATE KEY-----")]
#[case("AAECAwQFBgcICQoLDA0ODw==")]
fn what_is_no_key_is_told_and_not_shown(#[case] secret: &str) {
    let error = Signer::new(&keys(secret), "https://api.coinbase.com").err().expect("no key").to_string();
    assert!(error.contains("neither") && (secret.is_empty() || !error.contains(secret)), "{error}");
}
