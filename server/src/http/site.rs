//! Pages, server functions and files. Pages and server functions see the same context: the backend and who asks.

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{Method, StatusCode, request::Parts},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::services::ServeDir;

use super::{
    identity::{self, Chosen, Identity, Peer},
    problem::Failure,
    state::AppState,
};
use crate::pages::{self, PageServices};

pub(super) fn router(state: &AppState) -> Router<AppState> {
    let options = state.leptos.clone();
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(app::App), context(state), move || app::shell(options.clone()))
        .layer(from_fn_with_state(state.clone(), identity::identify_or_renew))
}

/// Files of the built site, and our own page for what is missing.
pub(super) fn files(state: &AppState) -> ServeDir<Router> {
    let missing =
        Router::new().fallback(not_found).layer(from_fn_with_state(state.clone(), identity::identify_or_renew)).with_state(state.clone());
    ServeDir::new(state.leptos.site_root.as_ref())
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
        .call_fallback_on_method_not_allowed(true)
        .fallback(missing)
}

async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    let path = request.uri().path();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || !identity::is_page(path) {
        return Failure::not_found().into_response();
    }
    let options = state.leptos.clone();
    let render = leptos_axum::render_app_async_with_context(context(&state), move || app::shell(options.clone()));
    let mut response: Response<Body> = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let services = PageServices {
        trading: state.trading.clone(),
        quotes: state.quotes.clone(),
        accounts: state.accounts.clone(),
        watchlists: state.watchlists.clone(),
        alerts: state.alerts.clone(),
        connections: state.connections.clone(),
        live: state.live.clone(),
        cookies: state.cookies,
    };
    move || {
        let parts = use_context::<Parts>();
        let extensions = parts.map(|parts| parts.extensions).unwrap_or_default();
        let user = extensions.get::<Identity>().and_then(Identity::view);
        provide_context(pages::backend(services.clone(), Peer::of(&extensions).0));
        let account = extensions.get::<Chosen>().map(|chosen| chosen.0.clone()).unwrap_or_default();
        provide_context(app::backend::CurrentUser(user));
        provide_context(app::backend::CurrentAccount(account));
    }
}
