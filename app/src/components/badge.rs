//! A small label: PAPER, LIVE, SIMULATED, a status.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadgeKind {
    Paper,
    Live,
    Simulated,
    Neutral,
    Good,
    Bad,
    Warn,
}

impl BadgeKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Paper => "badge badge-paper",
            Self::Live => "badge badge-live",
            Self::Simulated => "badge badge-simulated",
            Self::Neutral => "badge",
            Self::Good => "badge badge-good",
            Self::Bad => "badge badge-bad",
            Self::Warn => "badge badge-warn",
        }
    }
}

/// `kind` and `text` may be plain values or signals.
#[component]
pub fn Badge(#[prop(into)] kind: Signal<BadgeKind>, #[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <span class=move || kind.get().class()>{text}</span> }
}
