//! Request bodies: read whole, at most 64 KiB. Larger ones are read on for a while and thrown away,
//! so that the client sees our 413 instead of a broken connection.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{StatusCode, header},
};
use futures::StreamExt;

use super::problem::Failure;

const BYTES_MAX: usize = 64 * 1_024;
/// A client that goes on beyond this is cut off.
const DISCARDED_MAX: usize = 64 * 1_024 * 1_024;
const TIME_MAX: Duration = Duration::from_secs(15);

pub(super) fn too_large() -> Failure {
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is larger than 64 KiB.")
}

/// The request with its whole body.
pub(super) async fn limit(request: Request) -> Result<Request, Failure> {
    if !may_have_body(&request) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(TIME_MAX, read(body)).await {
        Ok(Ok(Some(bytes))) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Ok(Ok(None)) => Err(too_large()),
        Ok(Err(_)) | Err(_) => Err(Failure::new(StatusCode::BAD_REQUEST, "malformed", "The body did not arrive whole.")),
    }
}

fn may_have_body(request: &Request) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.is_some_and(|value| value.as_bytes() != b"0") || request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// `None` for a body that is too large.
async fn read(body: Body) -> Result<Option<Bytes>, axum::Error> {
    let mut stream = body.into_data_stream();
    let (mut kept, mut total) = (Vec::new(), 0_usize);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        total = total.saturating_add(chunk.len());
        if total > DISCARDED_MAX {
            break;
        }
        if total <= BYTES_MAX {
            kept.extend_from_slice(&chunk);
        }
    }
    Ok((total <= BYTES_MAX).then(|| kept.into()))
}
