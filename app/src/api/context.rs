//! What a server function may ask of the request it runs in. Only on the host.

use leptos::prelude::use_context;
use speedtrade::{
    ids::AccountId,
    wire::{Problem, UserView},
};

use super::ApiError;
use crate::backend::{Backend, CurrentUser, Who};

/// The host's services.
pub fn backend() -> Result<Backend, ApiError> {
    use_context().ok_or_else(|| Problem::new(503, "unavailable", "The desk is starting. Try again in a moment.").into())
}

/// Who asks; 401 for nobody.
pub fn require_user() -> Result<UserView, ApiError> {
    let user = use_context::<CurrentUser>().and_then(|current| current.0);
    user.ok_or_else(|| Problem::new(401, "unauthorized", "Sign in to do this.").into())
}

/// Whose books are asked for.
pub fn require_who(account: Option<AccountId>) -> Result<Who, ApiError> {
    Ok(Who { user: require_user()?.id, account })
}

/// Who asks, if it is somebody.
pub fn find_user() -> Option<UserView> {
    use_context::<CurrentUser>().and_then(|current| current.0)
}

/// A failed server function answers its page with the problem and 200: of every other status the browser writes an error
/// into its console, and a wrong password is none. Programs have the REST API with its statuses. The status of a page is
/// its own affair, and a form sent without scripts is answered by a redirect to its page.
pub fn answer_page_with_problem() {
    let is_function = use_context::<axum::http::request::Parts>().is_some_and(|parts| {
        let accepted = parts.headers.get(axum::http::header::ACCEPT).and_then(|value| value.to_str().ok());
        parts.uri.path().starts_with("/fn/") && !accepted.is_some_and(|kinds| kinds.contains("text/html"))
    });
    if let (true, Some(answer)) = (is_function, use_context::<leptos_axum::ResponseOptions>()) {
        answer.set_status(axum::http::StatusCode::OK);
    }
}
