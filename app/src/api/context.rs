//! What a server function may ask of the request it runs in. Only on the host.

use leptos::prelude::use_context;
use speedtrade::wire::{Problem, UserView};

use super::ApiError;
use crate::backend::{Backend, CurrentUser};

/// The host's services.
pub fn backend() -> Result<Backend, ApiError> {
    use_context().ok_or_else(|| Problem::new(503, "unavailable", "The desk is starting. Try again in a moment.").into())
}

/// Who asks; 401 for nobody.
pub fn require_user() -> Result<UserView, ApiError> {
    let user = use_context::<CurrentUser>().and_then(|current| current.0);
    user.ok_or_else(|| Problem::new(401, "unauthorized", "Sign in to do this.").into())
}

/// Who asks, if it is somebody.
pub fn find_user() -> Option<UserView> {
    use_context::<CurrentUser>().and_then(|current| current.0)
}
