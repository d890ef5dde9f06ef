//! A known key is looked for everywhere: answers, pages, logs, what is kept.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Body,
    http::{Method, Request},
};
use rstest::rstest;
use serde_json::{Value, json};
use server::broker::{Identity, VenueError};
use tracing_subscriber::fmt::MakeWriter;

use super::{KEY, SECRET, connect, desk, form, holdings, identity};
use crate::{
    databases::Kind,
    harness::{HOST, PASSWORD},
};

/// Everything that is logged while it is installed, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;
    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

/// The canary in every form that a leak could have.
fn forms() -> Vec<String> {
    use base64ct::{Base64, Encoding as _};
    let plain = [KEY, SECRET, PASSWORD];
    let digit = |half: u8| char::from_digit(u32::from(half), 16).expect("half a byte");
    let hex = |text: &str| text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect::<String>();
    plain.iter().flat_map(|text| [(*text).to_owned(), Base64::encode_string(text.as_bytes()), hex(text)]).collect()
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for form in forms() {
        assert!(!bytes.windows(form.len()).any(|window| window == form.as_bytes()), "{what} shows {form}");
    }
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn a_key_is_found_nowhere_but_in_the_request(#[case] kind: Kind) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (app, venues) = desk(kind).await;
    let ann = app.register("ann").await;
    let mut answers = Vec::new();
    for said in [
        Err(VenueError::Unauthorized { detail: "no".to_owned() }),
        Err(VenueError::Unavailable { detail: "away".to_owned() }),
        Ok((Identity { may_withdraw: Some(true), ..identity("PA1") }, holdings())),
        Ok((identity("PA1"), holdings())),
        Ok((identity("PA1"), holdings())),
    ] {
        venues.will_say(said);
        answers.push(app.post("/api/v1/accounts", Some(&ann), &form()).await);
    }
    let id = app.get("/api/v1/accounts", Some(&ann)).await.json()[1]["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/accounts/{id}");
    venues.will_know("PA1");
    answers.push(app.post(&format!("{path}/verify"), Some(&ann), &Value::Null).await);
    venues.will_know("PA1");
    answers.push(app.put(&format!("{path}/keys"), Some(&ann), &json!({"api_key": KEY, "api_secret": SECRET, "password": PASSWORD})).await);
    answers.push(app.get("/api/v1/accounts", Some(&ann)).await);
    // Bodies that can't be read, with the key inside.
    for body in [json!({"api_key": KEY, "api_secret": SECRET}), json!({"api_key": {"x": SECRET}}), json!([KEY, SECRET])] {
        answers.push(app.post("/api/v1/accounts", Some(&ann), &body).await);
        answers.push(app.put(&format!("{path}/keys"), Some(&ann), &body).await);
    }
    for (page, words) in [("/accounts", "Practice · no real money"), ("/settings", "ann@example.com"), ("/dashboard", "Dashboard")] {
        let cookie = format!("st_access={}", ann.access);
        let request = Request::get(page).header("host", HOST).header("cookie", cookie).body(Body::empty()).expect("a request");
        let answer = app.send(request).await;
        assert!(answer.status == 200 && answer.text.contains(words), "{page} {}", answer.status);
        answers.push(answer);
    }
    for answer in &answers {
        assert_clean("an answer", answer.text.as_bytes());
        assert_clean("a header", format!("{:?}", answer.headers).as_bytes());
    }
    assert_clean("what is kept", &app.db.dump());
    connect(&app, &venues, &app.register("bob").await, "PB1").await;
    app.call(Method::DELETE, &path, Some(&ann), &json!({"password": PASSWORD})).await;
    assert_clean("what is kept", &app.db.dump());
    let logged = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let text = String::from_utf8_lossy(&logged);
    for words in ["was connected", "was given another key", "was removed", "did not say whose key it is"] {
        assert!(text.contains(words), "the log says what was done: {words}");
    }
    assert_clean("the log", &logged);
}
