//! How the desk's connection to an account is. Nothing where the desk does not trade it.

use leptos::prelude::*;
use speedtrade::wire::{ConnectionHealth, ConnectionState};

use crate::{
    components::{Badge, BadgeKind, when_some},
    format,
};

#[component]
pub(super) fn Health(health: Option<ConnectionHealth>) -> impl IntoView {
    when_some(health, |health| {
        let kind = match health.state {
            ConnectionState::Ready => BadgeKind::Good,
            ConnectionState::Connecting | ConnectionState::Reconciling => BadgeKind::Warn,
            ConnectionState::Down | ConnectionState::Refused => BadgeKind::Bad,
        };
        let heard = health.last_heartbeat_at.map_or_else(|| "never".to_owned(), format::time);
        let unknown = || "–".to_owned();
        let budget = health.budget.map_or_else(unknown, |budget| budget.left.to_string() + " of " + &budget.max.to_string());
        let skew = health.clock_skew_ms.map_or_else(unknown, |skew| skew.to_string() + " ms");
        view! {
            <dl class="facts" data-testid="account-health">
                <dt>"Connection"</dt>
                <dd><Badge kind text=health.state.label()/></dd>
                <dt>"Last heard (UTC)"</dt>
                <dd>{heard}</dd>
                <dt>"Requests left"</dt>
                <dd>{budget}</dd>
                <dt>"Clock ahead of ours"</dt>
                <dd>{skew}</dd>
                <dt>"Open discrepancies"</dt>
                <dd>{health.open_discrepancies.to_string()}</dd>
            </dl>
            {when_some(health.reason, |reason| view! { <p class="form-note">{reason}</p> }.into_any())}
        }
        .into_any()
    })
}
