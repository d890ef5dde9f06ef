//! Between a client of ours and Prism's mock of its vendor: passes each request on as its document would have it and writes
//! down what Prism says about it. Must never judge an answer.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, sync::Notify};

use super::{
    document::{Departure, Document, EXCEPTIONS, Exception},
    judge::{self, Exchange},
};

/// Larger than anything we send.
const BODY_MAX: usize = 1 << 20;

/// A request as it came from the client.
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What the client is answered in the mock's place, so that it asks on: a mock has no second page.
pub type Instead = fn(&Asked) -> Option<String>;

pub struct Wire {
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    name: &'static str,
    document: Document,
    client: reqwest::Client,
    instead: Instead,
    exchanges: Mutex<Vec<Exchange>>,
    asked: Notify,
}

impl Wire {
    pub async fn start(name: &'static str, instead: Instead) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let (exchanges, asked) = (Mutex::default(), Notify::new());
        let shared = Arc::new(Shared { name, document: Document::of(name), client: reqwest::Client::new(), instead, exchanges, asked });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Wire { url, shared }
    }

    pub async fn until_asked(&self, request: &str) {
        let search = async {
            loop {
                let asked = self.shared.asked.notified();
                if self.exchanges().iter().any(|exchange| exchange.request == request) {
                    return;
                }
                asked.await;
            }
        };
        tokio::time::timeout(crate::harness::SOON, search).await.unwrap_or_else(|_| panic!("{request} was never sent"));
    }

    pub fn exchanges(&self) -> Vec<Exchange> {
        self.shared.exchanges.lock().expect("sound").clone()
    }

    /// Nothing that was sent is against the document, and what was sent is this: requests, all words of each, and, as
    /// `word=value`, what some of them were.
    pub fn judge(&self, expected: &[(&str, &str)]) {
        judge::all(self.shared.name, &self.exchanges(), expected);
    }
}

async fn pass(State(wire): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (path, query) = (parts.uri.path().to_owned(), pairs(parts.uri.query().unwrap_or_default()));
    let body = to_bytes(body, BODY_MAX).await.expect("small");
    let asked = Asked { method: parts.method, path, query, headers: parts.headers, body };
    let declared = wire.document.declared(&asked.method, &asked.path);
    let request = declared.map_or_else(|| format!("{} {}", asked.method, asked.path), |(request, _)| request.to_owned());
    let is_meant = |exception: &&Exception| exception.document == wire.name && exception.requests.contains(&request.as_str());
    let exceptions: Vec<&'static Exception> = EXCEPTIONS.iter().filter(is_meant).collect();
    let (target, body) = as_declared(&asked, parts.uri.query(), &exceptions);

    let mut headers = asked.headers.clone();
    for ours in [header::HOST, header::CONTENT_LENGTH, header::CONNECTION, header::ACCEPT_ENCODING] {
        headers.remove(ours);
    }
    let question = wire.client.request(asked.method.clone(), format!("{}{target}", wire.document.url));
    let answer = question.headers(headers).body(body).send().await.expect("Prism answers");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.expect("Prism answers to the end");

    let exchange = Exchange::new(request, &asked, declared.map(|(_, words)| words), &exceptions, (status, &headers, &body));
    wire.exchanges.lock().expect("sound").push(exchange);
    wire.asked.notify_waiters();
    let json = [(header::CONTENT_TYPE, "application/json")];
    match (wire.instead)(&asked) {
        Some(instead) => (StatusCode::OK, json, instead).into_response(),
        None => (status, json, body).into_response(),
    }
}

/// Target and body of what is judged in the request's place.
fn as_declared(asked: &Asked, query: Option<&str>, exceptions: &[&Exception]) -> (String, Bytes) {
    let (mut query, mut body) = (query.unwrap_or_default().to_owned(), asked.body.clone());
    let mut also = |more: &str| query = if query.is_empty() { more.to_owned() } else { format!("{query}&{more}") };
    for exception in exceptions {
        match exception.departure {
            Departure::FormForQuery if !body.is_empty() => also(std::str::from_utf8(&std::mem::take(&mut body)).expect("a form is a text")),
            Departure::BearerForQuery(name) => {
                if let Some(key) = word(&asked.headers, &header::AUTHORIZATION).strip_prefix("Bearer ") {
                    also(&format!("{name}={key}"));
                }
            }
            Departure::FormForQuery | Departure::Word(_) => {}
        }
    }
    (if query.is_empty() { asked.path.clone() } else { format!("{}?{query}", asked.path) }, body)
}

pub fn word<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

pub fn pairs(query: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("query:/?{query}")).expect("a query");
    url.query_pairs().into_owned().collect()
}
