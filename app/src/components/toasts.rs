//! Where toasts appear. The regions exist from the start, so that screen readers hear what enters them.

use leptos::prelude::*;

use super::{Icon, IconName, Row, rows};
use crate::state::toasts::{Toast, ToastKind, use_toasts};

#[component]
pub fn Toasts() -> impl IntoView {
    let list = use_toasts().list();
    let of = move |alert: bool| {
        rows(move || {
            let toasts = list.get().into_iter().filter(|toast| (toast.kind == ToastKind::Bad) == alert);
            toasts.map(|toast| Row::new(toast.id, move || view! { <ToastCard toast/> }.into_any())).collect()
        })
    };
    view! {
        <div class="toasts">
            <div role="alert">{of(true)}</div>
            <div role="status">{of(false)}</div>
        </div>
    }
}

#[component]
fn ToastCard(toast: Toast) -> impl IntoView {
    let store = use_toasts();
    let (class, icon) = match toast.kind {
        ToastKind::Good => ("toast toast-good", IconName::Check),
        ToastKind::Bad => ("toast toast-bad", IconName::Warning),
        ToastKind::Info => ("toast", IconName::Info),
    };
    view! {
        <div class=class data-testid="toast">
            <Icon name=icon/>
            <p>{toast.text}</p>
            <button type="button" class="icon-button" aria-label="Dismiss" on:click=move |_| store.dismiss(toast.id)>
                <Icon name=IconName::Close/>
            </button>
        </div>
    }
}
