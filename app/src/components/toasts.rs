//! Where toasts appear. The regions exist from the start, so that screen readers hear what enters them.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::state::toasts::{Toast, ToastKind, use_toasts};

#[component]
pub fn Toasts() -> impl IntoView {
    let list = use_toasts().list();
    let of = move |alert: bool| move || list.get().into_iter().filter(|toast| (toast.kind == ToastKind::Bad) == alert).collect::<Vec<_>>();
    view! {
        <div class="toasts">
            <div role="alert">
                <For each=of(true) key=|toast| toast.id children=|toast| view! { <ToastCard toast/> }/>
            </div>
            <div role="status">
                <For each=of(false) key=|toast| toast.id children=|toast| view! { <ToastCard toast/> }/>
            </div>
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
