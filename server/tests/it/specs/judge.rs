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
    /// `word=value` of each word, and `{}=value` of each blank.
    values: BTreeSet<String>,
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
        let terms = terms(asked);
        let words: BTreeSet<String> = terms.iter().map(|(word, _)| word.clone()).collect();
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
        let blanks = request.split(['/', ' ']).skip(1).zip(asked.path.split('/')).filter(|(blank, _)| *blank == "{}");
        let blanks = blanks.map(|(blank, value)| (blank.to_owned(), value.to_owned()));
        let values = terms.into_iter().chain(blanks).map(|(word, value)| format!("{word}={value}")).collect();
        Exchange { request, words, values, departures, complaints }
    }
}

fn complaints((status, headers, body): (StatusCode, &HeaderMap, &[u8])) -> Vec<String> {
    let told = headers.get("sl-violations").map(|told| serde_json::from_slice(told.as_bytes()).expect("Prism's form"));
    let violations: Vec<Violation> = told.unwrap_or_default();
    let (of_answer, of_request): (Vec<_>, Vec<_>) =
        violations.into_iter().partition(|v| v.location.first().is_some_and(|part| part == "response"));
    if of_request.is_empty() && of_answer.is_empty() && !status.is_success() {
        return vec![format!("{status}: {}", String::from_utf8_lossy(body))];
    }
    of_request.into_iter().map(|violation| format!("{status}: {}", violation.message)).collect()
}

/// Words and values of the query and of the body, in which a word inside another is dotted.
fn terms(asked: &Asked) -> Vec<(String, String)> {
    let mut terms = asked.query.clone();
    let kind = word(&asked.headers, &header::CONTENT_TYPE);
    if kind.starts_with("application/json") {
        dotted(&serde_json::from_slice(&asked.body).expect("JSON"), "", &mut terms);
    } else if !asked.body.is_empty() {
        terms.extend(pairs(std::str::from_utf8(&asked.body).expect("a form is a text")));
    }
    terms
}

fn dotted(value: &Value, word: &str, terms: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let word = if word.is_empty() { name.clone() } else { format!("{word}.{name}") };
                terms.push((word.clone(), inner.as_str().map_or_else(|| inner.to_string(), str::to_owned)));
                dotted(inner, &word, terms);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| dotted(item, word, terms)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Says what was sent, and fails where something of it is wrong, missing, or more than expected.
pub fn all(document: &str, exchanges: &[Exchange], expected: &[(&str, &str)]) {
    let (mut sent, mut counts) = (BTreeMap::<&str, BTreeSet<&str>>::new(), BTreeMap::<&str, usize>::new());
    let mut wrong = BTreeMap::<String, usize>::new();
    for exchange in exchanges {
        sent.entry(&exchange.request).or_default().extend(exchange.words.iter().map(String::as_str));
        *counts.entry(&exchange.request).or_default() += 1;
        for complaint in &exchange.complaints {
            *wrong.entry(format!("{}: {complaint}", exchange.request)).or_default() += 1;
        }
    }
    let wrong_ones = exchanges.iter().filter(|exchange| !exchange.complaints.is_empty()).count();
    eprintln!("{document}: {} requests, {wrong_ones} of them against the document: {counts:#?}", exchanges.len());
    for Exception { departure, requests, reason, .. } in EXCEPTIONS.iter().filter(|exception| exception.document == document) {
        eprintln!("    excepted, {departure:?}: {reason}");
        for request in *requests {
            let is_needed = exchanges.iter().any(|exchange| exchange.request == *request && exchange.departures.contains(departure));
            assert!(is_needed, "nothing needs the exception {departure:?} of {request}");
        }
    }
    assert!(wrong.is_empty(), "how often each was said: {wrong:#?}");
    let mut known = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (request, terms) in expected {
        let (values, words): (Vec<&str>, Vec<&str>) = terms.split_whitespace().partition(|term| term.contains('='));
        known.insert(request, words.into_iter().collect());
        for value in values {
            assert!(exchanges.iter().any(|e| e.request == *request && e.values.contains(value)), "{request} was never sent with {value}");
        }
    }
    assert_eq!(sent, known, "what was sent, and what can be");
}
