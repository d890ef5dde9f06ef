//! Whether prices flow, always visible, and how old they are when they don't.

use leptos::prelude::*;

use super::{Connection, Live};
use crate::state::effect::effect;

#[component]
pub fn ConnectionPill() -> impl IntoView {
    let live = expect_context::<Live>();
    let state = move || match live.connection.get() {
        Connection::Connecting => "connecting",
        Connection::Live => "live",
        Connection::Offline => "offline",
    };
    let words = move || match (live.connection.get(), live.age_secs.get()) {
        (Connection::Live, _) => "Live".to_owned(),
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
