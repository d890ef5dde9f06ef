//! The two navigations: links in the header, and five icons at the bottom of a phone.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, IconName};

/// (path, header word, phone word, icon)
const PLACES: [(&str, &str, &str, IconName); 5] = [
    ("/dashboard", "Dashboard", "Home", IconName::Home),
    ("/trade/AAPL", "Trade", "Trade", IconName::Trade),
    ("/portfolio", "Portfolio", "Portfolio", IconName::Portfolio),
    ("/orders", "Orders", "Orders", IconName::Orders),
    ("/screener", "Screener", "Screener", IconName::Screener),
];

/// Where the header is wide enough; they stand in the account's menu too.
const WIDE: [(&str, &str); 2] = [("/watchlists", "Watchlists"), ("/alerts", "Alerts")];

#[component]
pub(super) fn HeaderNav() -> impl IntoView {
    view! {
        <nav class="header-nav" aria-label="Main">
            {PLACES.into_iter().map(|(path, word, _, _)| view! { <a href=path aria-current=here(path)>{word}</a> }.into_any()).collect_view()}
            {WIDE.into_iter().map(|(path, word)| view! { <a class="wide-only" href=path aria-current=here(path)>{word}</a> }.into_any()).collect_view()}
        </nav>
    }
}

#[component]
pub(super) fn BottomNav() -> impl IntoView {
    view! {
        <nav class="bottom-nav" aria-label="Main, phone">
            {PLACES.into_iter().map(|(path, _, word, icon)| view! {
                <a href=path aria-current=here(path)>
                    <Icon name=icon/>
                    <span>{word}</span>
                </a>
            }.into_any()).collect_view()}
        </nav>
    }
}

/// Marks the link of the part of the desk that is shown: every symbol's page is `Trade`.
fn here(path: &'static str) -> impl Fn() -> Option<&'static str> {
    let shown = use_location().pathname;
    move || shown.with(|shown| part(shown) == part(path)).then_some("page")
}

fn part(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}
