//! JSON that is written before it becomes an answer.

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::problem::Failure;
use crate::{json, services::trading::Json};

pub(super) struct Rendered(Bytes);

impl Rendered {
    /// One thing as JSON.
    pub(super) fn of(thing: &impl Serialize) -> Result<Self, Failure> {
        const ROOM: usize = 1_024;
        let json = json::to_vec(thing, ROOM).map_err(|_| Failure::internal())?;
        Ok(Self(json.into()))
    }
}

impl From<Json> for Rendered {
    fn from(json: Json) -> Self {
        Self(Bytes::from_owner(json))
    }
}

impl IntoResponse for Rendered {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], Body::from(self.0)).into_response()
    }
}
