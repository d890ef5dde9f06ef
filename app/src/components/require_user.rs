//! Shows its children to a signed-in user and sends everybody else to sign in first, back to here afterwards.

use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_location};

use crate::state::session::use_user;

#[component]
pub fn RequireUser(children: ChildrenFn) -> impl IntoView {
    if use_user().is_some() {
        return children().into_any();
    }
    let here = use_location().pathname.get_untracked();
    view! { <Redirect path=format!("/login?next={here}")/> }.into_any()
}
