//! JSON that a service has written already.

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::services::trading::Json;

pub(super) struct Rendered(pub(super) Json);

impl IntoResponse for Rendered {
    fn into_response(self) -> Response {
        let body = Body::from(Bytes::from_owner(self.0));
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
    }
}
