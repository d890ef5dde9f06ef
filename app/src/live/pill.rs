//! Whether prices flow, always visible, and how old they are when they don't.

use leptos::prelude::*;

use super::{Connection, Live, feeds::FeedState};
use crate::state::effect::effect;

#[component]
pub fn ConnectionPill() -> impl IntoView {
    let live = expect_context::<Live>();
    let has_trouble = Memo::new(move |_| live.feeds.with(|feeds| feeds.iter().any(FeedState::is_trouble)));
    let state = move || match (live.connection.get(), has_trouble.get()) {
        (Connection::Connecting, _) => "connecting",
        (Connection::Live, false) => "live",
        (Connection::Live, true) => "stale",
        (Connection::Offline, _) => "offline",
    };
    let words = move || match (live.connection.get(), live.age_secs.get()) {
        (Connection::Live, _) if !has_trouble.get() => "Live".to_owned(),
        (Connection::Live, None) => "Waiting for prices".to_owned(),
        (Connection::Live, Some(age)) => format!("Prices {age} s old"),
        (Connection::Connecting, _) => "Connecting".to_owned(),
        (Connection::Offline, None) => "Reconnecting".to_owned(),
        (Connection::Offline, Some(age)) => format!("Reconnecting · prices {age} s old"),
    };
    // Said once per loss, not once per second.
    let was_lost = RwSignal::new(false);
    effect(move || {
        if live.connection.get() == Connection::Offline {
            was_lost.set(true);
        }
    });
    let said = move || match (live.connection.get(), was_lost.get()) {
        (Connection::Offline, _) => "The connection is lost. Prices are not current.",
        (Connection::Live, _) if has_trouble.get() => "A price feed is lost. Prices are not current.",
        (Connection::Live, true) => "Connected again.",
        (Connection::Live | Connection::Connecting, _) => "",
    };

    view! {
        <span class="connection" data-testid="connection" data-state=state>
            <span class="connection-dot" aria-hidden="true"></span>
            <span>{move || words()}</span>
        </span>
        <span class="visually-hidden" role="status">{move || said().to_owned()}</span>
    }
}
