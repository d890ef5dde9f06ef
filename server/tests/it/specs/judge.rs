//! What was sent and what is wrong with it: by Prism's words, and by the words that a document does not have, which Prism
//! lets pass. A mock whose own answer breaks its document says nothing about the request.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::Value;

use super::{
    document::{Departure, EXCEPTIONS, Exception},
    wire::{Asked, pairs, word},
};

/// One request, and what is wrong with it.
#[derive(Clone)]
pub struct Exchange {
    /// As its document names it.
    pub request: String,
    pub words: BTreeSet<String>,
    pub departures: Vec<Departure>,
    pub complaints: Vec<String>,
}

/// An entry of Prism's `sl-violations`.
#[derive(Deserialize)]
struct Violation {
    location: Vec<String>,
    message: String,
}

impl Exchange {
    pub fn new(
        request: String,
        asked: &Asked,
        declared: Option<&BTreeSet<String>>,
        exceptions: &[&Exception],
        answer: (StatusCode, &HeaderMap, &[u8]),
    ) -> Exchange {
        let words = words(asked);
        let is_needed = |departure: &Departure| match departure {
            Departure::FormForQuery => !asked.body.is_empty(),
            Departure::BearerForQuery(_) => asked.headers.contains_key(header::AUTHORIZATION),
            Departure::Word(word) => words.contains(*word),
        };
        let departures: Vec<Departure> = exceptions.iter().map(|exception| exception.departure).filter(is_needed).collect();
        let mut complaints = complaints(answer);
        match declared {
            None => complaints.push("the document has no such request".to_owned()),
            Some(declared) => {
                let is_forgiven = |word: &str| departures.iter().any(|departure| matches!(departure, Departure::Word(w) if *w == word));
                let unknown = words.iter().filter(|word| !declared.contains(*word) && !is_forgiven(word));
                complaints.extend(unknown.map(|word| format!("the document has no word {word}")));
            }
        }
        Exchange { request, words, departures, complaints }
    }
}

fn complaints((status, headers, body): (StatusCode, &HeaderMap, &[u8])) -> Vec<String> {
    let told = headers.get("sl-violations").map(|told| serde_json::from_slice(told.as_bytes()).expect("Prism's form"));
    let violations: Vec<Violation> = told.unwrap_or_default();
    let is_of_answer = |violation: &Violation| violation.location.first().is_some_and(|part| part == "response");
    if status.is_success() || (!violations.is_empty() && violations.iter().all(is_of_answer)) {
        return Vec::new();
    }
    let of_request = violations.iter().filter(|violation| !is_of_answer(violation));
    let mut words: Vec<String> = of_request.map(|violation| format!("{status}: {}", violation.message)).collect();
    if words.is_empty() {
        words.push(format!("{status}: {}", String::from_utf8_lossy(body)));
    }
    words
}

/// Of the query and of the body, in which a word inside another is dotted.
fn words(asked: &Asked) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = asked.query.iter().map(|(name, _)| name.clone()).collect();
    let kind = word(&asked.headers, &header::CONTENT_TYPE);
    if kind.starts_with("application/json") {
        dotted(&serde_json::from_slice(&asked.body).expect("JSON"), "", &mut words);
    } else if !asked.body.is_empty() {
        let form = std::str::from_utf8(&asked.body).expect("a form is a text");
        words.extend(pairs(form).into_iter().map(|(name, _)| name));
    }
    words
}

fn dotted(value: &Value, before: &str, words: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                words.insert(format!("{before}{name}"));
                dotted(inner, &format!("{before}{name}."), words);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| dotted(item, before, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

pub fn all(document: &str, exchanges: &[Exchange], expected: &[(&str, &str)]) {
    let (mut sent, mut wrong) = (BTreeMap::<&str, BTreeSet<&str>>::new(), BTreeMap::<String, usize>::new());
    for exchange in exchanges {
        sent.entry(&exchange.request).or_default().extend(exchange.words.iter().map(String::as_str));
        for complaint in &exchange.complaints {
            *wrong.entry(format!("{}: {complaint}", exchange.request)).or_default() += 1;
        }
    }
    eprintln!("{document}: {} requests of {} kinds, {} of them against the document", exchanges.len(), sent.len(), wrong.len());
    for exception in EXCEPTIONS.iter().filter(|exception| exception.document == document) {
        for request in exception.requests {
            let needed = exchanges.iter().filter(|e| e.request == *request && e.departures.contains(&exception.departure)).count();
            eprintln!("    excepted in {needed} of {request}: {:?}: {}", exception.departure, exception.reason);
            assert!(needed > 0, "nothing needs the exception {:?} of {request}", exception.departure);
        }
    }
    assert!(wrong.is_empty(), "how often each was said: {wrong:#?}");
    let expected: BTreeMap<&str, BTreeSet<&str>> =
        expected.iter().map(|(request, words)| (*request, words.split_whitespace().collect())).collect();
    assert_eq!(sent, expected, "what was sent, and what can be");
}
