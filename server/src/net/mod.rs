//! What feeds and brokers need alike to talk to a provider: sockets, waits, exact numbers, keys. Must never know a protocol,
//! log an address or show a key.

mod answer;
pub(crate) mod backoff;
pub(crate) mod connection;
pub(crate) mod exact;
mod key;
mod names;

use std::time::Duration;

use axum::http::{HeaderMap, header::RETRY_AFTER};

pub(crate) use answer::{NotRead, bounded};
pub use connection::Endpoint;
pub use key::{Key, KeyPair};
pub use names::{InvalidQuoteAsset, Names};

/// The innermost words are the useful ones: "connection refused" stands behind three layers.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        if text.contains(&cause) { text } else { format!("{text}: {cause}") }
    })
}

/// In lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// What the provider asks for, at most a day: nobody can send us away for good.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(Duration::from_hours(24)))
}
