//! What the sign-in and the registration page share: the card, and where to go afterwards.

use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map};

use crate::state::session::use_user;

/// The `next` of the address, an own path; empty when there is none. The host checks it again.
pub(super) fn use_next() -> String {
    let next = use_query_map().read_untracked().get("next").unwrap_or_default();
    if next.starts_with('/') && !next.starts_with("//") { next } else { String::new() }
}

/// The same `next` for the link to the other page.
pub(super) fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() { path.to_owned() } else { format!("{path}?next={next}") }
}

/// A card in the middle. Somebody who is signed in has no business here and is sent on.
#[component]
pub(super) fn AuthCard(title: &'static str, lead: &'static str, children: Children) -> impl IntoView {
    if use_user().is_some() {
        let next = use_next();
        let path = if next.is_empty() { "/dashboard".to_owned() } else { next };
        return view! { <Redirect path/> }.into_any();
    }
    view! {
        <div class="auth">
            <section class="card auth-card" aria-labelledby="auth-head">
                <h1 id="auth-head">{title}</h1>
                <p class="muted">{lead}</p>
                {children()}
            </section>
        </div>
    }
    .into_any()
}
