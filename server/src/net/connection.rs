//! Opens a WebSocket to a provider: TLS by aws-lc-rs, every frame bounded, no wait without an end.
//! Must never log an address or a header: they may carry a key.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::http::{HeaderName, HeaderValue, StatusCode};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
    tungstenite::{self, client::IntoClientRequest as _, handshake::client::Request, protocol::WebSocketConfig},
};

use super::{retry_after, with_causes};

/// Where to connect.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `wss://…`, or `ws://…` to a fake.
    pub url: String,
    /// Headers of the handshake, like keys. Never logged.
    pub headers: Vec<(&'static str, String)>,
}

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DialError {
    /// The provider refuses the key in the handshake.
    Refused {
        code: String,
        detail: String,
    },
    Down {
        detail: String,
        retry_after: Option<Duration>,
    },
}

impl DialError {
    fn down(detail: String) -> Self {
        Self::Down { detail, retry_after: None }
    }
}

/// Bytes read from the system at once; a feed's frames are small.
const READ_BUFFER: usize = 32 << 10;

pub(crate) async fn dial(endpoint: &Endpoint, frame_max: usize, patience: Duration) -> Result<Socket, DialError> {
    let request = request(endpoint)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .max_message_size(Some(frame_max))
        .max_frame_size(Some(frame_max))
        .max_write_buffer_size(1 << 20);
    let connector = if endpoint.url.starts_with("wss:") { Connector::Rustls(tls()?) } else { Connector::Plain };
    let connecting = connect_async_tls_with_config(request, Some(config), true, Some(connector));
    match tokio::time::timeout(patience, connecting).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(error)) => Err(failed(error)),
        Err(_) => Err(DialError::down(format!("no answer within {} s", patience.as_secs()))),
    }
}

fn request(endpoint: &Endpoint) -> Result<Request, DialError> {
    let mut request =
        endpoint.url.as_str().into_client_request().map_err(|_| DialError::down("the feed's address is not an address".to_owned()))?;
    for (name, value) in &endpoint.headers {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| refused("invalid_key", format!("what is set for {name} can't be sent in a header")))?;
        value.set_sensitive(true);
        request.headers_mut().insert(HeaderName::from_static(name), value);
    }
    Ok(request)
}

fn refused(code: &str, detail: String) -> DialError {
    DialError::Refused { code: code.to_owned(), detail }
}

/// Trusts what the system trusts. Made once: reading the system's certificates takes a while.
fn tls() -> Result<Arc<rustls::ClientConfig>, DialError> {
    static CONFIG: OnceLock<Result<Arc<rustls::ClientConfig>, String>> = OnceLock::new();
    let made = CONFIG.get_or_init(|| {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.and_then(BuilderVerifierExt::with_platform_verifier);
        builder.map(|builder| Arc::new(builder.with_no_client_auth())).map_err(|error| error.to_string())
    });
    made.clone().map_err(|error| DialError::down(format!("TLS can't be used: {error}")))
}

fn failed(error: tungstenite::Error) -> DialError {
    let tungstenite::Error::Http(response) = error else {
        return DialError::down(with_causes(&error));
    };
    let status = response.status();
    let detail = format!("the provider answered {status}");
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PAYMENT_REQUIRED | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => {
            refused(&format!("http_{}", status.as_u16()), detail)
        }
        _ => DialError::Down { detail, retry_after: retry_after(response.headers()) },
    }
}
