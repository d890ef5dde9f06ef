//! Signing out. Works before hydration, too.

use leptos::{prelude::*, server_fn::ServerFn};

use super::PostForm;
use crate::api::auth::Logout;

#[component]
pub fn SignOutForm(#[prop(optional)] class: &'static str, children: Children) -> impl IntoView {
    let logout = ServerAction::<Logout>::new();
    let send = Callback::new(move |_| {
        logout.dispatch(Logout {});
    });
    view! { <PostForm action=Logout::url() class send>{children()}</PostForm> }
}
