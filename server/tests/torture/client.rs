//! One connection to the desk, kept alive, as a program holds it.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// The server hung up or never answered: what became of the request is not known.
#[derive(Debug)]
pub struct Gone;

pub struct Client {
    address: SocketAddr,
    pub token: String,
    sender: Option<SendRequest<Full<Bytes>>>,
}

pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
}

impl Client {
    pub fn new(address: SocketAddr, token: &str) -> Self {
        Self { address, token: token.to_owned(), sender: None }
    }

    /// A user of its own, registered over the wire.
    pub async fn register(address: SocketAddr, name: &str) -> Client {
        let body = json!({"email": format!("{name}@example.com"), "username": name, "password": "Passw0rd!"});
        let mut client = Client::new(address, "");
        let answer = client.call(Method::POST, "/api/v1/auth/register", &body).await.expect("answers");
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["access_token"].as_str().expect("a token").clone_into(&mut client.token);
        client
    }

    /// A token of now; the one before lasts half an hour.
    pub async fn sign_in(&mut self, name: &str) {
        let body = json!({"email": format!("{name}@example.com"), "password": "Passw0rd!"});
        let answer = self.call(Method::POST, "/api/v1/auth/login", &body).await.expect("answers");
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["access_token"].as_str().expect("a token").clone_into(&mut self.token);
    }

    /// Another connection of the same user.
    pub fn again(&self) -> Client {
        Client::new(self.address, &self.token)
    }

    /// The same user at another address.
    pub fn at(&self, address: SocketAddr) -> Client {
        Client::new(address, &self.token)
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer, Gone> {
        self.call(Method::GET, path, &Value::Null).await
    }

    pub async fn place(&mut self, order: &Value) -> Result<Answer, Gone> {
        self.call(Method::POST, "/api/v1/orders", order).await
    }

    pub async fn call(&mut self, method: Method, path: &str, body: &Value) -> Result<Answer, Gone> {
        let answered = self.try_call(method, path, body).await;
        if answered.is_err() {
            self.sender = None;
        }
        answered
    }

    async fn try_call(&mut self, method: Method, path: &str, body: &Value) -> Result<Answer, Gone> {
        if self.sender.as_ref().is_none_or(SendRequest::is_closed) {
            self.sender = Some(connect(self.address).await?);
        }
        let sender = self.sender.as_mut().ok_or(Gone)?;
        let mut request = Request::builder().method(method).uri(path).header("host", "desk.test");
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let text = if body.is_null() { String::new() } else { body.to_string() };
        if !text.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Full::new(Bytes::from(text))).expect("a request");
        sender.ready().await.map_err(|_| Gone)?;
        let response = sender.send_request(request).await.map_err(|_| Gone)?;
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.map_err(|_| Gone)?.to_bytes();
        Ok(Answer { status, text: String::from_utf8_lossy(&bytes).into_owned() })
    }
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, Gone> {
    let stream = TcpStream::connect(address).await.map_err(|_| Gone)?;
    stream.set_nodelay(true).map_err(|_| Gone)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|_| Gone)?;
    tokio::spawn(connection);
    Ok(sender)
}
