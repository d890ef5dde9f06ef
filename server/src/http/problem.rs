//! Answers that say no: RFC 9457 `application/problem+json`, whatever refused the request.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use speedtrade::wire::Problem;
use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder},
};

use crate::services::{ServiceError, accounts::AccountError, connections::ConnectionError};

/// The error of every REST handler.
#[derive(Debug, Clone)]
pub(crate) struct Failure(pub(crate) Box<Problem>);

impl Failure {
    pub(crate) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Problem::new(status.as_u16(), code, detail).into()
    }

    pub(crate) fn field(name: &str, message: impl ToString) -> Self {
        ServiceError::field(name, message).into()
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
    }

    pub(crate) fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not_signed_in", "Sign in to do this.")
    }

    pub(crate) fn invalid_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_token", "The token is not valid any more. Sign in again.")
    }

    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side. Nothing was lost; try again.")
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Problem::from(error).into()
    }
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        Problem::from(error).into()
    }
}

impl From<ConnectionError> for Failure {
    fn from(error: ConnectionError) -> Self {
        Problem::from(error).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let problem = *self.0;
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = problem.retry_after;
        let challenge = (status == StatusCode::UNAUTHORIZED).then(|| challenge(&problem.code));
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

fn challenge(code: &str) -> &'static str {
    if code == "invalid_token" { r#"Bearer realm="speedtrade", error="invalid_token""# } else { r#"Bearer realm="speedtrade""# }
}

/// Sets of problem answers for the OpenAPI document.
macro_rules! problem_sets {
    ($($(#[$doc:meta])* $name:ident = [$($status:literal),+];)+) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl IntoResponses for $name {
                fn responses() -> std::collections::BTreeMap<String, RefOr<utoipa::openapi::Response>> {
                    [$($status),+].into_iter().map(documented).collect()
                }
            }
        )+
    };
}

problem_sets! {
    /// Routes that anybody may read.
    Public = [422, 429, 503];
    /// Routes of a signed-in user without input.
    SignedIn = [401, 429, 503];
    /// Reads of a signed-in user that can be asked for something wrong.
    SignedInQuery = [401, 404, 422, 429, 503];
    /// Changes by a signed-in user.
    SignedInChange = [400, 401, 403, 404, 409, 413, 415, 422, 429, 503];
    /// Registering and signing in.
    Entering = [400, 401, 403, 409, 413, 415, 422, 429, 503];
}

fn documented(status: u16) -> (String, RefOr<utoipa::openapi::Response>) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let says = match status {
        400 => "The body is not the JSON that is expected.",
        401 => "Not signed in, or the token is not valid any more.",
        403 => "The request came from another site, or the password that it must confirm is wrong.",
        404 => "There is no such thing, or it is somebody else's.",
        409 => "It conflicts with what is there.",
        413 => "The body is larger than 64 KiB.",
        415 => "The body is not `application/json`.",
        422 => "Understood, but invalid; `errors` says what is wrong with which field.",
        429 => "Too many requests; `Retry-After` says when to come back.",
        _ => "The desk can't answer now; `Retry-After` says when to come back.",
    };
    let response = ResponseBuilder::new().description(says).content("application/problem+json", content).build();
    (status.to_string(), response.into())
}

/// Referenced by name above, so it and what it refers to are added by hand.
pub(super) fn problem_schemas() -> Vec<(String, RefOr<utoipa::openapi::Schema>)> {
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    schemas
}
