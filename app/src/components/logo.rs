//! The mark and the name.

use leptos::prelude::*;

#[component]
pub(super) fn Logo() -> impl IntoView {
    view! {
        <a href="/" class="logo" aria-label="SpeedTrade, start page">
            <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                <rect class="mark-tile" width="32" height="32" rx="8"></rect>
                <path class="mark-lines" d="M9 15v11M16 11v12M23 6v13"></path>
                <path class="mark-bodies" d="M9 18v5M16 14v6M23 9v7"></path>
            </svg>
            <span class="logo-word">"SpeedTrade"</span>
        </a>
    }
}
