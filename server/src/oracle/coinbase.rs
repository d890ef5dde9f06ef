//! Coinbase's cases. Its tokens can't be equal (ES256 draws a number for each): ours are checked with the key's other half,
//! and their claims are compared.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use speedtrade::time::Timestamp;

use super::{
    cases::{self, Case, Cases},
    drive::drive,
    facts::{Facts, as_sent, difference, flatten},
    prices::{self, is_of_market},
    sent::Sent,
    tally::{Listed, Tally},
    told::compared,
};
use crate::{
    broker::{
        Connector as _,
        binance::tests::signature,
        coinbase::{Coinbase, CoinbaseConfig},
        recorder::{Recorder, Seen},
    },
    clock::Clock,
    market::feeds::coinbase::{CoinbaseConfig as FeedConfig, CoinbaseHistory},
    net::{Key, KeyPair},
};

const REQUESTS: &[Listed] = &[
    ("createOrder", "post only", "no word for postOnly", "not among the desk's kinds"),
    ("createOrder", "limit GTD", "no word for end_time, timeInForce", "the desk ends orders itself"),
    (
        "fetchOrders",
        "",
        "-?product_id=DOGE-USD ?limit=10→250 +?start_date=1970-01-01T00:00:00.000Z",
        "of all products since then, 250 a page",
    ),
    (
        "fetchMyTrades",
        "",
        "-?product_id=DOGE-USD ?limit=5→250 +?start_sequence_timestamp=1970-01-01T00:00:00.000Z",
        "of all products since then, 250 a page",
    ),
    ("cancelOrders", "", "-order_ids.1=b order_ids.count=2→1", "each order of ours is canceled by its own name"),
    ("fetchTrades", "", "not asked", "prints come by the stream"),
    ("fetchOHLCV", "", "?end=1679740344→1679702400 ?start=1678012344→1678060800 +?limit=300", "whole candles, and the limit named"),
    (
        "fetchTicker",
        "",
        "-?limit=1 path=/api/v3/brokerage/market/products/BTC-USD/ticker→/api/v3/brokerage/market/products +?product_ids=BTC-USD",
        "the feed asks for the day of a list of products",
    ),
    ("fetchTime", "", "+header.authorization=…", "every request of the connector proves its key; this one needs no proof"),
];
const RESPONSES: &[Listed] = &[];
/// How every token differs: Coinbase's documents have `cdp` now, and neither an audience nor a time of issue.
const CLAIMS: &str = "-claims.aud.0=retail_rest_api_proxy -claims.aud.count=1 -claims.iat=#1710000000 claims.iss=coinbase-cloud→cdp";

fn plain(theirs: &str) -> String {
    theirs.replace("USDT", "USD").replace("USDC", "USD")
}

/// A key to throw away, in PEM, and its other half.
fn p256() -> (String, DecodingKey) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("drawn");
    let der = pair.to_pkcs8v1().expect("a document");
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", Base64::encode_string(der.as_ref()));
    (pem, DecodingKey::from_ec_der(pair.public_key().as_ref()))
}

fn desk(keys: KeyPair, rest: &str, at: Timestamp) -> Coinbase {
    Coinbase::new(&CoinbaseConfig { rest: rest.to_owned(), ..CoinbaseConfig::live(keys) }, Clock::manual(at)).expect("a key")
}

async fn asked(case: &Case, keys: KeyPair, at: Timestamp) -> Result<Sent, String> {
    let venue = Recorder::answering(&[]).await;
    if is_of_market(case) {
        let config = FeedConfig { rest: venue.base.clone(), ..FeedConfig::default() };
        let history = CoinbaseHistory::new(&config, Clock::manual(at)).expect("a client");
        let why = prices::ask(&history, case).await.err();
        return Sent::after(0, &venue, &FeedConfig::default().rest, why);
    }
    let home = CoinbaseConfig::live(keys.clone()).rest;
    let why = drive(&desk(keys, &venue.base, at), case, at).await.err();
    Sent::after(0, &venue, &home, why)
}

/// Header and claims of a token that the key's other half accepts, as if the recorder were Coinbase.
fn token(seen: &Seen, algorithm: Algorithm, key: &DecodingKey) -> Value {
    let header = |name: &str| seen.headers.get(name).expect("there").to_str().expect("a text").to_owned();
    let bearer = header("authorization");
    let mut validation = Validation::new(algorithm);
    (validation.validate_exp, validation.validate_aud) = (false, false);
    validation.required_spec_claims.clear();
    let token = jsonwebtoken::decode::<Value>(bearer.strip_prefix("Bearer ").expect("a bearer"), key, &validation);
    let mut token = token.map(|token| json!({"header": token.header, "claims": token.claims})).expect("the signature fits");
    let uri = token["claims"]["uri"].as_str().expect("a uri").replace(&header("host"), "api.coinbase.com");
    token["claims"]["uri"] = json!(uri);
    token
}

fn unlike(theirs: &Value, ours: &Value) -> String {
    let facts = |token: &Value| {
        let mut facts = Facts::new();
        flatten(token, "", as_sent, &mut facts);
        facts.entry("header.nonce".to_owned()).and_modify(|nonce| "…".clone_into(nonce));
        facts
    };
    difference(&facts(theirs), &facts(ours))
}

/// Its third part over its first two, and a token of ours for the same question.
async fn eddsa(tally: &mut Tally, vector: &BTreeMap<String, String>, at: Timestamp) {
    let (payload, theirs) = vector["coinbaseEdDSAJwt"].rsplit_once('.').expect("three parts");
    let ours = Base64::decode_vec(&signature(&vector["pkcs8Pem"], payload)).expect("base64");
    tally.signature("the vector", &Base64UrlUnpadded::encode_string(&ours), theirs);
    let part = |at| {
        let part = Base64UrlUnpadded::decode_vec(payload.split('.').nth(at).expect("two parts")).expect("base64");
        serde_json::from_slice::<Value>(&part).expect("JSON")
    };
    let theirs = json!({"header": part(0), "claims": part(1)});
    let id = theirs["header"]["kid"].as_str().expect("a name");
    let keys = KeyPair { id: Key::new(id), secret: Key::new(&vector["pkcs8Pem"]) };
    let venue = Recorder::answering(&[]).await;
    let _ = desk(keys, &venue.base, at).holdings().await;
    let public: String = vector["spkiPem"].lines().filter(|line| !line.starts_with('-')).collect();
    let public = Base64::decode_vec(&public).expect("base64");
    let key = DecodingKey::from_ed_der(&public[public.len() - 32..]);
    tally.signature("the vector's question", &unlike(&theirs, &token(&venue.seen()[0], Algorithm::EdDSA, &key)), "");
}

#[tokio::test]
async fn every_case_is_equal_or_listed() {
    let mut tally = Tally::new("coinbase", REQUESTS, RESPONSES);
    let file: Cases = cases::read("request-coinbase");
    let (at, (pem, other_half)) = (Timestamp::from_millis(file.fixed_time_ms), p256());
    let keys = KeyPair { secret: Key::new(&pem), ..file.keys() };
    for case in &file.all {
        let asked = asked(case, keys.clone(), at).await;
        tally.request(case, &asked, plain);
        if let (Ok(sent), Some(theirs)) = (&asked, &case.jwt) {
            tally.signature(case, &unlike(theirs, &token(&sent.seen, Algorithm::ES256, &other_half)), CLAIMS);
        }
    }
    eddsa(&mut tally, &cases::read("ed25519-vector"), at).await;
    let answers: Cases = cases::read("response-coinbase");
    for case in &answers.all {
        let venue = Recorder::answering(&[(200, case.answer())]).await;
        tally.response(case, &compared(drive(&desk(keys.clone(), &venue.base, at), case, at).await, case));
    }
    tally.finish();
}
