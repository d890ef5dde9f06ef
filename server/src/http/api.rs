//! `/api/v1` and the OpenAPI document made from its routes.

use axum::{
    Router,
    extract::Request,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Components,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    Routes, accounts, activities, alerts, auth, codes, identity, indicators, market, orders, portfolio, positions, problem,
    problem::Failure,
    push_subscriptions,
    rate_limit::{self, Standing},
    risk, screens,
    state::AppState,
    watchlists, webhooks,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "SpeedTrade",
        description = "Orders, positions and prices of a SpeedTrade desk. Money, prices and quantities are decimal strings; \
            errors are `application/problem+json` with a stable `code`. Prices are simulated and orders are paper."
    ),
    modifiers(&Extras),
    security(("bearer" = []), ("cookie" = [])),
    tags(
        (name = "auth", description = "Registering, signing in and out"),
        (name = "orders", description = "Placing and canceling"),
        (name = "portfolio", description = "Worth of the account"),
        (name = "accounts", description = "Accounts at venues and their keys"),
        (name = "positions", description = "Holdings"),
        (name = "risk", description = "Limits and the kill switch"),
        (name = "market", description = "Quotes, depth, search, charts, screens"),
        (name = "watchlists", description = "Named, ordered symbols"),
        (name = "alerts", description = "Being told of prices, here, by webhooks and on browsers")
    )
)]
struct Document;

/// Where all of it is. Each route says its whole address: what is nested gets a new URI made for each request.
const BELOW: &str = "/api/v1/";

/// What the derive can't say: how to sign in, the schema of problems and their codes.
struct Extras;

impl Modify for Extras {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Components::new);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description("st_access", "Set by signing in; `__Host-st_access` over https.");
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        components.schemas.extend(problem::problem_schemas());
        document.extensions.get_or_insert_default().insert("x-error-codes".to_owned(), codes::table());
        document.info.description.get_or_insert_default().push_str(&codes::markdown());
    }
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(auth::routes())
        .merge(orders::routes())
        .merge(portfolio::routes())
        .merge(accounts::routes())
        .merge(positions::routes())
        .merge(activities::routes())
        .merge(risk::routes())
        .merge(market::routes())
        .merge(indicators::routes())
        .merge(screens::routes())
        .merge(watchlists::routes())
        .merge(alerts::routes())
        .merge(webhooks::routes())
        .merge(push_subscriptions::routes())
}

/// The routes, which count on `meet`.
pub(super) fn router() -> Router<AppState> {
    let (router, _) = routes().split_for_parts();
    router.method_not_allowed_fallback(method_not_allowed)
}

/// True for every route above, and for what has none below the same place: `meet` comes first there.
pub(super) fn is_for(path: &str) -> bool {
    path.starts_with(BELOW)
}

/// The document as JSON.
pub fn openapi_json() -> String {
    let document = routes().into_openapi();
    document.to_pretty_json().unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
}

async fn method_not_allowed() -> Failure {
    Failure::new(axum::http::StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This address does not do that.")
}

/// Finds out who asks and how often, before the route does.
pub(super) async fn meet(state: &AppState, routes: Routes, mut request: Request) -> Response {
    match identity::look(state, request.headers()).await {
        Ok(identity) => drop(request.extensions_mut().insert(identity)),
        Err(error) => return Failure::from(error).into_response(),
    }
    let standing = rate_limit::count(state, request.extensions()).await;
    let mut response = match standing.and_then(Standing::refusal) {
        Some(refusal) => refusal.into_response(),
        None => as_problem(routes.answer(request).await),
    };
    if let Some(standing) = standing {
        standing.tell(response.headers_mut());
    }
    response
}

/// What axum itself refuses in plain text becomes a problem too.
fn as_problem(response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    if !is_refusal || kind.starts_with(b"application/problem+json") {
        return response;
    }
    let status = response.status();
    let code = if status.is_server_error() { "internal" } else { "malformed" };
    Failure::new(status, code, "The request could not be read.").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_the_document_is_checked_by_meet() {
        let document = routes().into_openapi();
        assert!(document.paths.paths.len() > 40);
        assert!(document.paths.paths.keys().all(|path| is_for(path)));
    }
}
