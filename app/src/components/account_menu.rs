//! Who is signed in, and the way to settings and out.

use leptos::{html, prelude::*};
use speedtrade::wire::UserView;

use super::{Icon, IconName, SignOutForm};
use crate::state::session::use_user;

#[component]
pub(super) fn AccountMenu() -> impl IntoView {
    match use_user() {
        Some(user) => view! { <Menu user/> }.into_any(),
        None => view! {
            <a href="/login" class="button button-quiet">"Sign in"</a>
            <a href="/register" class="button button-primary">"Create account"</a>
        }
        .into_any(),
    }
}

#[component]
fn Menu(user: UserView) -> impl IntoView {
    let menu = NodeRef::<html::Div>::new();
    let initial: String = user.username.chars().take(1).collect();
    view! {
        <div class="account">
            <button
                type="button"
                class="account-button"
                popovertarget="account-menu"
                aria-label=format!("Account of {}", user.username)
                data-testid="account-menu"
            >
                <span class="avatar" aria-hidden="true">{initial}</span>
            </button>
            <div id="account-menu" popover="auto" class="menu" node_ref=menu>
                <div class="menu-head">
                    <strong data-testid="username">{user.username}</strong>
                    <span class="muted">{user.email}</span>
                </div>
                {[
                    ("/watchlists", "Watchlists", IconName::Star),
                    ("/alerts", "Alerts", IconName::Bell),
                    ("/accounts", "Accounts", IconName::User),
                    ("/settings", "Settings", IconName::Settings),
                ].into_iter().map(|(path, word, icon)| view! {
                    <a href=path class="menu-item" on:click=move |_| close(menu)><Icon name=icon/>{word}</a>
                }.into_any()).collect_view()}
                <SignOutForm>
                    <button type="submit" class="menu-item" data-testid="sign-out">
                        <Icon name=IconName::SignOut/>
                        "Sign out"
                    </button>
                </SignOutForm>
            </div>
        </div>
    }
}

fn close(menu: NodeRef<html::Div>) {
    if let Some(menu) = menu.get_untracked() {
        let _ = menu.hide_popover();
    }
}
