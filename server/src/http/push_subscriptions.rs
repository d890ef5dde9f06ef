//! `/push-subscriptions`: browsers that are told of firings by Web Push.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use speedtrade::{
    ids::PushSubscriptionId,
    wire::{PushSubscriptionView, PushSubscriptionsView},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Body, IdPath},
    identity::Caller,
    problem::{Failure, SignedIn, SignedInChange},
    state::AppState,
};
use crate::services::push::NewSubscription;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, subscribe)).routes(routes!(unsubscribe))
}

/// What `PushSubscription.toJSON()` gives in a browser.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewPushSubscription {
    /// An https address on the open internet.
    #[schema(example = "https://push.example.com/send/abc")]
    endpoint: String,
    /// Not used: a subscription that ended is found out by its service.
    #[serde(default)]
    #[allow(dead_code, reason = "browsers send it")]
    expiration_time: Option<i64>,
    keys: PushKeys,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PushKeys {
    /// The browser's public key, base64url.
    p256dh: String,
    /// 16 bytes, base64url.
    auth: String,
}

/// The browsers that are told, oldest first, and the key to subscribe with.
#[utoipa::path(get, path = "/api/v1/push-subscriptions", tag = "alerts",
    responses((status = 200, description = "The subscriptions", body = PushSubscriptionsView), SignedIn))]
async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<PushSubscriptionsView>, Failure> {
    Ok(Json(state.push.list(caller.id()).await?))
}

/// Every firing is pushed to this browser from now on. Sending the same again changes nothing; at most 10 browsers.
#[utoipa::path(post, path = "/api/v1/push-subscriptions", tag = "alerts", request_body = NewPushSubscription,
    responses((status = 201, description = "The subscription", body = PushSubscriptionView), SignedInChange))]
async fn subscribe(
    State(state): State<AppState>,
    caller: Caller,
    Body(new): Body<NewPushSubscription>,
) -> Result<(StatusCode, Json<PushSubscriptionView>), Failure> {
    let new = NewSubscription { endpoint: new.endpoint, p256dh: new.keys.p256dh, auth: new.keys.auth };
    Ok((StatusCode::CREATED, Json(state.push.subscribe(caller.id(), new).await?)))
}

/// Ends a subscription.
#[utoipa::path(delete, path = "/api/v1/push-subscriptions/{id}", tag = "alerts", params(("id" = PushSubscriptionId, Path)),
    responses((status = 204, description = "Ended"), SignedInChange))]
async fn unsubscribe(State(state): State<AppState>, caller: Caller, IdPath(id): IdPath<PushSubscriptionId>) -> Result<StatusCode, Failure> {
    state.push.unsubscribe(caller.id(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
