//! The two navigations: links in the header, and five icons at the bottom of a phone.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{Icon, IconName};

/// (path, header word, phone word, icon)
const PLACES: [(&str, &str, &str, IconName); 5] = [
    ("/dashboard", "Dashboard", "Home", IconName::Home),
    ("/trade/AAPL", "Trade", "Trade", IconName::Trade),
    ("/portfolio", "Portfolio", "Portfolio", IconName::Portfolio),
    ("/orders", "Orders", "Orders", IconName::Orders),
    ("/screener", "Screener", "Screener", IconName::Screener),
];

#[component]
pub(super) fn HeaderNav() -> impl IntoView {
    view! {
        <nav class="header-nav" aria-label="Main">
            {PLACES.map(|(path, word, _, _)| view! { <A href=path>{word}</A> })}
        </nav>
    }
}

#[component]
pub(super) fn BottomNav() -> impl IntoView {
    view! {
        <nav class="bottom-nav" aria-label="Main, phone">
            {PLACES.map(|(path, _, word, icon)| view! {
                <A href=path>
                    <Icon name=icon/>
                    <span>{word}</span>
                </A>
            })}
        </nav>
    }
}
