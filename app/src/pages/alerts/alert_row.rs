//! One alert. A change of it is a new row.

use leptos::prelude::*;
use speedtrade::{
    alert::{AlertChange, AlertStatus, Repeat},
    wire::AlertView,
};

use super::Page;
use crate::{
    api::watching::AlertAction,
    components::{Badge, BadgeKind, quote::symbol_link, when},
    format,
    state::toasts::ToastKind,
};

#[component]
pub(super) fn AlertRow(page: Page, alert: AlertView) -> impl IntoView {
    let id = alert.id;
    let name = [alert.symbol.as_str(), " ", &alert.summary].concat();
    let (is_armed, is_expired) = (alert.status == AlertStatus::Armed, alert.status == AlertStatus::Expired);
    let (word, wanted) = if is_armed { ("Turn off", "off") } else { ("Arm", "armed") };
    let ends = alert.expires_at.map_or_else(|| "–".to_owned(), format::time);
    let (kind, status) = status(alert.status);
    let repeats = if alert.repeat == Repeat::Once { "Once" } else { "Every time" };
    let (link, note) = (symbol_link(&alert.symbol), alert.note.clone());
    let flip = move |_| {
        // The end of an expired alert is over: armed again, it has none.
        let expires_at = is_expired.then(String::new);
        if is_expired {
            page.toasts.push(ToastKind::Info, "Armed without an end: the old one is over. Change the alert to give it another.");
        }
        let change = AlertChange { status: Some(wanted.to_owned()), expires_at, ..AlertChange::default() };
        page.send(AlertAction::Change(id, change), None);
    };
    let (symbol, summary, fired) = (alert.symbol.to_string(), alert.summary.clone(), alert.fired_count.to_string());
    let edit = move |_| {
        page.edit(Some(alert.clone()));
        to_form();
    };
    view! {
        <tr data-testid="alert-row" data-symbol=symbol data-status=status>
            <th scope="row">{link}</th>
            <td data-label="When">
                {summary}
                {when(!note.is_empty(), || view! { <span class="sub">{note}</span> }.into_any())}
            </td>
            <td data-label="Repeats">{repeats}</td>
            <td data-label="Ends (UTC)" class="muted">{ends}</td>
            <td data-label="Status"><Badge kind text=status/></td>
            <td data-label="Fired" class="num">{fired}</td>
            <td>
                <div class="row-actions">
                    {action(word, "alert-flip", &name, flip)}
                    {action("Change", "alert-edit", &name, edit)}
                    {action("Delete", "alert-delete", &name, move |_| page.send(AlertAction::Delete(id), None))}
                </div>
            </td>
        </tr>
    }
}

fn action(word: &'static str, testid: &'static str, name: &str, press: impl Fn(leptos::ev::MouseEvent) + Send + 'static) -> AnyView {
    let label = [word, " ", name].concat();
    view! {
        <button type="button" class="button button-quiet button-small" data-testid=testid aria-label=label on:click=press>{word}</button>
    }
    .into_any()
}

const fn status(status: AlertStatus) -> (BadgeKind, &'static str) {
    match status {
        AlertStatus::Armed => (BadgeKind::Good, "Armed"),
        AlertStatus::Triggered => (BadgeKind::Neutral, "Triggered"),
        AlertStatus::Expired => (BadgeKind::Neutral, "Expired"),
        AlertStatus::Off => (BadgeKind::Warn, "Off"),
    }
}

/// The form stands above the list; on a phone it is out of sight.
fn to_form() {
    #[cfg(feature = "hydrate")]
    if let Some(form) = document().get_element_by_id("alert-form") {
        form.scroll_into_view();
    }
}
