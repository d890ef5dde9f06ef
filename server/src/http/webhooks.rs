//! `/webhooks`: addresses that are told of firings by a signed POST.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use speedtrade::{ids::WebhookId, wire::WebhookView};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Body, IdPath},
    identity::Caller,
    problem::{Failure, SignedIn, SignedInChange},
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(delete))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// An https address on the open internet.
    #[schema(example = "https://example.com/speedtrade")]
    url: String,
}

/// All webhooks, oldest first, without their secrets.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "alerts",
    responses((status = 200, description = "The webhooks", body = Vec<WebhookView>), SignedIn))]
async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<WebhookView>>, Failure> {
    Ok(Json(state.webhooks.list(caller.id()).await?))
}

/// Every firing is posted there as `{"event":"alert_triggered","data":{...}}` with the header
/// `SpeedTrade-Signature: t=<unix seconds>,v1=<hex HMAC-SHA-256 of "t.body" by the secret>`. Any 2xx is taken for received; there
/// are three tries. The secret is shown this once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "alerts", request_body = NewWebhook,
    responses((status = 201, description = "The webhook with its secret", body = WebhookView), SignedInChange))]
async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Body(new): Body<NewWebhook>,
) -> Result<(StatusCode, Json<WebhookView>), Failure> {
    Ok((StatusCode::CREATED, Json(state.webhooks.create(caller.id(), &new.url).await?)))
}

/// Ends a webhook.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "alerts", params(("id" = WebhookId, Path)),
    responses((status = 204, description = "Deleted"), SignedInChange))]
async fn delete(State(state): State<AppState>, caller: Caller, IdPath(id): IdPath<WebhookId>) -> Result<StatusCode, Failure> {
    state.webhooks.delete(caller.id(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
