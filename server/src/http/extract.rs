//! Bodies, queries and path parts that answer problems of ours when they can't be read.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{
        FromRequest, FromRequestParts, Path, Query, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use speedtrade::ids::{AccountId, AlertId, OrderId, PushSubscriptionId, WatchlistId, WebhookId};
use utoipa::IntoParams;

use super::{identity::Caller, problem::Failure};
use crate::services::trading::Owner;

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;
    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(body_failure(&rejection)),
        }
    }
}

/// A JSON body with a secret in it: nothing of it is quoted.
pub(crate) struct SecretBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for SecretBody<T> {
    type Rejection = Failure;
    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonDataError(_) | JsonRejection::JsonSyntaxError(_)) => {
                Err(Failure::new(StatusCode::BAD_REQUEST, "malformed", "The body is not the JSON that this route reads."))
            }
            Err(rejection) => Err(body_failure(&rejection)),
        }
    }
}

fn body_failure(rejection: &JsonRejection) -> Failure {
    match rejection.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Send JSON with content-type application/json.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => super::body::too_large(),
        // What serde says names fields and positions of the caller's own text.
        _ => Failure::new(StatusCode::BAD_REQUEST, "malformed", shorten(&rejection.body_text())),
    }
}

/// A query string. Unknown and repeated names are refused.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        match query {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", shorten(&rejection.body_text()))),
        }
    }
}

/// A symbol in the path; `BTC-USD` and `BTC%2FUSD` are the same.
pub(crate) struct SymbolPath(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for SymbolPath {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path: Result<Path<String>, PathRejection> = Path::from_request_parts(parts, state).await;
        path.map(|Path(symbol)| Self(symbol)).map_err(|_| Failure::not_found())
    }
}

/// An order's id in the path. What can't be an id is the id of no order.
pub(crate) struct OrderPath(pub(crate) OrderId);

impl<S: Send + Sync> FromRequestParts<S> for OrderPath {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path: Result<Path<String>, PathRejection> = Path::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(id)| id.parse().ok());
        id.map(Self).ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, "order_not_found", "There is no such order."))
    }
}

/// An id in the path as text. The service says that there is no such thing when it can't be an id.
pub(crate) struct IdPath<T>(pub(crate) T);

/// Ids that stand in a path, and the problem of one that is none.
pub(crate) trait PathId: std::str::FromStr {
    fn missing() -> Failure;
}

macro_rules! path_ids {
    ($($id:ty = $code:literal, $detail:literal;)+) => {
        $(impl PathId for $id {
            fn missing() -> Failure {
                Failure::new(StatusCode::NOT_FOUND, $code, $detail)
            }
        })+
    };
}

path_ids! {
    AccountId = "unknown_account", "You have no such account.";
    WatchlistId = "watchlist_not_found", "There is no such watchlist.";
    AlertId = "alert_not_found", "There is no such alert.";
    WebhookId = "webhook_not_found", "There is no such webhook.";
    PushSubscriptionId = "push_subscription_not_found", "There is no such push subscription.";
}

impl<S: Send + Sync, T: PathId> FromRequestParts<S> for IdPath<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path: Result<Path<HashMap<String, String>>, PathRejection> = Path::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(names)| names.get("id")?.parse().ok());
        id.map(Self).ok_or_else(T::missing)
    }
}

/// The symbol of an item in the path of a list.
pub(crate) struct ItemPath(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for ItemPath {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path: Result<Path<HashMap<String, String>>, PathRejection> = Path::from_request_parts(parts, state).await;
        let symbol = path.ok().and_then(|Path(mut names)| names.remove("symbol"));
        symbol.map(Self).ok_or_else(Failure::not_found)
    }
}

pub(crate) const LIST_DEFAULT: usize = 50;
pub(crate) const LIST_MAX: usize = 500;

/// `limit` of a list: 1 to 500, 50 when absent.
pub(crate) fn limit(text: Option<&str>) -> Result<usize, Failure> {
    limit_up_to(text, LIST_DEFAULT, LIST_MAX)
}

pub(crate) fn limit_up_to(text: Option<&str>, default: usize, max: usize) -> Result<usize, Failure> {
    let Some(text) = text else { return Ok(default) };
    let number = text.parse().ok().filter(|n| (1..=max).contains(n));
    number.ok_or_else(|| Failure::field("limit", format!("must be a whole number from 1 to {max}")))
}

fn shorten(text: &str) -> String {
    text.chars().take(300).collect()
}

/// Whose books are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AccountQuery {
    /// The paper account when absent.
    account_id: Option<String>,
}

impl AccountQuery {
    pub(super) fn owner(&self, caller: &Caller) -> Result<Owner, Failure> {
        caller.owner(self.account_id.as_deref())
    }
}
