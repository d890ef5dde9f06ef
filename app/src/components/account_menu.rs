//! Who is signed in, and the way to settings and out.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::state::session::use_user;

#[component]
pub(super) fn AccountMenu() -> impl IntoView {
    match use_user() {
        Some(user) => view! { <A href="/settings">{user.username}</A> }.into_any(),
        None => view! { <A href="/login">"Sign in"</A> }.into_any(),
    }
}
