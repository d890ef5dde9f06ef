//! Web Push: a browser reads what it is sent with its own keys, and knows by whom it is.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
    signature,
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64ct::{Base64UrlUnpadded, Encoding};
use rstest::rstest;
use serde_json::Value;
use server::services::push::NewSubscription;
use tokio::{net::TcpListener, sync::mpsc};

use super::{Host, clock};
use crate::{
    databases::{Kind, TestDb},
    harness::SOON,
    trading::new_user_at,
};

/// Which browser, and what came for it.
type Received = (String, HeaderMap, Bytes);

struct Browser {
    key: PrivateKey,
    auth: [u8; 16],
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    key.expand(info, Length(N)).expect("short").fill(&mut out).expect("its length");
    out
}

impl Browser {
    fn new() -> Self {
        Self { key: PrivateKey::generate(&ECDH_P256).expect("a key"), auth: *b"sixteen bytes ok" }
    }

    fn public(&self) -> Vec<u8> {
        self.key.compute_public_key().expect("a key").as_ref().to_vec()
    }

    fn subscription(&self, endpoint: String) -> NewSubscription {
        let (p256dh, auth) = (Base64UrlUnpadded::encode_string(&self.public()), Base64UrlUnpadded::encode_string(&self.auth));
        NewSubscription { endpoint, p256dh, auth }
    }

    /// As RFC 8291 has a browser do it.
    fn read(&self, body: &[u8]) -> Value {
        let (salt, rest) = body.split_at(16);
        let (head, sealed) = rest.split_at(5 + 65);
        assert_eq!(head[..5], [0, 0, 16, 0, 65], "records of 4,096 bytes and a key of 65");
        let sender = &head[5..];
        let input = agree(&self.key, UnparsedPublicKey::new(&ECDH_P256, sender), (), |shared| {
            let key = Salt::new(HKDF_SHA256, &self.auth).extract(shared);
            Ok(expand::<32>(&key, &[b"WebPush: info\0", &self.public(), sender]))
        });
        let key = Salt::new(HKDF_SHA256, salt).extract(&input.expect("agreed"));
        let content = UnboundKey::new(&AES_128_GCM, &expand::<16>(&key, &[b"Content-Encoding: aes128gcm\0"])).expect("a key");
        let nonce = Nonce::assume_unique_for_key(expand::<12>(&key, &[b"Content-Encoding: nonce\0"]));
        let mut sealed = sealed.to_vec();
        let text = LessSafeKey::new(content).open_in_place(nonce, Aad::empty(), &mut sealed).expect("for this browser");
        assert_eq!(text.last(), Some(&2), "the last record");
        serde_json::from_slice(&text[..text.len() - 1]).expect("JSON")
    }
}

/// The service is down for `there`, and knows no `gone`.
async fn receive(
    State(calls): State<mpsc::UnboundedSender<Received>>,
    Path(browser): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let status = if browser == "gone" { StatusCode::GONE } else { StatusCode::SERVICE_UNAVAILABLE };
    calls.send((browser, headers, body)).expect("somebody listens");
    status
}

async fn service() -> (String, mpsc::UnboundedReceiver<Received>) {
    let (calls, received) = mpsc::unbounded_channel();
    let router = Router::new().route("/send/{browser}", post(receive)).with_state(calls);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), received)
}

/// `(aud, exp, sub)` of a note that was signed with the key it names.
fn sender(headers: &HeaderMap, public_key: &str) -> (String, i64, String) {
    let text = headers["authorization"].to_str().expect("text");
    let (note, key) = text.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k=")).expect("its shape");
    assert_eq!(key, public_key);
    let (signed, signature) = note.rsplit_once('.').expect("three parts");
    let key = Base64UrlUnpadded::decode_vec(key).expect("base64url");
    let signature = Base64UrlUnpadded::decode_vec(signature).expect("base64url");
    signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, key).verify(signed.as_bytes(), &signature).expect("signed");
    let claims = Base64UrlUnpadded::decode_vec(signed.split_once('.').expect("two parts").1).expect("base64url");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    let text = |name: &str| claims[name].as_str().expect("text").to_owned();
    (text("aud"), claims["exp"].as_i64().expect("seconds"), text("sub"))
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_told_of_a_firing_and_a_browser_that_left_is_forgotten(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let user = new_user_at(&test.db, "ada", &clock).await;
    let (origin, mut received) = service().await;
    let (browser, other) = (Browser::new(), Browser::new());
    let kept = host.push.subscribe(user, browser.subscription(format!("{origin}/send/there"))).await.expect("kept");
    let again = host.push.subscribe(user, browser.subscription(format!("{origin}/send/there"))).await.expect("kept");
    assert_eq!(kept.id, again.id);
    host.push.subscribe(user, other.subscription(format!("{origin}/send/gone"))).await.expect("kept");
    let public_key = host.push.list(user).await.expect("answers").public_key;

    host.make(user, "above", "KO", "0.01").await;
    host.skip(1);
    let (mut tries, mut gone) = (Vec::new(), 0);
    while tries.len() < 3 || gone == 0 {
        let (name, headers, body) = tokio::time::timeout(SOON, received.recv()).await.expect("called").expect("open");
        if name == "gone" {
            gone += 1;
        } else {
            tries.push((headers, body));
        }
    }
    for (headers, body) in &tries {
        let notice = browser.read(body);
        assert_eq!(notice["url"], "/trade/KO");
        assert!(notice["title"].as_str().is_some_and(|title| title.starts_with("KO at ")), "{notice}");
        let (aud, exp, sub) = sender(headers, &public_key);
        assert_eq!((aud.as_str(), sub.as_str()), (origin.as_str(), "mailto:desk@example.com"));
        assert!((1..=86_400).contains(&(exp - clock.now().seconds())));
        assert!(headers["content-encoding"] == "aes128gcm" && headers["urgency"] == "high");
        assert!(headers["ttl"].to_str().is_ok_and(|ttl| ttl.parse::<u32>().is_ok()));
    }
    assert!(tries[0].1 != tries[1].1, "each try is encrypted anew");
    let left = async {
        while host.push.list(user).await.expect("answers").items.len() != 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, left).await.expect("forgotten");
    assert_eq!(host.push.list(user).await.expect("answers").items[0].id, kept.id);
    host.stop().await;
    assert!(gone == 1 && received.try_recv().is_err(), "three tries, and one for who has left");
}
