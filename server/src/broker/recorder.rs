//! Stands where a venue is, for tests of what is sent: notes each request and answers what it was told to, in order.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
};
use tokio::net::TcpListener;

#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

#[derive(Default)]
struct Notes {
    answers: VecDeque<(u16, String)>,
    seen: Vec<Seen>,
}

type Shared = Arc<Mutex<Notes>>;

pub(crate) struct Recorder {
    pub(crate) base: String,
    shared: Shared,
}

impl Recorder {
    /// Answers 500 when nothing is left to answer.
    pub(crate) async fn answering(answers: &[(u16, &str)]) -> Self {
        let shared = Shared::default();
        shared.lock().expect("alone").answers.extend(answers.iter().map(|(status, body)| (*status, (*body).to_owned())));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let router = Router::new().fallback(note).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, shared }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.lock().expect("no panic before").seen.clone()
    }
}

async fn note(State(shared): State<Shared>, method: Method, uri: Uri, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let target = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let mut notes = shared.lock().expect("no panic before");
    notes.seen.push(Seen { method: method.to_string(), target, headers, body });
    let (status, body) = notes.answers.pop_front().unwrap_or((500, String::new()));
    (StatusCode::from_u16(status).expect("a status"), body)
}
